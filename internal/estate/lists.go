package estate

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// mailingList is one delimited text file.
type mailingList struct {
	file    string
	entity  string
	comma   rune
	charset encoding.Encoding
	header  []string
	rows    []listRow
}

// place is the path from the folder of the estate, by which records name the file.
func (l *mailingList) place() string { return "mailing-lists/" + l.file }

type listRow struct {
	cells   []string
	about   *person
	classes classes
}

func (l *mailingList) add(p *person, c classes, cells ...string) {
	l.rows = append(l.rows, listRow{cells, p, c})
}

// bytes returns the file's content: lines end as Windows ends them.
func (l *mailingList) bytes() ([]byte, error) {
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	out.Comma, out.UseCRLF = l.comma, true
	if err := out.Write(l.header); err != nil {
		return nil, err
	}
	for _, r := range l.rows {
		if err := out.Write(r.cells); err != nil {
			return nil, err
		}
	}
	out.Flush()
	return l.charset.NewEncoder().Bytes(b.Bytes())
}

// mailingLists fills the lists that were exported from one mailing service for another.
func (w *world) mailingLists() {
	newsletter := &mailingList{file: "newsletter.csv", entity: "newsletter", comma: ',', charset: unicode.UTF8BOM,
		header: []string{"email", "first_name", "last_name", "subscribed_on", "segment"}}
	events := &mailingList{file: "events-2019.csv", entity: "events", comma: ';', charset: charmap.Windows1252,
		header: []string{"Name", "E-Mail", "Phone", "Town", "Registered"}}
	offers := &mailingList{file: "student-offers.tsv", entity: "student-offers", comma: '\t',
		charset: unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), header: []string{"Candidate", "Forename", "Surname", "Email", "Born"}}
	suppressed := &mailingList{file: "suppression.csv", entity: "suppression", comma: ',', charset: unicode.UTF8,
		header: []string{"email", "reason", "added_on"}}
	for _, p := range w.listed() {
		d := w.dice("lists", p)
		f, _ := p.face(d, asks{mail: true, past: 15, care: 75, enough: 10})
		if f.mail != "" && (d.percent(40) || p.demo) {
			newsletter.add(p, f.classes, f.mail, f.given, f.family, dayText(anyDay(d, 2010, 2024), "02/01/2006"), pick(d, []string{"all", "technical", "managers"}))
		}
		f, _ = p.face(d, asks{mail: true, phone: true, past: 15, care: 75, enough: 10})
		if f.mail != "" && d.percent(15) {
			full := windows(&f, d)
			events.add(p, f.classes, full, f.mail, f.phone, p.home.town, dayText(anyDay(d, 2018, 2019), "02.01.2006"))
		}
		if d.one(40) && p.mail != "" && !p.classes.has(SharedEmail) {
			suppressed.add(p, classes{EmailOnly}, p.mail, pick(d, []string{"unsubscribed", "bounced", "complaint"}), anyDay(d, 2015, 2024).Format("2006-01-02"))
		}
	}
	for _, c := range w.candidates {
		d := w.dice("offers"+c.no, c.person)
		if d.percent(20) || c.demo {
			f, _ := c.face(d, asks{mail: true, past: 15, care: 70, anchored: !c.classes.has(ReusedNumber), enough: 7})
			if c.demo {
				f = c.demoCandidate()
			}
			offers.add(c.person, f.classes, c.no, f.given, f.family, f.mail, strconv.Itoa(c.born.Year()))
		}
	}
	w.lists = append(w.lists, newsletter, events, offers, suppressed)
}

// windows writes a full name in the letters that Windows-1252 has, others in plain ones.
func windows(f *face, d dice) string {
	full := f.full(d)
	if _, err := charmap.Windows1252.NewEncoder().String(full); err != nil {
		full = ascii(full)
		f.classes.add(Transliterated)
	}
	return strings.TrimSpace(full)
}
