package xlsx

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"dossier/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m) }

func TestSharedStringsInMemoryAndInTheFile(t *testing.T) {
	var want []string
	var table, rows strings.Builder
	table.WriteString(`<sst ` + mainNS + `>`)
	for i := range 4_000 {
		s := fmt.Sprintf("string %d %s", i, strings.Repeat("x", i%97))
		if i%200 == 7 {
			s += strings.Repeat("long", 12_000)
		}
		want = append(want, s)
		fmt.Fprintf(&table, "<si><t>%s</t></si>", s)
		fmt.Fprintf(&rows, `<row><c t="s"><v>%d</v></c><c t="s"><v>%d</v></c></row>`, i, i*7919%4_000)
	}
	table.WriteString("</sst>")
	parts := plainParts(rows.String())
	parts["xl/sharedStrings.xml"] = table.String()
	file := pack(t, parts)
	for _, memory := range []int{0, 5000, 1 << 20, memoryLimit} {
		w := open(t, file)
		w.memory = memory
		var readers sync.WaitGroup
		for range 2 {
			readers.Go(func() {
				got, err := grid(w, w.Sheets[0])
				if err != nil {
					t.Error(err)
					return
				}
				for i, row := range got {
					if row[0] != want[i] || row[1] != want[i*7919%4_000] {
						t.Errorf("%d bytes of memory, row %d: %.40q %.40q", memory, i, row[0], row[1])
						return
					}
				}
			})
		}
		readers.Wait()
		if spilled := w.strings.rest != nil; spilled != (memory < memoryLimit) {
			t.Errorf("%d bytes of memory: spilled is %t", memory, spilled)
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestWhatIsSpilledCannotBeRead(t *testing.T) {
	s, err := newSpill()
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	text := bytes.Repeat([]byte("a person's name "), 20_000)
	for i := 0; i < len(text); i += 1001 {
		if err := s.write(text[i:min(i+1001, len(text))]); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.flush(); err != nil {
		t.Fatal(err)
	}
	stored := make([]byte, len(text))
	if _, err := s.file.ReadAt(stored, 0); err != nil || bytes.Contains(stored, []byte("person")) {
		t.Errorf("it can be read in the file (%v)", err)
	}
	got := make([]byte, 5000)
	for _, at := range []uint64{0, 1, 15, 16, 17, 65_535, 65_536, 100_001} {
		if err := s.readAt(got, at); err != nil || !bytes.Equal(got, text[at:at+5000]) {
			t.Errorf("at %d: %v", at, err)
		}
	}
	if _, err := os.Stat(s.file.Name()); err == nil && !s.named {
		t.Error("the file has a name")
	}
}

func TestReadingAheadEndsWhenItIsLeft(t *testing.T) {
	w := open(t, pack(t, plainParts(strings.Repeat(`<row><c t="str"><v>somebody</v></c></row>`, 40_000))))
	rows, err := w.Rows(context.Background(), w.Sheets[0])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rows.Next(); err != nil {
		t.Fatal(err)
	}
	if err := rows.Close(); err != nil {
		t.Error(err)
	}
}
