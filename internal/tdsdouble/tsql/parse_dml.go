package tsql

func (p *parser) insert(start Token, with []CTE) Statement {
	p.expect("INSERT")
	if p.peek("BULK") {
		return p.insertBulk(start)
	}
	if p.peek("TOP") {
		p.unsupported("INSERT TOP")
	}
	p.accept("INTO")
	s := &Insert{With: with, Target: p.object()}
	p.hints()
	if p.peek("(") {
		s.Columns = p.names()
	}
	s.Output = p.output()
	switch {
	case p.accept("DEFAULT", "VALUES"):
		s.Rows = [][]Expr{{}}
	case p.accept("VALUES"):
		s.Rows = p.rows()
	case p.peek("SELECT"), p.peek("WITH"), p.peek("("):
		s.Query = p.query()
	case p.peek("EXEC"), p.peek("EXECUTE"):
		p.unsupported("INSERT … EXEC")
	default:
		p.syntax()
	}
	p.option()
	s.Span = p.span(start)
	return s
}

func (p *parser) insertBulk(start Token) Statement {
	p.expect("BULK")
	s := &InsertBulk{Table: p.object()}
	p.expect("(")
	for {
		c := ColumnDef{Name: p.name(), Type: p.typeName()}
		if p.accept("COLLATE") {
			c.Collation = p.name()
		}
		s.Columns = append(s.Columns, c)
		if p.accept(")") {
			break
		}
		p.expect(",")
	}
	if p.accept("WITH") {
		p.expect("(")
		for {
			switch {
			case p.accept("CHECK_CONSTRAINTS"), p.accept("KEEP_NULLS"), p.accept("TABLOCK"):
			case p.accept("KILOBYTES_PER_BATCH"), p.accept("ROWS_PER_BATCH"):
				p.expect("=")
				p.integer()
			default:
				p.unsupported("the bulk option " + p.tok().Text)
			}
			if p.accept(")") {
				break
			}
			p.expect(",")
		}
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) output() *Output {
	if !p.accept("OUTPUT") {
		return nil
	}
	o := &Output{Items: p.items()}
	if p.accept("INTO") {
		if p.tok().Class == Variable {
			p.unsupported("a table variable")
		}
		into := p.object()
		o.Into = &into
	}
	return o
}

// target reads what UPDATE and DELETE change.
func (p *parser) target() Table {
	t := Table{Object: p.object()}
	t.Hints = p.hints()
	return t
}

func (p *parser) update(start Token, with []CTE) Statement {
	p.expect("UPDATE")
	s := &Update{With: with, Top: p.top(), Target: p.target()}
	p.expect("SET")
	for {
		if p.tok().Class == Variable {
			p.unsupported("SET @variable in UPDATE")
		}
		a := Assign{Column: p.name()}
		for p.accept(".") {
			a.Column = p.name()
		}
		a.Op = p.oneOf("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=")
		if a.Op == "" {
			p.syntax()
		}
		a.X = p.value()
		s.Set = append(s.Set, a)
		if !p.accept(",") {
			break
		}
	}
	s.Output = p.output()
	if p.accept("FROM") {
		s.From = p.sources()
	}
	if p.accept("WHERE") {
		s.Where = p.where()
	}
	p.option()
	s.Span = p.span(start)
	return s
}

func (p *parser) delete(start Token, with []CTE) Statement {
	p.expect("DELETE")
	s := &Delete{With: with, Top: p.top()}
	p.accept("FROM")
	s.Target = p.target()
	s.Output = p.output()
	if p.accept("FROM") {
		s.From = p.sources()
	}
	if p.accept("WHERE") {
		s.Where = p.where()
	}
	p.option()
	s.Span = p.span(start)
	return s
}

func (p *parser) where() Expr {
	if p.peek("CURRENT", "OF") {
		p.unsupported("WHERE CURRENT OF")
	}
	return p.condition()
}
