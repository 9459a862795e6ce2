package estate

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// workbook is one spreadsheet file of the share.
type workbook struct {
	file   string // its path below the share, with slashes
	sheets []*sheet
}

// place is the path from the folder of the estate, by which records name the file.
func (b *workbook) place() string { return "fileshare/" + b.file }

// sheet is one sheet of a workbook.
type sheet struct {
	name    string
	entity  string   // as the register names it
	above   []string // lines above the header, each merged across the sheet
	header  []string
	rows    []sheetRow
	pattern string // of the sheets that make up the entity; "": the name of this one
	hidden  bool   // the whole sheet
	unseen  string // a hidden column, by its header
	merged  string // a column whose equal neighbours are merged into one cell
	totals  []any  // a last row
}

// sheetRow is one row. Cells are string, int, float64, dated (a number shown as a date), formula or nil.
type sheetRow struct {
	cells  []any
	about  *person // nil: nobody
	row    int     // as a person counts it, set when the sheet is complete
	hidden bool
	classes
	mentions []*person
}

type dated time.Time

// formula is a cell's formula with the value that the spreadsheet last computed. {row} stands for the cell's row.
type formula struct {
	text  string
	value any
}

func (s *sheet) add(p *person, c classes, cells ...any) *sheetRow {
	s.rows = append(s.rows, sheetRow{cells: cells, about: p, classes: c, row: s.headerRow() + len(s.rows) + 1})
	return &s.rows[len(s.rows)-1]
}

func (s *sheet) headerRow() int { return len(s.above) + 1 }

// fileshare fills the workbooks of the share.
func (w *world) fileshare() {
	w.books = append(w.books, w.membersExport(), w.dinner(), w.cpdReturns(), w.awardsDay(), w.bursaries())
}

// membersExport is an export of the members with the lapsed ones on a hidden sheet, hidden rows, a hidden column and a formula.
func (w *world) membersExport() *workbook {
	header := []string{"Membership No", "Title", "First name", "Surname", "Date of birth", "E-mail", "Telephone", "Postcode", "Remarks", "Fee", "Fee incl. VAT"}
	current := &sheet{name: "Members", entity: "members-export", header: header, unseen: "Remarks",
		above: []string{"Members as of 14 March 2019", "Confidential: do not send by e-mail", ""}}
	lapsed := &sheet{name: "Lapsed", entity: "lapsed-members", header: header, hidden: true}
	for _, p := range w.listed() {
		d := w.dice("members export", p)
		if !p.member || (!d.percent(25) && !p.demo) {
			continue
		}
		s := current
		if p.lapsed && !p.demo {
			s = lapsed
		}
		f, _ := p.face(d, asks{born: true, mail: true, phone: true, home: true, anchored: true, past: 15, care: 75})
		if p.demo {
			f = p.demoContact()
			f.phone = phoneText(d, p.phone)
		}
		fee, _ := strconv.ParseFloat(p.fee, 64)
		var born, remark any
		if !f.born.IsZero() {
			born = dated(f.born)
		}
		if d.one(5) {
			remark = pick(d, []string{"phoned", "direct debit failed", "see letter"})
		}
		r := s.add(p, f.classes, p.membership(), f.title, f.given, f.family, born, orNull(f.mail), orNull(f.phone), orNull(f.home.postcode), remark, fee,
			formula{"J{row}*1.2", math.Round(fee*120) / 100})
		r.hidden = d.one(15)
	}
	return &workbook{file: "Membership/Members export 2019.xlsx", sheets: []*sheet{current, lapsed}}
}

// dinner is a seating plan: names in one cell, tables merged over their guests, days as text.
func (w *world) dinner() *workbook {
	s := &sheet{name: "Guests", entity: "dinner-guests", merged: "Table", above: []string{"Annual Dinner 2023", ""},
		header: []string{"Table", "Guest", "Guest of", "E-mail", "Dietary needs", "Invited on"}}
	for _, p := range w.listed() {
		d := w.dice("dinner", p)
		if !d.percent(7) && !p.demo {
			continue
		}
		f, ok := p.face(d, asks{mail: true, past: 5, care: 70, enough: 10})
		if !ok {
			continue
		}
		if p.demo {
			f = p.demoContact()
			f.given, f.mail = p.knownAs, p.mail
			f.classes.add(Nickname)
		}
		var host any
		var mentions []*person
		if d.one(3) {
			other := w.someoneElse(d, p)
			host, mentions = other.fullName(), []*person{other}
		}
		var table any // stands in the first of eight cells, merged
		if len(s.rows)%8 == 0 {
			table = "Table " + strconv.Itoa(len(s.rows)/8+1)
		}
		f.classes.add(DateText)
		r := s.add(p, f.classes, table, f.full(d), host, orNull(f.mail), orNull(pick(d, []string{"", "", "vegetarian", "no nuts", "halal", "coeliac"})),
			dayText(anyDay(d, 2023, 2023), pick(d, dayForms)))
		r.mentions = mentions
	}
	s.totals = []any{"Guests", formula{fmt.Sprintf("COUNTA(B%d:B%d)", s.headerRow()+1, s.headerRow()+len(s.rows)), len(s.rows)}}
	return &workbook{file: "Events/Annual Dinner 2023.xlsx", sheets: []*sheet{s}}
}

// cpdReturns is a workbook with macros, a sheet a quarter: membership numbers in every form, days as bare serial numbers.
func (w *world) cpdReturns() *workbook {
	b := &workbook{file: "CPD/CPD returns 2022.xlsm"}
	for q := range 4 {
		s := &sheet{name: "Q" + strconv.Itoa(q+1), entity: "cpd-returns", header: []string{"Member", "Name", "Activity", "Hours", "Done on"},
			above: []string{"CPD returns"}, pattern: "Q*"}
		for _, p := range w.listed() {
			d := w.dice("cpd"+s.name, p)
			if !p.member || (!d.percent(9) && !(p.demo && q == 1)) {
				continue
			}
			f, _ := p.face(d, asks{anchored: true, past: 10, care: 75})
			no := p.membership()
			switch d.IntN(4) {
			case 0:
				no = strings.ToLower(no)
			case 1:
				no = no[:1] + " " + no[1:]
			}
			f.classes.add(DateText)
			s.add(p, f.classes, no, f.full(d), pick(d, []string{"Course", "Reading", "Mentoring", "Conference"}), float64(d.between(1, 16))/2,
				serial(time.Date(2022, time.Month(3*q+1), d.between(1, 89), 0, 0, 0, 0, time.UTC)))
		}
		b.sheets = append(b.sheets, s)
	}
	return b
}

// awardsDay lists who collects a certificate, by candidate number alone.
func (w *world) awardsDay() *workbook {
	s := &sheet{name: "Awards", entity: "awards-day", header: []string{"Candidate", "Award", "Collected"}}
	for _, c := range w.candidates {
		d := w.dice("awards"+c.no, c.person)
		if (d.percent(6) && !c.classes.has(ReusedNumber)) || c.demo {
			s.add(c.person, classes{IDOnly}, c.no, pick(d, []string{"Apprentice of the year", "Level 3 diploma", "Level 4 diploma"}), pick(d, []string{"yes", "no", "by post"}))
		}
	}
	return &workbook{file: "Centres/Awards day 2022.xlsx", sheets: []*sheet{s}}
}

// bursaries are applications for money: addresses over several lines, birth dates as dates, as text and as serial numbers.
func (w *world) bursaries() *workbook {
	s := &sheet{name: "Applications", entity: "bursaries", above: []string{"Bursary applications 2021"},
		header: []string{"Applicant", "Born", "NI number", "Address", "Phone", "Amount", "Decision"}}
	for _, p := range w.listed() {
		d := w.dice("bursaries", p)
		if !d.percent(5) || p.undated {
			continue
		}
		f, ok := p.face(d, asks{born: true, phone: true, home: true, past: 15, care: 65})
		if !ok {
			continue
		}
		var born any
		if !f.born.IsZero() {
			switch d.IntN(3) {
			case 0:
				born = dated(f.born)
			case 1:
				born = serial(f.born)
				f.classes.add(DateText)
			default:
				born = dayText(f.born, pick(d, wordedDays))
				f.classes.add(DateText)
			}
		}
		s.add(p, f.classes, f.full(d), born, orNull(p.insurance), f.home.line+"\n"+f.home.town+"\n"+f.home.postcode, orNull(f.phone), 50*d.between(2, 30), d.between(1, 3))
	}
	return &workbook{file: "Finance/Bursaries 2021.xlsx", sheets: []*sheet{s}}
}
