// Package paper lays out PDF documents: headings, paragraphs, lists, facts and tables on A4 pages with page numbers, in a
// typeface that is part of the document. The same calls give the same bytes.
//
// The typeface is DejaVu Sans (free to embed): Latin, Greek, Cyrillic, Armenian and Georgian letters, and many signs.
// A character that it lacks, or that it could only set wrongly (scripts that run from right to left), is written as its
// number, such as [U+4E2D], and a note at the end of the document says so: nothing is dropped in silence.
package paper

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"codeberg.org/go-fonts/dejavu/dejavusans"
	"codeberg.org/go-fonts/dejavu/dejavusansbold"
	"codeberg.org/go-pdf/fpdf"
)

// About is what a document says of itself.
type About struct {
	Title    string    // for the window and for screen readers; the page's own heading is Doc.Title
	Author   string    // the organisation
	Language string    // as BCP 47 writes it; "" is "en-GB"
	Foot     string    // stands at the foot of every page, before its number
	Made     time.Time // the only time that the document bears
	Large    bool      // large print: 18 points instead of 10.5, and tables that would not fit become lists
	Where    string    // where a reader finds the characters that the typeface lacks, such as "the file index.html"; "" says nothing
}

// Doc is a document in the making. Its methods set one thing below the other.
type Doc struct {
	pdf     *fpdf.Fpdf
	about   About
	size    float64           // of body text, points
	lacking map[rune]struct{} // characters that were written as numbers
	depth   int               // of the last bookmark, -1 before the first
	files   []fpdf.Attachment
}

const (
	family    = "dejavu"
	pageWide  = 210.0 // A4, millimetres
	pageHigh  = 297.0
	margin    = 20.0
	textWide  = pageWide - 2*margin
	textEnd   = pageHigh - margin - 8 // where the text of a page ends; the foot is below
	point     = 25.4 / 72             // in millimetres
	lineSpace = 1.4                   // height of a line by the size of its letters
	pagesSign = "\uE1E2\uE3E4"        // stands for the number of pages until it is known; Doc.plain lets no text hold it
)

// New begins a document.
func New(about About) *Doc {
	if about.Language == "" {
		about.Language = "en-GB"
	}
	d := &Doc{pdf: fpdf.New("P", "mm", "A4", ""), about: about, size: 10.5, lacking: map[rune]struct{}{}, depth: -1}
	if about.Large {
		d.size = 18
	}
	p := d.pdf
	p.SetCatalogSort(true)
	p.SetCreationDate(about.Made.UTC())
	p.SetModificationDate(about.Made.UTC())
	p.SetProducer("dossier", true)
	p.SetTitle(d.plain(about.Title), true)
	p.SetAuthor(d.plain(about.Author), true)
	p.SetLang(about.Language)
	p.AddUTF8FontFromBytes(family, "", dejavusans.TTF)
	p.AddUTF8FontFromBytes(family, "B", dejavusansbold.TTF)
	p.AliasNbPages(pagesSign)
	p.SetMargins(margin, margin, margin)
	p.SetCellMargin(0)
	p.SetAutoPageBreak(false, 0)
	p.SetFooterFunc(d.foot)
	p.AddPage()
	return d
}

// foot writes the foot of a page.
func (d *Doc) foot() {
	size := min(d.size, 14) * 0.85
	d.pdf.SetFont(family, "", size)
	d.pdf.SetTextColor(70, 70, 70)
	text := fmt.Sprintf("Page %d of ", d.pdf.PageNo())
	wide := d.pdf.GetStringWidth(text + "0000")
	y := pageHigh - margin
	d.pdf.Text(pageWide-margin-wide, y, text+pagesSign)
	if lines := d.wrap(d.plain(d.about.Foot), textWide-wide-5); len(lines) > 0 {
		d.pdf.Text(margin, y, lines[0])
	}
	d.pdf.SetTextColor(0, 0, 0)
}

// Title sets the heading of the whole document.
func (d *Doc) Title(text string) { d.head(text, 1.9, 0) }

// Heading sets a heading of level 1, 2 or 3 and enters it into the document's outline.
func (d *Doc) Heading(level int, text string) {
	d.head(text, []float64{1.45, 1.2, 1.05}[min(max(level, 1), 3)-1], min(max(level, 1), 3))
}

func (d *Doc) head(text string, scale float64, level int) {
	text = strings.Join(strings.Fields(d.plain(text)), " ")
	d.font("B", d.size*scale)
	lines := d.wrap(text, textWide)
	high := d.high(d.size * scale)
	if d.pdf.GetY() > margin {
		d.pdf.SetY(d.pdf.GetY() + high*0.55)
	}
	d.room(high*float64(len(lines)) + 3*d.high(d.size)) // never the last line of a page
	level = min(level, d.depth+1)
	d.pdf.Bookmark(text, level, d.pdf.GetY())
	d.depth = level
	for _, line := range lines {
		d.line(margin, line, high)
	}
	d.gap(0.35)
}

// Para sets a paragraph. A line break in the text is one on the page.
func (d *Doc) Para(text string) {
	d.block(margin, textWide, "", text)
	d.gap(0.5)
}

// Lines sets lines below each other with no space between them, as an address is written.
func (d *Doc) Lines(lines ...string) { d.Para(strings.Join(lines, "\n")) }

// List sets a list, one item below the other.
func (d *Doc) List(items ...string) {
	indent := d.size * point * 1.3
	for _, item := range items {
		d.font("", d.size)
		d.room(d.high(d.size))
		d.pdf.Text(margin+indent*0.25, d.pdf.GetY()+d.high(d.size)*0.72, "•")
		d.block(margin+indent, textWide-indent, "", item)
		d.gap(0.15)
	}
	d.gap(0.35)
}

// Fact is a term and what is said of it.
type Fact struct{ Term, Text string }

// Facts sets terms with their texts beside them, below them in large print. An empty text is not set.
func (d *Doc) Facts(facts ...Fact) {
	wide := 0.0
	d.font("B", d.size)
	for _, f := range facts {
		wide = max(wide, d.pdf.GetStringWidth(d.plain(f.Term)))
	}
	wide = min(wide+d.size*point, textWide*0.36)
	for _, f := range facts {
		if f.Text == "" {
			continue
		}
		if d.about.Large {
			d.block(margin, textWide, "B", f.Term)
			d.block(margin, textWide, "", f.Text)
		} else {
			d.rowOf([]cell{{margin, wide - 2, "B", f.Term}, {margin + wide, textWide - wide, "", f.Text}})
		}
		d.gap(0.2)
	}
	d.gap(0.3)
}

// Attach puts a file into the document, which readers list and save.
func (d *Doc) Attach(name, what string, content []byte) {
	d.files = append(d.files, fpdf.Attachment{Content: content, Filename: d.plain(name), Description: d.plain(what)})
}

// Write writes the document. It can be written once.
func (d *Doc) Write(w io.Writer) error {
	d.lacked()
	d.pdf.SetAttachments(d.files)
	var b bytes.Buffer
	if err := d.pdf.Output(&b); err != nil {
		return fmt.Errorf("the PDF %q cannot be made: %w", d.about.Title, err)
	}
	sortAttachments(b.Bytes())
	_, err := b.WriteTo(w)
	return err
}

var attachmentKey = regexp.MustCompile(`\(Attachement\d+\)`)

// sortAttachments brings the keys of attachments into the order that a name tree has (ISO 32000-2, 7.9.6): the library numbers them without
// noughts, so that 10 would come before 2. Their first letter becomes one that grows with the length of the number.
func sortAttachments(pdf []byte) {
	tree := pdf[max(bytes.LastIndex(pdf, []byte("/EmbeddedFiles")), 0):]
	for _, at := range attachmentKey.FindAllIndex(tree, -1) {
		tree[at[0]+1] += byte(at[1] - at[0] - len("(Attachement1)"))
	}
}

// Pages returns how many pages there are so far.
func (d *Doc) Pages() int { return d.pdf.PageNo() }
