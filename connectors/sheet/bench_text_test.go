package sheet

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"dossier/connectors/compare"
)

// bigTable writes a table of so many people in the columns of a big book; of the cells of one in ten, some stand in quotes.
func bigTable(tb testing.TB, path string, rows int) {
	tb.Helper()
	file, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	w := bufio.NewWriterSize(file, 1<<20)
	fmt.Fprintln(w, strings.Join(bigColumns, ","))
	for row := 2; row <= rows+1; row++ {
		h := uint32(row) * 2654435761
		for c := range bigColumns {
			h = h*1664525 + 1013904223
			if c > 0 {
				w.WriteByte(',')
			}
			switch {
			case c == 0:
				fmt.Fprintf(w, "M%d", 100000+row)
			case c <= 3:
				fmt.Fprintf(w, "Name%d", h>>18)
			case c == 4:
				fmt.Fprintf(w, "person%d@example.org", row)
			case c == 5:
				fmt.Fprintf(w, "07700 %06d", row%1000000)
			case c == 6 && row%10 == 0:
				fmt.Fprintf(w, "\"%d High Street, \"\"The Barn\"\"\"", h>>22)
			case c <= 9:
				fmt.Fprintf(w, "%d High Street", h>>22)
			case c <= 12:
				fmt.Fprintf(w, "19%02d-%02d-%02d", h>>20%100, h>>10%12+1, h%28+1)
			default:
				fmt.Fprintf(w, "%d.%d", h>>20, h>>28)
			}
		}
		w.WriteByte('\n')
	}
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
}

// outside runs another program and returns the wall time and the processor time that it took.
func outside(b *testing.B, program string, args ...string) (wall, processor time.Duration) {
	b.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	start := time.Now()
	out, err := cmd.Output()
	if err != nil || len(bytes.TrimSpace(out)) == 0 {
		b.Fatalf("%s: %v", program, err)
	}
	return time.Since(start), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// BenchmarkText searches a table of text, a column or all of them, and prints how many times the time of grep and ugrep that takes, which look for
// the same texts wherever they stand.
func BenchmarkText(b *testing.B) {
	dir := b.TempDir()
	path, list := filepath.Join(dir, "a.csv"), filepath.Join(dir, "values")
	bigTable(b, path, benchRows())
	c := bigSourceOf(b, dir, "*.csv")
	many := make([]string, 10_000)
	for i := range many {
		h := uint32(i+1) * 2654435761
		many[i] = fmt.Sprintf("%c%c.%d@mail%d.example.com", 'a'+h>>8%26, 'a'+h>>16%26, h>>12, h%97)
	}
	many[5000] = "person777@example.org"
	save(b, list, []byte(strings.Join(many, "\n")+"\n"))
	one := []string{"grep", "-F", "person777@example.org", path}
	for _, kind := range []struct {
		name   string
		how    compare.How
		values []string
		peer   []string
	}{
		{"equal", compare.Equal, many[5000:5001], one},
		{"folded", compare.Folded, many[5000:5001], one},
		{"ten thousand equal", compare.Equal, many, []string{"ugrep", "-F", "-f", list, path}},
		{"ten thousand folded", compare.Folded, many, []string{"ugrep", "-F", "-f", list, path}},
	} {
		for _, fields := range [][]string{{"E-mail"}, bigColumns} {
			b.Run(fmt.Sprintf("%s/%d columns", kind.name, len(fields)), func(b *testing.B) {
				q := everywhere(kind.how, kind.values...)
				if len(fields) == 1 {
					q.Any = q.Any[4:5]
				}
				peerWall, peer, wall, used := time.Hour, time.Hour, time.Hour, time.Hour
				for b.Loop() {
					w, p := outside(b, kind.peer[0], kind.peer[1:]...)
					peerWall, peer = min(peerWall, w), min(peer, p)
					w, p = times(func() { mustFindOne(b, c, q) })
					wall, used = min(wall, w), min(used, p)
				}
				b.ReportMetric(float64(used)/float64(peer), "×"+kind.peer[0]+"-1core")
				b.ReportMetric(float64(wall)/float64(peerWall), fmt.Sprintf("×%s-%dcores", kind.peer[0], runtime.GOMAXPROCS(0)))
				info, _ := os.Stat(path)
				b.ReportMetric(float64(info.Size())/1e6/used.Seconds(), "MB/s-1core")
			})
		}
	}
}
