package tsql

// Object names a table or another object by up to four parts, the leading ones empty when left out.
type Object struct {
	Server, Database, Schema, Name string
	Line                           int
}

// Type is a data type as written; Args holds its numbers, -1 for max.
type Type struct {
	Name string
	Args []int
}

// Expr is an expression: a value or a predicate.
type Expr interface{ expr() }

type (
	// Column is a reference to a column, qualified by up to three parts.
	Column struct {
		Parts []string
		Line  int
	}
	// Star is * or alias.*.
	Star struct{ Qualifier []string }
	// Literal is a constant; the class tells its type.
	Literal struct {
		Class Class
		Text  string
	}
	// NullLiteral is the word NULL.
	NullLiteral struct{}
	// DefaultValue is the word DEFAULT in VALUES or SET.
	DefaultValue struct{}
	// VarRef is @name.
	VarRef struct{ Name string }
	// GlobalRef is @@name.
	GlobalRef struct{ Name string }
	// Unary is -x, +x or ~x.
	Unary struct {
		Op string
		X  Expr
	}
	// Binary is arithmetic, a bit operation or concatenation.
	Binary struct {
		Op   string
		L, R Expr
	}
	// Compare is =, <>, <, <=, > or >=.
	Compare struct {
		Op   string
		L, R Expr
	}
	// Logic is AND or OR.
	Logic struct {
		Op   string
		L, R Expr
	}
	// Not negates a predicate.
	Not struct{ X Expr }
	// IsNull is IS [NOT] NULL.
	IsNull struct {
		X   Expr
		Not bool
	}
	// Like is [NOT] LIKE with an optional escape.
	Like struct {
		X, Pattern, Escape Expr
		Not                bool
	}
	// In is [NOT] IN over a list or a query.
	In struct {
		X     Expr
		List  []Expr
		Query *Query
		Not   bool
	}
	// Between is [NOT] BETWEEN.
	Between struct {
		X, Lo, Hi Expr
		Not       bool
	}
	// Exists is EXISTS (query).
	Exists struct{ Query *Query }
	// Case is both forms of CASE; Operand is nil in the searched form.
	Case struct {
		Operand Expr
		Whens   []When
		Else    Expr
	}
	// Cast is CAST, CONVERT and their TRY_ forms.
	Cast struct {
		X     Expr
		Type  Type
		Style Expr
		Try   bool
	}
	// Call is a function, an aggregate or a window function.
	Call struct {
		Name     string
		Args     []Expr
		Star     bool // count(*)
		Distinct bool
		Over     *Window
		Within   []Order // WITHIN GROUP (ORDER BY …)
		Line     int
	}
	// Collate gives an expression a collation.
	Collate struct {
		X    Expr
		Name string
	}
	// Subquery is a query used as a value.
	Subquery struct{ Query *Query }
)

// When is one arm of a CASE.
type When struct{ Cond, Then Expr }

// Window is the OVER clause.
type Window struct {
	Partition []Expr
	Order     []Order
}

// Order is one item of ORDER BY.
type Order struct {
	X    Expr
	Desc bool
}

func (*Column) expr()       {}
func (*Star) expr()         {}
func (*Literal) expr()      {}
func (*NullLiteral) expr()  {}
func (*DefaultValue) expr() {}
func (*VarRef) expr()       {}
func (*GlobalRef) expr()    {}
func (*Unary) expr()        {}
func (*Binary) expr()       {}
func (*Compare) expr()      {}
func (*Logic) expr()        {}
func (*Not) expr()          {}
func (*IsNull) expr()       {}
func (*Like) expr()         {}
func (*In) expr()           {}
func (*Between) expr()      {}
func (*Exists) expr()       {}
func (*Case) expr()         {}
func (*Cast) expr()         {}
func (*Call) expr()         {}
func (*Collate) expr()      {}
func (*Subquery) expr()     {}

// Query is a whole query expression: its common table expressions, its body and its order.
type Query struct {
	With          []CTE
	Body          Body
	Order         []Order
	Offset, Fetch Expr
}

// CTE is one common table expression.
type CTE struct {
	Name    string
	Columns []string
	Query   *Query
}

// Body is a SELECT or a combination of two bodies.
type Body interface{ body() }

// SetOp is UNION, INTERSECT or EXCEPT.
type SetOp struct {
	Op   string
	All  bool
	L, R Body
}

// Select is one SELECT.
type Select struct {
	Distinct bool
	Top      Expr
	Items    []Item
	Into     *Object
	From     []Source
	Where    Expr
	Group    []Expr
	Having   Expr
}

// Item is one column of a SELECT or of an OUTPUT clause; Var is set for SELECT @v = x.
type Item struct {
	X     Expr
	Alias string
	Var   string
}

func (*SetOp) body()  {}
func (*Select) body() {}

// Source is something in FROM.
type Source interface{ source() }

type (
	// Table is a table, a view or a common table expression.
	Table struct {
		Object Object
		Alias  string
		Hints  []string // upper case
	}
	// Derived is a query in FROM.
	Derived struct {
		Query   *Query
		Alias   string
		Columns []string
	}
	// Values is a table value constructor in FROM.
	Values struct {
		Rows    [][]Expr
		Alias   string
		Columns []string
	}
	// TableCall is a function in FROM.
	TableCall struct {
		Name  string
		Args  []Expr
		Alias string
		Line  int
	}
	// Join combines two sources; Kind is INNER, LEFT, RIGHT, FULL or CROSS.
	Join struct {
		Kind string
		L, R Source
		On   Expr
	}
)

func (*Table) source()     {}
func (*Derived) source()   {}
func (*Values) source()    {}
func (*TableCall) source() {}
func (*Join) source()      {}
