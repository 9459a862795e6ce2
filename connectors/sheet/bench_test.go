package sheet

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// benchRows is the size of the workbooks of the benchmarks; DOSSIER_BENCH_ROWS sets another.
func benchRows() int {
	if n, err := strconv.Atoi(os.Getenv("DOSSIER_BENCH_ROWS")); err == nil {
		return n
	}
	return 200_000
}

// bigSource opens a folder of big books with every column mapped.
func bigSource(tb testing.TB, dir string) connectors.Connector {
	return bigSourceOf(tb, dir, "*.xlsx")
}

func bigSourceOf(tb testing.TB, dir, files string) connectors.Connector {
	var fields strings.Builder
	for _, c := range bigColumns {
		fmt.Fprintf(&fields, "%q = {}\n", c)
	}
	return connect(tb, dir, "files = [\""+files+"\"]\n[entity.s]\nheader = 1\n[entity.s.fields]\n"+fields.String())
}

// everywhere asks every column for values.
func everywhere(how compare.How, values ...string) connectors.Query {
	q := connectors.Query{Entity: "s"}
	for _, c := range bigColumns {
		q.Any = append(q.Any, connectors.Clause{ask(c, how, values...)})
	}
	return q
}

// times runs a function and returns the wall time and the processor time that it took.
func times(do func()) (wall, processor time.Duration) {
	start, used := time.Now(), clock()
	do()
	return time.Since(start), clock() - used
}

// BenchmarkFind searches a workbook, every cell of its 20 columns, and prints how many times the time of inflating it alone that takes: in
// processor time, which is the wall time on one core, and in wall time with as many cores as there are.
func BenchmarkFind(b *testing.B) {
	many := make([]string, 10_000)
	for i := range many {
		many[i] = fmt.Sprintf("nobody%d@example.org", i)
	}
	many[5000] = "person777@example.org"
	for name, shared := range map[string]bool{"shared": true, "inline": false} {
		dir := b.TempDir()
		path := bigBook(b, dir, "a.xlsx", benchRows(), shared)
		c := bigSource(b, dir)
		for _, kind := range []struct {
			name string
			q    connectors.Query
		}{
			{"equal", everywhere(compare.Equal, "person777@example.org")},
			{"folded", everywhere(compare.Folded, "Person777@example.org")},
			{"ten thousand equal", everywhere(compare.Equal, many...)},
			{"ten thousand folded", everywhere(compare.Folded, many...)},
		} {
			b.Run(name+"/"+kind.name, func(b *testing.B) {
				floorWall, floor, wall, used := time.Hour, time.Hour, time.Hour, time.Hour
				for b.Loop() {
					w, p := times(func() { inflate(b, path) })
					floorWall, floor = min(floorWall, w), min(floor, p)
					w, p = times(func() { mustFindOne(b, c, kind.q) })
					wall, used = min(wall, w), min(used, p)
				}
				b.ReportMetric(float64(used)/float64(floor), "×inflate-1core")
				b.ReportMetric(float64(wall)/float64(floorWall), fmt.Sprintf("×inflate-%dcores", runtime.GOMAXPROCS(0)))
				b.ReportMetric(float64(used)/float64(20*benchRows()), "ns/cell")
			})
		}
	}
}

func mustFindOne(b *testing.B, c connectors.Connector, q connectors.Query) {
	if f := find(b, c, q); len(f.records) != 1 || len(f.gaps) != 0 {
		b.Fatalf("%.500q", f)
	}
}

// BenchmarkPeers prints how many times less processor time a search takes than excelize's Rows, and than unzip with grep, which does not even find
// the cells of shared strings. Both take longer with every row; excelize is spared more than 50,000.
func BenchmarkPeers(b *testing.B) {
	for name, shared := range map[string]bool{"shared": true, "inline": false} {
		b.Run(name, func(b *testing.B) {
			dir := b.TempDir()
			path := bigBook(b, dir, "a.xlsx", min(benchRows(), 50_000), shared)
			c := bigSource(b, dir)
			q := everywhere(compare.Equal, "person777@example.org")
			own, other, piped := time.Hour, time.Hour, time.Hour
			for b.Loop() {
				_, p := times(func() { mustFindOne(b, c, q) })
				own = min(own, p)
				_, p = times(func() { excelizeRows(b, path) })
				other = min(other, p)
				_, p = times(func() {
					cmd := exec.Command("sh", "-c", `unzip -p "$0" | grep -a -c person777@example.org`, path)
					if out, err := cmd.Output(); err != nil {
						b.Fatal(err, string(out))
					}
				})
				piped = min(piped, p)
			}
			b.ReportMetric(float64(other)/float64(own), "×faster-than-excelize")
			b.ReportMetric(float64(piped)/float64(own), "×faster-than-unzip|grep")
		})
	}
}

// excelizeRows looks at every cell by excelize's Rows with RawCellValue.
func excelizeRows(b *testing.B, path string) {
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	rows, err := f.Rows("S")
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	found := 0
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			b.Fatal(err)
		}
		for _, c := range cells {
			if c == "person777@example.org" {
				found++
			}
		}
	}
	if found != 1 {
		b.Fatal(found)
	}
}

// BenchmarkMemory prints the most memory that the program held during a search, of all kinds.
func BenchmarkMemory(b *testing.B) {
	for name, shared := range map[string]bool{"shared": true, "inline": false} {
		b.Run(name, func(b *testing.B) {
			dir := b.TempDir()
			bigBook(b, dir, "a.xlsx", benchRows(), shared)
			c := bigSource(b, dir)
			var equal, folded uint64
			for b.Loop() {
				equal = max(equal, memoryOf(func() { mustFindOne(b, c, everywhere(compare.Equal, "person777@example.org")) }))
				folded = max(folded, memoryOf(func() { mustFindOne(b, c, everywhere(compare.Folded, "Person777@example.org")) }))
			}
			b.ReportMetric(float64(equal)/(1<<20), "MB-equal")
			b.ReportMetric(float64(folded)/(1<<20), "MB-folded")
		})
	}
}

// memoryOf returns the most memory that Go's runtime holds while a function runs, beyond what it held before.
func memoryOf(do func()) uint64 {
	runtime.GC()
	held := func() uint64 {
		s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
		metrics.Read(s)
		return s[0].Value.Uint64() + s[1].Value.Uint64() + s[2].Value.Uint64()
	}
	before := held()
	ctx, stop := context.WithCancel(context.Background())
	var most uint64
	var sampling sync.WaitGroup
	sampling.Go(func() {
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				most = max(most, held())
			case <-ctx.Done():
				return
			}
		}
	})
	do()
	stop()
	sampling.Wait()
	return most - min(before, most)
}

// BenchmarkFolder searches 200 workbooks of which a gigabyte is to be inflated, and prints what part of the processor time inflating alone takes.
func BenchmarkFolder(b *testing.B) {
	const books = 200
	dir := b.TempDir()
	first := bigBook(b, dir, "000.xlsx", 6000, true)
	content, err := os.ReadFile(first)
	if err != nil {
		b.Fatal(err)
	}
	for i := 1; i < books; i++ {
		save(b, filepath.Join(dir, fmt.Sprintf("%03d.xlsx", i)), content)
	}
	c := bigSource(b, dir)
	q := everywhere(compare.Equal, "person777@example.org")
	floor, used, wall := time.Hour, time.Hour, time.Hour
	for b.Loop() {
		_, p := times(func() {
			for range books {
				inflate(b, first)
			}
		})
		floor = min(floor, p)
		w, p := times(func() {
			if f := find(b, c, q); len(f.records) != books || len(f.gaps) != 0 {
				b.Fatal(len(f.records), f.gaps)
			}
		})
		used, wall = min(used, p), min(wall, w)
	}
	b.ReportMetric(float64(used)/float64(floor), "×inflate")
	b.ReportMetric(float64(used)/float64(wall), "cores-at-work")
}
