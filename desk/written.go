package desk

import (
	"context"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"

	"dossier/internal/journal"
	"dossier/request/clock"
)

// WriteProcessings writes the record of processing activities to a new file that only its owner may read: as a table where its name
// ends in .csv, as JSON Lines where it ends in .json, else as Markdown.
func (d *Desk) WriteProcessings(ctx context.Context, path string) error {
	if err := d.known(ctx); err != nil {
		return err
	}
	all, err := d.Processings(ctx)
	if err != nil {
		return err
	}
	return newFile(path, func(w io.Writer) error {
		switch strings.ToLower(filepath.Ext(path)) {
		case ".csv":
			return PrintProcessingsCSV(w, all)
		case ".json", ".jsonl":
			lines := json.NewEncoder(w)
			for _, p := range all {
				if err := lines.Encode(p); err != nil {
					return err
				}
			}
			return nil
		}
		return PrintProcessings(w, d.register.Organisation, all)
	})
}

// WriteFigures writes the figures of a period to a new file that only its owner may read: as JSON where its name ends in .json, else as text.
func (d *Desk) WriteFigures(ctx context.Context, from, to clock.Day, path string) error {
	if err := d.known(ctx); err != nil {
		return err
	}
	f, err := d.Figures(ctx, from, to)
	if err != nil {
		return err
	}
	return newFile(path, func(w io.Writer) error {
		if strings.EqualFold(filepath.Ext(path), ".json") {
			return json.NewEncoder(w).Encode(f)
		}
		return f.Print(w)
	})
}

// WriteProof writes the proof that an entry stands in the log to a new file that only its owner may read, as JSON, and returns it.
func (d *Desk) WriteProof(ctx context.Context, seq int64, path string) (Proof, error) {
	if err := d.may(ctx, journal.RoleAudit); err != nil {
		return Proof{}, err
	}
	p, err := d.ProveEntry(ctx, seq)
	if err != nil {
		return p, err
	}
	b, err := typed("proof", p)
	if err != nil {
		return p, err
	}
	return p, newFile(path, func(w io.Writer) error {
		_, err := w.Write(append(b, '\n'))
		return err
	})
}
