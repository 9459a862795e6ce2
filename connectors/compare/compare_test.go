package compare

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"  Łukasz   Kowalski ": "lukasz kowalski",
		"STRASSE":              "strasse",
		"Straße":               "strasse",
		"ﬁnch":                 "finch",
		"Ｊｏｎｅｓ":                "jones",
		"José":                 "jose",
		"JOSÉ":                 "jose",
		"Ægir Þór Øst ısı":     "aegir thor ost isi",
		"İstanbul":             "istanbul",
		"O’Brien\u200b-Smith":  "o'brien-smith",
		"a\tb\r\n c":           "a b c",
		"Σίσυφος":              "σισυφοσ",
		"١٢٣ १२३":              "123 123",
		"nul\x00led":           "nulled",
		"\xff":                 "\uFFFD",
		"":                     "",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
		if got := Fold(Fold(in)); got != want {
			t.Errorf("Fold is not idempotent on %q: %q", in, got)
		}
	}
}

func TestCompactedAndDigits(t *testing.T) {
	for _, c := range []struct{ in, compact, digits string }{
		{" SW1A 1aa ", "sw1a1aa", "11"},
		{"QL-00123/4", "ql001234", "001234"},
		{"+44 (0)7700 900495", "4407700900495", "4407700900495"},
		{"٠٧٧٠٠", "07700", "07700"},
		{"--- ", "", ""},
	} {
		if got := Compacted(c.in); got != c.compact {
			t.Errorf("Compacted(%q) = %q, want %q", c.in, got, c.compact)
		}
		if got := OnlyDigits(c.in); got != c.digits {
			t.Errorf("OnlyDigits(%q) = %q, want %q", c.in, got, c.digits)
		}
	}
}

func TestCanonical(t *testing.T) {
	for _, c := range []struct {
		t    Type
		in   string
		want string
		ok   bool
	}{
		{Integer, "0012", "12", true},
		{Integer, "-0", "0", true},
		{Integer, "12.0", "12", true},
		{Integer, "12.5", "", false},
		{Integer, "M12", "", false},
		{Integer, "", "", false},
		{Decimal, "12.50", "12.5", true},
		{Decimal, "1e3", "", false},
		{Float, ".5", "0.5", true},
		{Boolean, "TRUE", "true", true},
		{Boolean, "1", "", false},
		{Day, "1961-04-03", "1961-04-03", true},
		{Day, "1961-04-03T00:00:00", "1961-04-03", true},
		{Day, "1961-04-03T01:00:00", "", false},
		{Day, "1961-02-30", "", false},
		{DateTime, "1961-04-03", "1961-04-03T00:00:00", true},
		{DateTime, "1961-04-03T10:00:00.120", "1961-04-03T10:00:00.12", true},
		{Instant, "1961-04-03T10:00:00+01:00", "1961-04-03T09:00:00Z", true},
		{GUID, "{00112233-4455-6677-8899-AABBCCDDEEFF}", "00112233-4455-6677-8899-aabbccddeeff", true},
		{GUID, "00112233445566778899AABBCCDDEEFF", "00112233-4455-6677-8899-aabbccddeeff", true},
		{GUID, "0011", "", false},
		{Binary, "0x0A", "0x0a", true},
		{Stream, "x", "", false},
	} {
		got, ok := Canonical(c.t, c.in)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("Canonical(%s, %q) = %q, %v; want %q, %v", c.t, c.in, got, ok, c.want, c.ok)
		}
	}
}

func TestDatesReadsEveryWrittenForm(t *testing.T) {
	for _, in := range []string{"1961-04-03", "1961-04-03 00:00:00", "1961-04-03T12:30:00Z", "1961/4/3", "1961.04.03",
		"19610403", "03/04/1961", "3/4/61", "3.4.1961", "03-04-61", "04/03/1961", "03041961", "030461", "610403", "3 April 1961",
		"3rd April 1961", "3rd of Apr '61", "April 3, 1961", "03-APR-61", "Mon 3 Apr 1961", "Monday, 3 April 1961", "1961 Apr 3",
		"22374", "22374.0", "22374.75", "20912", " 03/04/1961 ", "03/04/1961 3:04 PM", "０３／０４／１９６１", "3–4–1961", "19610403T000000:00"} {
		if got := Dates(in, Text); !slices.Contains(got, "1961-04-03") {
			t.Errorf("Dates(%q) = %v", in, got)
		}
	}
	for _, in := range []string{"", "1961", "April 1961", "03/04", "1961-13-01", "31/02/1961", "hello", "call 03/04/1961", "1.2.3.4",
		"0", "99999999", "2958466", "3 Foo 1961", "12:30", "1961-04-03x", strings.Repeat("1/", 200)} {
		if got := Dates(in, Text); len(got) > 0 && in != "1961" {
			t.Errorf("Dates(%q) = %v, want none", in, got)
		}
	}
	if got := Dates("13/04/61", Text); got[0] != "1961-04-13" {
		t.Errorf("the likeliest reading comes first: %v", got)
	}
}

func TestDatesOfTypedColumns(t *testing.T) {
	for _, c := range []struct {
		t    Type
		in   string
		want string
	}{
		{Day, "1961-04-03", "1961-04-03"}, {DateTime, "1961-04-03T23:59:59", "1961-04-03"},
		{Instant, "1961-04-02T23:00:00Z", "1961-04-03"}, {Instant, "1961-04-03T01:00:00+02:00", "1961-04-03"},
		{Integer, "19610403", "1961-04-03"}, {Integer, "3041961", "1961-04-03"}, {Integer, "30461", "1961-04-03"},
		{Integer, "22374", "1961-04-03"}, {Float, "22374.5", "1961-04-03"}, {Decimal, "20912.00", "1961-04-03"},
	} {
		if got := Dates(c.in, c.t); !slices.Contains(got, c.want) {
			t.Errorf("Dates(%q, %s) = %v, want %s", c.in, c.t, got, c.want)
		}
	}
}

// Every day from 1900 to 2100 is read back from its serial numbers, and the hints for systems that can only
// search for substrings or numbers hold for it.
func TestSerialsOfEveryDay(t *testing.T) {
	for at := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2100; at = at.AddDate(0, 0, 1) {
		d, _ := dayOf(at)
		for _, n := range serials(d) {
			if !slices.Contains(appendSerials(nil, n), d) {
				t.Fatalf("%s: serial %d reads as %v", d, n, appendSerials(nil, n))
			}
		}
		for _, n := range DateNumbers(d.String()) {
			if n > 0 && n < 100000000 && !slices.Contains(appendDays(nil, Integer, fmtInt(n)), d) && n > 99999 {
				t.Fatalf("%s: number %d reads as %v", d, n, appendDays(nil, Integer, fmtInt(n)))
			}
		}
	}
}

func fmtInt(n int64) []byte { return []byte(day(n).digits()) }

func (d day) digits() string {
	var b []byte
	for n := int64(d); n > 0; n /= 10 {
		b = append([]byte{byte('0' + n%10)}, b...)
	}
	return string(b)
}

func TestMatcher(t *testing.T) {
	for _, c := range []struct {
		name   string
		how    How
		t      Type
		values []string
		yes    []string
		no     []string
	}{
		{"equal text", Equal, Text, []string{"a b", ""}, []string{"a b", ""}, []string{"A b", "a b ", "ab"}},
		{"equal zero against text", Equal, Text, []string{"0"}, []string{"0"}, []string{"", "abc", "00"}},
		{"equal number", Equal, Decimal, []string{"12.5", "abc"}, []string{"12.50", "0012.5"}, []string{"12.05", ""}},
		{"folded", Folded, Text, []string{"Łukasz"}, []string{"LUKASZ", " łukasz "}, []string{"lukas"}},
		{"compact", Compact, Text, []string{"SW1A1AA", "-"}, []string{"sw1a 1aa"}, []string{"", "-", "sw1a"}},
		{"prefix", Prefix, Text, []string{"Thom", "é"}, []string{"THOMPSON", "Eric"}, []string{"Tom", ""}},
		{"prefix of nothing", Prefix, Text, []string{""}, nil, []string{"", "a"}},
		{"contains", Contains, Text, []string{"o'b"}, []string{"Pat O’Brien"}, []string{"OBrien"}},
		{"contains many", Contains, Text, []string{"aa", "bb", "cc", "ddd", "e"}, []string{"xxddd", "e"}, []string{"dd", ""}},
		{"digits", Digits, Text, []string{"7700900495"}, []string{"+44 7700 900495", "(07700) 900 495"}, []string{"7700900494", ""}},
		{"date", Date, Text, []string{"1961-04-03"}, []string{"3/4/61", "22374"}, []string{"3/5/61", ""}},
		{"wildcards are letters", Folded, Text, []string{"%"}, []string{"%"}, []string{"a", "_"}},
		{"boolean", Equal, Boolean, []string{"true"}, []string{"true"}, []string{"false"}},
		{"stream", Contains, Stream, []string{"x"}, nil, []string{"x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := Compile(c.how, c.t, c.values)
			for _, v := range c.yes {
				if !m.Match([]byte(v)) {
					t.Errorf("%q does not match %v", v, c.values)
				}
			}
			for _, v := range c.no {
				if m.Match([]byte(v)) {
					t.Errorf("%q matches %v", v, c.values)
				}
			}
		})
	}
}

func TestMatchAllocatesNothingOnASCII(t *testing.T) {
	for _, how := range Hows {
		m := Compile(how, Text, []string{"1961-04-03", "thompson"})
		stored := []byte("Catherine Thompson 03/04/1961")
		if n := testing.AllocsPerRun(100, func() { m.Match(stored) }); n > 0 {
			t.Errorf("%s allocates %v times a match", how, n)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Łukasz", "a  b", "İ", "\xff\xfe", "e\u0301", "ﷺ", "ẛ̣", "ᾳ", "\u0345"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s)
		if twice := Fold(once); twice != once {
			t.Errorf("Fold(%q) = %q, folded again %q", s, once, twice)
		}
		ascii := true
		for _, c := range []byte(s) {
			ascii = ascii && c < 0x80
		}
		if ascii && once != string(appendFoldUnicode(nil, []byte(s))) {
			t.Errorf("the fast path differs on %q: %q", s, once)
		}
	})
}

func FuzzDates(f *testing.F) {
	for _, s := range []string{"03/04/1961", "22374.5", "3 Apr 61", "19610403", "April 3, 1961", "1961-04-03T10:00:00Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, d := range Dates(s, Text) {
			if _, ok := Canonical(Day, d); !ok {
				t.Fatalf("Dates(%q) has %q, which is no day", s, d)
			}
			if !Compile(Date, Text, []string{d}).Match([]byte(s)) {
				t.Errorf("%q is read as %s but does not match it", s, d)
			}
			plain := true
			for _, c := range []byte(s) {
				plain = plain && c < 0x80
			}
			if plain && !slices.ContainsFunc(DateTraces(d), func(trace string) bool { return strings.Contains(s, trace) }) {
				t.Errorf("%q is read as %s but holds none of %v", s, d, DateTraces(d))
			}
		}
		for _, typ := range []Type{Integer, Decimal, Float} {
			canonical, ok := Canonical(typ, s)
			if !ok {
				continue
			}
			whole, _, _ := strings.Cut(canonical, ".")
			for _, d := range Dates(canonical, typ) {
				if !slices.ContainsFunc(DateNumbers(d), func(n int64) bool { return string(fmtInt(n)) == whole }) {
					t.Errorf("number %q is read as %s, which DateNumbers does not give: %v", canonical, d, DateNumbers(d))
				}
			}
		}
	})
}

func BenchmarkMatchFolded(b *testing.B) {
	m := Compile(Folded, Text, []string{"thompson"})
	stored := []byte("Featherstonehaugh")
	for b.Loop() {
		m.Match(stored)
	}
}
