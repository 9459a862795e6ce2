package estate

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/connectors/kinds"
)

// seen is one record as a search sees it: its values by the identifier that the register says they hold.
type seen struct {
	Record
	about  *person
	values map[string][]string
}

// look returns every record of the estate outside the legacy database.
func look(t *testing.T, o Options) (*world, []seen) {
	t.Helper()
	w := newWorld(o)
	text, err := w.register(o)
	if err != nil {
		t.Fatal(err)
	}
	reg, err := connectors.Parse([]byte(text), kinds.All())
	if err != nil {
		t.Fatal(err)
	}
	var all []seen
	note := func(r Record, p *person, columns []string, cells []any) {
		sys, _ := reg.System(r.System)
		entity, ok := sys.Entity(r.Entity)
		if !ok {
			t.Fatalf("the register lacks %s of %s", r.Entity, r.System)
		}
		s := seen{r, p, map[string][]string{}}
		for i, column := range columns {
			if f, mapped := entity.Field(column); mapped && f.Is != "" && i < len(cells) && cells[i] != nil {
				text := fmt.Sprint(cells[i])
				if d, ok := cells[i].(dated); ok {
					text = time.Time(d).Format(time.DateOnly)
				}
				s.values[f.Is] = append(s.values[f.Is], text)
			}
		}
		all = append(all, s)
	}
	for _, db := range w.databases {
		for _, table := range db.tables {
			if table.entity == "" {
				continue
			}
			var columns []string
			for _, c := range table.columns {
				columns = append(columns, c.name)
			}
			for _, r := range table.rows {
				note(Record{System: db.system, Place: o.place(db), Entity: table.entity, Key: table.keyOf(r), Classes: r.classes}, r.about, columns, r.values)
			}
		}
	}
	for _, b := range w.books {
		for _, s := range b.sheets {
			for _, r := range s.rows {
				note(Record{System: "fileshare", Place: b.place(), Entity: s.entity, Sheet: s.name, Row: r.row, Classes: r.classes}, r.about, s.header, r.cells)
			}
		}
	}
	for _, l := range w.lists {
		for i, r := range l.rows {
			cells := make([]any, len(r.cells))
			for j, c := range r.cells {
				if c != "" {
					cells[j] = c
				}
			}
			note(Record{System: "mailing-lists", Place: l.place(), Entity: l.entity, Row: i + 2, Classes: r.classes}, r.about, l.header, cells)
		}
	}
	return w, all
}

var strongKinds = []string{"membership_number", "candidate_number", "national_insurance_number", "qlms_key"}

// TestDemoSubjectIsReachedThroughPivots follows the demo subject's identifiers by hand: strong ones that are equal, and her own
// mailbox once ProDrive has told it.
func TestDemoSubjectIsReachedThroughPivots(t *testing.T) {
	for _, seed := range []uint64{1, 99} {
		_, all := look(t, Options{People: 50, Seed: seed})
		known := map[string]bool{}
		learn := func(kind string, values ...string) {
			for _, v := range values {
				if slices.Contains(strongKinds, kind) || (kind == "email" && strings.EqualFold(v, "theresa.begum@example.com")) {
					known[kind+"="+compare.Compacted(v)] = true
				}
			}
		}
		for kind, values := range DemoSubject() {
			learn(kind, values...)
		}
		reached := map[string]int{} // system to the round in which it was reached
		for round := 1; round <= 4; round++ {
			var hits []seen
			for _, s := range all {
				for kind, values := range s.values {
					if slices.ContainsFunc(values, func(v string) bool { return known[kind+"="+compare.Compacted(v)] }) {
						hits = append(hits, s)
						break
					}
				}
			}
			for _, s := range hits {
				if s.about == nil || !s.about.demo {
					t.Errorf("seed %d: %s answers to her identifiers and is not hers", seed, recordID(s.Record))
				}
				if reached[s.System] == 0 {
					reached[s.System] = round
				}
				for kind, values := range s.values {
					learn(kind, values...)
				}
			}
		}
		later := 0
		for _, round := range reached {
			if round > 1 {
				later++
			}
		}
		if len(reached) < 7 || later < 4 {
			t.Errorf("seed %d: the demo subject is reached in %d systems, in %d of them by pivots only: %v", seed, len(reached), later, reached)
		}
		for _, s := range all {
			if s.about != nil && s.about.demo && !slices.Contains(s.Classes, Child) && reached[s.System] == 0 {
				t.Errorf("seed %d: %s is never reached", seed, recordID(s.Record))
			}
		}
	}
}

func TestDemoSubject(t *testing.T) {
	got := DemoSubject()
	want := Identifiers{"given_name": {"Theresa"}, "family_name": {"Müller"}, "birth_date": {"1945-11-26"}, "postcode": {"LS6 2SH"},
		"email": {"sean.muller93@example.org"}, "membership_number": {"M106069"}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("DemoSubject() = %v, want %v", got, want)
	}
	e := generate(t, Options{People: 50, Seed: 2})
	if fmt.Sprint(e.Demo().Identifiers) != fmt.Sprint(want) {
		t.Errorf("the truth has %v, want %v", e.Demo().Identifiers, want)
	}
	systems, legacy := map[string]bool{}, map[string]bool{}
	for _, r := range e.Demo().Records {
		if systems[r.System] = true; r.System == "legacy" {
			legacy[r.Entity] = true
		}
	}
	if len(systems) < 10 || len(legacy) != 3 {
		t.Errorf("she is in the systems %v, and in the legacy entities %v", systems, legacy)
	}
}

// TestDirtIsHonest holds each record to its promise: it carries an id of its person, belongs to a record that does, or enough in
// it can still be recognised, however badly written; or it is a mailbox of theirs alone.
func TestDirtIsHonest(t *testing.T) {
	w, all := look(t, Options{People: 1000, Seed: 11})
	ids := map[*person]map[string]bool{}
	for _, p := range w.people {
		ids[p] = map[string]bool{"membership_number=" + compare.Compacted(p.membership()): p.member,
			"national_insurance_number=" + compare.Compacted(p.insurance): p.insurance != ""}
	}
	for _, c := range w.candidates {
		ids[c.person]["qlms_key="+fmt.Sprint(c.key)] = true
		for _, no := range []string{c.no, strings.TrimPrefix(c.no, "C")} {
			ids[c.person]["candidate_number="+compare.Compacted(no)] = true
		}
	}
	for _, s := range all {
		if s.about == nil || slices.Contains(s.Classes, Child) || carriesID(s, ids[s.about]) {
			continue
		}
		got := recognised(s, w)
		weight := 0
		for _, kind := range got {
			weight += map[string]int{"birth_date": 2, "email": 2}[kind] + 1
		}
		if weight < 3 && !slices.Contains(s.Classes, Handle) && !slices.Contains(s.Classes, EmailOnly) {
			t.Errorf("%s (%v) shows no more than %v of %s %s: %v", recordID(s.Record), s.Classes, got, s.about.given, s.about.family, s.values)
		}
	}
}

// TestStrongIdentifiersMeanOnePerson holds that ids are shared by mistake only where the truth says so.
func TestStrongIdentifiersMeanOnePerson(t *testing.T) {
	_, all := look(t, Options{People: 5000, Seed: 12})
	owners := map[string]*person{}
	for _, s := range all {
		for _, kind := range strongKinds {
			for _, v := range s.values[kind] {
				id := kind + "=" + strings.TrimPrefix(compare.Compacted(v), "c")
				switch owner := owners[id]; {
				case s.about == nil || owner == s.about:
				case owner == nil:
					owners[id] = s.about
				case kind != "candidate_number" || !owner.classes.has(ReusedNumber) || owner.reusedBy != s.about:
					t.Errorf("%s of %s in %s is that of %s too", id, s.about.id(), recordID(s.Record), owner.id())
				}
			}
		}
	}
}

func carriesID(s seen, ids map[string]bool) bool {
	for kind, values := range s.values {
		for _, v := range values {
			if ids[kind+"="+compare.Compacted(v)] {
				return true
			}
		}
	}
	return false
}

// recognised returns the kinds of identifiers in which a record still shows its person.
func recognised(s seen, w *world) []string {
	p := s.about
	givens := append([]string{p.given, p.knownAs}, w.nicknames[strings.ToLower(p.given)]...)
	families := []string{p.family}
	if p.states {
		families = append(families, p.former)
	}
	var found []string
	for kind, values := range s.values {
		for _, v := range values {
			ok := false
			switch kind {
			case "given_name":
				ok = anyAlike(v, givens) || anyAlike(v, families)
			case "family_name", "former_name":
				ok = anyAlike(v, families) || anyAlike(v, givens)
			case "full_name":
				if anyAlike(v, givens) {
					found = append(found, "given_name")
				}
				ok = anyAlike(v, families)
			case "birth_date":
				ok = anyDayAlike(v, p.born)
			case "email":
				ok = slices.ContainsFunc(p.mails, func(m string) bool { return plainMail(v) == m })
			case "phone":
				ok = sameDigits(v, p.phone) || sameDigits(v, p.phone2)
			case "address":
				ok = strings.Contains(compare.Compacted(v), compare.Compacted(p.home.postcode))
			case "postcode":
				ok = compare.Compacted(v) == compare.Compacted(p.home.postcode)
			}
			if ok {
				found = append(found, kind)
				break
			}
		}
	}
	return found
}

// anyAlike reports whether a part of the text is one of the names but for three letters, or its initial.
func anyAlike(text string, names []string) bool {
	parts := append(strings.FieldsFunc(bare(text), func(r rune) bool { return r == ' ' || r == ',' }), bare(strings.ReplaceAll(text, " ", "")))
	for _, name := range names {
		n := bare(name)
		if n == "" {
			continue
		}
		for _, half := range append(strings.FieldsFunc(n, func(r rune) bool { return r == '-' || r == ' ' }), n, strings.ReplaceAll(n, " ", "")) {
			for _, part := range parts {
				if edits(part, half) <= min(3, len(half)/2) || strings.TrimSuffix(part, ".") == half[:1] {
					return true
				}
			}
		}
	}
	return false
}

func bare(s string) string {
	return strings.ToLower(strings.NewReplacer("'", "", "`", "", "’", "", "‐", "-", "–", "-", "-", " ").Replace(ascii(norm.NFKC.String(s))))
}

// edits is the Levenshtein distance.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal, row[j+1] = row[j+1], min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// anyDayAlike reports whether the text is the day in some form, transposed or but for one digit.
func anyDayAlike(text string, born time.Time) bool {
	forms := append(slices.Clone(dayForms), wordedDays...)
	days := []time.Time{born}
	if other, ok := transposed(born); ok {
		days = append(days, other)
	}
	for _, d := range days {
		for _, form := range forms {
			if w := dayText(d, form); w == text || (len(w) == len(text) && edits(w, text) <= 2) {
				return true
			}
		}
		if n := fmt.Sprint(serial(d)); n == text || (len(n) == len(text) && edits(n, text) <= 2) {
			return true
		}
	}
	return false
}

func sameDigits(a, b string) bool {
	digits := func(s string) string {
		s = strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, s)
		return s[max(0, len(s)-9):]
	}
	return digits(a) != "" && digits(a) == digits(b)
}

func TestFilesHoldTheirRows(t *testing.T) {
	o := Options{People: 200, Seed: 6, Dir: t.TempDir()}
	generate(t, o)
	w := newWorld(o)
	for _, b := range w.books {
		checkWorkbook(t, filepath.Join(o.Dir, filepath.FromSlash(b.place())), b)
	}
	for _, l := range w.lists {
		text, err := l.charset.NewDecoder().Bytes(read(t, filepath.Join(o.Dir, filepath.FromSlash(l.place()))))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(string(text), "\r\n"), "\r\n")
		if len(lines) != len(l.rows)+1 {
			t.Fatalf("%s has %d lines, want %d", l.file, len(lines), len(l.rows)+1)
		}
		for i, r := range l.rows {
			if cells := strings.Split(lines[i+1], string(l.comma)); r.cells[0] != cells[0] && !strings.HasPrefix(cells[0], `"`) {
				t.Errorf("%s, row %d begins with %q, want %q", l.file, i+2, cells[0], r.cells[0])
			}
		}
	}
}
