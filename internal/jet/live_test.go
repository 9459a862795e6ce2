package jet

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"dossier/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m) }

// liveFile is a database in memory that changes under its reader.
type liveFile struct {
	mu     sync.Mutex
	data   []byte
	writes int                        // stands for the time of the last write
	read   func(page []byte, n int64) // changes what a reading brings, n being the offset
}

func newLiveFile(t *testing.T, path string) *liveFile {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return &liveFile{data: data}
}

func (f *liveFile) ReadAt(p []byte, at int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n, err := bytes.NewReader(f.data).ReadAt(p, at)
	if f.read != nil {
		f.read(p[:n], at)
	}
	return n, err
}

func (f *liveFile) Stat() (fs.FileInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return liveInfo{int64(len(f.data)), time.Unix(int64(f.writes), 0)}, nil
}

func (f *liveFile) open(t *testing.T) *Table {
	t.Helper()
	db, err := NewReader(f, int64(len(f.data)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return table(t, db, "Members")
}

type liveInfo struct {
	size int64
	time time.Time
}

func (i liveInfo) Name() string       { return "live" }
func (i liveInfo) Size() int64        { return i.size }
func (i liveInfo) Mode() fs.FileMode  { return 0o600 }
func (i liveInfo) ModTime() time.Time { return i.time }
func (i liveInfo) IsDir() bool        { return false }
func (i liveInfo) Sys() any           { return nil }

// firstPage returns the table's first data page.
func firstPage(t *testing.T, tb *Table) uint32 {
	t.Helper()
	for row, err := range tb.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		return row.ID.Page
	}
	t.Fatal("the table is empty")
	return 0
}

const liveSample = "testdata/tiny-V2010.accdb"

func TestLockFileIsReported(t *testing.T) {
	for _, c := range []struct{ name, lock string }{
		{"members.accdb", "members.laccdb"},
		{"members.mdb", "members.ldb"},
		{"members.mdb", ""},
	} {
		dir := t.TempDir()
		data, err := os.ReadFile(liveSample)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, c.name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if c.lock != "" {
			if err := os.WriteFile(filepath.Join(dir, c.lock), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		db := open(t, path)
		lock, found := db.LockFile()
		if found != (c.lock != "") || found && filepath.Base(lock) != c.lock {
			t.Errorf("%s with %q: got %q, %t", c.name, c.lock, lock, found)
		}
		if got := len(texts(t, table(t, db, "Members"))); got != 60 {
			t.Errorf("%s with %q: %d members", c.name, c.lock, got)
		}
	}
}

// A page that is caught half written is read again.
func TestTornPageIsReadAgain(t *testing.T) {
	f := newLiveFile(t, liveSample)
	tb := f.open(t)
	want := texts(t, tb)
	page := int64(firstPage(t, tb)) * 4096
	torn := 0
	f.writes++
	f.read = func(p []byte, at int64) {
		if at <= page && page < at+int64(len(p)) && torn < 2 {
			torn++
			clear(p[page-at+512*int64(torn) : page-at+4096])
		}
	}
	if got := texts(t, tb); !slices.EqualFunc(got, want, slices.Equal[[]string]) {
		t.Error("the rows are not those of the whole page")
	}
	if torn == 0 {
		t.Error("the page was not torn")
	}
}

// Rows that change behind the reader come a second time.
func TestChangedPagesAreReadAgain(t *testing.T) {
	f := newLiveFile(t, liveSample)
	tb := f.open(t)
	var surnames []string
	for row, err := range tb.Rows("Surname") {
		if err != nil {
			t.Fatal(err)
		}
		if len(surnames) == 0 {
			f.mu.Lock()
			page := f.data[int(row.ID.Page)*4096:][:4096]
			old := row.Stored(0)
			at := bytes.Index(page, old)
			copy(page[at+len(old)-2:], "XX")
			f.writes++
			f.mu.Unlock()
		}
		surnames = append(surnames, row.Values[0].String())
	}
	if len(surnames) < 61 {
		t.Fatalf("%d rows: nothing came again", len(surnames))
	}
	changed := func(s string) bool { return bytes.HasSuffix([]byte(s), []byte("XX")) }
	if changed(surnames[0]) || !slices.ContainsFunc(surnames[60:], changed) {
		t.Error("the changed row did not come again")
	}
}

// A page that never stands still is told of, after everything else.
func TestEndlessChangeIsTold(t *testing.T) {
	f := newLiveFile(t, liveSample)
	tb := f.open(t)
	page := int64(firstPage(t, tb)) * 4096
	f.writes++
	reads := byte(0)
	f.read = func(p []byte, at int64) {
		if at <= page && page < at+int64(len(p)) {
			reads++
			p[page-at+14+2*40] = reads // between the slots and the rows
		}
	}
	seen := make(map[RowID]bool)
	var last error
	for row, err := range tb.Rows() {
		if last != nil {
			t.Fatal("something came after the last error")
		}
		if last = err; err == nil {
			seen[row.ID] = true
		}
	}
	var changed *ChangedError
	if !errors.As(last, &changed) || changed.Table != "Members" || changed.Pages != 1 {
		t.Errorf("got %v", last)
	}
	if len(seen) != 60 {
		t.Errorf("%d members", len(seen))
	}
}

// A share that goes away ends the sequence with the file system's error.
func TestShareThatGoesAway(t *testing.T) {
	gone := errors.New("host is down")
	for after := range 12 {
		f := newLiveFile(t, liveSample)
		tb := f.open(t)
		if _, err := tb.Columns(); err != nil {
			t.Fatal(err)
		}
		broken := &brokenReader{f, after, gone}
		tb.db.src = broken
		var last error
		for _, err := range tb.Rows() {
			last = err
		}
		if broken.left < 0 && !errors.Is(last, gone) {
			t.Errorf("after %d reads: got %v", after, last)
		}
	}
}

type brokenReader struct {
	io.ReaderAt
	left int
	err  error
}

func (b *brokenReader) ReadAt(p []byte, at int64) (int, error) {
	if b.left--; b.left < 0 {
		return 0, b.err
	}
	return b.ReaderAt.ReadAt(p, at)
}

// A file that is cut off while it is read ends the sequence with an error.
func TestFileThatIsCutOff(t *testing.T) {
	f := newLiveFile(t, liveSample)
	tb := f.open(t)
	if _, err := tb.Columns(); err != nil {
		t.Fatal(err)
	}
	f.data = f.data[:3*4096]
	var last error
	for _, err := range tb.Rows() {
		last = err
	}
	if !errors.Is(last, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", last)
	}
}

// A caller that stops listening ends the reading.
func TestStopping(t *testing.T) {
	db := open(t, sample(t, "legacy-membership.accdb"))
	rows := 0
	for _, err := range table(t, db, "Members").Rows() {
		if err != nil {
			t.Fatal(err)
		}
		if rows++; rows == 100 {
			break
		}
	}
	if rows != 100 {
		t.Errorf("%d rows", rows)
	}
}
