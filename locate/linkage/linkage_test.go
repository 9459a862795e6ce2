package linkage_test

import (
	"encoding/json"
	"math"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/locate/linkage"
)

// identifiers are those that every register has, and one that a register adds.
func identifiers(t testing.TB) []connectors.Identifier {
	t.Helper()
	r, err := connectors.Parse([]byte("version = 1\n[organisation]\nname = \"o\"\ncontact = \"c\"\nclock = \"england-and-wales\"\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return append(r.Identifiers, connectors.Identifier{Name: "town", Title: "town", Strength: connectors.Weak, How: compare.Folded})
}

type values map[string]string

func subject(t testing.TB, m *linkage.Model, v values) *linkage.Subject {
	t.Helper()
	s := m.NewSubject()
	for kind, text := range v {
		s.Add(field(t, m, kind), text)
	}
	return s
}

func entry(t testing.TB, m *linkage.Model, v values) *linkage.Entry {
	t.Helper()
	r := m.NewReader()
	r.Begin()
	for kind, text := range v {
		r.Add(field(t, m, kind), compare.Text, []byte(text))
	}
	return r.Entry()
}

func field(t testing.TB, m *linkage.Model, kind string) linkage.Field {
	t.Helper()
	f, ok := m.Field(kind)
	if !ok {
		t.Fatalf("the model does not know %s", kind)
	}
	return f
}

var catherine = values{"membership_number": "M100007", "full_name": "Ms Catherine King", "birth_date": "1990-03-17", "email": "catherine.king@example.com",
	"phone": "07700 900495", "postcode": "LS6 9IT", "address": "108 Station Road", "former_name": "Featherstonehaugh"}

func TestVerdict(t *testing.T) {
	const no, possible, certain = linkage.No, linkage.Possible, linkage.Certain
	m := linkage.New(linkage.Options{Identifiers: identifiers(t), Region: "GB"})
	s := subject(t, m, catherine)
	for _, c := range []struct {
		name   string
		record values
		want   linkage.Verdict
	}{
		{"the id alone", values{"membership_number": "m 100007"}, certain},
		{"the id and another surname", values{"membership_number": "M100007", "given_name": "Catherine", "family_name": "Jones"}, certain},
		{"a reused id", values{"membership_number": "M100007", "given_name": "Peter", "family_name": "Jones"}, possible},
		{"a person under two numbers", values{"membership_number": "M700041", "full_name": "Catherine King", "birth_date": "1990-03-17", "postcode": "LS6 9IT"}, possible},
		{"the next number, somebody else", values{"membership_number": "M100008", "full_name": "Peter Jones", "birth_date": "1961-04-03"}, no},
		{"a shared mailbox alone", values{"email": "CATHERINE.KING@example.com"}, possible},
		{"a shared mailbox, the husband", values{"email": "catherine.king@example.com", "given_name": "Peter", "family_name": "King"}, possible},
		{"a mailbox and the name, without a birth date", values{"email": "catherine.king@example.com", "full_name": "Catherine King"}, possible},
		{"a mailbox, the name and the birth date", values{"email": "catherine.king@example.com", "full_name": "Catherine King", "birth_date": "17/03/1990"}, certain},
		{"a phone and the birth date, without a name", values{"phone": "+44 (0)7700 900-495", "birth_date": "17.3.90"}, possible},
		{"a twin", values{"full_name": "Caroline King", "birth_date": "1990-03-17", "postcode": "LS6 9IT", "address": "108 Station Rd"}, possible},
		{"a parent of one name", values{"full_name": "Catherine King", "birth_date": "1961-11-02", "postcode": "LS6 9IT", "email": "catherine.king@example.com"}, possible},
		{"a namesake born the same day", values{"full_name": "Catherine King", "birth_date": "1990-03-17", "postcode": "CF10 2XW"}, possible},
		{"a namesake with a mailbox made of the name", values{"full_name": "Catherine King", "birth_date": "1990-03-17", "email": "catherine.king@example.net"}, possible},
		{"name, birth date and postcode", values{"full_name": "KING, Catherine", "birth_date": "17 Mar 1990", "postcode": "ls69it"}, certain},
		{"a nickname, birth date and postcode", values{"given_name": "Kathy", "family_name": "King", "birth_date": "1990-03-17", "postcode": "LS6 9IT"}, possible},
		{"names in each other's field", values{"given_name": "King", "family_name": "Catherine", "birth_date": "1990-03-17"}, possible},
		{"a placeholder for the birth date", values{"full_name": "Catherine King", "birth_date": "1900-01-01", "postcode": "LS6 9IT"}, possible},
		{"a maiden name that the request tells", values{"given_name": "Catherine", "family_name": "Featherstonehaugh", "birth_date": "1990-03-17", "postcode": "LS6 9IT"}, certain},
		{"a maiden name that nobody told", values{"given_name": "Catherine", "family_name": "Patel", "birth_date": "1990-03-17", "postcode": "LS6 9IT"}, possible},
		{"a maiden name that nobody told, and the id", values{"membership_number": "M100007", "given_name": "Catherine", "family_name": "Patel"}, certain},
		{"a double surname", values{"given_name": "Catherine", "family_name": "Featherstonehaugh-King", "birth_date": "1990-03-17", "postcode": "LS6 9IT"}, certain},
		{"an initial", values{"given_name": "C", "family_name": "King", "birth_date": "1990-03-17", "postcode": "LS6 9IT"}, possible},
		{"an old address", values{"full_name": "Catherine King", "birth_date": "1990-03-17", "postcode": "CF10 2XW", "email": "catherine.king@example.com"}, certain},
		{"a shared phone and home, another first name", values{"phone": "07700 900495", "given_name": "Priya", "family_name": "King", "postcode": "LS6 9IT"}, no},
		{"surname alone", values{"family_name": "King"}, no},
		{"birth date alone", values{"birth_date": "1990-03-17"}, no},
		{"nothing", nil, no},
	} {
		t.Run(c.name, func(t *testing.T) {
			var cmp linkage.Comparison
			bits := m.Score(s, entry(t, m, c.record), &cmp)
			if got := m.Verdict(&cmp, false); got != c.want {
				t.Errorf("verdict %d, want %d, at %.1f bits: %+v", got, c.want, bits, m.Explain(s, &cmp))
			}
		})
	}
}

func TestSpellings(t *testing.T) {
	m := linkage.New(linkage.Options{Identifiers: identifiers(t)})
	for _, c := range []struct {
		kind, a, b string
		want       linkage.Level
	}{
		{"family_name", "Müller", "MULLER", linkage.Exact}, {"family_name", "Müller", "Mueller", linkage.Variant}, {"family_name", "MacCarthy", "Mc Carthy", linkage.Variant},
		{"family_name", "O'Brien", "OBrien", linkage.Exact}, {"family_name", "Thompson", "Thomson", linkage.OneOff}, {"family_name", "Smythe-Jones", "Jones", linkage.Short},
		{"family_name", "van den Berg", "Berg", linkage.Short}, {"family_name", "King", "Jones", linkage.Differ}, {"given_name", "Theresa", "Tess", linkage.Short},
		{"given_name", "Tess", "Theresa", linkage.Short}, {"given_name", "Catherine Anne", "Catherine", linkage.Exact}, {"given_name", "Catherine", "C.", linkage.Part},
		{"given_name", "Дмитрий", "Dmitrii", linkage.Variant}, {"given_name", "Дмитрий", "Dmitry", linkage.Close}, {"family_name", "Щукина", "Shchukina", linkage.Variant},
		{"given_name", "D.", "Дмитрий", linkage.Part}, {"given_name", "明", "月", linkage.Differ}, {"family_name", "王", "王", linkage.Exact},
		{"given_name", "小明", "小月", linkage.Differ}, {"given_name", "小明子", "小月子", linkage.OneOff},
		{"family_name", "Παπαδόπουλος", "Papadopoulos", linkage.OneOff},
		{"birth_date", "1961-04-03", "03/04/1961", linkage.Exact}, {"birth_date", "1961-04-03", "1961-03-04", linkage.Variant}, {"birth_date", "1961-04-03", "1961-04-08", linkage.OneOff},
		{"birth_date", "1961-04-03", "1961-04-30", linkage.OneOff}, {"birth_date", "1961-04-03", "1961", linkage.Part}, {"birth_date", "1961-04-03", "1975-11-20", linkage.Differ},
		{"postcode", "LS6 9IT", "ls69it", linkage.Exact}, {"postcode", "LS6 9IT", "LS6 9XY", linkage.Close}, {"email", "jo@example.com", "jo+x@example.com", linkage.Variant},
		{"phone", "+44 7700 900495", "07700900495", linkage.Exact}, {"candidate_number", "C000123", "123", linkage.Variant},
		{"phone", "07700 900495", "0113 496 0000 / 07700 900495", linkage.Exact}, {"phone", "07700 900495", "01134960000 +44 7700 900 495", linkage.Exact},
		{"phone", "07700 900495", "0113 496 0000; 07700/900495", linkage.Exact}, {"phone", "0113 496 0000", "0113 496 0000 or 07700 900495", linkage.Exact},
		{"phone", "07700 900095", "+44 (0)7700 900 095", linkage.Exact}, {"candidate_number", "C200006", "C100001; C200006", linkage.Exact}, {"candidate_number", "C200006", "C200007", linkage.OneOff},
	} {
		var cmp linkage.Comparison
		s := subject(t, m, values{c.kind: c.a})
		m.Compare(s, entry(t, m, values{c.kind: c.b}), &cmp)
		if got := cmp.Level(field(t, m, c.kind)); got != c.want {
			t.Errorf("%s %q and %q: %v, want %v", c.kind, c.a, c.b, got, c.want)
		}
	}
}

func TestEvidenceAddsUp(t *testing.T) {
	m := linkage.New(linkage.Options{Identifiers: identifiers(t)})
	s := subject(t, m, catherine)
	for _, record := range []values{{"given_name": "Kathy", "family_name": "Kings", "birth_date": "1990-03-17", "postcode": "LS6 9IT"}, stranger} {
		var cmp linkage.Comparison
		m.ScoreWhole(s, entry(t, m, record), &cmp)
		sum, lines := 0.0, m.Explain(s, &cmp)
		for _, e := range lines {
			sum += e.Bits
			if e.Words == "" {
				t.Errorf("%+v says nothing", e)
			}
		}
		if math.Abs(sum-cmp.Bits) > .1 || len(lines) <= len(record) {
			t.Errorf("the evidence adds up to %.2f bits, the score is %.2f: %+v", sum, cmp.Bits, lines)
		}
	}
}

func TestFrequenciesAreKeptWithoutTheirKey(t *testing.T) {
	m := linkage.New(linkage.Options{Identifiers: identifiers(t)})
	var records []*linkage.Entry
	for i := range 400 {
		family := "Smith"
		if i%100 == 0 {
			family = "Featherstonehaugh"
		}
		records = append(records, entry(t, m, values{"family_name": family, "given_name": "Jo"}))
	}
	key := []byte("0123456789abcdef0123456789abcdef")
	data, err := json.Marshal(m.Train(records, key))
	if err != nil {
		t.Fatal(err)
	}
	var training linkage.Training
	if err := json.Unmarshal(data, &training); err != nil {
		t.Fatal(err)
	}
	score := func() [2]float64 {
		trained := linkage.New(linkage.Options{Identifiers: identifiers(t), Training: &training})
		var bits [2]float64
		for i, family := range []string{"Smith", "Featherstonehaugh"} {
			v := values{"family_name": family, "postcode": "LS6 9IT", "birth_date": "1990-03-17"}
			var cmp linkage.Comparison
			bits[i] = trained.Score(subject(t, trained, v), entry(t, trained, v), &cmp)
		}
		return bits
	}
	if b := score(); b[0] != b[1] {
		t.Errorf("without the key names have frequencies: %v", b)
	}
	training.Terms.Unlock(key)
	if b := score(); b[0] >= b[1] {
		t.Errorf("a common surname counts %.2f bits, a rare one %.2f", b[0], b[1])
	}
}

func TestComparingAllocatesNothing(t *testing.T) {
	m := linkage.New(linkage.Options{Identifiers: identifiers(t)})
	s := subject(t, m, catherine)
	same, other := entry(t, m, catherine), entry(t, m, stranger)
	var cmp linkage.Comparison
	if n := testing.AllocsPerRun(100, func() { m.Score(s, same, &cmp); m.Score(s, other, &cmp) }); n > 0 {
		t.Errorf("%v allocations a comparison", n)
	}
}

var stranger = values{"membership_number": "M200014", "full_name": "Peter Jones", "birth_date": "1961-04-03", "email": "peter.jones@example.com", "phone": "07700 900111",
	"postcode": "YO10 4GJ", "address": "14 Orchard Way"}
