package export

import (
	"bufio"
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"dossier/export/paper"
)

const (
	letterTextName  = "letter.txt"
	letterPaperName = "letter.pdf"
)

//go:embed letter_access.txt.tmpl letter_portability.txt.tmpl
var letters embed.FS

// letterText is the template of a covering letter, in the form of Go's text/template over a LetterFacts. What it gives is plain text:
// an empty line ends a paragraph, "# " begins a heading and "- " an item of a list.
type letterText struct{ of *template.Template }

// LetterFacts is what the template of a letter can tell of.
type LetterFacts struct {
	Organisation string
	Contact      string   // where the person can write to; "" where the register does not say
	Name         string   // to whom it is written; "" where it is not known
	Address      []string // the person's, line by line; none where it is not known
	Request      string   // its id
	Received     string   // the day, as 31 January 2026
	Days         string   // the days that are asked about, as from 1 March 2019 to 31 March 2020; "" for all
	Made         string   // the day of the letter
	Portability  bool     // only what Article 20 asks for is here
	Records      int
	Systems      []LetterSystem // those that hold something, and what
	Searched     string         // how many systems there are, and how many were searched completely
	NotSearched  []string       // each with the reason
	LeftOut      string         // why anything is withheld, before the list of it
	Withheld     []string       // each with the reason
	Rights       []string
	Correct      string // how to have something corrected
	Complain     string // where to complain
	Law          string
}

// LetterSystem is a system that holds records of the person.
type LetterSystem struct {
	Title   string
	Records int
	Holds   []string // the kinds of records, with their numbers
}

// openLetter reads the template for requests of a right, "access" or "portability", from a folder: access.txt.tmpl or
// portability.txt.tmpl, and what comes with the program where the folder has none of that name. An error names the file and the line.
func openLetter(folder, right string) (*letterText, error) {
	name := right + ".txt.tmpl"
	if folder != "" {
		b, err := os.ReadFile(filepath.Join(folder, name))
		switch {
		case err == nil:
			return parseLetter(filepath.Join(folder, name), string(b))
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("the template of the letter cannot be read: %w", err)
		}
		if info, err := os.Stat(folder); err != nil || !info.IsDir() {
			return nil, fmt.Errorf("the folder of the templates of letters, %s, cannot be read: name one that holds access.txt.tmpl or portability.txt.tmpl", folder)
		}
	}
	b, err := letters.ReadFile("letter_" + name)
	if err != nil {
		return nil, fmt.Errorf("there is no letter for the right %q", right)
	}
	return parseLetter(name, string(b))
}

// parseLetter reads a template and tries it on a letter in which something stands everywhere.
func parseLetter(name, text string) (*letterText, error) {
	t, err := template.New(name).Option("missingkey=error").Funcs(template.FuncMap{"count": count, "list": list, "join": strings.Join}).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("the template of the letter: %w", err)
	}
	l := &letterText{t}
	_, err = l.write(LetterFacts{Name: "Name", Address: []string{"Street"}, Contact: "Contact", Records: 1, Withheld: []string{"Something"}, NotSearched: []string{"Something"},
		Systems: []LetterSystem{{Title: "System", Records: 1, Holds: []string{"Records"}}}})
	return l, err
}

func (l *letterText) write(f LetterFacts) (string, error) {
	var b bytes.Buffer
	if err := l.of.Execute(&b, f); err != nil {
		return "", fmt.Errorf("the template of the letter: %w", err)
	}
	return b.String(), nil
}

// writeLetter writes the covering letter, as text and as a PDF.
func (ed *edition) writeLetter(_ context.Context, a *archive) error {
	text, err := ed.letter.write(ed.letterFacts())
	if err != nil {
		return err
	}
	blocks := letterBlocks(text)
	if err := a.put(letterTextName, "the covering letter", func(w *bufio.Writer) (int, error) {
		_, err := w.WriteString(letterPlain(blocks))
		return -1, err
	}); err != nil {
		return err
	}
	return a.put(letterPaperName, "the covering letter as a PDF, to be printed", func(w *bufio.Writer) (int, error) {
		return -1, ed.letterPaper(blocks).Write(w)
	})
}

func (ed *edition) letterFacts() LetterFacts {
	r := ed.report()
	f := LetterFacts{Organisation: r.Organisation, Contact: r.Contact, Name: Line(ed.Request.Name), Request: r.ID, Received: day(ed.Request.Received), Days: ed.Request.Span.Words(), LeftOut: r.LeftOut, Made: day(ed.Made),
		Portability: ed.Request.right() == "portability", Searched: r.SearchWords, Rights: r.Rights, Correct: r.WriteTo, Complain: r.Complain, Law: r.Law}
	if ed.Papers.Addressee != "" {
		f.Name = Line(ed.Papers.Addressee)
	}
	for _, line := range ed.Papers.Address {
		f.Address = append(f.Address, Line(line))
	}
	for _, s := range r.Systems {
		f.Records += s.records
		if s.records == 0 {
			continue
		}
		system := LetterSystem{Title: Line(s.Title), Records: s.records}
		for _, g := range s.Groups {
			if g.CSV != "" {
				system.Holds = append(system.Holds, Line(g.Label)+" ("+g.Count+")")
			}
		}
		f.Systems = append(f.Systems, system)
	}
	for _, c := range r.Coverage {
		if c.Complete {
			continue
		}
		f.NotSearched = append(f.NotSearched, Line(strings.Join(append([]string{c.Title + ": " + c.Summary}, c.NotSearched...), " ")))
	}
	for _, w := range r.Withheld {
		f.Withheld = append(f.Withheld, Line(w.System+": "+w.What+". "+sentence(w.Why)))
	}
	return f
}

// letterBlock is a paragraph, a heading or an item of a letter.
type letterBlock struct {
	mark string // "#", "-", or "" for a paragraph
	text string
}

// letterBlocks takes a letter apart.
func letterBlocks(text string) []letterBlock {
	var blocks []letterBlock
	open := false // whether the next line goes on with the last paragraph
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		mark, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "":
			open = false
		case mark == "#" || mark == "-":
			blocks, open = append(blocks, letterBlock{mark, strings.TrimSpace(rest)}), false
		case open:
			blocks[len(blocks)-1].text += "\n" + line
		default:
			blocks, open = append(blocks, letterBlock{"", line}), true
		}
	}
	return blocks
}

// letterPlain sets a letter in lines of less than 80 characters.
func letterPlain(blocks []letterBlock) string {
	var b strings.Builder
	for i, block := range blocks {
		if i > 0 && (block.mark != "-" || blocks[i-1].mark != "-") {
			b.WriteString("\n")
		}
		switch block.mark {
		case "#":
			b.WriteString(block.text + "\n" + strings.Repeat("-", len([]rune(block.text))) + "\n")
		case "-":
			b.WriteString(wrap("  - ", block.text, readmeWidth))
		default:
			for line := range strings.SplitSeq(block.text, "\n") {
				b.WriteString(wrap("", line, readmeWidth))
			}
		}
	}
	return b.String()
}

func (ed *edition) letterPaper(blocks []letterBlock) *paper.Doc {
	org := ed.Register.Organisation.Name
	d := paper.New(paper.About{Title: "Answer to the request " + ed.Request.ID, Author: org, Foot: org + " · " + ed.Request.ID, Made: ed.Made,
		Large: ed.Papers.Large, Where: "the file " + letterTextName})
	for i := 0; i < len(blocks); i++ {
		switch block := blocks[i]; block.mark {
		case "#":
			d.Heading(1, block.text)
		case "-":
			items := []string{block.text}
			for i+1 < len(blocks) && blocks[i+1].mark == "-" {
				i++
				items = append(items, blocks[i].text)
			}
			d.List(items...)
		default:
			d.Para(block.text)
		}
	}
	return d
}
