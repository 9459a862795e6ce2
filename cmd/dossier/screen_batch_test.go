//go:build !race

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"

	"dossier/desk"
	"dossier/internal/estate"
)

// TestBatchOnATerminal plays a batch by keys alone: a table of people, of which a column is left out, the dry run, the canary approved,
// carried out and verified, then the others, and the result in a workbook.
func TestBatchOnATerminal(t *testing.T) {
	made, err := estate.Generate(t.Context(), estate.Options{Dir: t.TempDir(), People: 20, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	register, err := os.ReadFile(made.Register)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(made.Register, append(register, "\n[batch]\ncanary = 1\nshare = 90\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	table, members := "Membership number,Notes\nM9999999,nobody\n", 0
	for _, p := range made.People {
		if number := p.Identifiers["membership_number"]; len(number) == 1 && members < 3 {
			table += number[0] + ",left\n"
			members++
		}
	}
	o := &screenOffice{t: t, dir: made.Dir, register: made.Register}
	o.write("leavers.csv", table)
	o.admit("Dana")
	o.play("batch", nil)
	book, err := excelize.OpenFile(filepath.Join(o.dir, fmt.Sprintf("BATCH-%d-0001.xlsx", o.now().Year())))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("Result")
	if err != nil || len(rows) < 5 {
		t.Fatalf("the result has %d lines: %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		if row[3] == "ProDrive" && row[4] != "done" {
			t.Errorf("%q", row)
		}
	}
	o.as("Dana", func(ctx context.Context, d *desk.Desk) error {
		_, err := d.VerifyLog(ctx, "")
		return err
	})
}
