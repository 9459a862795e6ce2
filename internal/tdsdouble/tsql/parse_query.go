package tsql

import (
	"slices"
	"strings"
)

// query reads WITH …, the body, ORDER BY and OFFSET … FETCH.
func (p *parser) query() *Query {
	defer p.nest()()
	q := &Query{With: p.with()}
	p.queryRest(q)
	return q
}

func (p *parser) queryRest(q *Query) {
	q.Body = p.body()
	if p.accept("ORDER", "BY") {
		q.Order = p.orders()
		if p.accept("OFFSET") {
			q.Offset = p.value()
			if p.oneOf("ROWS", "ROW") == "" {
				p.syntax()
			}
			if p.accept("FETCH") {
				if p.oneOf("NEXT", "FIRST") == "" {
					p.syntax()
				}
				q.Fetch = p.value()
				if p.oneOf("ROWS", "ROW") == "" {
					p.syntax()
				}
				p.expect("ONLY")
			}
		}
	}
	if p.peek("FOR") {
		p.unsupported("FOR XML, FOR JSON and FOR BROWSE")
	}
	p.option()
}

// option takes OPTION (…): these steer the plan, never the answer.
func (p *parser) option() {
	if !p.accept("OPTION") {
		return
	}
	p.expect("(")
	for {
		switch {
		case p.accept("RECOMPILE"), p.accept("FORCE", "ORDER"), p.accept("KEEP", "PLAN"), p.accept("KEEPFIXED", "PLAN"),
			p.accept("HASH", "JOIN"), p.accept("LOOP", "JOIN"), p.accept("MERGE", "JOIN"), p.accept("OPTIMIZE", "FOR", "UNKNOWN"):
		case p.accept("MAXDOP"), p.accept("FAST"):
			p.integer()
		default:
			p.unsupported("the query hint " + p.tok().Text)
		}
		if p.accept(")") {
			return
		}
		p.expect(",")
	}
}

func (p *parser) with() []CTE {
	if !p.accept("WITH") {
		return nil
	}
	var out []CTE
	for {
		c := CTE{Name: p.name()}
		if p.peek("(") {
			c.Columns = p.names()
		}
		p.expect("AS", "(")
		c.Query = p.query()
		p.expect(")")
		out = append(out, c)
		if !p.accept(",") {
			return out
		}
	}
}

func (p *parser) body() Body {
	b := p.bodyTerm()
	for {
		op := p.oneOf("UNION", "EXCEPT")
		if op == "" {
			return b
		}
		s := &SetOp{Op: op, L: b}
		if op == "UNION" {
			s.All = p.accept("ALL")
		}
		s.R = p.bodyTerm()
		b = s
	}
}

func (p *parser) bodyTerm() Body {
	b := p.bodyPrimary()
	for p.accept("INTERSECT") {
		b = &SetOp{Op: "INTERSECT", L: b, R: p.bodyPrimary()}
	}
	return b
}

func (p *parser) bodyPrimary() Body {
	defer p.nest()()
	if p.accept("(") {
		b := p.body()
		p.expect(")")
		return b
	}
	return p.selectBody()
}

func (p *parser) selectBody() *Select {
	p.expect("SELECT")
	s := &Select{}
	if p.accept("DISTINCT") {
		s.Distinct = true
	} else {
		p.accept("ALL")
	}
	s.Top = p.top()
	s.Items = p.items()
	if p.accept("INTO") {
		o := p.object()
		s.Into = &o
	}
	if p.accept("FROM") {
		s.From = p.sources()
	}
	if p.accept("WHERE") {
		s.Where = p.condition()
	}
	if p.accept("GROUP", "BY") {
		if p.peek("ROLLUP") || p.peek("CUBE") || p.peek("GROUPING") {
			p.unsupported("GROUP BY " + p.tok().Text)
		}
		s.Group = p.exprs()
	}
	if p.accept("HAVING") {
		s.Having = p.condition()
	}
	return s
}

func (p *parser) top() Expr {
	if !p.accept("TOP") {
		return nil
	}
	var x Expr
	if p.accept("(") {
		x = p.value()
		p.expect(")")
	} else {
		t := p.tok()
		if t.Class != Integer && t.Class != Variable {
			p.syntax()
		}
		x = p.primary()
	}
	if p.peek("PERCENT") || p.peek("WITH", "TIES") {
		p.unsupported("TOP " + p.tok().Text)
	}
	return x
}

func (p *parser) items() []Item {
	var out []Item
	for {
		out = append(out, p.item())
		if !p.accept(",") {
			return out
		}
	}
}

func (p *parser) item() Item {
	if p.accept("*") {
		return Item{X: &Star{}}
	}
	if p.tok().Class == Variable && p.ahead(1).is("=") {
		v := p.variable()
		p.at++
		return Item{X: p.value(), Var: v}
	}
	if p.isName() && p.ahead(1).is("=") { // alias = expression
		alias := p.name()
		p.at++
		return Item{X: p.value(), Alias: alias}
	}
	it := Item{X: p.value()}
	if p.accept("AS") {
		if t := p.tok(); t.Class == Text || t.Class == Unicode {
			it.Alias = p.next().Text
		} else {
			it.Alias = p.name()
		}
	} else if t := p.tok(); t.Class == Quoted || t.Class == Text || t.Class == Word && p.isName() && !p.ends() {
		it.Alias = p.next().Text
	}
	return it
}

func (p *parser) sources() []Source {
	out := []Source{p.joined()}
	for p.accept(",") {
		out = append(out, p.joined())
	}
	return out
}

func (p *parser) joined() Source {
	defer p.nest()()
	l := p.source()
	for {
		kind := ""
		switch {
		case p.accept("JOIN"), p.accept("INNER", "JOIN"):
			kind = "INNER"
		case p.accept("LEFT", "JOIN"), p.accept("LEFT", "OUTER", "JOIN"):
			kind = "LEFT"
		case p.accept("RIGHT", "JOIN"), p.accept("RIGHT", "OUTER", "JOIN"):
			kind = "RIGHT"
		case p.accept("FULL", "JOIN"), p.accept("FULL", "OUTER", "JOIN"):
			kind = "FULL"
		case p.accept("CROSS", "JOIN"):
			l = &Join{Kind: "CROSS", L: l, R: p.source()}
			continue
		case p.peek("CROSS", "APPLY"), p.peek("OUTER", "APPLY"):
			p.unsupported("APPLY")
		case p.peek("INNER"), p.peek("LEFT"), p.peek("RIGHT"), p.peek("FULL"):
			if p.ahead(2).is("JOIN") || p.ahead(3).is("JOIN") {
				p.unsupported("a join hint")
			}
			p.syntax()
		case p.peek("PIVOT"), p.peek("UNPIVOT"):
			p.unsupported(strings.ToUpper(p.tok().Text))
		default:
			return l
		}
		j := &Join{Kind: kind, L: l, R: p.source()}
		p.expect("ON")
		j.On = p.condition()
		l = j
	}
}

func (p *parser) source() Source {
	if p.accept("(") {
		switch {
		case p.accept("VALUES"):
			v := &Values{Rows: p.rows()}
			p.expect(")")
			v.Alias, v.Columns = p.alias(true)
			if v.Columns == nil {
				p.syntax()
			}
			return v
		case p.peek("SELECT"), p.peek("WITH"):
			d := &Derived{Query: p.query()}
			p.expect(")")
			d.Alias, d.Columns = p.alias(true)
			return d
		}
		s := p.joined()
		p.expect(")")
		return s
	}
	if t := p.tok(); t.Class == Variable {
		p.unsupported("a table variable")
	}
	t := p.tok()
	if t.Class == Word && p.ahead(1).is("(") && p.isName() && !p.ahead(2).is("NOLOCK") {
		p.at++
		c := &TableCall{Name: strings.ToUpper(t.Text), Line: t.Line}
		p.expect("(")
		if !p.accept(")") {
			c.Args = p.exprs()
			p.expect(")")
		}
		if p.peek("WITH") {
			p.unsupported(c.Name + " WITH")
		}
		c.Alias, _ = p.alias(false)
		return c
	}
	tab := &Table{Object: p.object()}
	if tab.Object.Schema != "" && p.peek("(") {
		p.at++
		c := &TableCall{Name: strings.ToUpper(tab.Object.Schema + "." + tab.Object.Name), Line: t.Line}
		if !p.accept(")") {
			c.Args = p.exprs()
			p.expect(")")
		}
		c.Alias, _ = p.alias(false)
		return c
	}
	if p.peek("FOR", "SYSTEM_TIME") || p.peek("TABLESAMPLE") {
		p.unsupported(p.tok().Text)
	}
	tab.Hints = p.hints()
	tab.Alias, _ = p.alias(false)
	tab.Hints = append(tab.Hints, p.hints()...)
	return tab
}

func (p *parser) alias(required bool) (string, []string) {
	var alias string
	switch {
	case p.accept("AS"):
		alias = p.name()
	case p.isName() && (!p.ends() || p.tok().Class == Quoted):
		alias = p.name()
	case required:
		p.syntax()
	}
	if alias != "" && p.peek("(") && required {
		return alias, p.names()
	}
	return alias, nil
}

var tableHints = []string{
	"NOLOCK", "READUNCOMMITTED", "READCOMMITTED", "READCOMMITTEDLOCK", "REPEATABLEREAD", "SERIALIZABLE", "HOLDLOCK", "UPDLOCK",
	"XLOCK", "ROWLOCK", "PAGLOCK", "TABLOCK", "TABLOCKX", "READPAST", "NOWAIT", "FORCESEEK", "FORCESCAN",
}

// hints reads WITH (…); WITH is never left out.
func (p *parser) hints() []string {
	if !p.peek("WITH", "(") {
		return nil
	}
	p.at += 2
	var out []string
	for {
		h := strings.ToUpper(p.tok().Text)
		if p.tok().Class != Word || !slices.Contains(tableHints, h) {
			p.unsupported("the table hint " + h)
		}
		p.at++
		out = append(out, h)
		if p.accept(")") {
			return out
		}
		p.accept(",")
	}
}

// rows reads (…), (…) after VALUES.
func (p *parser) rows() [][]Expr {
	var out [][]Expr
	for {
		p.expect("(")
		out = append(out, p.exprs())
		p.expect(")")
		if !p.accept(",") {
			return out
		}
	}
}
