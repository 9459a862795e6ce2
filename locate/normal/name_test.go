package normal

import (
	"bytes"
	"strings"
	"testing"
)

func TestName(t *testing.T) {
	for _, c := range []struct{ text, whole, loose, parts string }{
		{"Müller", "muller", "muller", "muller"},
		{"Mueller", "mueller", "muller", "mueller"},
		{"MULLER ", "muller", "muller", "muller"},
		{"O’Connor", "oconnor", "oconnor", "oconnor"},
		{"O Connor", "oconnor", "oconnor", "connor"},
		{"MacCarthy", "maccarthy", "mccarthy", "maccarthy"},
		{"Mc Carthy", "mccarthy", "mccarthy", "carthy"},
		{"van den Berg", "vandenberg", "vandenberg", "berg"},
		{"de la Cruz", "delacruz", "delacruz", "cruz"},
		{"Le", "le", "le", "le"},
		{"Smythe - Jones", "smythejones", "smythejones", "smythe jones"},
		{"St. John", "stjohn", "stjohn", "john"},
		{"Saint-Clair", "saintclair", "stclair", "clair"},
		{"Łukasiewicz", "lukasiewicz", "lukasiewicz", "lukasiewicz"},
		{"Weiß", "weiss", "weiss", "weiss"},
		{"Þórsdóttir", "thorsdottir", "thorsdottir", "thorsdottir"},
		{"Søren", "soren", "soren", "soren"},
		{"Soeren", "soeren", "soren", "soeren"},
		{"Ｊｏｎｅｓ", "jones", "jones", "jones"},
		{"Dr Theresa", "theresa", "theresa", "theresa"},
		{"Dame", "dame", "dame", "dame"},
		{"King OBE", "kingobe", "kingobe", "king obe"},
		{"Robert (Bob)", "robert", "robert", "robert"},
		{"T.", "t", "t", "t"},
		{"n/a", "", "", ""},
		{"torque_42", "", "", ""},
		{"jo@example.com", "", "", ""},
		{"", "", "", ""},
		{"'", "", "", ""},
		{"Дмитрий", "дмитрии", "dmitrii", "дмитрии"},
		{"Щукина", "щукина", "shchukina", "щукина"},
		{"Γεωργίου", "γεωργιου", "georgioy", "γεωργιου"},
		{"ь", "ь", "ь", "ь"},
		{"王", "王", "王", "王"},
	} {
		var a Arena
		n, ok := a.Name([]byte(c.text))
		if ok != (c.whole != "") || string(n.Whole) != c.whole || string(n.Loose) != c.loose || string(bytes.Join(n.Parts, []byte(" "))) != c.parts {
			t.Errorf("Name(%q) = %q, %q, %q, %v", c.text, n.Whole, n.Loose, n.Parts, ok)
		}
	}
}

func TestInitial(t *testing.T) {
	var a Arena
	for text, want := range map[string]bool{"T.": true, "Ł": true, "Ж": true, "王": false, "김": false, "Jo": false, "J R": false} {
		if n, _ := a.Name([]byte(text)); n.Initial() != want {
			t.Errorf("Initial of %q is %v", text, !want)
		}
	}
}

func TestFullName(t *testing.T) {
	for text, want := range map[string]string{
		"Theresa Müller":              "theresa|muller",
		"MÜLLER, Theresa":             "theresa|muller",
		"Dr Theresa Müller":           "theresa|muller",
		"John Smith, OBE":             "john|smith",
		"John Smith OBE":              "john|smith",
		"Jan van den Berg":            "jan|vandenberg",
		"Mary Anne Lloyd":             "maryanne|lloyd mary|annelloyd",
		"Mr King":                     "|king",
		"Prof. Sir Ludwig Guttmann":   "ludwig|guttmann",
		"Ní Dhomhnaill, Gráinne":      "grainne|nidhomhnaill",
		"Theresa Müller (née Begum)":  "theresa|muller",
		"Al-Rashid, Omar bin Khalid":  "omarbinkhalid|alrashid",
		"one two three four five six": "onetwothreefourfive|six",
		"unknown":                     "",
	} {
		var a Arena
		givens, families, ok := a.FullName(nil, nil, []byte(text))
		var got []string
		for i, f := range families {
			g := ""
			if i < len(givens) {
				g = string(givens[i].Whole)
			}
			got = append(got, g+"|"+string(f.Whole))
		}
		if strings.Join(got, " ") != want || ok != (want != "") {
			t.Errorf("FullName(%q) = %q, %v; want %q", text, got, ok, want)
		}
	}
}

func TestNicknamesWorkBothWays(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"theresa", "tess", true}, {"tess", "theresa", true}, {"robert", "bob", true}, {"bobby", "bob", true}, {"catherine", "kathy", true},
		{"robert", "william", false}, {"zzz", "zzz", false}, {"margaret", "peggy", true}, {"kate", "catherine", true}, {"katie", "kathy", true}, {"gosia", "malgorzata", true},
	} {
		if got := NicknameOf([]byte(c.a)).SamePerson(NicknameOf([]byte(c.b))); got != c.want {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
	if !strings.HasPrefix(NicknameTable(), "name1,relationship,name2") {
		t.Error("the table has another header")
	}
}

func FuzzName(f *testing.F) {
	for _, s := range []string{"Müller", "O’Connor", "van den Berg", "SMITH, John (Jack) Jr.", "\xff\xfe", "a'", "''", "Dr.", ",", "ﬁ ﬂ", strings.Repeat("ab ", 300)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var a Arena
		if n, ok := a.Name([]byte(s)); ok && (len(n.Whole) == 0 || len(n.Loose) == 0 || len(n.Parts) == 0 || len(n.First()) == 0) {
			t.Errorf("Name(%q) is empty: %q %q %q", s, n.Whole, n.Loose, n.Parts)
		}
		givens, families, ok := a.FullName(nil, nil, []byte(s))
		if ok && len(families) == 0 || len(givens) > len(families) {
			t.Errorf("FullName(%q): %d first names, %d surnames", s, len(givens), len(families))
		}
	})
}
