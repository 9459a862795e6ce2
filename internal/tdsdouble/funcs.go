package tdsdouble

import (
	"fmt"
	"slices"
	"strings"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

// function binds a call whose arguments are bound already.
type function struct {
	min, max int // arguments; max -1 for any number
	bind     func(b *binder, a []bound) (bound, error)
}

var (
	intType    = value.Type{Kind: value.Int}
	bigType    = value.Type{Kind: value.BigInt}
	floatType  = value.Type{Kind: value.Float}
	stampType  = value.Type{Kind: value.DateTime}
	guidType   = value.Type{Kind: value.UniqueIdentifier}
	stamp7Type = value.Type{Kind: value.DateTime2, Scale: 7}
)

func nvarchar(b *binder, n int) value.Type {
	return value.Type{Kind: value.NVarChar, Len: n, Collation: b.s.db.collation}
}

func sqlList(a []bound) string {
	parts := make([]string, len(a))
	for i, x := range a {
		parts[i] = x.sql
	}
	return strings.Join(parts, ", ")
}

func anyNull(a []bound) bool {
	return slices.ContainsFunc(a, func(x bound) bool { return x.null })
}

// session functions answer from what the session knows; the result is a constant.
func constant(t func(b *binder) value.Type, v func(s *session) any) func(*binder, []bound) (bound, error) {
	return func(b *binder, _ []bound) (bound, error) {
		return bound{sql: b.constant(v(b.s)), typ: t(b), null: true}, nil
	}
}

func of(t value.Type) func(*binder) value.Type { return func(*binder) value.Type { return t } }

func name128(b *binder) value.Type { return nvarchar(b, 128) }

// functions lists what an expression may call; those that need more than their bound arguments stand in special.
var functions map[string]function

func init() {
	functions = map[string]function{
		"LEN":               {1, 1, textual("tds_len", 1, integer)},
		"LOWER":             {1, 1, textual("tds_lower", 1, same)},
		"UPPER":             {1, 1, textual("tds_upper", 1, same)},
		"LTRIM":             {1, 1, textual("tds_ltrim", 1, same)},
		"RTRIM":             {1, 1, textual("tds_rtrim", 1, same)},
		"TRIM":              {1, 1, textual("tds_trim", 1, same)},
		"REVERSE":           {1, 1, textual("tds_reverse", 1, same)},
		"LEFT":              {2, 2, textual("tds_left", 1, same)},
		"RIGHT":             {2, 2, textual("tds_right", 1, same)},
		"SUBSTRING":         {3, 3, substring},
		"REPLICATE":         {2, 2, textual("tds_replicate", 1, wide)},
		"STUFF":             {4, 4, stuff},
		"REPLACE":           {3, 3, replace},
		"TRANSLATE":         {3, 3, textual("tds_translate", 3, wide)},
		"CHARINDEX":         {2, 3, charIndex},
		"UNICODE":           {1, 1, textual("tds_unicode", 1, integer)},
		"ASCII":             {1, 1, textual("tds_ascii", 1, integer)},
		"QUOTENAME":         {1, 1, textual("tds_quotename", 1, func(t value.Type) value.Type { t.Kind, t.Len = value.NVarChar, 258; return t })},
		"NCHAR":             {1, 1, character("tds_nchar", value.NVarChar)},
		"CHAR":              {1, 1, character("tds_char", value.VarChar)},
		"SPACE":             {1, 1, character("tds_space", value.VarChar)},
		"DATALENGTH":        {1, 1, dataLength},
		"CONCAT":            {2, -1, concat},
		"CONCAT_WS":         {3, -1, concatWS},
		"ISNULL":            {2, 2, isNull},
		"COALESCE":          {2, -1, coalesce},
		"NULLIF":            {2, 2, nullIf},
		"ABS":               {1, 1, numeric("tds_abs")},
		"CEILING":           {1, 1, numeric("tds_ceiling")},
		"FLOOR":             {1, 1, numeric("tds_floor")},
		"ROUND":             {2, 2, round},
		"ISNUMERIC":         {1, 1, textual("tds_isnumeric", 1, integer)},
		"CHECKSUM":          {1, -1, checksum("tds_checksum")},
		"BINARY_CHECKSUM":   {1, -1, checksum("tds_binary_checksum")},
		"HASHBYTES":         {2, 2, hashBytes},
		"NEWID":             {0, 0, func(*binder, []bound) (bound, error) { return bound{sql: "tds_newid()", typ: guidType}, nil }},
		"YEAR":              {1, 1, datePart("year")},
		"MONTH":             {1, 1, datePart("month")},
		"DAY":               {1, 1, datePart("day")},
		"GETDATE":           {0, 0, constant(of(stampType), func(*session) any { return now(stampType) })},
		"GETUTCDATE":        {0, 0, constant(of(stampType), func(*session) any { return now(stampType) })},
		"CURRENT_TIMESTAMP": {0, 0, constant(of(stampType), func(*session) any { return now(stampType) })},
		"SYSDATETIME":       {0, 0, constant(of(stamp7Type), func(*session) any { return now(stamp7Type) })},
		"SYSUTCDATETIME":    {0, 0, constant(of(stamp7Type), func(*session) any { return now(stamp7Type) })},
		"SYSDATETIMEOFFSET": {0, 0, constant(of(value.Type{Kind: value.DateTimeOffset, Scale: 7}), func(*session) any {
			return now(value.Type{Kind: value.DateTimeOffset, Scale: 7})
		})},
		"XACT_STATE": {0, 0, constant(of(value.Type{Kind: value.SmallInt}), func(s *session) any {
			switch {
			case s.doomed:
				return int64(-1)
			case s.open() > 0:
				return int64(1)
			}
			return int64(0)
		})},
		"SCOPE_IDENTITY": {0, 0, constant(of(value.Type{Kind: value.Numeric, Prec: 38}), func(s *session) any {
			if s.lastID == nil {
				return nil
			}
			return fmt.Sprint(s.lastID)
		})},
		"ERROR_NUMBER":   {0, 0, constant(of(intType), func(s *session) any { return s.caughtField(func(e *value.Error) any { return int64(e.Number) }) })},
		"ERROR_SEVERITY": {0, 0, constant(of(intType), func(s *session) any { return s.caughtField(func(e *value.Error) any { return int64(e.Class) }) })},
		"ERROR_STATE":    {0, 0, constant(of(intType), func(s *session) any { return s.caughtField(func(e *value.Error) any { return int64(e.State) }) })},
		"ERROR_LINE":     {0, 0, constant(of(intType), func(s *session) any { return s.caughtField(func(e *value.Error) any { return int64(e.Line) }) })},
		"ERROR_MESSAGE": {0, 0, constant(func(b *binder) value.Type { return nvarchar(b, 4000) }, func(s *session) any {
			return s.caughtField(func(e *value.Error) any { return e.Message })
		})},
		"SUSER_SNAME":        {0, 0, constant(name128, func(s *session) any { return s.user })},
		"SUSER_NAME":         {0, 0, constant(name128, func(s *session) any { return s.user })},
		"ORIGINAL_LOGIN":     {0, 0, constant(name128, func(s *session) any { return s.user })},
		"SYSTEM_USER":        {0, 0, constant(name128, func(s *session) any { return s.user })},
		"CURRENT_USER":       {0, 0, constant(name128, func(s *session) any { return s.user })},
		"SESSION_USER":       {0, 0, constant(name128, func(s *session) any { return s.user })},
		"USER":               {0, 0, constant(name128, func(s *session) any { return s.user })},
		"USER_NAME":          {0, 0, constant(name128, func(s *session) any { return s.user })},
		"DB_NAME":            {0, 1, lookup(name128, dbName)},
		"DB_ID":              {0, 1, lookup(of(value.Type{Kind: value.SmallInt}), dbID)},
		"OBJECT_ID":          {1, 2, lookup(of(intType), objectID)},
		"OBJECT_NAME":        {1, 2, lookup(name128, objectNameOf)},
		"OBJECT_SCHEMA_NAME": {1, 2, lookup(name128, objectSchemaOf)},
		"SCHEMA_NAME":        {0, 1, lookup(name128, schemaName)},
		"SCHEMA_ID":          {0, 1, lookup(of(intType), schemaID)},
		"TYPE_NAME":          {1, 1, lookup(name128, typeName)},
		"COL_NAME":           {2, 2, lookup(name128, colName)},
		"SERVERPROPERTY":     {1, 1, lookup(of(value.Type{Kind: value.Variant}), serverProperty)},
		"DATABASEPROPERTYEX": {2, 2, lookup(of(value.Type{Kind: value.Variant}), databaseProperty)},
		"HAS_PERMS_BY_NAME":  {3, 3, lookup(of(intType), hasPerms)},
		"HAS_DBACCESS":       {1, 1, lookup(of(intType), hasDBAccess)},
		"IS_MEMBER":          {1, 1, lookup(of(intType), isMember)},
		"IS_ROLEMEMBER":      {1, 1, lookup(of(intType), isMember)},
		"IS_SRVROLEMEMBER":   {1, 1, lookup(of(intType), isMember)},
		"APP_NAME":           {0, 0, constant(name128, func(s *session) any { return s.app })},
		"HOST_NAME":          {0, 0, constant(name128, func(*session) any { return "double" })},
	}
}

func (s *session) caughtField(f func(*value.Error) any) any {
	if len(s.caught) == 0 {
		return nil
	}
	return f(s.caught[len(s.caught)-1])
}

func (b *binder) call(c *tsql.Call, sc *scope) (bound, error) {
	if isAggregate(c) || isRanking(c.Name) {
		return b.aggregate(c, sc)
	}
	if c.Over != nil || c.Star || c.Distinct || c.Within != nil {
		return bound{}, errLine(c.Line, 195, 10, "'%s' is not a recognized function name.", c.Name)
	}
	switch c.Name {
	case "IIF":
		if len(c.Args) == 3 {
			return b.caseExpr(&tsql.Case{Whens: []tsql.When{{Cond: c.Args[0], Then: c.Args[1]}}, Else: c.Args[2]}, sc)
		}
	case "DATEADD", "DATEDIFF", "DATEPART", "DATENAME", "DATEDIFF_BIG":
		return b.dateCall(c, sc)
	}
	f, ok := functions[c.Name]
	if !ok {
		return bound{}, value.Unsupported("the function %s", c.Name)
	}
	if len(c.Args) < f.min || f.max >= 0 && len(c.Args) > f.max {
		return bound{}, errLine(c.Line, 174, 1, "The %s function requires %d argument(s).", strings.ToLower(c.Name), f.min)
	}
	args := make([]bound, len(c.Args))
	for i, x := range c.Args {
		var err error
		if args[i], err = b.value(x, sc); err != nil {
			return bound{}, err
		}
		if args[i].typ.Kind == value.Variant {
			return bound{}, value.Unsupported("%s of a sql_variant", c.Name)
		}
	}
	return f.bind(b, args)
}

// lookup binds a function that asks the catalogue: at once when its arguments are constants, else row by row.
func lookup(t func(*binder) value.Type, f func(s *session, a []any) (any, error)) func(*binder, []bound) (bound, error) {
	return func(b *binder, a []bound) (bound, error) {
		vals := make([]any, len(a))
		for i, x := range a {
			v, ok := b.constantOf(x)
			if !ok {
				call := fmt.Sprintf("tds_session(%d, %s", b.s.handle, b.constant(b.s.register(f)))
				return bound{sql: call + ", " + sqlList(a) + ")", typ: t(b), null: true}, nil
			}
			vals[i] = v
		}
		v, err := f(b.s, vals)
		return bound{sql: b.constant(v), typ: t(b), null: true}, err
	}
}

// constantOf returns the value of a bound constant or variable.
func (b *binder) constantOf(x bound) (any, bool) {
	if x.sql == "NULL" {
		return nil, true
	}
	if b.inline {
		return nil, false
	}
	var n int
	if _, err := fmt.Sscanf(x.sql, "?%d", &n); err != nil || fmt.Sprintf("?%d", n) != x.sql {
		return nil, false
	}
	return b.args[n-1], true
}

// global binds @@name.
func (b *binder) global(name string) (bound, error) {
	s := b.s
	switch strings.ToUpper(name) {
	case "VERSION":
		return bound{sql: b.constant(version), typ: nvarchar(b, 300)}, nil
	case "TRANCOUNT":
		return bound{sql: b.constant(int64(s.open())), typ: intType}, nil
	case "ROWCOUNT":
		return bound{sql: b.constant(s.rows), typ: intType}, nil
	case "ERROR":
		return bound{sql: b.constant(int64(s.lastErr)), typ: intType}, nil
	case "SPID":
		return bound{sql: b.constant(int64(s.spid)), typ: value.Type{Kind: value.SmallInt}}, nil
	case "SERVERNAME":
		return bound{sql: b.constant(serverName), typ: nvarchar(b, 128)}, nil
	case "LOCK_TIMEOUT":
		ms := s.lockTimeout.Milliseconds()
		if s.lockTimeout < 0 {
			ms = -1
		}
		return bound{sql: b.constant(ms), typ: intType}, nil
	case "IDENTITY":
		e, err := functions["SCOPE_IDENTITY"].bind(b, nil)
		return e, err
	case "MAX_PRECISION":
		return bound{sql: b.constant(int64(38)), typ: value.Type{Kind: value.TinyInt}}, nil
	case "NESTLEVEL":
		return bound{sql: b.constant(int64(s.depth)), typ: intType}, nil
	}
	return bound{}, value.Unsupported("@@%s", name)
}
