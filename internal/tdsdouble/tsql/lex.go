// Package tsql reads the part of Transact-SQL that the double runs: a tokenizer, a syntax tree and a parser
// that refuses whatever it does not know.
package tsql

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/internal/tdsdouble/value"
)

// Class is what kind of token it is.
type Class uint8

// The classes of token.
const (
	EOF      Class = iota
	Word           // a bare identifier or keyword
	Quoted         // [identifier] or "identifier"
	Variable       // @name
	Global         // @@name
	Integer
	Decimal
	Float
	Money
	Text    // 'text'
	Unicode // N'text'
	Hex     // 0x1F
	Symbol  // an operator or punctuation
)

// Token is one word of T-SQL. Text holds the value without quotes, brackets, @ or 0x.
type Token struct {
	Class Class
	Text  string
	Line  int
	Pos   int // byte offset where it starts
	End   int // byte offset after it
}

// Lex cuts a batch into tokens, the last one EOF. An unclosed string is error 105, an unclosed comment 113,
// a character outside the language 102.
func Lex(src string) ([]Token, error) {
	l := lexer{src: src, line: 1}
	var out []Token
	for {
		t, err := l.next()
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		if t.Class == EOF {
			return out, nil
		}
	}
}

type lexer struct {
	src  string
	pos  int
	line int
}

func (l *lexer) peek(n int) byte {
	if l.pos+n < len(l.src) {
		return l.src[l.pos+n]
	}
	return 0
}

// blanks skips white space and comments, which nest.
func (l *lexer) blanks() error {
	for l.pos < len(l.src) {
		switch c := l.src[l.pos]; {
		case c == '\n':
			l.line++
			l.pos++
		case c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v':
			l.pos++
		case strings.HasPrefix(l.src[l.pos:], "\u00A0"), strings.HasPrefix(l.src[l.pos:], "\uFEFF"):
			_, n := utf8.DecodeRuneInString(l.src[l.pos:])
			l.pos += n
		case c == '-' && l.peek(1) == '-':
			for l.pos < len(l.src) && l.src[l.pos] != '\n' {
				l.pos++
			}
		case c == '/' && l.peek(1) == '*':
			start := l.line
			depth := 0
			for {
				switch {
				case l.pos >= len(l.src):
					return errAt(start, 113, "Missing end comment mark '*/'.")
				case l.peek(0) == '/' && l.peek(1) == '*':
					depth++
					l.pos += 2
				case l.peek(0) == '*' && l.peek(1) == '/':
					depth--
					l.pos += 2
				default:
					if l.peek(0) == '\n' {
						l.line++
					}
					l.pos++
				}
				if depth == 0 {
					break
				}
			}
		default:
			return nil
		}
	}
	return nil
}

func errAt(line int, number int32, format string, args ...any) error {
	e := value.Errorf(number, 15, 1, format, args...)
	e.Line = int32(line)
	return e
}

var symbols = []string{"<>", "<=", ">=", "!=", "!<", "!>", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "::"}

func (l *lexer) next() (Token, error) {
	if err := l.blanks(); err != nil {
		return Token{}, err
	}
	t := Token{Line: l.line, Pos: l.pos}
	if l.pos >= len(l.src) {
		t.End = l.pos
		return t, nil
	}
	var err error
	r, size := utf8.DecodeRuneInString(l.src[l.pos:])
	switch {
	case (r == 'N' || r == 'n') && l.peek(1) == '\'':
		l.pos++
		t.Class = Unicode
		t.Text, err = l.quoted('\'', '\'')
	case r == '\'':
		t.Class = Text
		t.Text, err = l.quoted('\'', '\'')
	case r == '[':
		t.Class = Quoted
		t.Text, err = l.quoted('[', ']')
	case r == '"':
		t.Class = Quoted
		t.Text, err = l.quoted('"', '"')
	case r == '@':
		t.Class = Variable
		l.pos++
		if l.peek(0) == '@' {
			t.Class = Global
			l.pos++
		}
		t.Text = l.word()
		if t.Text == "" {
			err = errAt(l.line, 102, "Incorrect syntax near '@'.")
		}
	case r == '0' && (l.peek(1) == 'x' || l.peek(1) == 'X'):
		l.pos += 2
		start := l.pos
		for isHex(l.peek(0)) {
			l.pos++
		}
		t.Class, t.Text = Hex, l.src[start:l.pos]
	case isDigit(byte(r)) && size == 1, r == '.' && isDigit(l.peek(1)):
		t.Class, t.Text = l.number()
	case (r == '$' || r == '£' || r == '€') && (isDigit(l.peek(size)) || l.peek(size) == '.'):
		l.pos += size
		_, t.Text = l.number()
		t.Class = Money
	case isWordStart(r):
		t.Class, t.Text = Word, l.word()
	default:
		t.Class = Symbol
		for _, s := range symbols {
			if strings.HasPrefix(l.src[l.pos:], s) {
				t.Text = s
			}
		}
		if t.Text == "" && strings.ContainsRune("+-*/%&|^~=<>(),.;:$", r) {
			t.Text = string(r)
		}
		if t.Text == "" {
			err = errAt(l.line, 102, "Incorrect syntax near '%c'.", r)
		}
		l.pos += len(t.Text)
	}
	t.End = l.pos
	return t, err
}

// quoted reads up to the closing mark; the mark twice stands for itself.
func (l *lexer) quoted(open, end byte) (string, error) {
	start := l.line
	l.pos++
	var b strings.Builder
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		l.pos++
		if c == end {
			if l.peek(0) != end {
				if open != '\'' && b.Len() == 0 {
					return "", errAt(start, 1038, "An object or column name is missing or empty.")
				}
				return b.String(), nil
			}
			l.pos++
		}
		if c == '\n' {
			l.line++
		}
		b.WriteByte(c)
	}
	return "", errAt(start, 105, "Unclosed quotation mark after the character string '%s'.", b.String())
}

func (l *lexer) number() (Class, string) {
	start, class := l.pos, Integer
	for isDigit(l.peek(0)) {
		l.pos++
	}
	if l.peek(0) == '.' {
		class = Decimal
		l.pos++
		for isDigit(l.peek(0)) {
			l.pos++
		}
	}
	if c := l.peek(0); c == 'e' || c == 'E' {
		n := 1
		if s := l.peek(1); s == '+' || s == '-' {
			n = 2
		}
		if isDigit(l.peek(n)) {
			class = Float
			for l.pos += n; isDigit(l.peek(0)); {
				l.pos++
			}
		}
	}
	return class, l.src[start:l.pos]
}

func (l *lexer) word() string {
	start := l.pos
	for l.pos < len(l.src) {
		r, size := utf8.DecodeRuneInString(l.src[l.pos:])
		if !isWordStart(r) && !unicode.IsDigit(r) && r != '@' && r != '$' {
			break
		}
		l.pos += size
	}
	return l.src[start:l.pos]
}

func isWordStart(r rune) bool { return r == '_' || r == '#' || unicode.IsLetter(r) }
func isDigit(c byte) bool     { return c >= '0' && c <= '9' }
func isHex(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
