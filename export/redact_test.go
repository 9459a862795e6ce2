package export

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"encoding/ascii85"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"dossier/connectors"
	"dossier/locate"
)

const (
	otherName  = "Håkon Żeleński-Brandt"
	otherDay   = "1971-05-06"
	otherRef   = "K-88231907"
	otherThing = "the \"blue\" notebook"
)

// glyphs is what stands between the letters of a text in a PDF.
var glyphs = regexp.MustCompile(`\)[-\s\d.]*\(`)

// encodings returns a text in every form in which a file may give it away.
func encodings(text string) map[string][]byte {
	forms := map[string][]byte{}
	for name, s := range map[string]string{"as it is": text, "small": strings.ToLower(text), "capital": strings.ToUpper(text), "decomposed": norm.NFD.String(text),
		"without spaces": strings.ReplaceAll(text, " ", "")} {
		forms[name] = []byte(s)
		var little, big []byte
		for _, u := range utf16.Encode([]rune(s)) {
			little, big = append(little, byte(u), byte(u>>8)), append(big, byte(u>>8), byte(u))
		}
		forms[name+", UTF-16LE"], forms[name+", UTF-16BE"] = little, big
		forms[name+", hexadecimal"] = []byte(hex.EncodeToString([]byte(s)))
		forms[name+", UTF-16BE hexadecimal"] = []byte(strings.ToUpper(hex.EncodeToString(big)))
		forms[name+", address"], forms[name+", query"] = []byte(url.PathEscape(s)), []byte(url.QueryEscape(s))
		forms[name+", HTML"] = []byte(html.EscapeString(s))
		quoted, _ := json.Marshal(s)
		forms[name+", JSON"] = quoted[1 : len(quoted)-1]
		var escaped, entities strings.Builder
		for _, r := range s {
			if r < 0x80 {
				escaped.WriteRune(r)
				entities.WriteRune(r)
				continue
			}
			fmt.Fprintf(&escaped, `\u%04x`, r)
			fmt.Fprintf(&entities, "&#%d;", r)
		}
		forms[name+", JSON in ASCII"], forms[name+", entities"] = []byte(escaped.String()), []byte(entities.String())
		for skip := range 3 {
			whole := base64.StdEncoding.EncodeToString(append(make([]byte, skip), s...))
			if inner := whole[(skip*8+5)/6 : len(whole)-4]; len(inner) > 8 {
				forms[fmt.Sprintf("%s, base64 at %d", name, skip)] = []byte(inner)
			}
		}
	}
	return forms
}

// layers calls look with a file, and with all that is packed in it: files of a ZIP, streams of a PDF.
func layers(t *testing.T, name string, b []byte, look func(name string, b []byte)) {
	t.Helper()
	look(name, b)
	if bytes.HasPrefix(b, []byte("PK")) {
		z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatal(name, err)
		}
		for _, f := range z.File {
			look(name+"!name", []byte(f.Name+"\n"+f.Comment+"\n"+string(f.Extra)))
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			inner, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			layers(t, name+"!"+f.Name, inner, look)
		}
	}
	for rest, n := b, 0; bytes.HasPrefix(b, []byte("%PDF")); n++ {
		_, after, ok := bytes.Cut(rest, []byte("stream"))
		if !ok {
			break
		}
		rest = after
		r, err := zlib.NewReader(bytes.NewReader(bytes.TrimLeft(after, "\r\n")))
		if err != nil {
			decoded := make([]byte, len(after))
			if n, _, err := ascii85.Decode(decoded, after, true); err == nil {
				look(name+"!85", decoded[:n])
			}
			continue
		}
		inner, _ := io.ReadAll(r)
		look(fmt.Sprintf("%s!stream %d", name, n), inner)
		look(fmt.Sprintf("%s!stream %d, text", name, n), glyphs.ReplaceAll(inner, nil))
	}
}

// search fails the test for every trace of a text in any layer of the package.
func search(t *testing.T, b []byte, text string) {
	t.Helper()
	forms := encodings(text)
	layers(t, "package", b, func(name string, b []byte) {
		for form, want := range forms {
			if at := bytes.Index(b, want); at >= 0 {
				t.Errorf("%s holds %q, %s: %q", name, text, form, b[max(0, at-40):min(len(b), at+len(want)+20)])
			}
		}
	})
}

// The parts of a name that were taken out as well leave no trace either.
func TestRedactedPartsLeaveNoTrace(t *testing.T) {
	first, last, _ := strings.Cut(otherName, " ")
	of := record("qlms", "QLMS", "candidates", "123", "CandidateID", "123", "Forename", "Zoë", "Notes", "came with "+otherName+"; "+last+", "+first+" signed",
		"KinFirst", first, "KinLast", strings.ToUpper(last), "Mail", first+"@example.org")
	p := sampleOf(t, of)
	p.Papers = Papers{Formats: Formats}
	for i, x := range []Redaction{{Field: "Notes", Text: otherName}, {Field: "KinFirst", Text: first}, {Field: "KinLast", Text: last}} {
		x.N, x.Record, x.Reason = i+1, of.Record.Ref, "names somebody else"
		p.Redactions = append(p.Redactions, x)
	}
	b := pack(t, p)
	for _, text := range []string{otherName, first, last} {
		search(t, b, text)
	}
}

// planted is a package in which the texts above stand wherever a value, a name or a content can.
func planted(t *testing.T) Package {
	var document bytes.Buffer
	z := zip.NewWriter(&document)
	w, err := z.Create("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	first, last, _ := strings.Cut(otherName, " ")
	fmt.Fprintf(w, `<w:t>with %s</w:t></w:r><w:r><w:t xml:space="preserve"> %s in</w:t>`, first, last)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	var little []byte
	for _, u := range utf16.Encode([]rune("\ufeffseen with " + otherName)) {
		little = append(little, byte(u), byte(u>>8))
	}
	contents := map[string][]byte{
		"Letter":  []byte("Dear all,\nplease welcome " + otherName + " to the team"),
		"Wide":    little,
		"Memo":    document.Bytes(),
		"Picture": append([]byte("\x89PNG\r\n\x1a\n"), otherName...),
		"Plain":   []byte("a letter about nobody else, in words only"),
		"Scan":    []byte("%PDF-1.4 and what follows is packed"),
	}
	stream := func(name string) connectors.Value {
		return connectors.Stream(int64(len(contents[name])), sha256.Sum256(contents[name]))
	}
	notes := "Zoë shares " + otherThing + " with " + otherName + ", born 6 May 1971 (" + otherDay + "), " + otherRef
	candidate := record("qlms", "QLMS", "candidates", otherRef, "CandidateID", otherRef, "Forename", "Zoë", "Notes", notes, "Again", strings.ToUpper(otherName),
		"Split", norm.NFD.String(strings.ReplaceAll(otherName, " ", "\n \t")), "Born", otherDay, "BornToo", "06/05/1971",
		"JSON", `{"n":"H\u00e5kon \u017bele\u0144ski-Brandt"}`, "Page", "<p>"+html.EscapeString(otherThing)+"</p>", "Link", "https://x.example/?q="+url.QueryEscape(otherName),
		"Mail", strings.ReplaceAll(otherName, " ", ".")+"@example.org", "Packed", base64.StdEncoding.EncodeToString([]byte("to "+otherName+" only")),
		"Hex", hex.EncodeToString([]byte(otherName)), "Old", "\xe9 "+string(little), "List", connectors.List("Anne", otherName),
		"Across", connectors.List(strings.Fields(otherName)...),
		"Heading of "+otherName, "x", "Status", "1",
		"Letter", stream("Letter"), "Wide", stream("Wide"), "Memo", stream("Memo"), "Picture", stream("Picture"), "Plain", stream("Plain"), "Scan", stream("Scan"))
	claim := record("qlms", "QLMS", "claims", "7", "ClaimID", "7", "CandidateID", otherRef, "Qualification", "with "+otherName+" as a partner", "Result", "P")
	claim.Parent = &candidate.Record.Ref
	short := record("qlms", "QLMS", "claims", "8", "ClaimID", "8", "CandidateID", "9", "Qualification", "x", "Result", "F")
	list := record("lists", "shares/"+otherName+".csv", "subscribers", otherName+"|1", "Email", "zoe@example.org", "Lists", connectors.List(otherThing))
	strange := record("moodle", otherName, "log of "+otherName, "5", "ip", "192.0.2.7")
	p := sampleOf(t, candidate, claim, short, list, strange)
	p.Coverage = append(p.Coverage, locate.Coverage{System: "websites", State: locate.Partly, Places: []string{"x/" + otherName},
		Gaps: []connectors.Gap{{Place: otherName, Entity: otherName, Field: otherName, Why: "timeout"}}, Started: testTime})
	p.Actions = append(p.Actions, Action{Time: testTime, System: "lists", Place: "shares/" + otherName + ".csv", What: DidSearch, Result: Complete})
	p.Exemptions = []Exemption{{N: 9, Record: &list.Record.Ref, Field: "Email", Rights: []string{"access"}, Reason: "a letter of " + otherName}}
	p.Redactions = []Redaction{
		{N: 1, Record: candidate.Record.Ref, Field: "Notes", Text: otherName, Reason: "names somebody else"},
		{N: 2, Record: candidate.Record.Ref, Field: "Born", Text: otherDay, Whole: true, Reason: "the birthday of somebody else"},
		{N: 3, Record: candidate.Record.Ref, Field: "CandidateID", Text: otherRef, Whole: true, Reason: "a number of somebody else"},
		{N: 4, Record: candidate.Record.Ref, Field: "Notes", Text: otherThing, Reason: "belongs to somebody else"},
		{N: 5, Record: short.Record.Ref, Field: "Result", Text: "F", Whole: true, Reason: "a result of somebody else"},
	}
	p.Open = func(_ context.Context, _ connectors.Ref, field string) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(contents[field])), nil
	}
	return p
}

func TestRedactionsLeaveNoTrace(t *testing.T) {
	p := planted(t)
	b := pack(t, p)
	for _, text := range []string{otherName, otherDay, "6 May 1971", "06/05/1971", otherRef, otherThing} {
		search(t, b, text)
	}
	_, files := unpack(t, b)
	for _, want := range []string{`"Forename":"Zoë"`, "Zoë shares [redacted] with [redacted], born [redacted] ([redacted]), [redacted]", `"key":["[redacted]"]`,
		`"Result":"[redacted]"`, `"Result":"P"},"meanings":{"Result":"Pass"}`, "Left out, because it holds what is redacted. Names somebody else.",
		"A letter of [redacted]."} {
		if !bytes.Contains(files[dataName], []byte(want)) {
			t.Errorf("%s does not hold %s", dataName, want)
		}
	}
	contents := 0
	for name := range files {
		if strings.Contains(name, "/files/") {
			contents++
		}
	}
	if contents != 2 {
		t.Errorf("%d contents, not the two that hold nothing of it", contents)
	}
	if r, err := VerifyReader(t.Context(), bytes.NewReader(b), int64(len(b)), ""); err != nil || len(r.Problems) > 0 {
		t.Errorf("%v, %q", err, r.Problems)
	}
}

// Without the redactions every form that the test looks for is found, so that it can be trusted where it finds none.
func TestTheSearchForTracesFindsThem(t *testing.T) {
	p := planted(t)
	p.Redactions = nil
	p.Papers.Formats = Formats
	found := map[string]bool{}
	forms := encodings(otherName)
	layers(t, "package", pack(t, p), func(name string, b []byte) {
		for form, want := range forms {
			if bytes.Contains(b, want) {
				found[form] = true
				for _, packed := range []string{".pdf!", ".xlsx!", ".html", ".csv"} {
					found[packed] = found[packed] || strings.Contains(name, packed)
				}
			}
		}
	})
	for _, form := range []string{"as it is", "capital", "as it is, UTF-16LE", "as it is, hexadecimal", "as it is, query", "as it is, JSON in ASCII", "as it is, base64 at 0",
		".pdf!", ".xlsx!", ".html", ".csv"} {
		if !found[form] {
			t.Errorf("%s is nowhere in a package that is full of it", form)
		}
	}
}

func TestReleaseTellsWhatWriteWrites(t *testing.T) {
	p := planted(t)
	told := map[string]int{}
	var leaving []string
	total, err := Release(t.Context(), p, func(l ReleaseLine) error {
		switch l := l.(type) {
		case Leaving:
			leaving = append(leaving, fmt.Sprint(l.Fields.Names, l.Fields.Values))
			told["leaving"]++
		case HeldBack:
			told[fmt.Sprintf("held by %d", l.By)]++
		case Unread:
			told["unread "+l.Field]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, n := range map[string]int{"leaving": 5, "unread Scan": 1, "unread Plain": 0, "held by 9": 1, "held by 3": 3} {
		if told[what] != n {
			t.Errorf("%s: %d, not %d (%v)", what, told[what], n, told)
		}
	}
	if all := strings.Join(leaving, "\n"); strings.Contains(all, otherName) || !strings.Contains(all, "Zoë shares [redacted]") {
		t.Error(all)
	}
	p.Approved = total.Digest
	if _, err := Write(t.Context(), io.Discard, p); err != nil {
		t.Error(err)
	}
}

// What leaves decides the digest, and nothing else does.
func TestTheDigestOfARelease(t *testing.T) {
	digest := func(change func(*Package)) string {
		t.Helper()
		p := planted(t)
		change(&p)
		total, err := Release(t.Context(), p, func(ReleaseLine) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		return total.Digest
	}
	of := digest(func(*Package) {})
	for name, change := range map[string]func(*Package){
		"the time of making": func(p *Package) { p.Made = p.Made.AddDate(0, 0, 1) },
		"an exemption from another right": func(p *Package) {
			p.Exemptions = append(p.Exemptions, Exemption{System: "qlms", Rights: []string{"erase"}, Reason: "x"})
		},
	} {
		if digest(change) != of {
			t.Errorf("%s changes it", name)
		}
	}
	for name, change := range map[string]func(*Package){
		"another value": func(p *Package) {
			p.Matches = Held(record("qlms", "QLMS", "claims", "7", "ClaimID", "8"))
		},
		"a redaction taken back": func(p *Package) { p.Redactions = p.Redactions[:4] },
		"another reason":         func(p *Package) { p.Redactions[0].Reason = "another" },
		"an exemption": func(p *Package) {
			p.Exemptions = append(p.Exemptions, Exemption{System: "qlms", Rights: []string{"access"}, Reason: "x"})
		},
		"another right":         func(p *Package) { p.Request.Scope = "portability" },
		"another person's name": func(p *Package) { p.Request.Name = "Zoe" },
		"another key":           func(p *Package) { p.Key = []byte("another") },
		"less was searched":     func(p *Package) { p.Coverage = p.Coverage[1:] },
		"another register":      func(p *Package) { p.Register.Digest = "x" },
		"a content that is larger": func(p *Package) {
			p.Matches = Held(record("qlms", "QLMS", "c", "7", "a", connectors.Stream(1, [32]byte{})))
		},
	} {
		if digest(change) == of {
			t.Errorf("%s does not change it", name)
		}
	}
	p := planted(t)
	p.Approved = of
	p.Redactions = p.Redactions[:4]
	if _, err := Write(t.Context(), io.Discard, p); err != ErrChanged {
		t.Errorf("something else than was approved was written: %v", err)
	}
}

// What stands in the register, or in the program's own words, is not taken out: the package is not written instead.
func TestNothingIsWrittenThatARedactionForbids(t *testing.T) {
	for name, text := range map[string]string{"the register": "awarding bodies", "the package": "spreadsheet"} {
		p := planted(t)
		p.Redactions = p.Redactions[:1]
		p.Redactions = append(p.Redactions, Redaction{N: 6, Record: p.Redactions[0].Record, Field: "Notes", Text: text, Reason: "x"})
		if _, err := Write(t.Context(), io.Discard, p); err == nil || !strings.Contains(err.Error(), "redaction 6") || strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v", name, err)
		}
		p.Redactions[len(p.Redactions)-1].Here = true
		if _, err := Write(t.Context(), io.Discard, p); err != nil {
			t.Errorf("%s, only there: %v", name, err)
		}
	}
}

func TestReach(t *testing.T) {
	h := Header{Name: "Zoë Smith", Identifiers: []locate.Identifier{{Kind: "email", Value: "zoe.smith@example.org"}, {Kind: "birth_date", Value: "1984-03-02"}}}
	for _, tt := range []struct {
		text, value string // "": the text is looked for nowhere else
	}{
		{"Peter", "with PETER."}, {"Ann", "Ann and"}, {"Ann", ""}, {"of", ""}, {"17", ""}, {"1234", "id-1234"}, {"SMITH", ""}, {"2 March 1984", "on 2 March 1984"},
		{"1984-03-02", ""}, {"Zoë Smith's aunt", "zoë  smith's\naunt"}, {"naïve-té", "NAI\u0308VE-TE\u0301"},
	} {
		r := Redaction{Text: tt.text}
		everywhere, why := r.Reach(h)
		if tt.value == "" {
			if everywhere && tt.text != "Ann" || !everywhere && why == "" {
				t.Errorf("%q is looked for everywhere", tt.text)
			}
			if n := newNeedle(&r); tt.text == "Ann" && n.holds("Annual, anne, Joann") {
				t.Errorf("%q is found within other words", tt.text)
			}
			continue
		}
		if got, cut := newNeedle(&r).cut(tt.value); !everywhere || !cut || !strings.Contains(got, redactedMark) {
			t.Errorf("%q in %q: %q, %s", tt.text, tt.value, got, why)
		}
	}
}

func FuzzCut(f *testing.F) {
	for _, s := range []string{otherName, "x" + otherName + "y", "\xff" + otherName, "H\u00c5KON", ""} {
		f.Add(otherName, s)
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		n := newNeedle(&Redaction{Text: text})
		if n == nil {
			return
		}
		got, cut := n.cut(value)
		if cut != (got != value) && !strings.Contains(redactedMark, strings.ToLower(strings.TrimSpace(text))) {
			t.Errorf("%q in %q: %q, %v", text, value, got, cut)
		}
		if !n.short && utf8.ValidString(text) && strings.Contains(got, strings.TrimSpace(text)) && !strings.Contains(redactedMark, strings.TrimSpace(text)) {
			t.Errorf("%q stays in %q", text, got)
		}
	})
}
