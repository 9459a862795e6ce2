package tsql

// Statement is one statement; At tells where it stands.
type Statement interface{ At() Span }

// Span is the place of a statement in its batch.
type Span struct {
	Line       int
	Start, End int // byte offsets
}

// At returns the place.
func (s Span) At() Span { return s }

// Assign is one SET item of an UPDATE.
type Assign struct {
	Column string
	Op     string // "=", or "+=" and its kin
	X      Expr
}

// Output is an OUTPUT clause.
type Output struct {
	Items []Item
	Into  *Object
}

type (
	// SelectStmt is a query that answers with rows, fills variables or makes a table.
	SelectStmt struct {
		Span
		Query *Query
	}
	// Insert adds rows from VALUES, a query, or defaults alone.
	Insert struct {
		Span
		With    []CTE
		Target  Object
		Columns []string
		Output  *Output
		Rows    [][]Expr
		Query   *Query
	}
	// Update changes rows; Target may be an alias of From.
	Update struct {
		Span
		With   []CTE
		Top    Expr
		Target Table
		Set    []Assign
		Output *Output
		From   []Source
		Where  Expr
	}
	// Delete removes rows; Target may be an alias of From.
	Delete struct {
		Span
		With   []CTE
		Top    Expr
		Target Table
		Output *Output
		From   []Source
		Where  Expr
	}
	// CreateTable declares a table.
	CreateTable struct {
		Span
		Table       Object
		Columns     []ColumnDef
		Constraints []Constraint
		Temporal    bool // WITH (SYSTEM_VERSIONING = ON)
	}
	// AlterTable adds columns or constraints, or drops them.
	AlterTable struct {
		Span
		Table          Object
		Columns        []ColumnDef
		Constraints    []Constraint
		DropColumns    []string
		DropNames      []string // constraints
		ChangeTracking *bool
		Trigger        string // DISABLE TRIGGER or ENABLE TRIGGER
		Enable         bool
	}
	// DropTable removes tables.
	DropTable struct {
		Span
		Tables   []Object
		IfExists bool
	}
	// Truncate empties a table.
	Truncate struct {
		Span
		Table Object
	}
	// CreateIndex declares an index.
	CreateIndex struct {
		Span
		Name      string
		Table     Object
		Columns   []IndexColumn
		Include   []string
		Unique    bool
		Clustered bool
		Filter    bool // it has a WHERE and so cannot serve every look-up
		Where     Expr
	}
	// CreateTrigger declares a trigger.
	CreateTrigger struct {
		Span
		Name      Object
		Table     Object
		Events    []string
		InsteadOf bool
		Body      []Statement
	}
	// CreateView declares a view.
	CreateView struct {
		Span
		Name    Object
		Columns []string
		Query   *Query
		Replace bool // OR ALTER
	}
	// DropView removes views.
	DropView struct {
		Span
		Views    []Object
		IfExists bool
	}
	// CreateSchema declares a schema.
	CreateSchema struct {
		Span
		Name string
	}
	// Use changes the database.
	Use struct {
		Span
		Database string
	}
	// SetOption is SET with a session option.
	SetOption struct {
		Span
		Name  string
		Value string
	}
	// SetVar is SET @v = x.
	SetVar struct {
		Span
		Name string
		X    Expr
	}
	// Declare makes variables.
	Declare struct {
		Span
		Vars []VarDef
	}
	// Transaction is BEGIN, COMMIT, ROLLBACK or SAVE of a transaction.
	Transaction struct {
		Span
		Verb string
		Name string
	}
	// WaitFor is WAITFOR DELAY.
	WaitFor struct {
		Span
		Delay Expr
	}
	// If is IF with an optional ELSE.
	If struct {
		Span
		Cond       Expr
		Then, Else Statement
	}
	// Block is BEGIN … END.
	Block struct {
		Span
		Body []Statement
	}
	// Try is BEGIN TRY … END TRY BEGIN CATCH … END CATCH.
	Try struct {
		Span
		Body, Catch []Statement
	}
	// Raise is RAISERROR or THROW; a THROW without arguments has no Args.
	Raise struct {
		Span
		Throw bool
		Args  []Expr
	}
	// Print is PRINT.
	Print struct {
		Span
		X Expr
	}
	// Exec runs a procedure.
	Exec struct {
		Span
		Name string
		Args []Arg
	}
	// Grant is GRANT, DENY or REVOKE.
	Grant struct {
		Span
		Verb        string
		Permissions []string
		On          *Object
		To          []string
	}
	// InsertBulk announces a bulk load.
	InsertBulk struct {
		Span
		Table   Object
		Columns []ColumnDef
	}
)

// VarDef is one variable of a DECLARE.
type VarDef struct {
	Name string
	Type Type
	X    Expr
}

// Arg is one argument of an EXEC.
type Arg struct {
	Name string
	X    Expr
}

// ColumnDef declares a column.
type ColumnDef struct {
	Name        string
	Type        Type
	Collation   string
	Nullable    *bool
	Identity    *[2]int64
	Default     Expr
	DefaultName string
	Computed    Expr
	ComputedSQL string
	Persisted   bool
	Generated   bool // GENERATED ALWAYS AS ROW START or END
	Masked      bool
	Encrypted   bool
	Constraints []Constraint
}

// Constraint is a primary key, a unique key, a foreign key or a check.
type Constraint struct {
	Name     string
	Kind     string // PRIMARY KEY, UNIQUE, FOREIGN KEY or CHECK
	Columns  []IndexColumn
	Ref      Object
	RefCols  []string
	OnDelete string // NO ACTION, CASCADE, SET NULL or SET DEFAULT
	OnUpdate string
	Check    Expr
}

// IndexColumn is a column of an index or a key.
type IndexColumn struct {
	Name string
	Desc bool
}
