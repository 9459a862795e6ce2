package export

import (
	"bufio"
	"context"
	"slices"
	"strconv"
	"strings"

	"dossier/export/paper"
)

const paperName = "report.pdf"

// paperLetters is how much of one value the PDF shows: a page or two.
const paperLetters = 5000

// writePaper writes the report as a PDF, to be printed or kept.
func (ed *edition) writePaper(_ context.Context, a *archive) error {
	return a.put(paperName, "the report as a PDF, to be printed", func(w *bufio.Writer) (int, error) {
		return -1, ed.paper().Write(w)
	})
}

func (ed *edition) paper() *paper.Doc {
	r := ed.report()
	d := paper.New(paper.About{Title: "Your data held by " + r.Organisation + " (" + r.ID + ")", Author: r.Organisation,
		Foot: r.Organisation + " · " + r.ID, Made: ed.Made, Large: ed.Papers.Large, Where: "the file " + reportName})
	d.Title("Your data held by " + r.Organisation)
	d.Para(r.Lead)
	d.Facts(paperFacts(r.Facts)...)
	d.Heading(1, "What we hold about you")
	if len(r.Systems) == 0 {
		d.Para("We found no records about you in the systems that could be searched.")
	}
	for _, s := range r.Systems {
		paperSystem(d, s)
	}
	paperCoverage(d, r)
	paperWithheld(d, r)
	paperRights(d, r)
	return d
}

func paperFacts(facts []fact) []paper.Fact {
	var out []paper.Fact
	for _, f := range facts {
		out = append(out, paper.Fact{Term: f.Term, Text: f.Text})
	}
	return out
}

func paperSystem(d *paper.Doc, s *systemView) {
	d.Heading(2, s.Title+" ("+s.Count+")")
	if s.Holds != "" {
		d.Para(s.Holds)
	}
	d.Facts(paperFacts(s.Facts)...)
	if s.Unstated != "" {
		d.Para("Our register does not say: " + s.Unstated + ". Please ask us.")
	}
	for _, g := range s.Groups {
		d.Heading(3, g.Label+" ("+g.Count+")")
		for _, text := range g.Withheld {
			d.Para(text)
		}
		if g.Rows != nil {
			d.Table(g.Heads, func(yield func([]string) bool) {
				for cells := range g.Rows {
					var row []string
					for c := range cells {
						row = append(row, c.paper())
					}
					if !yield(row) {
						return
					}
				}
			})
		}
		if g.Cards != nil {
			for c := range g.Cards {
				var facts []paper.Fact
				if !c.Same {
					d.Heading(4, c.Caption)
				}
				for line := range c.Lines {
					facts = append(facts, paper.Fact{Term: line.Label, Text: line.paper()})
				}
				d.Facts(facts...)
				if c.Empty != "" {
					d.Para("Nothing stands in: " + c.Empty + ".")
				}
			}
		}
		if g.Empty != "" {
			d.Para("Nothing stands in: " + g.Empty + ".")
		}
		if g.More != "" {
			d.Para(g.More)
		}
	}
}

// paper returns the cell as text: a file by its name in the package.
func (c cellView) paper() string {
	text, note := c.Text, c.Note
	if r := []rune(text); len(r) > paperLetters {
		text, note = string(r[:paperLetters]), "The value goes on; the files hold the whole of it."
	}
	if c.Href != "" {
		text = "file " + c.Href
	}
	if c.Code != "" {
		text += " (" + c.Code + ")"
	}
	if note != "" {
		text = strings.TrimSpace(text + " [" + note + "]")
	}
	return text
}

func paperCoverage(d *paper.Doc, r report) {
	d.Heading(1, "What we searched, and what we did not")
	d.Para(r.SearchWords)
	var rows [][]string
	for _, c := range r.Coverage {
		title := c.Title
		if c.Day != "" {
			title += "\n" + c.Day
		}
		rows = append(rows, []string{title, strings.Join(append([]string{c.Summary}, c.NotSearched...), "\n"), c.SearchedFor, strconv.Itoa(c.Records)})
	}
	d.Table([]string{"System", "What came of it", "Searched by your", "Records here"}, slices.Values(rows))
}

func paperWithheld(d *paper.Doc, r report) {
	if len(r.Withheld) == 0 {
		return
	}
	d.Heading(1, "What is left out, and why")
	d.Para(r.LeftOut)
	var rows [][]string
	for _, w := range r.Withheld {
		rows = append(rows, []string{w.System, w.What, w.Why, strconv.Itoa(w.Records)})
	}
	d.Table([]string{"System", "What", "Why", "Records"}, slices.Values(rows))
	d.Para("If you think that something should not have been left out, tell us, or complain as described below.")
}

func paperRights(d *paper.Doc, r report) {
	d.Heading(1, "Your rights")
	d.Para("You can ask us:")
	d.List(r.Rights...)
	d.Para(r.WriteTo)
	d.Heading(2, "How to complain")
	d.Para(r.Complain)
}
