package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"dossier/internal/journal"
	"dossier/locate/evaluate"
)

// MeasureTruth is MeasureMatching with the truth in a file.
func (d *Desk) MeasureTruth(ctx context.Context, path string, how Measurement) (*evaluate.Report, error) {
	if err := d.may(ctx, journal.RoleSearch); err != nil {
		return nil, err
	}
	f, err := openNamed(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return d.MeasureMatching(ctx, f, how)
}

// MeasureTable compares every row of tables of labelled people with every other, as the file of the mapping says what their columns
// hold, and tells how well that went. It needs neither register nor journal.
func MeasureTable(ctx context.Context, mappingFile string, tableFiles []string, how evaluate.PairsOptions) (*evaluate.PairsReport, error) {
	text, err := os.ReadFile(mappingFile)
	if err != nil {
		return nil, fmt.Errorf("%w: the mapping cannot be read: %w", ErrUsage, err)
	}
	mapping, err := evaluate.ReadMapping(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrUsage, mappingFile, err)
	}
	var tables []io.Reader
	for _, name := range tableFiles {
		f, err := openNamed(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		tables = append(tables, f)
	}
	var pairs io.Reader
	if mapping.Pairs != nil {
		path := mapping.Pairs.File
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(mappingFile), path)
		}
		f, err := openNamed(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		pairs = f
	}
	table, err := evaluate.NewTable(mapping, tables, pairs)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUsage, err)
	}
	how.Key = []byte(mappingFile)
	return table.Measure(ctx, how)
}

// openNamed opens a file that a person names.
func openNamed(name string) (*os.File, error) {
	f, err := os.Open(name)
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return nil, fmt.Errorf("%w: %s cannot be opened: %w", ErrUsage, name, pe.Err)
	}
	return f, err
}

// MeasureTable is the function of that name, for who has a desk.
func (d *Desk) MeasureTable(ctx context.Context, mappingFile string, tableFiles []string, how evaluate.PairsOptions) (*evaluate.PairsReport, error) {
	if err := d.known(ctx); err != nil {
		return nil, err
	}
	return MeasureTable(ctx, mappingFile, tableFiles, how)
}
