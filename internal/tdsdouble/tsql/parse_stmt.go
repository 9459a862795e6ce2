package tsql

import (
	"slices"
	"strings"
)

func (p *parser) statement() Statement {
	defer p.nest()()
	start := p.tok()
	if start.Class != Word && !start.is("(") {
		p.syntax()
	}
	switch strings.ToUpper(start.Text) {
	case "WITH":
		return p.withStatement(start)
	case "SELECT", "(":
		q := p.query()
		return &SelectStmt{p.span(start), q}
	case "INSERT":
		return p.insert(start, nil)
	case "UPDATE":
		return p.update(start, nil)
	case "DELETE":
		return p.delete(start, nil)
	case "CREATE", "ALTER", "DROP", "TRUNCATE":
		return p.definition(start)
	case "USE":
		p.at++
		db := p.name()
		return &Use{p.span(start), db}
	case "SET":
		return p.set(start)
	case "DECLARE":
		return p.declare(start)
	case "BEGIN":
		return p.begin(start)
	case "COMMIT", "ROLLBACK", "SAVE":
		return p.transaction(start)
	case "WAITFOR":
		p.at++
		p.expect("DELAY")
		x := p.value()
		return &WaitFor{p.span(start), x}
	case "IF":
		p.at++
		s := &If{Cond: p.condition()}
		s.Then = p.statement()
		semi := p.at
		p.skipSemicolons()
		if p.accept("ELSE") {
			s.Else = p.statement()
		} else {
			p.at = semi
		}
		s.Span = p.span(start)
		return s
	case "RAISERROR", "THROW":
		return p.raise(start)
	case "PRINT":
		p.at++
		x := p.value()
		return &Print{p.span(start), x}
	case "EXEC", "EXECUTE":
		return p.exec(start)
	case "GRANT", "DENY", "REVOKE":
		return p.grant(start)
	case "DISABLE", "ENABLE":
		p.at++
		p.expect("TRIGGER")
		s := &AlterTable{Trigger: p.object().Name, Enable: start.is("ENABLE")}
		p.expect("ON")
		s.Table = p.object()
		s.Span = p.span(start)
		return s
	}
	if isName := !reserved[strings.ToUpper(start.Text)]; isName && p.at == 0 {
		return p.bareExec(start) // a batch may begin with a procedure's name
	}
	if reserved[strings.ToUpper(start.Text)] || slices.Contains(starters, strings.ToUpper(start.Text)) {
		p.unsupported("the statement " + strings.ToUpper(start.Text))
	}
	p.syntax()
	return nil
}

func (p *parser) withStatement(start Token) Statement {
	with := p.with()
	switch {
	case p.peek("SELECT"), p.peek("("):
		q := &Query{With: with}
		p.queryRest(q)
		return &SelectStmt{p.span(start), q}
	case p.peek("INSERT"):
		return p.insert(start, with)
	case p.peek("UPDATE"):
		return p.update(start, with)
	case p.peek("DELETE"):
		return p.delete(start, with)
	case p.peek("MERGE"):
		p.unsupported("MERGE")
	}
	p.syntax()
	return nil
}

func (p *parser) set(start Token) Statement {
	p.expect("SET")
	if p.tok().Class == Variable {
		s := &SetVar{Name: p.variable()}
		op := p.oneOf("=", "+=", "-=")
		if op == "" {
			p.syntax()
		}
		s.X = p.value()
		if op != "=" {
			s.X = &Binary{op[:1], &VarRef{s.Name}, s.X}
		}
		s.Span = p.span(start)
		return s
	}
	s := &SetOption{}
	if p.accept("TRANSACTION", "ISOLATION", "LEVEL") {
		s.Name = "TRANSACTION ISOLATION LEVEL"
		for !p.ends() {
			s.Value = strings.TrimSpace(s.Value + " " + strings.ToUpper(p.next().Text))
		}
		s.Span = p.span(start)
		return s
	}
	s.Name = strings.ToUpper(p.name())
	if s.Name == "IDENTITY_INSERT" {
		o := p.object()
		s.Value = strings.Join([]string{o.Database, o.Schema, o.Name}, ".")
		v := p.oneOf("ON", "OFF")
		if v == "" {
			p.syntax()
		}
		s.Value += " " + v
		s.Span = p.span(start)
		return s
	}
	for p.accept(",") { // SET ANSI_NULLS, QUOTED_IDENTIFIER ON
		s.Name += "," + strings.ToUpper(p.name())
	}
	switch t := p.tok(); {
	case t.is("ON"), t.is("OFF"):
		p.at++
		s.Value = strings.ToUpper(t.Text)
	case t.Class == Integer, t.is("-"):
		neg := p.accept("-")
		s.Value = p.next().Text
		if neg {
			s.Value = "-" + s.Value
		}
	case t.Class == Text, t.Class == Word:
		p.at++
		s.Value = t.Text
	default:
		p.syntax()
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) declare(start Token) Statement {
	p.expect("DECLARE")
	s := &Declare{}
	for {
		d := VarDef{Name: p.variable()}
		p.accept("AS")
		if p.peek("TABLE") {
			p.unsupported("a table variable")
		}
		if p.peek("CURSOR") {
			p.unsupported("a cursor")
		}
		d.Type = p.typeName()
		if p.accept("=") {
			d.X = p.value()
		}
		s.Vars = append(s.Vars, d)
		if !p.accept(",") {
			break
		}
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) begin(start Token) Statement {
	if p.ahead(1).is("TRAN") || p.ahead(1).is("TRANSACTION") {
		return p.transaction(start)
	}
	p.expect("BEGIN")
	if p.accept("TRY") {
		s := &Try{Body: p.block("TRY")}
		p.skipSemicolons()
		p.expect("BEGIN", "CATCH")
		s.Catch = p.block("CATCH")
		s.Span = p.span(start)
		return s
	}
	s := &Block{Body: p.block("")}
	s.Span = p.span(start)
	return s
}

// block reads statements up to END and the word after it.
func (p *parser) block(word string) []Statement {
	var out []Statement
	for p.skipSemicolons(); !p.peek("END"); p.skipSemicolons() {
		out = append(out, p.statement())
	}
	p.expect("END")
	if word != "" {
		p.expect(word)
	}
	return out
}

func (p *parser) transaction(start Token) Statement {
	s := &Transaction{Verb: strings.ToUpper(p.next().Text)}
	named := p.oneOf("TRANSACTION", "TRAN") != ""
	if !named && s.Verb != "BEGIN" && s.Verb != "SAVE" {
		p.accept("WORK")
	} else if !named {
		p.syntax()
	}
	if named && (p.isName() || p.tok().Class == Variable) && (!p.ends() || p.tok().Class == Quoted) {
		if p.tok().Class == Variable {
			p.unsupported("a transaction named by a variable")
		}
		s.Name = p.name()
	}
	if s.Verb == "SAVE" && s.Name == "" {
		p.syntax()
	}
	if p.peek("WITH", "MARK") {
		p.unsupported("WITH MARK")
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) raise(start Token) Statement {
	s := &Raise{Throw: p.next().is("THROW")}
	switch {
	case !s.Throw:
		p.expect("(")
		s.Args = p.exprs()
		p.expect(")")
		if p.accept("WITH") && p.oneOf("NOWAIT", "LOG", "SETERROR") == "" {
			p.syntax()
		}
	case !p.ends():
		s.Args = p.exprs()
		if len(s.Args) != 3 {
			p.syntax()
		}
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) exec(start Token) Statement {
	p.at++
	if p.peek("(") || p.tok().Class == Variable {
		p.unsupported("EXEC of a string and of a returned status")
	}
	return p.bareExec(start)
}

func (p *parser) bareExec(start Token) Statement {
	o := p.object()
	s := &Exec{Name: strings.ToLower(o.Name)}
	for !p.ends() {
		a := Arg{}
		if p.tok().Class == Variable && p.ahead(1).is("=") {
			a.Name = p.variable()
			p.at++
		}
		if t := p.tok(); t.Class == Word && p.isName() && !p.ahead(1).is("(") {
			p.at++
			a.X = &Literal{Unicode, t.Text} // a bare word is a string here
		} else {
			a.X = p.value()
		}
		if p.peek("OUTPUT") || p.peek("OUT") {
			p.unsupported("an output parameter")
		}
		s.Args = append(s.Args, a)
		if !p.accept(",") {
			break
		}
	}
	s.Span = p.span(start)
	return s
}

func (p *parser) grant(start Token) Statement {
	s := &Grant{Verb: strings.ToUpper(p.next().Text)}
	for {
		perm := p.oneOf("SELECT", "INSERT", "UPDATE", "DELETE", "ALTER", "EXECUTE", "REFERENCES")
		switch {
		case perm != "":
		case p.accept("VIEW", "DEFINITION"):
			perm = "VIEW DEFINITION"
		case p.accept("CONTROL"):
			perm = "CONTROL"
		default:
			p.unsupported("the permission " + p.tok().Text)
		}
		if p.peek("(") {
			p.unsupported("a permission on columns")
		}
		s.Permissions = append(s.Permissions, perm)
		if !p.accept(",") {
			break
		}
	}
	if p.accept("ON") {
		if p.accept("OBJECT") {
			p.expect("::")
		}
		if p.peek("SCHEMA") || p.peek("DATABASE") {
			p.unsupported("a permission on a " + strings.ToLower(p.tok().Text))
		}
		o := p.object()
		s.On = &o
	}
	if p.oneOf("TO", "FROM") == "" {
		p.syntax()
	}
	s.To = []string{p.name()}
	for p.accept(",") {
		s.To = append(s.To, p.name())
	}
	s.Span = p.span(start)
	return s
}
