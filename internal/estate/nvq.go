package estate

import (
	"fmt"
	"strings"
)

// nvq fills the NVQ System, to be phased out: capitals without accents, dates as text in whatever form the clerk of the day
// used, an address in one field. One in three carries the candidate number of later days.
func (w *world) nvq() {
	people := &table{name: "CANDS", entity: "candidates", key: []string{"CAND_REF"},
		columns: append(must(col("CAND_REF", code, 14)), col("SURNAME", code, 40), col("FNAMES", code, 60), col("SEX", code, 1), col("DOB", code, 20),
			col("ADDR", code, 160), col("PCODE", code, 10), col("OLD_NO", code, 14), col("CENTRE", code, 8)),
		indexes: [][]string{{"SURNAME"}}}
	awards := &table{name: "AWARDS", entity: "awards", key: []string{"CAND_REF", "UNIT_NO"},
		columns: append(must(col("CAND_REF", code, 14), col("UNIT_NO", number)), col("AWARDED", code, 20), col("ASSESSOR", code, 60)),
		foreign: []foreign{{"CAND_REF", "CANDS", "CAND_REF", "CASCADE"}}}
	next := w.numbers(0, "nvq")
	for _, p := range w.listed() {
		d := w.dice("nvq", p)
		if !p.demo && (p.born.Year() > 1982 || !d.percent(35)) {
			continue
		}
		linked := p.demo || (w.registered[p] && !p.classes.has(ReusedNumber) && d.one(3))
		f, ok := p.face(d, asks{born: true, home: true, anchored: linked, ascii: true, capitals: true, past: 55, care: 70})
		if !ok {
			continue
		}
		var no any
		if linked {
			if no = p.candidate(1); !p.demo && d.one(3) {
				no = strings.TrimPrefix(p.candidate(1), "C")
			}
		}
		if p.demo {
			f = face{given: "T", family: strings.ToUpper(p.former), home: p.before}
			f.classes.add(FormerName, OldAddress, Initial, BirthMissing, UpperCase)
		}
		var born any
		if !f.born.IsZero() {
			form := pick(d, dayForms)
			if f.classes.has(BirthTransposed) {
				form = pick(d, wordedDays)
			}
			born = dayText(f.born, form)
			f.classes.add(DateText)
		}
		sex := "M"
		if p.female {
			sex = "F"
		}
		ref := fmt.Sprintf("N/%02d/%05d", d.between(86, 99), next())
		line := strings.ToUpper(ascii(f.home.line + ", " + f.home.town))
		var outside any = f.home.postcode
		if d.one(4) {
			line, outside = line+" "+f.home.postcode, nil
		}
		people.add(p, f.classes, ref, f.family, f.given, sex, born, line, outside, no, "C"+d.digits(3))
		for unit := range d.between(1, 4) {
			awards.add(p, classes{Child, DateText}, ref, unit+1, dayText(anyDay(d, 1987, 2003), pick(d, dayForms)), pick(d, []string{"J CARR", "P LOWE", "S OWEN"}))
		}
	}
	w.databases = append(w.databases, &database{system: "nvq", name: "NVQ", tables: []*table{people, awards}})
}
