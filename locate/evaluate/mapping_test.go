package evaluate

import (
	"io"
	"strings"
	"testing"
)

func mapped(t *testing.T, text string) *Mapping {
	t.Helper()
	m, err := ReadMapping([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestReadMappingNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"no TOML", "person = ", "not TOML"},
		{"an unknown key", "persons = \"a\"\n", "a key that means nothing: persons"},
		{"nobody", "[columns]\na = \"given_name\"\n", "does not say whose a row is"},
		{"no columns", "person = \"a\"\n", "maps no column"},
		{"half of the pairs", "[pairs]\nfile = \"a\"\n[columns]\na = \"given_name\"\n", "[pairs] needs"},
		{"a pattern without a group", "person = \"a\"\npattern = 'rec'\n[columns]\na = \"given_name\"\n", "no group"},
		{"no pattern", "person = \"a\"\npattern = '('\n[columns]\na = \"given_name\"\n", "no regular expression"},
		{"a long delimiter", "person = \"a\"\ndelimiter = \"||\"\n[columns]\na = \"given_name\"\n", "one character"},
		{"dates of Go", "person = \"a\"\ndates = \"2006-01-02\"\n[columns]\na = \"birth_date\"\n", "dates is written with"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := ReadMapping([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q in it", err, c.want)
			}
		})
	}
}

func TestDay(t *testing.T) {
	for _, c := range []struct{ form, text, want string }{
		{"", "04/03/1961", "04/03/1961"}, {"mm/dd/yyyy", "04/03/1961", "1961-03-04"[:5] + "04-03"}, {"dd.mm.yyyy", "3.4.1961", "1961-04-03"},
		{"yyyymmdd", "19610403", "1961-04-03"}, {"yyyymmdd", "1961", "1961"}, {"yyyymmdd", "196104031", "196104031"}, {"mm/dd/yy", "4/3/61", "3/4/61"},
		{"yyyy-mm-dd", "1961-4-3", "1961-04-03"}, {"yyyy-mm-dd", "", ""}, {"ddmmyyyy", "03041961", "1961-04-03"},
	} {
		m := &Mapping{Dates: c.form}
		if got := m.day(c.text); got != c.want {
			t.Errorf("day(%q) in the form %q is %q, want %q", c.text, c.form, got, c.want)
		}
	}
}

func TestReadTable(t *testing.T) {
	m := mapped(t, "person = \"who\"\npattern = '^p(\\d+)'\ndelimiter = \";\"\nencoding = \"windows-1252\"\ndates = \"yyyy-mm-dd\"\n"+
		"[columns]\nname = \"family_name\"\n[join]\nbirth_date = [\"y\", \"m\", \"d\"]\naddress = [\"no\", \"road\"]\n")
	rows, err := m.ReadTable(strings.NewReader("who;name;y;m;d;no;road\np1-a;M\xfcller;1961;4;3;12;High Street\np2;;1961;;3;;\n"), 0)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, v := range rows[0].values {
		got[v.identifier] = v.text
	}
	if len(rows) != 2 || rows[0].Person != "1" || rows[0].Line != 2 || got["family_name"] != "Müller" || got["birth_date"] != "1961-04-03" || got["address"] != "12, High Street" {
		t.Errorf("%+v", rows)
	}
	if len(rows[1].values) != 0 {
		t.Errorf("a row without values has %v", rows[1].values)
	}
	if _, err := m.ReadTable(strings.NewReader("who;name;y;m;d;no;road\nq1;;;;;;\n"), 0); err == nil || !strings.Contains(err.Error(), "line 2 of the table: the column who does not answer to the pattern") {
		t.Errorf("a row of nobody: %v", err)
	}
	headless := mapped(t, "person = \"2\"\nheader = false\n[columns]\n1 = \"family_name\"\n")
	if rows, err := headless.ReadTable(strings.NewReader("King,7\nJones,8\n"), 0); err != nil || len(rows) != 2 || rows[1].Person != "8" {
		t.Errorf("a table without a header: %+v, %v", rows, err)
	}
}

func TestPairs(t *testing.T) {
	text := "[columns]\nname = \"family_name\"\n[pairs]\nfile = \"p\"\nid = \"id\"\nleft = \"l\"\nright = \"r\"\n"
	table := "id,name\n1,King\n2,King\n3,Jones\n4,Jones\n"
	for _, c := range []struct {
		name, mapping, pairs string
		compared, same       int
	}{
		{"all pairs of one person", text, "l,r\n1,2\n", 6, 1},
		{"labelled pairs", text + "label = \"same\"\n", "l,r,same\n2,1,0.9\n3,1,no\n4,3,Y\n", 3, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			people, err := NewTable(mapped(t, c.mapping), []io.Reader{strings.NewReader(table)}, strings.NewReader(c.pairs))
			if err != nil {
				t.Fatal(err)
			}
			r, err := people.Measure(t.Context(), PairsOptions{Untrained: true})
			if err != nil {
				t.Fatal(err)
			}
			if r.Compared != c.compared || r.True != c.same {
				t.Errorf("%d pairs compared, %d of one person; want %d and %d", r.Compared, r.True, c.compared, c.same)
			}
		})
	}
}

func TestAcross(t *testing.T) {
	m := mapped(t, "person = \"who\"\nacross = true\n[columns]\nname = \"family_name\"\n")
	table := "who,name\n1,King\n2,King\n"
	people, err := NewTable(m, []io.Reader{strings.NewReader(table), strings.NewReader(table)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := people.Measure(t.Context(), PairsOptions{Key: []byte("key")})
	if err != nil || r.Compared != 4 || r.True != 2 {
		t.Errorf("%+v, %v: want the 4 pairs of one row of each", r, err)
	}
}

func FuzzTable(f *testing.F) {
	f.Add("person = \"who\"\n[columns]\nname = \"family_name\"\n", "who,name\n1,King\n1,\"Kin\"g\n")
	f.Add("person = \"2\"\nheader = false\nencoding = \"utf-16le\"\ndelimiter = \"tab\"\n[join]\nbirth_date = [\"1\"]\n", "\xff\xfe1\x009\x00")
	f.Fuzz(func(t *testing.T, mapping, table string) {
		m, err := ReadMapping([]byte(mapping))
		if err != nil {
			return
		}
		rows, err := m.ReadTable(strings.NewReader(table), 0)
		if err == nil {
			for _, r := range rows {
				if r.Line < 1 {
					t.Errorf("a row stands in line %d", r.Line)
				}
			}
		}
	})
}

func FuzzTruth(f *testing.F) {
	f.Add(`{"person":"p1","identifiers":{"email":["jo@example.com"]},"records":[{"system":"s","place":"p","entity":"e","key":["1"],"classes":["child"]}]}`)
	f.Add("{}\n[]")
	f.Fuzz(func(t *testing.T, text string) {
		people, err := ReadTruth(strings.NewReader(text))
		if err == nil && len(people) == 0 {
			t.Error("a truth of nobody is accepted")
		}
	})
}
