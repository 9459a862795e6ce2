package export

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"dossier/internal/logproof"
)

// logged returns a log of n entries about a request, signed.
func logged(t testing.TB, request string, n int) Proof {
	t.Helper()
	secret, key, err := note.GenerateKey(rand.Reader, "dossier/test")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	p := Proof{Key: key}
	var tree hashes
	for i := range n {
		e := logproof.Entry{Seq: int64(i) + 1, Time: testTime, Operator: "Pat <&>", Request: request, What: "record viewed", Details: []byte(fmt.Sprintf(`{"n":%d}`, i))}
		columns, err := e.Columns()
		if err != nil {
			t.Fatal(err)
		}
		added, err := tlog.StoredHashesForRecordHash(int64(i), columns.Leaf(), tree)
		if err != nil {
			t.Fatal(err)
		}
		tree = append(tree, added...)
		p.Entries = append(p.Entries, logproof.Included{Entry: e})
	}
	root, err := tlog.TreeHash(int64(n), tree)
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Entries {
		if p.Entries[i].Path, err = tlog.ProveRecord(int64(n), int64(i), tree); err != nil {
			t.Fatal(err)
		}
	}
	signed, err := note.Sign(&note.Note{Text: logproof.Checkpoint{Log: signer.Name(), Size: int64(n), Root: root}.Text()}, signer)
	if err != nil {
		t.Fatal(err)
	}
	p.Checkpoint = string(signed)
	return p
}

type hashes []tlog.Hash

func (h hashes) ReadHashes(numbers []int64) ([]tlog.Hash, error) {
	var all []tlog.Hash
	for _, n := range numbers {
		all = append(all, h[n])
	}
	return all, nil
}

// logFile returns log.jsonl of a proof.
func logFile(t testing.TB, request string, p Proof) []byte {
	t.Helper()
	var b bytes.Buffer
	a := newArchive(t.Context(), &b, testTime)
	if err := writeProof(a, request, p); err != nil {
		t.Fatal(err)
	}
	if _, err := a.finish(Manifest{}); err != nil {
		t.Fatal(err)
	}
	_, files := unpack(t, b.Bytes())
	return files[logName]
}

func TestVerifyTheLog(t *testing.T) {
	of := sample(t)
	id := of.Request.ID
	p, other := logged(t, id, 11), logged(t, id, 11)
	of.Controller = &Controller{Case: Case{Also: []string{}, Steps: []CaseStep{}, Systems: []CaseSystem{}, Withholdings: []CaseHeld{}}, Proof: p,
		Found: func(func(Found, error) bool) {}}
	whole := pack(t, of)
	carrying := func(content []byte) []byte { return repack(t, with(t, parts(t, whole), logName, content)) }
	good := logFile(t, id, p)
	lines := strings.SplitAfter(string(good), "\n")
	r, got := problems(t, carrying(good), p.Key)
	if got != "" || r.Entries != 11 || len(r.Notes) != 2 {
		t.Errorf("with the key: %s, %+v", got, r)
	}
	if r, got := problems(t, carrying(good), ""); got != "" || len(r.Notes) != 3 || !strings.Contains(r.Notes[1], p.Key) {
		t.Errorf("without the key: %s, %q", got, r.Notes)
	}
	if _, got := problems(t, whole, p.Key); got != "" {
		t.Errorf("as it was written: %s", got)
	}
	if _, got := problems(t, repack(t, with(t, parts(t, pack(t, sample(t))), logName, good)), p.Key); !strings.Contains(got, "do not hand it over") {
		t.Errorf("in a package for the person: %s", got)
	}
	for name, tt := range map[string]struct {
		content string
		key     string
		want    string
	}{
		"another log's key":   {string(good), other.Key, "names another key"},
		"another checkpoint":  {string(logFile(t, id, Proof{Key: p.Key, Checkpoint: other.Checkpoint, Entries: p.Entries})), p.Key, "not signed with the key of this log"},
		"another log's proof": {string(logFile(t, id, Proof{Key: p.Key, Checkpoint: p.Checkpoint, Entries: other.Entries[:1]})) + lines[1], p.Key, ""},
		"another word":        {strings.Replace(string(good), "record viewed", "record vieweD", 1), p.Key, "entry 1: the proof does not hold"},
		"another detail":      {strings.Replace(string(good), `{"n":3}`, `{"n":4}`, 1), p.Key, "entry 4: the proof does not hold"},
		"an entry dropped":    {strings.Join(slices.Delete(slices.Clone(lines), 4, 5), ""), p.Key, "holds 10 entries, and says 11"},
		"an entry twice":      {strings.Join(slices.Insert(slices.Clone(lines), 4, lines[3]), ""), p.Key, "entry 3 stands behind entry 3"},
		"no beginning":        {strings.Join(lines[1:], ""), p.Key, "does not begin with the log's checkpoint"},
		"two beginnings":      {lines[0] + string(good), p.Key, "line 2 is no entry of the log"},
		"nothing":             {"", p.Key, "holds nothing"},
		"another request":     {string(logFile(t, "SAR-2026-0999", p)), p.Key, "the log of another request"},
		"others' entries":     {string(logFile(t, id, logged(t, "SAR-2026-0999", 2))), "", "is about another request"},
		"a path of anything":  {strings.Replace(string(good), `"path":[`, `"path":["AAAA",`, 1), p.Key, "is no entry of the log"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, got := problems(t, carrying([]byte(tt.content)), tt.key); !strings.Contains(got, tt.want) || got == "" {
				t.Errorf("%q, not %q", got, tt.want)
			}
		})
	}
}
