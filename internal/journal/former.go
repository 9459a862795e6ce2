package journal

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"dossier/connectors"
)

// Former is a file as it was before any restriction that stands in it, told by how it differs from the file as it is. It holds the data of
// everybody in the file, and so is forgotten as soon as no record of the file is restricted any more, or the file is changed
// in another way: nothing that was erased stays in it.
type Former struct {
	System, Place string
	Present       string // the SHA-256, in hex, of the file from which it can be made
	Sum           string // of the file as it was
	Delta         []byte // how it is made
}

// partSize is how many bytes of a delta are sealed together.
const partSize = 1 << 20

// sealedFormer is what of a former file may be personal data: names of files can be.
type sealedFormer struct {
	Place   exact  `json:"place"`
	Present string `json:"present"`
	Sum     string `json:"sum"`
	Parts   int    `json:"parts"`
}

// fileName returns the keyed name of a file, which is the same for every request.
func (m masterKey) fileName(system, place string) string { return m.keyed("file", system, place) }

// keyed returns the keyed form of something about a file.
func (m masterKey) keyed(parts ...string) string {
	h := hmac.New(sha256.New, m.file)
	h.Write(place(parts...))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// KeepFormer keeps a former file. is is the file's SHA-256 as it is: whatever is kept of the file for another one is forgotten.
// by is the step that is about to restrict records of it; nil where other records of it are about to be lifted.
func (t *Tx) KeepFormer(f Former, is string, by *Step) error {
	file, present := t.j.master.fileName(f.System, f.Place), t.j.master.keyed("present", f.Present)
	if f.Present == is {
		return nil // the file stays what it is, and so does what is kept of it
	}
	before, err := t.dropFormers(file, t.j.master.keyed("present", is))
	if err != nil {
		return err
	}
	row := file + " " + present
	key, wrapped := t.j.master.newRequestKey(row)
	plain, err := json.Marshal(sealedFormer{exact(f.Place), f.Present, f.Sum, (len(f.Delta) + partSize - 1) / partSize})
	if err != nil {
		return err
	}
	if _, err := t.exec(`INSERT INTO formers (file, present, system, key, sealed) VALUES (?,?,?,?,?)`, file, present, f.System, wrapped, key.sealRow("formers", row, plain)); err != nil {
		return err
	}
	n := 0
	for part := range slices.Chunk(f.Delta, partSize) {
		n++
		if _, err := t.exec(`INSERT INTO former_parts (file, present, n, sealed) VALUES (?,?,?,?)`, file, present, n, key.sealRow("former_parts", row+" "+strconv.Itoa(n), part)); err != nil {
			return err
		}
	}
	if !before { // those that were there do not start from it
		if _, err := t.exec(`DELETE FROM former_steps WHERE file = ?`, file); err != nil {
			return err
		}
	}
	if by == nil {
		return nil
	}
	_, err = t.exec(`INSERT INTO former_steps (file, plan, first, last) VALUES (?,?,?,?) ON CONFLICT DO NOTHING`, file, by.Plan, by.First, by.Last)
	return err
}

// dropFormers forgets what is kept of a file, but for what is told from one digest, keyed, and reports whether there is that.
func (t *Tx) dropFormers(file, but string) (left bool, err error) {
	for _, table := range []string{"former_parts", "formers"} {
		if _, err := t.exec(`DELETE FROM `+table+` WHERE file = ? AND present <> ?`, file, but); err != nil {
			return false, err
		}
	}
	var n int
	err = t.row(`SELECT count(*) FROM formers WHERE file = ?`, file).Scan(&n)
	return n > 0, err
}

// DropFormers forgets whatever is kept of a file.
func (t *Tx) DropFormers(system, place string) error {
	file := t.j.master.fileName(system, place)
	if _, err := t.dropFormers(file, ""); err != nil {
		return err
	}
	_, err := t.exec(`DELETE FROM former_steps WHERE file = ?`, file)
	return err
}

// DropFormer forgets a former file that is told from a digest that the file does not have any more.
func (t *Tx) DropFormer(system, place, present string) error {
	file, gone := t.j.master.fileName(system, place), t.j.master.keyed("present", present)
	for _, table := range []string{"former_parts", "formers"} {
		if _, err := t.exec(`DELETE FROM `+table+` WHERE file = ? AND present = ?`, file, gone); err != nil {
			return err
		}
	}
	return nil
}

// DropStale forgets a former file whose file somebody else has changed; not while a step that changes the file is under way.
func (t *Tx) DropStale(f Former) error {
	var open int
	if err := t.row(`SELECT count(*) FROM former_steps k JOIN steps s ON s.plan = k.plan AND s.first = k.first WHERE k.file = ? AND s.state = 'intended'`,
		t.j.master.fileName(f.System, f.Place)).Scan(&open); err != nil || open > 0 {
		return err
	}
	return t.DropFormer(f.System, f.Place, f.Present)
}

// standing holds of a row f with a file that a record of it is restricted, or that it is not known whether one is.
const standing = `(EXISTS (SELECT 1 FROM former_steps k JOIN originals o ON o.plan = k.plan AND o.line BETWEEN k.first AND k.last WHERE k.file = f.file)
	OR EXISTS (SELECT 1 FROM former_steps k JOIN steps s ON s.plan = k.plan AND s.first = k.first WHERE k.file = f.file AND s.state = 'intended'))`

// TidyFormers forgets the former files of which no record is restricted any more.
func (t *Tx) TidyFormers() error {
	for _, table := range []string{"former_parts", "formers"} {
		if _, err := t.exec(`DELETE FROM ` + table + ` AS f WHERE NOT ` + standing); err != nil {
			return err
		}
	}
	_, err := t.exec(`DELETE FROM former_steps WHERE file NOT IN (SELECT file FROM formers)`)
	return err
}

// ScrubFormers leaves nothing of former files that were forgotten in the files of the database.
func (j *Journal) ScrubFormers(ctx context.Context) error {
	return failed(ctx, j.store.scrub(ctx, j.write, []string{"formers", "former_parts"}))
}

// Former returns a file as it was, where it can be made from the file with the SHA-256 present.
func (j *Journal) Former(ctx context.Context, system, file, present string) (f Former, found bool, err error) {
	name, keyed := j.master.fileName(system, file), j.master.keyed("present", present)
	err = j.view(ctx, func(from asker) error {
		var wrapped, sealed []byte
		err := from.row(ctx, `SELECT key, sealed FROM formers WHERE file = ? AND present = ?`, name, keyed).Scan(&wrapped, &sealed)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		key, head, err := j.openFormer(name, keyed, wrapped, sealed)
		if err != nil {
			return err
		}
		f = Former{System: system, Place: file, Present: head.Present, Sum: head.Sum}
		f.Delta, err = parts(ctx, from, key, name, keyed, head.Parts)
		found = err == nil
		return err
	})
	return f, found, err
}

func (j *Journal) openFormer(file, present string, wrapped, sealed []byte) (key requestKey, head sealedFormer, err error) {
	row := file + " " + present
	if key, err = j.master.open(row, wrapped); err != nil {
		return key, head, err
	}
	plain, err := key.unsealRow("formers", row, sealed)
	if err == nil {
		err = json.Unmarshal(plain, &head)
	}
	return key, head, err
}

// parts reads a delta.
func parts(ctx context.Context, from asker, key requestKey, file, present string, n int) (delta []byte, err error) {
	rows, err := from.query(ctx, `SELECT n, sealed FROM former_parts WHERE file = ? AND present = ? ORDER BY n`, file, present)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	read := 0
	for rows.Next() {
		var number int
		var sealed []byte
		if err := rows.Scan(&number, &sealed); err != nil {
			return nil, err
		}
		part, err := key.unsealRow("former_parts", file+" "+present+" "+strconv.Itoa(number), sealed)
		if err != nil {
			return nil, err
		}
		read++
		delta = append(delta, part...)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if read != n {
		return nil, errors.New("a part of what is kept of a file is missing: the journal was changed from outside, or damaged")
	}
	return delta, nil
}

// Formers returns the former files of a system, without their deltas.
func (j *Journal) Formers(ctx context.Context, system string) ([]Former, error) {
	rows, err := j.query(ctx, `SELECT file, present, key, sealed FROM formers WHERE system = ? ORDER BY file, present`, system)
	if err != nil {
		return nil, failed(ctx, err)
	}
	defer rows.Close()
	var all []Former
	for rows.Next() {
		var file, present string
		var wrapped, sealed []byte
		if err := rows.Scan(&file, &present, &wrapped, &sealed); err != nil {
			return nil, err
		}
		_, head, err := j.openFormer(file, present, wrapped, sealed)
		if err != nil {
			return nil, err
		}
		all = append(all, Former{System: system, Place: string(head.Place), Present: head.Present, Sum: head.Sum})
	}
	return all, failed(ctx, rows.Err())
}

// Lifts says of records that are about to be lifted in a file: own, that each of them was restricted since the former file was
// kept; all, that no other record was that is restricted still.
func (j *Journal) Lifts(ctx context.Context, request, system, file string, records []connectors.Ref) (own, all bool, err error) {
	name := j.master.fileName(system, file)
	err = j.view(ctx, func(from asker) error {
		key, err := j.keyOf(ctx, from, request)
		if err != nil {
			return err
		}
		find, err := from.prepare(ctx, `SELECT count(*) FROM originals o JOIN former_steps k ON k.plan = o.plan AND o.line BETWEEN k.first AND k.last
			WHERE k.file = ? AND o.request = ? AND o.record = ?`)
		if err != nil {
			return err
		}
		defer find.Close()
		known := 0
		for _, record := range records {
			var n int
			if err := find.QueryRowContext(ctx, name, request, key.refer(record)).Scan(&n); err != nil {
				return err
			}
			known += n
		}
		var restricted, open int
		if err := from.row(ctx, `SELECT count(*) FROM originals o JOIN former_steps k ON k.plan = o.plan AND o.line BETWEEN k.first AND k.last WHERE k.file = ?`, name).Scan(&restricted); err != nil {
			return err
		}
		if err := from.row(ctx, `SELECT count(*) FROM former_steps k JOIN steps s ON s.plan = k.plan AND s.first = k.first WHERE k.file = ? AND s.state = 'intended'`, name).Scan(&open); err != nil {
			return err
		}
		own = known == len(records)
		all = own && restricted == known && open == 0
		return nil
	})
	return own, all, err
}
