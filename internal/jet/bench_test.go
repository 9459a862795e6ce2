package jet

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"
)

// benchRows is the size of the table that the benchmarks read.
const benchRows = 1_000_000

// benchRounds is how often a benchmark measures everything in turn; it reports medians, which outlast what else the
// machine does.
const benchRounds = 9

// BenchmarkScan looks for one person in a table of a million rows of 18 columns, beside a bare read of the file's
// pages from the same cache, and reports the ratios to it: of the text columns of interest (at most 3), of all columns
// (at most 8), and of mdb-export piped to grep to all columns, on a tenth of the rows (at least 10). The bare read asks for
// page after page; what one in the scan's own strides would take is told beside it.
func BenchmarkScan(b *testing.B) {
	for _, name := range []string{"legacy-membership.mdb", "legacy-membership.accdb"} {
		b.Run(filepath.Ext(name)[1:], func(b *testing.B) {
			path := grow(b, sample(b, name), "Members", benchRows)
			db := open(b, path)
			tb := table(b, db, "Members")
			var text, all, strides []float64
			for range b.N {
				for range benchRounds {
					bare := timed(func() { readPages(b, path, db.lay.pageSize) })
					strides = append(strides, timed(func() { readPages(b, path, strideSize) })/bare)
					text = append(text, timed(func() { search(b, tb, "Forename", "Surname", "Email", "Postcode", "Notes") })/bare)
					all = append(all, timed(func() { search(b, tb) })/bare)
				}
			}
			b.ReportMetric(median(strides), "strides/bare")
			b.ReportMetric(median(text), "text/bare")
			b.ReportMetric(median(all), "all/bare")
			tool, err := exec.LookPath("mdb-export")
			if err != nil {
				b.Log("NOT COMPARED: mdb-export (Debian's mdbtools) is missing")
				return
			}
			small := grow(b, sample(b, name), "Members", benchRows/10)
			tenth := table(b, open(b, small), "Members")
			own := timed(func() { search(b, tenth) })
			b.ReportMetric(timed(func() { exportAndGrep(b, tool, small) })/own, "mdb-export/all")
		})
	}
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

// timed is how long f takes, in seconds.
func timed(f func()) float64 {
	runtime.GC()
	start := time.Now()
	f()
	return time.Since(start).Seconds()
}

func readPages(b *testing.B, path string, size int) {
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	page := make([]byte, size)
	for at := int64(0); ; at += int64(size) {
		if _, err := f.ReadAt(page, at); err == io.EOF {
			return
		} else if err != nil {
			b.Fatal(err)
		}
	}
}

func search(b *testing.B, tb *Table, columns ...string) {
	wanted := []byte("Featherstonehaugh-Nobody")
	rows := 0
	for row, err := range tb.Rows(columns...) {
		if err != nil {
			b.Fatal(err)
		}
		rows++
		for _, v := range row.Values {
			if v.Kind == String && len(v.Bytes) == len(wanted) && bytes.Equal(v.Bytes, wanted) {
				b.Fatal("nobody was found")
			}
		}
	}
	if rows < benchRows/10 {
		b.Fatalf("%d rows", rows)
	}
}

func exportAndGrep(b *testing.B, tool, path string) {
	export := exec.Command(tool, path, "Members")
	grep := exec.Command("grep", "-c", "Featherstonehaugh-Nobody")
	var err error
	if grep.Stdin, err = export.StdoutPipe(); err != nil {
		b.Fatal(err)
	}
	if err := grep.Start(); err != nil {
		b.Fatal(err)
	}
	if err := export.Run(); err != nil {
		b.Fatal(err)
	}
	grep.Wait() // status 1: not found, as it should be
}
