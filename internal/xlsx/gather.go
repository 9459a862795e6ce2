package xlsx

import (
	"bytes"
	"context"
	"strings"
)

// gatherer gathers the texts of XML that is not a sheet's cells. Runs of one paragraph make one text.
type gatherer struct {
	what, sheet string
	drawing     bool // VML: only what stands within a text box counts
	boxes       int  // how many text boxes the current place is within
	mute        string
	buf         []byte
	do          func(Aside) error
}

// part gathers the texts of a whole part.
func (g *gatherer) part(ctx context.Context, w *Workbook, name string) error {
	text, err := w.parts.open(ctx, name)
	if err != nil {
		return err
	}
	defer text.Close()
	s := newScanner(text, name, 32<<10)
	for {
		kind, err := s.next()
		if err != nil {
			return err
		}
		if err := g.token(kind, s); err != nil {
			return err
		}
		if kind == endOfPart {
			return nil
		}
	}
}

// token takes one token in.
func (g *gatherer) token(kind tokenKind, s *scanner) error {
	if g.mute != "" && kind != endOfPart {
		if kind == endTag && string(s.name) == g.mute {
			g.mute = ""
		}
		return nil
	}
	switch kind {
	case textToken:
		if g.drawing && g.boxes == 0 {
			return nil
		}
		text, err := unescape(bytes.Clone(s.text))
		if err != nil {
			return damaged(s.part, "%v", err)
		}
		return g.add(text)
	case cdataToken:
		return g.add(s.text)
	case startTag, emptyTag:
		return g.tag(kind, s)
	case endTag:
		if g.drawing && string(s.name) == "textbox" {
			g.boxes = max(0, g.boxes-1)
		}
		if runs[string(s.name)] {
			return nil
		}
	}
	return g.flush()
}

// maxAside bounds one text: a longer one is told in pieces.
const maxAside = 64 << 10

func (g *gatherer) add(text []byte) error {
	g.buf = append(g.buf, text...)
	if len(g.buf) > maxAside {
		return g.flush()
	}
	return nil
}

func (g *gatherer) flush() error {
	text := strings.TrimSpace(string(unescapeX(g.buf)))
	if g.what == headerOrFooter {
		text = pageMarks(text)
	}
	g.buf = g.buf[:0]
	if text == "" {
		return nil
	}
	return g.do(Aside{What: g.what, Sheet: g.sheet, Text: text})
}

// tag gathers the attributes that hold texts.
func (g *gatherer) tag(kind tokenKind, s *scanner) error {
	name := string(s.name)
	switch {
	case name == "br":
		return g.add([]byte{'\n'})
	case muted[name] || muted[g.what+name]:
		if kind == startTag {
			g.mute = name
		}
		return nil
	case g.drawing && name == "textbox" && kind == startTag:
		g.boxes++
	}
	if !runs[name] {
		if err := g.flush(); err != nil {
			return err
		}
	}
	for attrs := s.attrs; ; {
		attrName, value, rest, ok := nextAttr(attrs)
		if !ok {
			return nil
		}
		attrs = rest
		key := string(local(attrName))
		if len(value) == 0 || !telltale[key] && !telltale[name+" "+key] {
			continue
		}
		text, err := unescape(bytes.Clone(value))
		if err != nil {
			return damaged(s.part, "%v", err)
		}
		if err := g.do(Aside{What: g.what, Sheet: g.sheet, Text: string(unescapeX(text))}); err != nil {
			return err
		}
	}
}

func setOf(names ...string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		set[name] = true
	}
	return set
}

var (
	// runs are elements within a paragraph.
	runs = setOf("r", "t", "fld", "font", "b", "i", "u", "strong", "em", "span")
	// muted are elements that hold nothing but a look or, in drawings and properties, a place or what a program counted or noted when it saved.
	muted = setOf("rPr", "pPr", "endParaRPr", "rPh", "phoneticPr", "formatCode",
		inBook+"sheet", inProperties+"TitlesOfParts", inProperties+"HeadingPairs", // sheets' names are those of entities
		inDrawing+"from", inDrawing+"to", inProperties+"created", inProperties+"modified", inProperties+"lastPrinted", inProperties+"TotalTime",
		inProperties+"AppVersion", inProperties+"Characters", inProperties+"CharactersWithSpaces", inProperties+"Pages", inProperties+"Words",
		inProperties+"Lines", inProperties+"Paragraphs", inProperties+"DocSecurity", inProperties+"i4")
	// telltale are attributes that hold texts, of any element or of one.
	telltale = setOf("name", "displayName", "title", "descr", "description", "alt", "caption", "userId", "userName", "author", "user", "comment",
		"prompt", "promptTitle", "error", "errorTitle", "display", "tooltip", "location", "connection", "command", "sourceFile", "url",
		"filter val", "customFilter val", "inputCells val", "sheetName val", "cfRule text", "s v", "n v", "d v", "e v", "s c", "n c", "d c", "item n", "c v", "si v")
)

const (
	headerOrFooter = "a header or footer"
	inBook         = "the names of cells or another setting of the workbook"
	inDrawing      = "a text box or another drawing"
	inProperties   = "the document's properties"
)

// kindsOfElements says in words what the texts of a sheet's own part stand in.
var kindsOfElements = map[string]string{
	"headerFooter": headerOrFooter, "oddHeader": headerOrFooter, "oddFooter": headerOrFooter, "evenHeader": headerOrFooter,
	"evenFooter": headerOrFooter, "firstHeader": headerOrFooter, "firstFooter": headerOrFooter,
	"dataValidation": "a list of allowed values or its prompt", "formula1": "a list of allowed values or a rule", "formula2": "a list of allowed values or a rule",
	"filter": "a filter", "customFilter": "a filter", "scenario": "a scenario", "inputCells": "a scenario",
}

func kindOfElement(name string) string {
	if k := kindsOfElements[name]; k != "" {
		return k
	}
	return "a setting"
}

// pageMarks takes the marks of a header or footer out of its text: &L, &P, &12, &"Arial,Bold", &K000000.
func pageMarks(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '&' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		i++
		switch c := text[i]; {
		case c == '&':
			b.WriteByte('&')
		case c == '"':
			if n := strings.IndexByte(text[i+1:], '"'); n >= 0 {
				i += n + 1
			}
		case c == 'K':
			i = min(i+6, len(text)-1)
		case '0' <= c && c <= '9':
			for i+1 < len(text) && '0' <= text[i+1] && text[i+1] <= '9' {
				i++
			}
		case c == 'L' || c == 'C' || c == 'R':
			b.WriteByte('\n')
		case !strings.ContainsRune("ABDEFGHINOPSTUXYZ", rune(c)):
			b.WriteString(text[i-1 : i+1])
		}
	}
	return strings.TrimSpace(b.String())
}
