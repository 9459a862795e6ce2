package journal

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"strconv"
	"time"

	"dossier/connectors"
	"dossier/locate"
)

// Reading is one state of everything that decides what leaves for a request, whatever is changed while it is read.
type Reading struct {
	ctx context.Context
	at  asker
	key requestKey
}

// Read calls look with one state of what the last search of a request found, and of what was decided since. A finding of any size
// is read without being held.
func (j *Journal) Read(ctx context.Context, id string, look func(*Reading) error) error {
	return j.view(ctx, func(at asker) error {
		key, err := j.keyOf(ctx, at, id)
		if err != nil {
			return err
		}
		return look(&Reading{ctx, at, key})
	})
}

// Finding returns when the last search was and what it covered, without the matches; the error wraps ErrNotSearched where there
// was none.
func (r *Reading) Finding() (f Finding, err error) {
	var searched string
	var sealed []byte
	err = r.at.row(r.ctx, `SELECT searched, sealed FROM findings WHERE request = ?`, r.key.request).Scan(&searched, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return f, fmt.Errorf("%s: %w", r.key.request, ErrNotSearched)
	}
	if err != nil {
		return f, err
	}
	if f.Searched, err = time.Parse(timeForm, searched); err != nil {
		return f, err
	}
	plain, err := r.key.unsealRow("findings", "", sealed)
	if err != nil {
		return f, err
	}
	return f, json.Unmarshal(plain, &f.Coverage)
}

// matchesAtOnce is how many matches are held while a finding is read.
const matchesAtOnce = 200

// Matches yields the matches with the positions from up to but not including to, counted from 0; a negative to stands for the end.
func (r *Reading) Matches(from, to int) iter.Seq2[*locate.Match, error] {
	return r.each(from, to, decodeMatch)
}

// Key returns a key of the request's, which is destroyed with it, for the digest of what leaves.
func (r *Reading) Key() []byte {
	h := hmac.New(sha256.New, r.key.reference)
	h.Write([]byte("release"))
	return h.Sum(nil)
}

// Count returns how many matches there are.
func (r *Reading) Count() (n int, err error) {
	err = r.at.row(r.ctx, `SELECT count(*) FROM matches WHERE request = ?`, r.key.request).Scan(&n)
	return n, err
}

// Outline yields every match without what its record holds, its evidence and its time. What it yields may be kept: names that many
// records share are held once.
func (r *Reading) Outline() iter.Seq2[*locate.Match, error] {
	names := map[string]string{} // of systems, places and entities
	one := func(s *string) {
		if kept, ok := names[*s]; ok {
			*s = kept
		} else {
			names[*s] = *s
		}
	}
	return func(yield func(*locate.Match, error) bool) {
		for m, err := range r.each(0, -1, decodeOutline) {
			if err == nil {
				one(&m.Record.Ref.System)
				one(&m.Record.Ref.Place)
				one(&m.Record.Ref.Entity)
			}
			if !yield(m, err) {
				return
			}
		}
	}
}

func decodeOutline(b []byte) (m locate.Match, err error) {
	var s struct { // a storedMatch, the rest of which is not read
		Ref      storedRef    `json:"ref"`
		Certain  bool         `json:"certain"`
		Followed bool         `json:"followed"`
		Path     []storedStep `json:"path"`
		Parent   *storedRef   `json:"parent"`
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return m, err
	}
	m = locate.Match{Record: connectors.Record{Ref: s.Ref.ref()}, Certain: s.Certain, Followed: s.Followed}
	for _, step := range s.Path {
		m.Path = append(m.Path, locate.Step{From: step.From.ref()})
	}
	if s.Parent != nil {
		parent := s.Parent.ref()
		m.Parent = &parent
	}
	return m, nil
}

func (r *Reading) each(from, to int, decode func([]byte) (locate.Match, error)) iter.Seq2[*locate.Match, error] {
	if to < 0 {
		to = math.MaxInt
	}
	return func(yield func(*locate.Match, error) bool) {
		for from := from; from < to; from += matchesAtOnce {
			some, err := r.someMatches(from, min(to, from+matchesAtOnce), decode)
			if err != nil {
				yield(nil, failed(r.ctx, err))
				return
			}
			for i := range some {
				if !yield(&some[i], nil) {
					return
				}
			}
			if len(some) < matchesAtOnce {
				return
			}
		}
	}
}

func (r *Reading) someMatches(from, to int, decode func([]byte) (locate.Match, error)) ([]locate.Match, error) {
	rows, err := r.at.query(r.ctx, `SELECT n, sealed FROM matches WHERE request = ? AND n >= ? AND n < ? ORDER BY n`, r.key.request, from, to)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	some := make([]locate.Match, 0, min(to-from, matchesAtOnce))
	for rows.Next() {
		var n int
		var sealed []byte
		if err := rows.Scan(&n, &sealed); err != nil {
			return nil, err
		}
		if n != from+len(some) {
			return nil, fmt.Errorf("%s lacks a record that was found: the journal was changed from outside, or damaged; bring it back from a backup", r.key.request)
		}
		plain, err := r.key.unsealRow("matches", strconv.Itoa(n), sealed)
		if err != nil {
			return nil, err
		}
		m, err := decode(plain)
		if err != nil {
			return nil, err
		}
		some = append(some, m)
	}
	return some, rows.Err()
}

// Decisions returns the decisions on records, by the record's ID.
func (r *Reading) Decisions() (map[string]Decision, error) { return decisions(r.ctx, r.at, r.key) }

// Withholdings returns the exemptions and redactions that stand.
func (r *Reading) Withholdings() ([]Withholding, error) {
	all, err := withholdings(r.ctx, r.at, r.key)
	var standing []Withholding
	for _, w := range all {
		if w.Undone.IsZero() {
			standing = append(standing, w)
		}
	}
	return standing, err
}

// Release returns who approved what leaves by a right; the zero digest where nobody has.
func (r *Reading) Release(scope string) (Release, error) {
	return release(r.ctx, r.at, r.key.request, scope)
}

// Match returns what was found of one record; false where the last search did not find it.
func (r *Reading) Match(ref connectors.Ref) (m locate.Match, found bool, err error) {
	var n int
	var sealed []byte
	err = r.at.row(r.ctx, `SELECT n, sealed FROM matches WHERE request = ? AND record = ?`, r.key.request, r.key.refer(ref)).Scan(&n, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return m, false, nil
	}
	if err != nil {
		return m, false, err
	}
	plain, err := r.key.unsealRow("matches", strconv.Itoa(n), sealed)
	if err != nil {
		return m, false, err
	}
	m, err = decodeMatch(plain)
	return m, err == nil, err
}
