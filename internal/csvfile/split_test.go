package csvfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"dossier/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m) }

func every() func(*Row) bool { return func(*Row) bool { return true } }

// checkSplit checks that a table that is read on several cores is read as it is on one.
func checkSplit(t testing.TB, in []byte, o Options, workers int) {
	t.Helper()
	one := NewReader(bytes.NewReader(in), o)
	want, _ := numbered(t, one)
	several := NewReader(bytes.NewReader(in), o)
	several.Filter(workers, every)
	defer several.Close()
	got, _ := numbered(t, several)
	if !slices.Equal(want, got) {
		t.Fatalf("%.300q (-one core +several): %.1000s", in, cmp.Diff(want, got))
	}
	if one.Stray() != several.Stray() || one.Delimiter() != several.Delimiter() {
		t.Fatalf("%d stray quotes, want %d", several.Stray(), one.Stray())
	}
}

// odd returns a table of some megabytes with everything that makes it hard to cut.
func odd() []byte {
	var b strings.Builder
	for i := range 20_000 {
		switch {
		case i%700 == 3:
			fmt.Fprintf(&b, "\"p%d\n\"\"q\"\", a\r\n\n\",%s\n", i, strings.Repeat("x", 7*i%15_000))
		case i%9000 == 5:
			fmt.Fprintf(&b, "\"5 inch,%d\n", i) // a stray quote
		case i%4000 == 7:
			fmt.Fprintf(&b, "Zo\xeb,%d\n", i)
		case i%3000 == 9:
			b.WriteString("\n")
		default:
			fmt.Fprintf(&b, "p%d,York,\"Leeds\",Hull\r\n", i)
		}
	}
	return []byte(b.String() + "the last,one")
}

func TestSplit(t *testing.T) {
	in := odd()
	for workers := 1; workers <= 4; workers++ {
		checkSplit(t, in, Options{}, workers)
	}
	checkSplit(t, bytes.ReplaceAll(in, []byte(`"`), nil), Options{Delimiter: ","}, 2)
	checkSplit(t, nil, Options{}, 2)
}

func TestFilterAndSift(t *testing.T) {
	r := NewReader(bytes.NewReader(odd()), Options{Delimiter: ","})
	r.Sift([]string{"p5000", "p42", "none"}, []int{0}, 9)
	r.Filter(3, func() func(*Row) bool { return func(row *Row) bool { return len(row.Cell(0)) > 3 } })
	defer r.Close()
	var got []string
	for row, err := r.Next(); err == nil; row, err = r.Next() {
		if string(row.Cell(0)) == "p5000" || string(row.Cell(0)) == "p42" {
			got = append(got, string(row.Cell(0)))
		}
	}
	if d := cmp.Diff([]string{"p5000"}, got); d != "" {
		t.Error(d)
	}
}

// A reader that is left early ends its goroutines, and an error comes where it happened.
func TestFilterEndsEarly(t *testing.T) {
	r := NewReader(bytes.NewReader(odd()), Options{})
	r.Filter(2, every)
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	r.Close()
	failure := errors.New("the disk is broken")
	r = NewReader(io.MultiReader(strings.NewReader("a,b\n1,2\n"), iotest.ErrReader(failure)), Options{})
	r.Filter(2, every)
	defer r.Close()
	var err error
	for err == nil {
		_, err = r.Next()
	}
	if !errors.Is(err, failure) {
		t.Error(err)
	}
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n3,4\n", "a,b\r\n\"x\r\ny\",\"\"\"z\"\"\"\r\n1,2", "\xff\xfea\x00,\x00b\x00\n\x001\x00", "a;b\nZo\xeb;2\n3;4", "a\rb\rc\r", "sep=;\na;b\n1;2;3\n", "\"a,b\n1,2\n\"x\"y,\"z\n", "\"\n\"\"\n\"x"} {
		f.Add([]byte(s), uint16(0), uint16(3))
		f.Add([]byte(s), uint16(2), uint16(50))
	}
	f.Fuzz(func(t *testing.T, in []byte, at, times uint16) {
		// Some of it is repeated, so that blocks end within.
		at = at % uint16(min(len(in), 60_000)+1)
		in = append(bytes.Repeat(in[:at:at], int(times)), in[at:]...)
		if len(in) < 2<<20 {
			checkSplit(t, in, Options{}, 2)
		}
	})
}
