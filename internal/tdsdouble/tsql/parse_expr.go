package tsql

import "strings"

// condition reads a predicate or a value: which of them it must be is judged where it is used.
func (p *parser) condition() Expr {
	defer p.nest()()
	x := p.conjunction()
	for p.accept("OR") {
		x = &Logic{"OR", x, p.conjunction()}
	}
	return x
}

func (p *parser) conjunction() Expr {
	x := p.negation()
	for p.accept("AND") {
		x = &Logic{"AND", x, p.negation()}
	}
	return x
}

func (p *parser) negation() Expr {
	if p.accept("NOT") {
		defer p.nest()()
		return &Not{p.negation()}
	}
	return p.predicate()
}

var comparisons = map[string]string{
	"=": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "!<": ">=", "!>": "<=",
}

func (p *parser) predicate() Expr {
	if p.peek("EXISTS", "(") {
		p.at += 2
		q := p.query()
		p.expect(")")
		return &Exists{q}
	}
	x := p.value()
	for {
		t := p.tok()
		if op, ok := comparisons[t.Text]; ok && t.Class == Symbol {
			p.at++
			if p.oneOf("ALL", "ANY", "SOME") != "" {
				p.unsupported("a quantified comparison")
			}
			x = &Compare{op, x, p.value()}
			continue
		}
		if p.accept("IS") {
			not := p.accept("NOT")
			if !p.accept("NULL") {
				if p.peek("DISTINCT") {
					p.unsupported("IS DISTINCT FROM")
				}
				p.syntax()
			}
			x = &IsNull{x, not}
			continue
		}
		not := p.peek("NOT") && (p.ahead(1).is("LIKE") || p.ahead(1).is("IN") || p.ahead(1).is("BETWEEN"))
		if not {
			p.at++
		}
		switch {
		case p.accept("LIKE"):
			l := &Like{X: x, Pattern: p.value(), Not: not}
			if p.accept("ESCAPE") {
				l.Escape = p.value()
			}
			x = l
		case p.accept("BETWEEN"):
			b := &Between{X: x, Lo: p.value(), Not: not}
			p.expect("AND")
			b.Hi = p.value()
			x = b
		case p.accept("IN"):
			x = p.in(x, not)
		default:
			return x
		}
	}
}

func (p *parser) in(x Expr, not bool) Expr {
	p.expect("(")
	in := &In{X: x, Not: not}
	if p.peek("SELECT") || p.peek("WITH") {
		in.Query = p.query()
	} else {
		in.List = p.exprs()
	}
	p.expect(")")
	return in
}

// exprs reads one or more values.
func (p *parser) exprs() []Expr {
	out := []Expr{p.value()}
	for p.accept(",") {
		out = append(out, p.value())
	}
	return out
}

// value reads a sum, the loosest form of a value.
func (p *parser) value() Expr {
	defer p.nest()()
	x := p.product()
	for {
		op := p.oneOf("+", "-", "&", "|", "^")
		if op == "" {
			return x
		}
		x = &Binary{op, x, p.product()}
	}
}

func (p *parser) product() Expr {
	x := p.unary()
	for {
		op := p.oneOf("*", "/", "%")
		if op == "" {
			return x
		}
		x = &Binary{op, x, p.unary()}
	}
}

func (p *parser) unary() Expr {
	if op := p.oneOf("-", "+", "~"); op != "" {
		defer p.nest()()
		return &Unary{op, p.unary()}
	}
	x := p.primary()
	for p.accept("COLLATE") {
		if p.peek("DATABASE_DEFAULT") {
			p.at++
			x = &Collate{x, "DATABASE_DEFAULT"}
			continue
		}
		x = &Collate{x, p.name()}
	}
	if p.peek("AT", "TIME", "ZONE") {
		p.unsupported("AT TIME ZONE")
	}
	return x
}

func (p *parser) primary() Expr {
	t := p.tok()
	switch t.Class {
	case Integer, Decimal, Float, Money, Text, Unicode, Hex:
		p.at++
		return &Literal{t.Class, t.Text}
	case Variable:
		p.at++
		return &VarRef{t.Text}
	case Global:
		p.at++
		return &GlobalRef{t.Text}
	case Symbol:
		if !p.accept("(") {
			p.syntax()
		}
		defer p.nest()()
		if p.peek("SELECT") || p.peek("WITH") {
			q := p.query()
			p.expect(")")
			return &Subquery{q}
		}
		x := p.condition()
		p.expect(")")
		return x
	case Word:
		if x := p.keyword(t); x != nil {
			return x
		}
	}
	return p.reference()
}

// keyword reads the forms that start with a reserved word, nil for any other word.
func (p *parser) keyword(t Token) Expr {
	switch strings.ToUpper(t.Text) {
	case "NULL":
		p.at++
		return &NullLiteral{}
	case "DEFAULT":
		p.at++
		return &DefaultValue{}
	case "CASE":
		return p.caseExpr()
	case "CAST", "TRY_CAST":
		if !p.ahead(1).is("(") {
			return nil
		}
		p.at += 2
		c := &Cast{X: p.value(), Try: strings.EqualFold(t.Text, "TRY_CAST")}
		p.expect("AS")
		c.Type = p.typeName()
		p.expect(")")
		return c
	case "CONVERT", "TRY_CONVERT":
		p.at++
		p.expect("(")
		c := &Cast{Type: p.typeName(), Try: strings.EqualFold(t.Text, "TRY_CONVERT")}
		p.expect(",")
		c.X = p.value()
		if p.accept(",") {
			c.Style = p.value()
		}
		p.expect(")")
		return c
	case "LEFT", "RIGHT", "COALESCE", "NULLIF", "USER", "CURRENT_USER", "CURRENT_TIMESTAMP", "CONTAINS", "UPDATE":
		if p.ahead(1).is("(") {
			p.at++
			return p.call(t)
		}
		if w := strings.ToUpper(t.Text); w == "CURRENT_TIMESTAMP" || w == "CURRENT_USER" || w == "USER" {
			p.at++
			return &Call{Name: w, Line: t.Line}
		}
	case "SESSION_USER", "SYSTEM_USER":
		p.at++
		return &Call{Name: strings.ToUpper(t.Text), Line: t.Line}
	case "IDENTITY":
		p.unsupported("IDENTITY in a query")
	}
	return nil
}

func (p *parser) caseExpr() Expr {
	defer p.nest()()
	p.expect("CASE")
	c := &Case{}
	if !p.peek("WHEN") {
		c.Operand = p.value()
	}
	for p.accept("WHEN") {
		w := When{Cond: p.condition()}
		p.expect("THEN")
		w.Then = p.value()
		c.Whens = append(c.Whens, w)
	}
	if len(c.Whens) == 0 {
		p.syntax()
	}
	if p.accept("ELSE") {
		c.Else = p.value()
	}
	p.expect("END")
	return c
}

// reference reads a column, alias.* or a function call.
func (p *parser) reference() Expr {
	t := p.tok()
	parts := []string{p.name()}
	for p.accept(".") {
		if p.accept("*") {
			return &Star{parts}
		}
		parts = append(parts, p.name())
	}
	if p.peek("(") {
		if len(parts) > 1 {
			p.unsupported("the function " + strings.Join(parts, "."))
		}
		if t.Class == Quoted {
			p.syntax()
		}
		return p.call(t)
	}
	if len(parts) > 4 {
		p.syntax()
	}
	return &Column{parts, t.Line}
}

func (p *parser) call(name Token) Expr {
	defer p.nest()()
	c := &Call{Name: strings.ToUpper(name.Text), Line: name.Line}
	p.expect("(")
	switch {
	case p.accept("*"):
		c.Star = true
		p.expect(")")
	case !p.accept(")"):
		c.Distinct = p.accept("DISTINCT")
		if c.Name == "IIF" {
			c.Args = append(c.Args, p.condition())
			p.expect(",")
		}
		c.Args = append(c.Args, p.exprs()...)
		p.expect(")")
	}
	if p.accept("WITHIN", "GROUP") {
		p.expect("(", "ORDER", "BY")
		c.Within = p.orders()
		p.expect(")")
	}
	if p.accept("OVER") {
		p.expect("(")
		c.Over = &Window{}
		if p.accept("PARTITION", "BY") {
			c.Over.Partition = p.exprs()
		}
		if p.accept("ORDER", "BY") {
			c.Over.Order = p.orders()
		}
		if p.peek("ROWS") || p.peek("RANGE") {
			p.unsupported("a window frame")
		}
		p.expect(")")
	}
	return c
}

func (p *parser) orders() []Order {
	var out []Order
	for {
		o := Order{X: p.value()}
		if p.accept("DESC") {
			o.Desc = true
		} else {
			p.accept("ASC")
		}
		out = append(out, o)
		if !p.accept(",") {
			return out
		}
	}
}
