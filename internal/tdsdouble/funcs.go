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

// textual makes a function of text: its first n arguments become text, its result is what typ says of the first.
func textual(name string, n int, typ func(value.Type) value.Type) func(*binder, []bound) (bound, error) {
	return func(b *binder, a []bound) (bound, error) {
		var err error
		for i := range a {
			if i < n {
				if a[i], err = b.asText(a[i]); err != nil {
					return bound{}, err
				}
			} else if a[i], err = b.assign(a[i], bigType); err != nil {
				return bound{}, err
			}
		}
		t := typ(a[0].typ)
		if t.Kind == value.Text || t.Kind == value.NText {
			return bound{}, value.Unsupported("%s on %s", name, t)
		}
		return bound{sql: name + "(" + sqlList(a) + ")", typ: t, null: anyNull(a), level: a[0].level}, nil
	}
}

func same(t value.Type) value.Type { return varying(t) }

// varying makes char varchar.
func varying(t value.Type) value.Type {
	if t.Kind == value.Char || t.Kind == value.NChar {
		t.Kind++
	}
	return t
}

// wide is the text type at its full length.
func wide(t value.Type) value.Type {
	t = varying(t)
	if t.Len != value.Max {
		t.Len = 8000
		if t.Kind.IsUnicode() {
			t.Len = 4000
		}
	}
	return t
}

func integer(value.Type) value.Type { return intType }

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
			case s.tran > 0:
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

func character(name string, k value.Kind) func(*binder, []bound) (bound, error) {
	return func(b *binder, a []bound) (bound, error) {
		x, err := b.assign(a[0], bigType)
		t := value.Type{Kind: k, Len: 1, Collation: b.s.db.collation}
		if name == "tds_space" {
			t.Len = 8000
		}
		return bound{sql: name + "(" + x.sql + ")", typ: t, null: true}, err
	}
}

func substring(b *binder, a []bound) (bound, error) {
	if a[0].typ.Kind == value.Image {
		return bound{}, value.Unsupported("SUBSTRING of image")
	}
	if !a[0].typ.Kind.IsBinary() {
		return textual("tds_substring", 1, same)(b, a)
	}
	t := a[0].typ
	if t.Kind != value.VarBinary {
		t = value.Type{Kind: value.VarBinary, Len: t.MaxLength()}
	}
	var err error
	for i := 1; i < 3; i++ {
		if a[i], err = b.assign(a[i], bigType); err != nil {
			return bound{}, err
		}
	}
	return bound{sql: "tds_substring_binary(" + sqlList(a) + ")", typ: t, null: anyNull(a)}, nil
}

func stuff(b *binder, a []bound) (bound, error) {
	x, err := b.asText(a[0])
	if err != nil {
		return bound{}, err
	}
	y, err := b.asText(a[3])
	if err != nil {
		return bound{}, err
	}
	args := []bound{x, a[1], a[2], y}
	return bound{sql: "tds_stuff(" + sqlList(args) + ")", typ: wide(value.Common(x.typ, y.typ)), null: true, level: x.level}, nil
}

// searching binds functions that compare text under a collation, which comes last.
func searching(b *binder, name string, texts []bound, rest string, typ value.Type) (bound, error) {
	var err error
	for i := range texts {
		if texts[i], err = b.asText(texts[i]); err != nil {
			return bound{}, err
		}
	}
	t, lv, err := common(texts...)
	if err != nil {
		return bound{}, err
	}
	if typ.Kind == value.Null {
		typ = wide(t)
	}
	return bound{sql: name + "(" + sqlList(texts) + rest + ", " + text(t.Collate()) + ")", typ: typ, null: anyNull(texts), level: lv}, nil
}

func replace(b *binder, a []bound) (bound, error) {
	return searching(b, "tds_replace", a, "", value.Type{})
}

func charIndex(b *binder, a []bound) (bound, error) {
	start := "1"
	if len(a) == 3 {
		start = a[2].sql
	}
	return searching(b, "tds_charindex", a[:2:2], ", "+start, intType)
}

func dataLength(b *binder, a []bound) (bound, error) {
	if a[0].typ.Kind == value.Null {
		return bound{sql: "NULL", typ: intType, null: true}, nil
	}
	t := intType
	if a[0].typ.Len == value.Max {
		t = bigType
	}
	return bound{sql: "tds_datalength(" + a[0].sql + ", " + text(a[0].typ.String()) + ")", typ: t, null: a[0].null}, nil
}

func concatType(a []bound) (value.Type, level, error) {
	t, lv, err := common(a...)
	if t.Kind != value.Null {
		t = wide(t)
	}
	return t, lv, err
}

func concat(b *binder, a []bound) (bound, error) {
	var err error
	for i := range a {
		if a[i], err = b.asText(a[i]); err != nil {
			return bound{}, err
		}
	}
	t, lv, err := concatType(a)
	return bound{sql: "tds_concat(" + sqlList(a) + ")", typ: t, level: lv}, err
}

func concatWS(b *binder, a []bound) (bound, error) {
	e, err := concat(b, a)
	e.sql = strings.Replace(e.sql, "tds_concat(", "tds_concat_ws(", 1)
	return e, err
}

// isNull has the type of its first argument, to which the second is cut.
func isNull(b *binder, a []bound) (bound, error) {
	t := a[0].typ
	if t.Kind == value.Null {
		return a[1], nil
	}
	if err := value.Implicit(a[1].typ.Kind, t.Kind); err != nil {
		return bound{}, err
	}
	second := a[1].sql
	if a[1].typ.Kind != value.Null {
		second = convertSQL(second, a[1].typ, t, "0", false)
	}
	return bound{sql: "ifnull(" + a[0].sql + ", " + second + ")", typ: t, null: a[1].null, level: a[0].level}, nil
}

func coalesce(b *binder, a []bound) (bound, error) {
	var conds []string
	for _, x := range a[:len(a)-1] {
		conds = append(conds, x.sql+" IS NOT NULL")
	}
	out, err := b.choose(conds, a)
	out.null = !slices.ContainsFunc(a, func(x bound) bool { return !x.null })
	return out, err
}

func nullIf(b *binder, a []bound) (bound, error) {
	cond, err := b.compare("=", a[0], a[1])
	return bound{sql: "(CASE WHEN " + cond.sql + " THEN NULL ELSE " + a[0].sql + " END)", typ: a[0].typ, null: true, level: a[0].level}, err
}

func numeric(name string) func(*binder, []bound) (bound, error) {
	return func(b *binder, a []bound) (bound, error) {
		t := a[0].typ
		if !t.Kind.IsNumber() {
			return bound{}, value.Unsupported("%s of %s", name, t)
		}
		out := t
		if t.Kind.IsExact() && name != "tds_abs" && t.Kind != value.Money && t.Kind != value.SmallMoney {
			out.Scale = 0
		}
		return bound{sql: name + "(" + a[0].sql + ", " + text(t.String()) + ", " + text(out.String()) + ")", typ: out, null: a[0].null}, nil
	}
}

func round(b *binder, a []bound) (bound, error) {
	if !a[0].typ.Kind.IsNumber() || !a[1].typ.Kind.IsInteger() {
		return bound{}, value.Unsupported("ROUND of %s", a[0].typ)
	}
	return bound{sql: "tds_round(" + a[0].sql + ", " + a[1].sql + ", " + text(a[0].typ.String()) + ")", typ: a[0].typ, null: a[0].null}, nil
}

// checksum passes each value with the key of its collation, so that equal text has an equal sum.
func checksum(name string) func(*binder, []bound) (bound, error) {
	return func(b *binder, a []bound) (bound, error) {
		var parts []string
		for _, x := range a {
			coll := ""
			if x.typ.Kind.IsText() {
				coll = x.typ.Collate()
			}
			parts = append(parts, x.sql, text(coll))
		}
		return bound{sql: name + "(" + strings.Join(parts, ", ") + ")", typ: intType}, nil
	}
}

func hashBytes(b *binder, a []bound) (bound, error) {
	t := a[1].typ
	if !t.Kind.IsText() && !t.Kind.IsBinary() || t.Kind.IsLegacy() {
		return bound{}, value.Errorf(8116, 16, 1, "Argument data type %s is invalid for argument 2 of hashbytes function.", t.Kind.Name())
	}
	return bound{sql: "tds_hashbytes(" + a[0].sql + ", " + a[1].sql + ", " + text(t.String()) + ")", typ: value.Type{Kind: value.VarBinary, Len: 8000}, null: true}, nil
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
		return bound{sql: b.constant(int64(s.tran)), typ: intType}, nil
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
