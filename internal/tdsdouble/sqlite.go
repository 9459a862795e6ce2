package tdsdouble

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"sync"

	"modernc.org/sqlite"

	"dossier/internal/tdsdouble/value"
)

// engine is the driver of the double alone: its functions and collations reach no other user of SQLite.
var engine = sync.OnceValue(func() *sqlite.Driver {
	d := &sqlite.Driver{}
	for name, order := range value.Orders() {
		d.MustRegisterCollationUtf8(name, order)
	}
	for name, f := range scalarFunctions {
		if err := d.RegisterFunction(name, &sqlite.FunctionImpl{NArgs: f.args, Deterministic: true, VolatileArgs: true, Scalar: f.call}); err != nil {
			panic(err)
		}
	}
	for name, f := range freeFunctions {
		if err := d.RegisterFunction(name, &sqlite.FunctionImpl{NArgs: f.args, VolatileArgs: true, Scalar: f.call}); err != nil {
			panic(err)
		}
	}
	for name, f := range aggregateFunctions {
		if err := d.RegisterFunction(name, &sqlite.FunctionImpl{NArgs: f.args, VolatileArgs: true, MakeAggregate: f.make}); err != nil {
			panic(err)
		}
	}
	return d
})

// connector opens the double's SQLite file with its own driver.
type connector struct{ dsn string }

func (c connector) Connect(context.Context) (driver.Conn, error) { return engine().Open(c.dsn) }
func (c connector) Driver() driver.Driver                        { return engine() }

func openEngine(path string) *sql.DB {
	return sql.OpenDB(connector{"file:" + path + "?_pragma=journal_mode(wal)&_pragma=synchronous(off)&_pragma=foreign_keys(1)&_pragma=busy_timeout(10000)"})
}

// errorMark starts the text of an error that a function raises with a number of SQL Server.
const errorMark = "tds-error:"

// raise carries a server error through SQLite, which keeps only text.
func raise(err error) error {
	var e *value.Error
	if !errors.As(err, &e) {
		return err
	}
	text, jsonErr := json.Marshal(e)
	if jsonErr != nil {
		return err
	}
	return errors.New(errorMark + string(text))
}

// serverError recovers the error that a function raised, nil when it was SQLite's own.
func serverError(err error) *value.Error {
	if err == nil {
		return nil
	}
	var e *value.Error
	if errors.As(err, &e) {
		return e
	}
	text := err.Error()
	i := strings.Index(text, errorMark)
	if i < 0 {
		return nil
	}
	e = &value.Error{}
	if json.NewDecoder(strings.NewReader(text[i+len(errorMark):])).Decode(e) != nil {
		return nil
	}
	return e
}

type scalar struct {
	args int32
	call func(*sqlite.FunctionContext, []driver.Value) (driver.Value, error)
}

// fn wraps a function of canonical values: its arguments are copied, its errors keep their number.
func fn(args int32, f func(a []any) (any, error)) scalar {
	return scalar{args, func(_ *sqlite.FunctionContext, in []driver.Value) (driver.Value, error) {
		a := make([]any, len(in))
		for i, v := range in {
			switch x := v.(type) {
			case string:
				a[i] = strings.Clone(x)
			case []byte:
				a[i] = append([]byte{}, x...)
			default:
				a[i] = x
			}
		}
		out, err := f(a)
		if err != nil {
			return nil, raise(err)
		}
		return out, nil
	}}
}

// strict answers NULL when any argument is NULL.
func strict(args int32, f func(a []any) (any, error)) scalar {
	return fn(args, func(a []any) (any, error) {
		for _, v := range a {
			if v == nil {
				return nil, nil
			}
		}
		return f(a)
	})
}

var typeCache sync.Map // declaration → value.Type

func cachedType(decl any) (value.Type, error) {
	if t, ok := typeCache.Load(decl); ok {
		return t.(value.Type), nil
	}
	text, _ := decl.(string)
	t, err := value.Parse(text, "")
	if text == "null" {
		t, err = value.Type{}, nil
	}
	if err == nil {
		typeCache.Store(decl, t)
	}
	return t, err
}

func convertCall(a []any) (any, error) {
	from, err := cachedType(a[1])
	if err != nil {
		return nil, err
	}
	to, err := cachedType(a[2])
	if err != nil {
		return nil, err
	}
	style, _ := a[3].(int64)
	return value.Convert(a[0], from, to, int(style))
}

var collationCache sync.Map // name → value.Collation

func cachedCollation(name any) (value.Collation, error) {
	if c, ok := collationCache.Load(name); ok {
		return c.(value.Collation), nil
	}
	text, _ := name.(string)
	c, ok := value.FindCollation(text)
	if !ok {
		return c, value.Unsupported("the collation %s", text)
	}
	collationCache.Store(name, c)
	return c, nil
}

var scalarFunctions = map[string]scalar{
	"tds_convert": fn(4, convertCall),
	"tds_try_convert": fn(4, func(a []any) (any, error) {
		v, err := convertCall(a)
		var e *value.Error
		if errors.As(err, &e) && e.Number != 50000 && e.Number != 529 {
			return nil, nil
		}
		return v, err
	}),
	"tds_like": strict(4, func(a []any) (any, error) {
		c, err := cachedCollation(a[3])
		if err != nil {
			return nil, err
		}
		ok, err := c.Like(str(a[0]), str(a[1]), str(a[2]))
		return flag(ok), err
	}),
	"tds_arith": strict(4, func(a []any) (any, error) {
		t, err := cachedType(a[3])
		if err != nil {
			return nil, err
		}
		return arith(str(a[0]), a[1], a[2], t)
	}),
	"tds_top": fn(1, func(a []any) (any, error) {
		n, ok := a[0].(int64)
		if !ok || n < 0 {
			return nil, value.Errorf(1014, 15, 1, "A TOP or FETCH clause contains an invalid value.")
		}
		return n, nil
	}),
	"tds_fetch": fn(1, func(a []any) (any, error) {
		n, ok := a[0].(int64)
		if !ok || n < 1 {
			return nil, value.Errorf(10744, 15, 1, "The number of rows provided for a FETCH clause must be greater then zero.")
		}
		return n, nil
	}),
	"tds_offset": fn(1, func(a []any) (any, error) {
		n, ok := a[0].(int64)
		if !ok || n < 0 {
			return nil, value.Errorf(10742, 15, 1, "The offset specified in a OFFSET clause may not be negative.")
		}
		return n, nil
	}),
}

func str(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case []byte:
		return string(x)
	case nil:
		return ""
	}
	return fmt.Sprint(v)
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

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
func (s *single) Final(*sqlite.FunctionContext)                             {}

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
