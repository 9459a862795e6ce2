package journal

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dossier/connectors"
)

func TestTraces(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		r := newRequest(t, j)
		ref := connectors.Ref{System: "qlms", Place: "a", Entity: "people", Key: []string{"17"}}
		tracer := j.Tracer()
		trace := func(line int, kind TraceKind, what, value string) Trace {
			return Trace{Line: line, Kind: kind, Form: tracer.Form(what, value), Version: 2, Action: "restrict", Ground: "18(1)(b)", System: "qlms", Entity: "people",
				Made: testTime, Until: "2030-01-01"}
		}
		kept := []Trace{trace(1, TraceRecord, "record", ref.ID()), trace(1, TraceStrong, "membership_number", "PLANTED1"), trace(2, TraceRecord, "record", "another")}
		short := trace(3, TraceRecord, "record", "a third")
		short.Until = "2027-01-01"
		elsewhere := trace(4, TraceRecord, "record", "a fourth")
		elsewhere.System = "lms"
		update(t, j, func(tx *Tx) error {
			p, err := tx.NewPlan(r.ID, "Pat", []byte("head"))
			if err != nil {
				return err
			}
			all := append([]Trace{short, elsewhere}, kept...)
			for i := range all {
				all[i].Plan = p.ID
			}
			for i := range kept {
				kept[i].Plan = p.ID
			}
			if err := tx.AddTraces(all); err != nil {
				return err
			}
			if err := tx.KeepOriginal(r.ID, ref, p.ID, 1, []byte("line")); err != nil {
				return err
			}
			return tx.AddTraces(all)
		})
		look := func(day string, want ...Trace) {
			t.Helper()
			got, err := j.Traces(t.Context(), "qlms", day)
			if diff := cmp.Diff(want, got); diff != "" || err != nil {
				t.Error(err, diff)
			}
		}
		look("2028-01-01", kept...)
		update(t, j, func(tx *Tx) error {
			n, err := tx.DropTraces("2028-01-01")
			if n != 1 {
				t.Errorf("%d traces were dropped", n)
			}
			return err
		})
		look("2026-01-01", kept...)
		// They outlive the request, but not the restriction that is lifted.
		update(t, j, func(tx *Tx) error { return tx.DropOriginal(r.ID, ref) })
		look("2026-01-01", kept[2])
		update(t, j, func(tx *Tx) error { return tx.SetState(r.ID, "closed") })
		if err := j.Purge(t.Context(), r.ID, Entry{Operator: "Pat", Request: r.ID, What: "request purged"}); err != nil {
			t.Fatal(err)
		}
		look("2026-01-01", kept[2])
	})
}

func TestTracesTellNoValue(t *testing.T) {
	at := inFile(t)
	j := open(t, at)
	r := newRequest(t, j)
	form := j.Tracer().Form("email", "PLANTED@example.org")
	update(t, j, func(tx *Tx) error {
		p, err := tx.NewPlan(r.ID, "Pat", []byte("head"))
		if err != nil {
			return err
		}
		return tx.AddTraces([]Trace{{Plan: p.ID, Line: 1, Kind: TraceShareable, Form: form, System: "qlms", Until: "2030-01-01"}})
	})
	if other := open(t, inFile(t)).Tracer().Form("email", "PLANTED@example.org"); other == form {
		t.Error("two journals keep the same form")
	}
	if j.Tracer().Form("email", "PLANTED@example.org") != form || j.Tracer().Form("emai", "lPLANTED@example.org") == form {
		t.Error("a form is not one of its kind and value")
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(at.Dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	held := false
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		held = held || bytes.Contains(b, form[:])
		if bytes.Contains(b, []byte("PLANTED")) {
			t.Errorf("%s holds the value", filepath.Base(path))
		}
	}
	if !held {
		t.Error("no file holds the form: the test looks at the wrong ones")
	}
}

// A record is hashed by its name and by what identifies its person. The target is a million rows a second a core.
func BenchmarkTraces(b *testing.B) {
	tracer := newTracer(make([]byte, keySize))
	known := map[TraceForm]int{}
	for i := range 10_000 {
		known[tracer.Form("record", "6:qlms4:a6:people"+strconv.Itoa(i))] = i
	}
	const rows = 1024
	names := make([]string, rows)
	for i := range names {
		names[i] = connectors.Ref{System: "qlms", Place: "qlms.db", Entity: "people", Key: []string{strconv.Itoa(i * 100)}}.ID()
	}
	b.ReportAllocs()
	found, n := 0, 0
	for b.Loop() {
		if _, ok := known[tracer.Form("record", names[n%rows])]; ok {
			found++
		}
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
	_ = found
}

func TestFormsAreHMAC(t *testing.T) {
	key := []byte("a key of thirty-two bytes, or so")
	tracer := newTracer(key)
	for n := range 200 {
		value := strings.Repeat("ł", n)
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte("\x05email" + value))
		if got := tracer.Form("email", value); !bytes.Equal(got[:], mac.Sum(nil)) {
			t.Fatalf("the form of %d letters is not its HMAC", n)
		}
	}
}

func TestTracesTakeNoMemoryARow(t *testing.T) {
	tracer := newTracer(make([]byte, keySize))
	tracer.Form("email", "jo@example.org")
	if n := testing.AllocsPerRun(100, func() { tracer.Form("email", "jo@example.org") }); n != 0 {
		t.Errorf("%g allocations a row", n)
	}
}
