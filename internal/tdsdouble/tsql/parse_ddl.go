package tsql

import "strings"

func (p *parser) definition(start Token) Statement {
	switch {
	case p.accept("CREATE", "TABLE"):
		return p.createTable(start)
	case p.accept("CREATE", "SCHEMA"):
		s := &CreateSchema{Name: p.name()}
		if p.accept("AUTHORIZATION") {
			p.name()
		}
		s.Span = p.span(start)
		return s
	case p.accept("CREATE", "VIEW"):
		return p.createView(start, false)
	case p.accept("CREATE", "OR", "ALTER", "VIEW"):
		return p.createView(start, true)
	case p.accept("DROP", "VIEW"):
		s := &DropView{IfExists: p.accept("IF", "EXISTS"), Views: p.objects()}
		s.Span = p.span(start)
		return s
	case p.accept("CREATE", "TRIGGER"), p.accept("CREATE", "OR", "ALTER", "TRIGGER"):
		return p.createTrigger(start)
	case p.peek("CREATE") && (p.ahead(1).is("INDEX") || p.ahead(1).is("UNIQUE") || p.ahead(1).is("CLUSTERED") || p.ahead(1).is("NONCLUSTERED")):
		return p.createIndex(start)
	case p.accept("ALTER", "TABLE"):
		return p.alterTable(start)
	case p.accept("DROP", "TABLE"):
		s := &DropTable{IfExists: p.accept("IF", "EXISTS"), Tables: p.objects()}
		s.Span = p.span(start)
		return s
	case p.accept("TRUNCATE", "TABLE"):
		s := &Truncate{Table: p.object()}
		s.Span = p.span(start)
		return s
	}
	p.unsupported(strings.ToUpper(start.Text) + " " + strings.ToUpper(p.ahead(1).Text))
	return nil
}

func (p *parser) objects() []Object {
	out := []Object{p.object()}
	for p.accept(",") {
		out = append(out, p.object())
	}
	return out
}

func (p *parser) createView(start Token, replace bool) Statement {
	s := &CreateView{Name: p.object(), Replace: replace}
	if p.peek("(") {
		s.Columns = p.names()
	}
	p.accept("WITH", "SCHEMABINDING")
	p.expect("AS")
	s.Query = p.query()
	p.skipSemicolons()
	if p.tok().Class != EOF {
		p.syntax()
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) createTable(start Token) Statement {
	s := &CreateTable{Table: p.object()}
	p.expect("(")
	for !p.accept(")") {
		switch {
		case p.accept("PERIOD", "FOR", "SYSTEM_TIME"):
			p.names()
		case p.peek("CONSTRAINT"), p.peek("PRIMARY"), p.peek("UNIQUE"), p.peek("FOREIGN"), p.peek("CHECK"):
			s.Constraints = append(s.Constraints, p.constraint(true))
		case p.peek("INDEX"):
			p.unsupported("an index inside CREATE TABLE")
		default:
			s.Columns = append(s.Columns, p.column())
		}
		if !p.accept(",") {
			p.expect(")")
			break
		}
	}
	if p.peek("ON") {
		p.at++
		p.name() // the filegroup
	}
	if p.accept("WITH") {
		p.expect("(", "SYSTEM_VERSIONING", "=", "ON")
		s.Temporal = true
		if p.accept("(") {
			p.unsupported("a named history table")
		}
		p.expect(")")
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) column() ColumnDef {
	c := ColumnDef{Name: p.name()}
	if p.accept("AS") {
		from := p.tok().Pos
		c.Computed = p.value()
		c.ComputedSQL = p.src[from:p.toks[p.at-1].End]
		c.Persisted = p.accept("PERSISTED")
		return c
	}
	c.Type = p.typeName()
	yes, no := true, false
	for {
		switch {
		case p.accept("COLLATE"):
			c.Collation = p.name()
		case p.accept("NOT", "NULL"):
			c.Nullable = &no
		case p.accept("NULL"):
			c.Nullable = &yes
		case p.accept("IDENTITY"):
			c.Identity = &[2]int64{1, 1}
			if p.accept("(") {
				c.Identity[0] = p.integer()
				p.expect(",")
				c.Identity[1] = p.integer()
				p.expect(")")
			}
		case p.accept("GENERATED", "ALWAYS", "AS", "ROW"):
			if p.oneOf("START", "END") == "" {
				p.syntax()
			}
			p.accept("HIDDEN")
			c.Generated = true
		case p.accept("ROWGUIDCOL"), p.accept("SPARSE"):
		case p.accept("MASKED", "WITH"):
			c.Masked = true
			p.parentheses()
		case p.accept("ENCRYPTED", "WITH"):
			c.Encrypted = true
			p.parentheses()
		default:
			name := ""
			if p.accept("CONSTRAINT") {
				name = p.name()
			}
			if p.accept("DEFAULT") {
				c.DefaultName = name
				c.Default = p.value()
				continue
			}
			if !p.peek("PRIMARY") && !p.peek("UNIQUE") && !p.peek("FOREIGN") && !p.peek("REFERENCES") && !p.peek("CHECK") {
				if name != "" {
					p.syntax()
				}
				return c
			}
			k := p.constraint(false)
			k.Name = name
			if k.Kind != "CHECK" {
				k.Columns = []IndexColumn{{Name: c.Name}}
			}
			c.Constraints = append(c.Constraints, k)
		}
	}
}

// parentheses skips what stands between a pair of them.
func (p *parser) parentheses() {
	p.expect("(")
	for depth := 1; depth > 0; {
		switch t := p.next(); {
		case t.Class == EOF:
			p.syntax()
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		}
	}
}

// constraint reads a constraint of a table, or of one column: that one names no columns.
func (p *parser) constraint(ofTable bool) Constraint {
	k := Constraint{OnDelete: "NO ACTION", OnUpdate: "NO ACTION"}
	if p.accept("CONSTRAINT") {
		k.Name = p.name()
	}
	switch {
	case p.accept("PRIMARY", "KEY"):
		k.Kind = "PRIMARY KEY"
	case p.accept("UNIQUE"):
		k.Kind = "UNIQUE"
	case p.accept("FOREIGN", "KEY"), !ofTable && p.peek("REFERENCES"):
		k.Kind = "FOREIGN KEY"
	case p.accept("CHECK"):
		k.Kind = "CHECK"
		if p.peek("NOT", "FOR") {
			p.unsupported("NOT FOR REPLICATION")
		}
		p.expect("(")
		k.Check = p.condition()
		p.expect(")")
		return k
	default:
		p.syntax()
	}
	if k.Kind == "FOREIGN KEY" {
		if ofTable {
			for _, c := range p.names() {
				k.Columns = append(k.Columns, IndexColumn{Name: c})
			}
		}
		p.expect("REFERENCES")
		k.Ref = p.object()
		if p.peek("(") {
			k.RefCols = p.names()
		}
		for p.peek("ON", "DELETE") || p.peek("ON", "UPDATE") {
			p.at++
			onDelete := p.next().is("DELETE")
			action := ""
			switch {
			case p.accept("NO", "ACTION"):
				action = "NO ACTION"
			case p.accept("CASCADE"):
				action = "CASCADE"
			case p.accept("SET", "NULL"):
				action = "SET NULL"
			case p.accept("SET", "DEFAULT"):
				action = "SET DEFAULT"
			default:
				p.syntax()
			}
			if onDelete {
				k.OnDelete = action
			} else {
				k.OnUpdate = action
			}
		}
		return k
	}
	_ = p.accept("CLUSTERED") || p.accept("NONCLUSTERED")
	if ofTable || p.peek("(") {
		k.Columns = p.indexColumns()
	}
	return k
}

func (p *parser) indexColumns() []IndexColumn {
	p.expect("(")
	var out []IndexColumn
	for {
		c := IndexColumn{Name: p.name()}
		if c.Desc = p.accept("DESC"); !c.Desc {
			p.accept("ASC")
		}
		out = append(out, c)
		if p.accept(")") {
			return out
		}
		p.expect(",")
	}
}

func (p *parser) createIndex(start Token) Statement {
	p.expect("CREATE")
	s := &CreateIndex{Unique: p.accept("UNIQUE")}
	if s.Clustered = p.accept("CLUSTERED"); !s.Clustered {
		p.accept("NONCLUSTERED")
	}
	p.expect("INDEX")
	s.Name = p.name()
	p.expect("ON")
	s.Table = p.object()
	s.Columns = p.indexColumns()
	if p.accept("INCLUDE") {
		s.Include = p.names()
	}
	if p.accept("WHERE") {
		s.Filter = true
		s.Where = p.condition()
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) createTrigger(start Token) Statement {
	s := &CreateTrigger{Name: p.object()}
	p.expect("ON")
	s.Table = p.object()
	switch {
	case p.accept("AFTER"), p.accept("FOR"):
	case p.accept("INSTEAD", "OF"):
		s.InsteadOf = true
	default:
		p.syntax()
	}
	for {
		e := p.oneOf("INSERT", "UPDATE", "DELETE")
		if e == "" {
			p.syntax()
		}
		s.Events = append(s.Events, e)
		if !p.accept(",") {
			break
		}
	}
	p.expect("AS")
	for p.skipSemicolons(); p.tok().Class != EOF; p.skipSemicolons() {
		s.Body = append(s.Body, p.statement())
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) alterTable(start Token) Statement {
	s := &AlterTable{Table: p.object()}
	p.accept("WITH", "CHECK")
	switch {
	case p.accept("ADD"):
		for {
			if p.peek("CONSTRAINT") && p.ahead(2).is("DEFAULT") {
				p.unsupported("ALTER TABLE ADD DEFAULT")
			}
			if p.peek("CONSTRAINT") || p.peek("PRIMARY") || p.peek("UNIQUE") || p.peek("FOREIGN") || p.peek("CHECK") {
				s.Constraints = append(s.Constraints, p.constraint(true))
			} else {
				s.Columns = append(s.Columns, p.column())
			}
			if !p.accept(",") {
				break
			}
		}
	case p.accept("DROP", "COLUMN"):
		s.DropColumns = []string{p.name()}
		for p.accept(",") {
			s.DropColumns = append(s.DropColumns, p.name())
		}
	case p.accept("DROP", "CONSTRAINT"):
		s.DropNames = []string{p.name()}
	case p.peek("ENABLE", "CHANGE_TRACKING"), p.peek("DISABLE", "CHANGE_TRACKING"):
		on := p.next().is("ENABLE")
		p.at++
		s.ChangeTracking = &on
	case p.peek("ENABLE", "TRIGGER"), p.peek("DISABLE", "TRIGGER"):
		s.Enable = p.next().is("ENABLE")
		p.at++
		s.Trigger = p.name()
	default:
		p.unsupported("ALTER TABLE " + strings.ToUpper(p.tok().Text))
	}
	s.Span = p.span(start)
	return s
}
