package tdsdouble

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
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

func (c connector) Driver() driver.Driver { return engine() }

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

type likeKey struct{ pattern, escape, collation string }

// patterns keeps the LIKE patterns compiled last.
var patterns = struct {
	sync.Mutex
	m map[likeKey]value.Pattern
}{m: map[likeKey]value.Pattern{}}

func cachedPattern(k likeKey) (value.Pattern, error) {
	patterns.Lock()
	p, ok := patterns.m[k]
	patterns.Unlock()
	if ok {
		return p, nil
	}
	c, err := cachedCollation(k.collation)
	if err != nil {
		return p, err
	}
	if p, err = c.Pattern(k.pattern, k.escape); err != nil {
		return p, err
	}
	patterns.Lock()
	defer patterns.Unlock()
	if len(patterns.m) >= 1000 {
		clear(patterns.m)
	}
	patterns.m[k] = p
	return p, nil
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
		p, err := cachedPattern(likeKey{str(a[1]), str(a[2]), str(a[3])})
		return flag(err == nil && p.Matches(str(a[0]))), err
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
