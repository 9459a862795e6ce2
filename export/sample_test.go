package export

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"dossier/connectors"
	"dossier/locate"
)

var testKinds = []connectors.Kind{
	{Name: "database", Title: "database", Setup: func(*connectors.System) (connectors.Open, error) {
		return func(context.Context) (connectors.Connector, error) { return nil, errors.New("not opened in tests") }, nil
	}},
	{Name: "sheet", Title: "spreadsheet", Keyless: true, Setup: func(*connectors.System) (connectors.Open, error) {
		return func(context.Context) (connectors.Connector, error) { return nil, errors.New("not opened in tests") }, nil
	}},
	{Name: "manual", Title: "worked by hand"},
}

func testRegister(t testing.TB) *connectors.Register {
	t.Helper()
	b, err := os.ReadFile("testdata/connectors.toml")
	if err != nil {
		t.Fatal(err)
	}
	r, err := connectors.Parse(b, testKinds)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var testTime = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

// record returns a match of a record whose fields are given as name, value, name, value.
func record(system, place, entity, key string, nameValues ...any) locate.Match {
	var f connectors.Fields
	for i := 0; i < len(nameValues); i += 2 {
		f.Names = append(f.Names, nameValues[i].(string))
		switch v := nameValues[i+1].(type) {
		case nil:
			f.Values = append(f.Values, connectors.Null)
		case string:
			f.Values = append(f.Values, connectors.Text(v))
		case connectors.Value:
			f.Values = append(f.Values, v)
		}
	}
	return locate.Match{Record: connectors.Record{
		Ref:    connectors.Ref{System: system, Place: place, Entity: entity, Key: strings.Split(key, "|")},
		At:     "MARKER-AT row 17",
		Fields: f,
	},
		Score: 0.9876543210123, Certain: true, Time: testTime,
		Evidence: []locate.Evidence{{Identifier: "email", Field: "Email", Agrees: true, Words: "MARKER-EVIDENCE", Bits: 13.125125125}},
		Path: []locate.Step{{Identifier: locate.Identifier{Kind: "email", Value: "MARKER-PATH"},
			From: connectors.Ref{System: "qlms", Place: "MARKER-FROM", Entity: "candidates", Key: []string{"MARKER-FROMKEY"}}}},
		Parent: &connectors.Ref{System: "qlms", Place: "QLMS", Entity: "candidates", Key: []string{"MARKER-PARENT"}},
	}
}

var (
	photo     = []byte("\xff\xd8\xff\xe0 a photograph")
	errDriver = errors.New("MARKER-DRIVER dial tcp sql01.internal:1433: connection refused")
)

// sample is a package with a record of every sort: coded, empty, listed, streamed, exempt and not in the register.
func sample(t testing.TB) Package {
	t.Helper()
	return sampleOf(t, sampleMatches()...)
}

func sampleMatches() []locate.Match {
	candidate := record("qlms", `MARKER-SERVER\QLMS`, "candidates", "123",
		"CandidateID", "123", "CandidateNo", "C-0042", "Forename", "Zoë", "Surname", "Ælfgifu-O'Łukasz", "DOB", "1984-03-02", "Email", "zoe@example.org",
		"Status", "1", "Notes", "called on 3 March;\nasked for a new card", "ScriptText", "MARKER-SCRIPT", "Photo", connectors.Stream(int64(len(photo)), sha256.Sum256(photo)))
	claims := []locate.Match{
		record("qlms", "QLMS", "claims", "7", "ClaimID", "7", "Qualification", "Level 2 Light Vehicle Maintenance", "Result", "P", "Retired", nil),
		record("qlms", "QLMS", "claims", "8", "ClaimID", "8", "Qualification", "Level 3 Diagnostics", "Result", "F", "Retired", nil),
		record("qlms", "QLMS", "claims", "9", "ClaimID", "9", "Qualification", "=cmd|' /C calc'!A0", "Result", "X", "Retired", nil),
	}
	list := record("lists", "MARKER-FOLDER/events 2019.xlsx", "subscribers", "MARKERDIGEST|1",
		"Email", "zoe@example.org", "Lists", connectors.List("News", "Events"), "Secret", "MARKER-SECRET")
	second := record("lists", "MARKER-FOLDER/news.csv", "subscribers", "MARKERDIGEST|1", "Email", "zoe@example.org", "Lists", connectors.List("News"), "Secret", nil)
	reference := record("qlms", "QLMS", "references", "1", "ReferenceID", "1", "Text", "MARKER-REFERENCE")
	stray := record("moodle", "moodle", "mdl_User.Log", "5", "ip", "192.0.2.7", "blob", connectors.Stream(9, sha256.Sum256(nil)))
	return append(append([]locate.Match{candidate}, claims...), list, second, reference, stray)
}

// sampleOf is the package of other records.
func sampleOf(t testing.TB, matches ...locate.Match) Package {
	t.Helper()
	return Package{
		Request: Header{
			ID: "SAR-2026-0001", Kind: "access", Received: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), Name: "Zoë Ælfgifu-O'Łukasz",
			Identifiers: []locate.Identifier{{Kind: "email", Value: "zoe@example.org"}, {Kind: "birth_date", Value: "1984-03-02"}},
		},
		Register: testRegister(t),
		Matches:  Held(matches...),
		Coverage: []locate.Coverage{
			{System: "qlms", Title: "QLMS", State: locate.Searched, Searched: []string{"email", "birth_date"}, Places: []string{`MARKER-SERVER\QLMS`}, Records: 5, Seconds: 3.1234567, Started: testTime},
			{System: "lists", Title: "Mailing lists", State: locate.Partly, Searched: []string{"email"}, Places: []string{"MARKER-FOLDER/news.csv"}, Started: testTime, Gaps: []connectors.Gap{
				{Place: "MARKER-FOLDER/old.xlsx", Entity: "subscribers", Why: "zip: MARKER-DRIVER file is encrypted with a password"},
				{Entity: "subscribers", Field: "Email", Why: "MARKER-DRIVER 0x80004005"},
			}},
			{System: "moodle", State: locate.Failed, Gaps: []connectors.Gap{{Why: "dial tcp MARKER-DRIVER: i/o timeout"}}, Started: testTime},
			{System: "payroll", State: locate.ByHand, Task: "MARKER-TASK ask Pat Jones", Started: testTime},
		},
		Actions: []Action{
			{Time: testTime, System: "qlms", Place: `MARKER-SERVER\QLMS`, What: DidSearch, Result: Complete, Records: 5},
			{Time: testTime, System: "lists", What: DidSearch, Result: InPart, Records: 2},
			{Time: testTime, System: "moodle", What: DidSearch, Result: NotDone},
			{Time: testTime, System: "payroll", What: DidAsk, Result: Awaited},
			{Time: testTime, System: "qlms", Entity: "claims", What: DidCopy, Result: Complete, Records: 3},
		},
		Made: testTime,
		Open: func(_ context.Context, ref connectors.Ref, field string) (io.ReadCloser, error) {
			if field == "Photo" {
				return io.NopCloser(bytes.NewReader(photo)), nil
			}
			if field == "ScriptText" {
				t.Error("a withheld field was opened")
			}
			return nil, errDriver
		},
	}
}

// pack returns the package's bytes.
func pack(t testing.TB, p Package) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := Write(context.Background(), &b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
