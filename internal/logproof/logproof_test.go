package logproof

import (
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

func FuzzCheckpoint(f *testing.F) {
	f.Add(Checkpoint{"dossier/00", 12, tlog.RecordHash(nil)}.Text())
	f.Add("dossier/00\n012\n" + strings.Repeat("A", 43) + "=\n")
	f.Add("\n\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseCheckpoint(text)
		if err == nil && !strings.HasPrefix(text, c.Text()) {
			t.Errorf("%q reads back as %q", text, c.Text())
		}
	})
}

func FuzzProof(f *testing.F) {
	f.Add([]byte(`{"type":"proof","entry":{"seq":1,"time":"2026-03-02T09:30:00Z","operator":"Pat","what":"x","details":{"n":1}},"path":[],"checkpoint":"x"}`))
	f.Add([]byte(`{"entry":{"details":null},"path":["AAAA"]} x`))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Parse(b)
		if err == nil && p.Check("dossier/aa+00000000+AQ==") == nil {
			t.Error("a proof holds under no key")
		}
	})
}
