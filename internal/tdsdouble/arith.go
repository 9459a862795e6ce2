package tdsdouble

import (
	"database/sql/driver"
	"fmt"
	"math"
	"math/big"
	"strings"

	"modernc.org/sqlite"

	"dossier/internal/tdsdouble/value"
)

// arith computes on two values of one type. Overflow is error 8115, division by zero 8134.
func arith(op string, x, y any, t value.Type) (any, error) {
	overflow := value.Errorf(8115, 16, 2, "Arithmetic overflow error converting expression to data type %s.", t.Kind.Name())
	zero := value.Errorf(8134, 16, 1, "Divide by zero error encountered.")
	switch {
	case t.Kind.IsInteger():
		a, b := x.(int64), y.(int64)
		switch op {
		case "&":
			return a & b, nil
		case "|":
			return a | b, nil
		case "^":
			return a ^ b, nil
		}
		p, q, r := big.NewInt(a), big.NewInt(b), new(big.Int)
		switch op {
		case "+":
			r.Add(p, q)
		case "-":
			r.Sub(p, q)
		case "*":
			r.Mul(p, q)
		default:
			if b == 0 {
				return nil, zero
			}
			if op == "/" {
				r.Quo(p, q)
			} else {
				r.Rem(p, q)
			}
		}
		if !r.IsInt64() {
			return nil, overflow
		}
		out, err := value.Convert(r.Int64(), value.Type{Kind: value.BigInt}, t, 0)
		if err != nil {
			return nil, overflow
		}
		return out, nil
	case t.Kind.IsApprox():
		a, b := x.(float64), y.(float64)
		var r float64
		switch op {
		case "+":
			r = a + b
		case "-":
			r = a - b
		case "*":
			r = a * b
		case "/":
			if b == 0 {
				return nil, zero
			}
			r = a / b
		default:
			return nil, value.Unsupported("%% on %s", t)
		}
		if math.IsInf(r, 0) || math.IsNaN(r) {
			return nil, overflow
		}
		return r, nil
	}
	a, okA := value.ParseDec(str(x))
	b, okB := value.ParseDec(str(y))
	if !okA || !okB {
		return nil, fmt.Errorf("malformed stored decimal")
	}
	scale := max(a.Scale, b.Scale)
	r := value.Dec{Unscaled: new(big.Int), Scale: scale}
	switch op {
	case "+":
		r.Unscaled.Add(a.Rescale(scale, false).Unscaled, b.Rescale(scale, false).Unscaled)
	case "-":
		r.Unscaled.Sub(a.Rescale(scale, false).Unscaled, b.Rescale(scale, false).Unscaled)
	case "*":
		r = value.Dec{Unscaled: r.Unscaled.Mul(a.Unscaled, b.Unscaled), Scale: a.Scale + b.Scale}
	case "/":
		if b.Unscaled.Sign() == 0 {
			return nil, zero
		}
		r.Scale = int(t.Scale)
		num := a.Rescale(a.Scale+b.Scale+r.Scale, false).Unscaled
		den := b.Rescale(a.Scale+b.Scale, false).Unscaled
		r.Unscaled.Quo(num, den)
	default:
		return nil, value.Unsupported("%% on %s", t)
	}
	r = r.Rescale(int(t.Scale), op == "/")
	if !r.Fits(int(t.Prec)) {
		return nil, overflow
	}
	return r.String(), nil
}

type aggregate struct {
	args int32
	make func(sqlite.FunctionContext) (sqlite.AggregateFunction, error)
}

var aggregateFunctions = map[string]aggregate{
	"tds_single": {1, func(sqlite.FunctionContext) (sqlite.AggregateFunction, error) { return &single{}, nil }},
	"tds_sum":    {2, func(sqlite.FunctionContext) (sqlite.AggregateFunction, error) { return &total{}, nil }},
	"tds_avg":    {2, func(sqlite.FunctionContext) (sqlite.AggregateFunction, error) { return &total{mean: true}, nil }},
}

// single is the value of a scalar subquery.
type single struct {
	n int
	v any
}

func (s *single) Step(_ *sqlite.FunctionContext, row []driver.Value) error {
	if s.n++; s.n > 1 {
		return raise(value.Errorf(512, 16, 1, "Subquery returned more than 1 value. This is not permitted when the subquery follows =, !=, <, <= , >, >= or when the subquery is used as an expression."))
	}
	switch x := row[0].(type) {
	case string:
		s.v = strings.Clone(x)
	case []byte:
		s.v = append([]byte{}, x...)
	default:
		s.v = x
	}
	return nil
}

func (s *single) WindowInverse(*sqlite.FunctionContext, []driver.Value) error {
	return value.Unsupported("a window over a subquery")
}

func (s *single) WindowValue(*sqlite.FunctionContext) (driver.Value, error) { return s.v, nil }

func (s *single) Final(*sqlite.FunctionContext) {}

// total is SUM and AVG without loss; the second argument is the type of the result.
type total struct {
	mean bool
	n    int64
	sum  any
	t    value.Type
}

func (s *total) Step(_ *sqlite.FunctionContext, row []driver.Value) error {
	return s.add(row, "+", 1)
}

func (s *total) add(row []driver.Value, op string, n int64) error {
	if row[0] == nil {
		return nil
	}
	t, err := cachedType(strings.Clone(str(row[1])))
	if err != nil {
		return err
	}
	s.t = t
	v := any(row[0])
	if x, ok := v.(string); ok {
		v = strings.Clone(x)
	}
	s.n += n
	if s.sum == nil {
		s.sum = v
		return nil
	}
	wide := t
	if t.Kind == value.Decimal || t.Kind == value.Numeric {
		wide.Prec = 38
	}
	if s.sum, err = arith(op, s.sum, v, wide); err != nil {
		return raise(err)
	}
	return nil
}

func (s *total) WindowInverse(_ *sqlite.FunctionContext, row []driver.Value) error {
	return s.add(row, "-", -1)
}

func (s *total) WindowValue(*sqlite.FunctionContext) (driver.Value, error) {
	if s.n == 0 || !s.mean {
		return s.sum, nil
	}
	n, err := value.Convert(s.n, value.Type{Kind: value.BigInt}, s.t, 0)
	if s.t.Kind == value.Decimal || s.t.Kind == value.Numeric {
		n, err = fmt.Sprint(s.n), nil
	}
	if err != nil {
		return nil, raise(err)
	}
	v, err := arith("/", s.sum, n, s.t)
	if err != nil {
		return nil, raise(err)
	}
	return v, nil
}

func (s *total) Final(*sqlite.FunctionContext) {}
