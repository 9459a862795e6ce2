package export

import (
	"bufio"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"iter"
	"strings"

	"dossier/connectors"
	"dossier/locate"
)

//go:embed report.html.tmpl
var reportText string

//go:embed report.css
var reportStyle string

var reportTemplate = template.Must(template.New("report").Parse(reportText))

// reportPolicy lets the report load nothing, run nothing and send nothing; its own style is named by its sum.
func reportPolicy() string {
	sum := sha256.Sum256([]byte(reportStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
}

const (
	reportRecords = 500   // records of one entity that the report shows; all are in the files
	reportLetters = 20000 // characters of one value that the report shows
	narrowTable   = 7     // columns of a table; more become a table a record
)

// report is what index.html shows.
type report struct {
	Policy       string
	Style        template.CSS
	Organisation string
	Contact      string
	ID, Made     string
	Lead         string
	Facts        []fact
	Systems      []*systemView
	SearchWords  string
	Coverage     []coverageView
	Withheld     []withheldView
	LeftOut      string // what stands before the list of it
	Rights       []string
	WriteTo      string // how to use them
	Complain     string
	Law          string
	Large        bool
	Formats      []fact // files beside those that every package has
}

type fact struct{ Term, Text string }

type systemView struct {
	Anchor, Title, Count, Holds string
	Unstated                    string
	Facts                       []fact
	Groups                      []groupView
	id                          string
	records                     int
}

// groupView shows the records of an entity, as rows of one table or as a card each.
type groupView struct {
	Anchor, Label, Count string
	Withheld             []string
	Heads                []string
	Rows                 iter.Seq[iter.Seq[cellView]]
	Cards                iter.Seq[cardView]
	Empty                string // labels of the fields that no row fills
	More                 string
	CSV, JSON            string
}

type cardView struct {
	Caption string
	Same    bool // as the heading above it
	Lines   iter.Seq[cellView]
	Empty   string
}

type cellView struct{ Label, Text, Code, Href, Note string }

type coverageView struct {
	Complete                         bool // the whole system was searched
	Title, Day, Summary, SearchedFor string
	NotSearched                      []string
	Records                          int
}

type withheldView struct {
	System, What, Why string
	Records           int
}

func (ed *edition) writeReport(_ context.Context, a *archive) error {
	return a.put(reportName, "the report to read and to print", func(w *bufio.Writer) (int, error) {
		return -1, reportTemplate.Execute(w, ed.report())
	})
}

func (ed *edition) report() report {
	org := ed.Register.Organisation
	r := report{
		Policy: reportPolicy(), Style: template.CSS(reportStyle),
		Organisation: org.Name, Contact: org.Contact, ID: ed.Request.ID, Made: moment(ed.Made),
		Rights: rights, Law: "UK General Data Protection Regulation (UK GDPR)", Large: ed.Papers.Large, Formats: ed.formatFiles(),
	}
	authority := "the Information Commissioner’s Office (ICO): ico.org.uk/make-a-complaint, telephone 0303 123 1113"
	if org.Clock == "eu" {
		r.Law = "General Data Protection Regulation (GDPR)"
		authority = "the data protection authority of the country where you live or work, or where you think that the law was broken"
	}
	contact := ""
	if org.Contact != "" {
		contact = ", " + org.Contact + ","
	}
	r.WriteTo = "The articles are those of the " + r.Law + ". Write to " + org.Name + contact + " and name the request " + r.ID + "."
	r.Complain = "You can complain to us, at the address above. You can also complain to " + authority + ", and you can go to court."
	records := 0
	for _, g := range ed.groups {
		records += g.count
		r.addGroup(ed, g)
	}
	for _, s := range r.Systems {
		s.Count = count(s.records, "record")
	}
	r.Lead = "This is a copy of the personal data that we found about you: " + count(records, "record") + "."
	if ed.Request.right() == "portability" {
		r.Lead = "This is the data that you provided to us, or that was observed of you, held with your consent or for a contract with you: " +
			count(records, "record") + "."
	}
	r.LeftOut = ed.leftOutWords()
	r.addFacts(ed)
	r.addCoverage(ed)
	return r
}

// rights are what a person can ask for.
var rights = []string{
	"to correct what is wrong and to complete what is missing (Article 16),",
	"to erase your data, where nothing obliges us to keep it (Article 17),",
	"to restrict what we do with your data while a question about it is open (Article 18),",
	"to give you the data that you provided in a form that another organisation can use (Article 20),",
	"to stop using your data, where you object for reasons of your own, and always where it is used for direct marketing (Article 21),",
	"to have a person look again at a decision that was made about you by automated means (Article 22),",
	"to stop what rests on your consent: you can withdraw it at any time (Article 7).",
}

func (r *report) addFacts(ed *edition) {
	add := func(term, text string) {
		if text != "" {
			r.Facts = append(r.Facts, fact{term, visible(text)})
		}
	}
	add("For", ed.Request.Name)
	add("Request", ed.Request.ID+", received on "+day(ed.Request.Received))
	add("Days asked about", ed.Request.Span.Words())
	add("Made on", r.Made)
	add("Write to", r.Contact)
	var known []string
	for _, id := range ed.Request.Identifiers {
		known = append(known, ed.kindTitle(id.Kind)+" "+asDay(id.Value))
	}
	add("We searched for", strings.Join(known, "; "))
}

func (r *report) addCoverage(ed *edition) {
	full := 0
	for _, c := range ed.coverage {
		v := coverageView{Title: c.System.Label, Day: asDay(c.Day), Summary: strings.TrimSpace(c.Summary + " " + c.Days), SearchedFor: list(c.SearchedFor), Records: c.Records}
		for _, part := range c.NotSearched {
			v.NotSearched = append(v.NotSearched, part.What+" "+part.Why)
		}
		if v.Complete = c.State == string(locate.Searched); v.Complete {
			full++
		}
		r.Coverage = append(r.Coverage, v)
	}
	r.SearchWords = fmt.Sprintf("We keep personal data in %s. %d of them we searched completely. What was not searched, and why, is told of each of the others.",
		count(len(r.Coverage), "system"), full)
	if full == len(r.Coverage) {
		r.SearchWords = fmt.Sprintf("We keep personal data in %s, and searched all of it completely.", count(full, "system"))
	}
}

// addGroup adds the records of an entity to the system's part of the report.
func (r *report) addGroup(ed *edition, g *group) {
	for _, w := range g.withheld {
		r.Withheld = append(r.Withheld, withheldView{g.systemTitle(), g.leftOut(w), w.Reason, w.Records})
	}
	if n := len(r.Systems); n == 0 || r.Systems[n-1].id != g.systemID {
		anchor := fmt.Sprintf("system-%d", n+1)
		s := &systemView{id: g.systemID, Anchor: anchor, Title: g.systemTitle()}
		s.Facts, s.Unstated = ed.articleFifteen(g)
		r.Systems = append(r.Systems, s)
		if g.system != nil {
			r.Systems[n].Holds = sentence(g.system.Holds)
		}
	}
	s := r.Systems[len(r.Systems)-1]
	s.records += g.count
	v := groupView{Anchor: strings.NewReplacer("/", "-").Replace(g.base), Label: g.label(), Count: count(g.count, "record")}
	for _, w := range g.withheld {
		v.Withheld = append(v.Withheld, "Left out: "+g.leftOut(w)+". "+w.Reason)
	}
	if g.count > 0 {
		v.CSV, v.JSON = g.base+".csv", dataName
		g.show(&v)
	}
	s.Groups = append(s.Groups, v)
}

// leftOut names what is withheld.
func (g *group) leftOut(w withheld) string {
	switch {
	case w.Field == "" && w.Part && w.Label == g.label():
		return count(w.Records, "record") + " of “" + g.label() + "”"
	case w.Field == "" && w.Label == g.label():
		return "all records of “" + g.label() + "”"
	case w.Part:
		return "passages of “" + w.Label + "” of “" + g.label() + "”"
	}
	return "“" + w.Label + "” of “" + g.label() + "”"
}

// show lays the records out: few fields as rows of one table, many as a card a record.
func (g *group) show(v *groupView) {
	if left := g.count - reportRecords; left > 0 {
		v.More = fmt.Sprintf("The first %d records are shown here. The other %d are in the files.", reportRecords, left)
	}
	var used []*column
	var empty []string
	for _, c := range g.columns {
		if c.filled {
			used = append(used, c)
		} else {
			empty = append(empty, c.label)
		}
	}
	if len(used) > narrowTable || g.count == 1 {
		v.Cards = func(yield func(cardView) bool) {
			for i, r := range g.records() {
				if i == reportRecords {
					return
				}
				card := g.card(i, r)
				if g.places {
					card.Caption += ", held in " + shown(placeName(r.Ref.Place))
				}
				if !yield(card) {
					return
				}
			}
		}
		return
	}
	v.Empty = list(empty)
	if g.places {
		v.Heads = append(v.Heads, "Held in")
	}
	for _, c := range used {
		v.Heads = append(v.Heads, c.label)
	}
	v.Rows = func(yield func(iter.Seq[cellView]) bool) {
		for i, r := range g.records() {
			if i == reportRecords {
				return
			}
			row := func(yield func(cellView) bool) {
				if g.places && !yield(cellView{Text: shown(placeName(r.Ref.Place))}) {
					return
				}
				for _, c := range used {
					if !yield(g.cell(i, c, r.Get(c.name))) {
						return
					}
				}
			}
			if !yield(row) {
				return
			}
		}
	}
}

func (g *group) card(i int, r *connectors.Record) cardView {
	c := cardView{Caption: g.label(), Same: g.count == 1}
	if g.count > 1 {
		c.Caption = fmt.Sprintf("%s, record %d of %d", g.label(), i+1, g.count)
	}
	var empty []string
	for _, col := range g.columns {
		if blank(r.Get(col.name)) {
			empty = append(empty, col.label)
		}
	}
	c.Empty = list(empty)
	c.Lines = func(yield func(cellView) bool) {
		for _, col := range g.columns {
			if v := r.Get(col.name); !blank(v) && !yield(g.cell(i, col, v)) {
				return
			}
		}
	}
	return c
}

// truths are how systems write yes and no.
var truths = map[string]string{"true": "yes", "false": "no"}

// cell shows a value: its meaning before its code, a stream as a link to its file.
func (g *group) cell(i int, c *column, v connectors.Value) cellView {
	out := cellView{Label: c.label}
	if v.IsStream() {
		f := g.files[fileOf{i, c.name}]
		out.Href, out.Note = f.name, f.missing
		if f.name != "" {
			out.Text = f.name[strings.LastIndexByte(f.name, '/')+1:]
		}
		return out
	}
	out.Text = visible(asDay(v.String()))
	if r := []rune(out.Text); len(r) > reportLetters {
		out.Text, out.Note = string(r[:reportLetters]), "The value goes on; the files hold the whole of it."
	}
	if meaning := c.meaning(v); meaning != "" {
		out.Text, out.Code = visible(meaning), out.Text
	} else if word := truths[out.Text]; word != "" {
		out.Text, out.Code = word, out.Text
	}
	return out
}
