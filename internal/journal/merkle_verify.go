package journal

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"dossier/internal/logproof"
)

// LogReport is what looking at the whole log found.
type LogReport struct {
	Entries    int64        `json:"entries"`
	Root       string       `json:"root"`       // the hash over all entries, in base64
	Key        string       `json:"key"`        // what the log's checkpoints and proofs are checked with; public
	Checkpoint string       `json:"checkpoint"` // the signed note, worth keeping elsewhere
	Problems   []LogProblem `json:"problems"`
}

// LogProblem is one thing that is not as the program wrote it.
type LogProblem struct {
	Problem string `json:"problem"`         // one of the names below
	Entry   int64  `json:"entry,omitempty"` // the number of the entry, where the problem is with one
	What    string `json:"what"`            // in words
}

// The names of problems.
const (
	Changed   = "changed"    // an entry does not say what it said
	Dropped   = "dropped"    // an entry is gone
	Moved     = "moved"      // an entry stands in another one's place
	Inserted  = "inserted"   // an entry was put in that the program did not write
	Truncated = "truncated"  // the end of the log is gone
	Forked    = "forked"     // the log is another one than a checkpoint says
	Tree      = "tree"       // the stored hashes do not fit each other
	Signature = "checkpoint" // a checkpoint is missing, damaged or not signed with the log's key
)

// VerifyLog reads every entry and compares it with the tree, the tree with the checkpoint of the journal, with the copy
// beside it and with older ones that were kept elsewhere.
func (j *Journal) VerifyLog(ctx context.Context, older ...[]byte) (report LogReport, err error) {
	copied, copyErr := os.ReadFile(j.copy.path) // before the log is read: it must not tell of more
	err = j.view(ctx, func(at asker) error {
		report, err = j.verifyLog(ctx, at, func(tree memory, add adder) error {
			switch {
			case copyErr == nil:
				j.compareCheckpoint("the copy of the checkpoint beside the journal", copied, tree, add)
			case !errors.Is(copyErr, fs.ErrNotExist):
				return fmt.Errorf("the copy of the log's checkpoint cannot be read: %w", copyErr)
			case !j.store.shared(): // whoever wrote the log wrote the copy
				add(Signature, 0, "the copy of the checkpoint beside the journal is missing")
			}
			for i, o := range older {
				j.compareCheckpoint(fmt.Sprintf("the older checkpoint %d", i+1), o, tree, add)
			}
			return nil
		})
		return err
	})
	return report, err
}

// adder takes a problem: its name, the entry's number or 0, and what it is.
type adder func(problem string, entry int64, words string, args ...any)

// verifyLog looks at the log as it stands in the database, and has more look at the tree of its entries.
func (j *Journal) verifyLog(ctx context.Context, at asker, more func(memory, adder) error) (LogReport, error) {
	report := LogReport{Key: j.log.verifier, Problems: []LogProblem{}}
	add := func(problem string, entry int64, words string, args ...any) {
		report.Problems = append(report.Problems, LogProblem{problem, entry, fmt.Sprintf(words, args...)})
	}
	leaves, err := readLeaves(ctx, at)
	if err != nil {
		return report, err
	}
	stored, err := readTree(ctx, at)
	if err != nil {
		return report, err
	}
	err = at.row(ctx, `SELECT note FROM checkpoint`).Scan(&report.Checkpoint)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return report, err
	}
	report.Entries = int64(len(leaves))
	var tree memory // of the entries as they are
	for _, l := range leaves {
		if err := tree.grow(l.hash); err != nil {
			return report, err
		}
	}
	root, err := tlog.TreeHash(report.Entries, tree)
	if err != nil {
		return report, err
	}
	report.Root = root.String()
	compareLeaves(leaves, storedLeaves(stored), add)
	if len(report.Problems) == 0 && !slices.Equal(tree, inOrder(stored)) {
		add(Tree, 0, "the stored hashes of the tree were changed; the entries and the checkpoint say what they were")
	}
	if report.Checkpoint == "" {
		add(Signature, 0, "the checkpoint of the journal is missing")
	} else {
		j.compareCheckpoint("the checkpoint of the journal", []byte(report.Checkpoint), tree, add)
	}
	return report, more(tree, add)
}

// compareCheckpoint adds what is not as a signed checkpoint says: its log must be the beginning of this one (RFC 6962,
// section 2.1.2).
func (j *Journal) compareCheckpoint(name string, signed []byte, tree memory, add adder) {
	c, err := logproof.Open(signed, j.log.verifier)
	if err != nil {
		add(Signature, 0, "%s does not count: %v", name, err)
		return
	}
	size := tree.size()
	if c.Size > size {
		add(Truncated, c.Size, "the log ends at entry %d, and %s says that it had %d", size, name, c.Size)
		return
	}
	if c.Size == 0 {
		return // nothing begins every log
	}
	root, err := tlog.TreeHash(size, tree)
	if err == nil {
		var proof tlog.TreeProof
		if proof, err = tlog.ProveTree(size, c.Size, tree); err == nil {
			err = tlog.CheckTree(proof, size, root, c.Size, c.Root)
		}
	}
	if err != nil {
		add(Forked, c.Size, "the first %d entries of the log are not those that %s was signed over", c.Size, name)
	}
}

// leaf is an entry as it stands in the log.
type leaf struct {
	seq  int64
	hash tlog.Hash
}

func readLeaves(ctx context.Context, at asker) ([]leaf, error) {
	rows, err := at.query(ctx, `SELECT seq, `+rowColumns+` FROM log ORDER BY seq`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []leaf
	for rows.Next() {
		var l leaf
		var r row
		if err := rows.Scan(append([]any{&l.seq}, r.into()...)...); err != nil {
			return nil, err
		}
		l.hash = r.leaf()
		all = append(all, l)
	}
	return all, rows.Err()
}

// readTree returns the stored hashes; one of a wrong length is left out.
func readTree(ctx context.Context, at asker) (map[int64]tlog.Hash, error) {
	rows, err := at.query(ctx, `SELECT n, hash FROM tree`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[int64]tlog.Hash{}
	for rows.Next() {
		var n int64
		var b []byte
		if err := rows.Scan(&n, &b); err != nil {
			return nil, err
		}
		if len(b) == tlog.HashSize {
			all[n] = tlog.Hash(b)
		}
	}
	return all, rows.Err()
}

// storedLeaves returns the leaves of a stored tree, by number from 0; a zero hash where one is missing.
func storedLeaves(stored map[int64]tlog.Hash) []tlog.Hash {
	var all []tlog.Hash
	for n, hash := range stored {
		level, at := tlog.SplitStoredHashIndex(n)
		if level != 0 {
			continue
		}
		if at >= int64(len(all)) {
			all = append(all, make([]tlog.Hash, at+1-int64(len(all)))...)
		}
		all[at] = hash
	}
	return all
}

// inOrder returns stored hashes by number.
func inOrder(stored map[int64]tlog.Hash) memory {
	all := make(memory, 0, len(stored))
	for n := range int64(len(stored)) {
		all = append(all, stored[n])
	}
	return all
}

// compareLeaves names the entries that are not those of the tree.
func compareLeaves(is []leaf, was []tlog.Hash, add adder) {
	here, then := map[tlog.Hash]bool{}, map[tlog.Hash]int64{}
	for _, l := range is {
		here[l.hash] = true
	}
	for k, hash := range was {
		then[hash] = cmp.Or(then[hash], int64(k)+1)
	}
	i, k := 0, 0
	for i < len(is) && k < len(was) {
		hash := is[i].hash
		from, known := then[hash]
		switch {
		case hash == was[k]:
			if is[i].seq != int64(k)+1 && i == k {
				add(Moved, int64(k)+1, "entry %d is numbered %d", k+1, is[i].seq)
			}
			i, k = i+1, k+1
		case known && !here[was[k]]:
			add(Dropped, int64(k)+1, "entry %d is gone", k+1)
			k++
		case known:
			add(Moved, is[i].seq, "entry %d stands as number %d", from, is[i].seq)
			i, k = i+1, k+1
		case i+1 < len(is) && is[i+1].hash == was[k], here[was[k]]:
			add(Inserted, is[i].seq, "entry %d was not written by the program", is[i].seq)
			i++
		default:
			add(Changed, is[i].seq, "entry %d was changed after it was written", is[i].seq)
			i, k = i+1, k+1
		}
	}
	for ; i < len(is); i++ {
		add(Inserted, is[i].seq, "entry %d was not written by the program", is[i].seq)
	}
	if k < len(was) {
		add(Truncated, int64(k)+1, "the log ends at entry %d, and its tree at %d", len(is), len(was))
	}
}
