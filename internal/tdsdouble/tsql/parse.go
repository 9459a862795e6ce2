package tsql

import (
	"slices"
	"strconv"
	"strings"

	"dossier/internal/tdsdouble/value"
)

// Parse reads a batch. What is not T-SQL is error 102, what is but the double does not know is a
// 'double: … not supported'.
func Parse(src string) ([]Statement, error) {
	toks, err := Lex(src)
	if err != nil {
		return nil, err
	}
	p := &parser{src: src, toks: toks}
	var out []Statement
	err = p.catch(func() {
		for p.skipSemicolons(); p.tok().Class != EOF; p.skipSemicolons() {
			out = append(out, p.statement())
		}
	})
	return out, err
}

// ParseParams reads the declarations of sp_executesql: "@p1 int, @p2 nvarchar(20) output".
func ParseParams(src string) ([]VarDef, error) {
	toks, err := Lex(src)
	if err != nil {
		return nil, err
	}
	p := &parser{src: src, toks: toks}
	var out []VarDef
	err = p.catch(func() {
		for p.tok().Class != EOF {
			d := VarDef{Name: p.variable()}
			p.accept("AS")
			d.Type = p.typeName()
			if p.accept("OUTPUT") || p.accept("OUT") {
				p.unsupported("an output parameter")
			}
			out = append(out, d)
			if p.tok().Class != EOF {
				p.expect(",")
			}
		}
	})
	return out, err
}

// maxDepth bounds nesting, so that no text can exhaust the stack.
const maxDepth = 200

type parser struct {
	src   string
	toks  []Token
	at    int
	depth int
}

// failure carries an error out of the recursive descent.
type failure struct{ err error }

func (p *parser) catch(f func()) (err error) {
	defer func() {
		switch x := recover().(type) {
		case nil:
		case failure:
			err = x.err
		default:
			panic(x)
		}
	}()
	f()
	return nil
}

func (p *parser) nest() func() {
	p.depth++
	if p.depth > maxDepth {
		panic(failure{errAt(p.tok().Line, 191, "Some part of your SQL statement is nested too deeply. Rewrite the query or break it up into smaller queries.")})
	}
	return func() { p.depth-- }
}

func (p *parser) tok() Token        { return p.toks[p.at] }
func (p *parser) ahead(n int) Token { return p.toks[min(p.at+n, len(p.toks)-1)] }

func (p *parser) next() Token {
	t := p.toks[p.at]
	if t.Class != EOF {
		p.at++
	}
	return t
}

func (p *parser) syntax() {
	t := p.tok()
	if t.Class == EOF {
		panic(failure{errAt(t.Line, 102, "Incorrect syntax near the end of the batch.")})
	}
	if t.Class == Word && reserved[strings.ToUpper(t.Text)] {
		panic(failure{errAt(t.Line, 156, "Incorrect syntax near the keyword '%s'.", t.Text)})
	}
	panic(failure{errAt(t.Line, 102, "Incorrect syntax near '%s'.", t.Text)})
}

func (p *parser) unsupported(what string) {
	e := value.Unsupported("%s", what)
	e.Line = int32(p.tok().Line)
	panic(failure{e})
}

func (t Token) is(s string) bool {
	return (t.Class == Word || t.Class == Symbol) && strings.EqualFold(t.Text, s)
}

// peek tells whether the next tokens are these words or symbols.
func (p *parser) peek(words ...string) bool {
	for i, w := range words {
		if !p.ahead(i).is(w) {
			return false
		}
	}
	return true
}

// accept takes the words when they come next.
func (p *parser) accept(words ...string) bool {
	if !p.peek(words...) {
		return false
	}
	p.at += len(words)
	return true
}

func (p *parser) expect(words ...string) {
	for _, w := range words {
		if !p.accept(w) {
			p.syntax()
		}
	}
}

// oneOf takes the next word when it is one of these, and returns it in upper case.
func (p *parser) oneOf(words ...string) string {
	for _, w := range words {
		if p.accept(w) {
			return w
		}
	}
	return ""
}

func (p *parser) skipSemicolons() {
	for p.accept(";") {
	}
}

// name reads an identifier. A reserved word must be quoted.
func (p *parser) name() string {
	t := p.tok()
	if t.Class != Quoted && (t.Class != Word || reserved[strings.ToUpper(t.Text)]) {
		p.syntax()
	}
	p.at++
	return t.Text
}

func (p *parser) isName() bool {
	t := p.tok()
	return t.Class == Quoted || t.Class == Word && !reserved[strings.ToUpper(t.Text)]
}

func (p *parser) names() []string {
	p.expect("(")
	out := []string{p.name()}
	for p.accept(",") {
		out = append(out, p.name())
	}
	p.expect(")")
	return out
}

func (p *parser) variable() string {
	if p.tok().Class != Variable {
		p.syntax()
	}
	return p.next().Text
}

// object reads a name of up to four parts; db..table leaves the schema empty.
func (p *parser) object() Object {
	line := p.tok().Line
	parts := []string{p.name()}
	for p.accept(".") {
		if p.peek(".") {
			parts = append(parts, "")
			continue
		}
		parts = append(parts, p.name())
	}
	if len(parts) > 4 {
		panic(failure{errAt(line, 117, "The object name '%s' contains more than the maximum number of prefixes. The maximum is 3.", strings.Join(parts, "."))})
	}
	parts = append(make([]string, 4-len(parts)), parts...)
	return Object{Server: parts[0], Database: parts[1], Schema: parts[2], Name: parts[3], Line: line}
}

func (p *parser) typeName() Type {
	t := Type{}
	first := p.tok()
	t.Name = p.name()
	if p.accept(".") { // sys.sysname, dbo.type
		t.Name = p.name()
	}
	if first.Class == Word && strings.EqualFold(t.Name, "double") && p.accept("PRECISION") {
		t.Name = "float"
	}
	if p.accept("(") {
		for {
			neg := p.accept("-")
			switch tok := p.next(); {
			case tok.Class == Integer:
				n, err := strconv.Atoi(tok.Text)
				if err != nil {
					p.syntax()
				}
				if neg {
					n = -n - 1 // never the -1 of max
				}
				t.Args = append(t.Args, n)
			case tok.is("max") && !neg:
				t.Args = append(t.Args, value.Max)
			default:
				p.at--
				p.syntax()
			}
			if p.accept(")") {
				break
			}
			p.expect(",")
		}
	}
	return t
}

func (p *parser) integer() int64 {
	neg := p.accept("-")
	t := p.tok()
	n, err := strconv.ParseInt(t.Text, 10, 64)
	if t.Class != Integer || err != nil {
		p.syntax()
	}
	p.at++
	if neg {
		n = -n
	}
	return n
}

// span closes a statement that began at start.
func (p *parser) span(start Token) Span {
	end := start.End
	if p.at > 0 {
		end = p.toks[p.at-1].End
	}
	return Span{Line: start.Line, Start: start.Pos, End: end}
}

// reserved are the words that cannot be a name without quotes.
var reserved = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`ADD ALL ALTER AND ANY AS ASC BEGIN BETWEEN BREAK BY CASE CHECK CLOSE CLUSTERED
		COALESCE COLLATE COLUMN COMMIT CONSTRAINT CONTAINS CONTINUE CONVERT CREATE CROSS CURRENT CURRENT_TIMESTAMP
		CURRENT_USER CURSOR DATABASE DECLARE DEFAULT DELETE DENY DESC DISTINCT DROP ELSE END ESCAPE EXCEPT EXEC EXECUTE
		EXISTS FETCH FOR FOREIGN FROM FULL FUNCTION GOTO GRANT GROUP HAVING HOLDLOCK IDENTITY IF IN INDEX INNER INSERT
		INTERSECT INTO IS JOIN KEY LEFT LIKE MERGE NOT NULL NULLIF OF OFF ON OPEN OPTION OR ORDER OUTER OVER PERCENT
		PIVOT PRIMARY PRINT PROC PROCEDURE RAISERROR REFERENCES RETURN REVOKE RIGHT ROLLBACK SAVE SCHEMA SELECT SET
		SOME TABLE THEN TO TOP TRAN TRANSACTION TRIGGER TRUNCATE TRY_CONVERT UNION UNIQUE UNPIVOT UPDATE USE USER
		VALUES VIEW WAITFOR WHEN WHERE WHILE WITH WITHIN`) {
		m[w] = true
	}
	return m
}()

// ends tells whether a statement may end here: at the end, a semicolon or the start of another statement.
func (p *parser) ends() bool {
	t := p.tok()
	return t.Class == EOF || t.is(";") || t.Class == Word && slices.Contains(starters, strings.ToUpper(t.Text))
}

var starters = []string{
	"SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP", "TRUNCATE", "USE", "SET", "DECLARE", "BEGIN", "COMMIT",
	"ROLLBACK", "SAVE", "WAITFOR", "IF", "ELSE", "END", "RAISERROR", "THROW", "PRINT", "EXEC", "EXECUTE", "GRANT", "DENY", "REVOKE",
	"WITH", "MERGE", "WHILE", "RETURN", "DISABLE", "ENABLE", "GO",
}
