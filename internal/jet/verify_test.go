package jet

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
)

func TestEditIsRefused(t *testing.T) {
	t.Run("in use", func(t *testing.T) {
		path := copyOf(t, "testdata/tiny-V2000.mdb")
		if err := os.WriteFile(strings.TrimSuffix(path, ".mdb")+".ldb", nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Edit(path, Options{}); !errors.Is(err, ErrInUse) {
			t.Errorf("got %v", err)
		}
	})
	for _, c := range []struct {
		name string
		harm func(t *testing.T, db *DB, data []byte)
	}{
		{"an index that runs in circles", func(t *testing.T, db *DB, data []byte) {
			def, _ := table(t, db, "Members").definition()
			leaf := data[int(def.trees[0].root)*4096:]
			copy(leaf[jet4.indexNext:], leaf[jet4.indexNext-4:jet4.indexNext])
			leaf[jet4.indexNext]++
		}},
		{"an index without the row", func(t *testing.T, db *DB, data []byte) {
			def, _ := table(t, db, "Members").definition()
			leaf := data[int(def.trees[0].root)*4096:]
			clear(leaf[jet4.indexMask:jet4.indexFirst])
		}},
		{"a long value that is lost", func(t *testing.T, db *DB, data []byte) {
			for row := range table(t, db, "Members").Rows("Notes") {
				if raw := row.Stored(0); len(raw) > 0 && raw[3]>>6 == longSingle {
					data[bytes.Index(data, raw)+4] = 0xfe
					return
				}
			}
			t.Fatal("no long value")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := copyOf(t, "testdata/tiny-V2010.accdb")
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			c.harm(t, open(t, path), data)
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			e, err := Edit(path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close()
			var ids []RowID
			for row, err := range table(t, e.DB(), "Members").Rows("MemberID") {
				if err == nil {
					ids = append(ids, row.ID)
				}
			}
			if err := e.Erase("Members", ids...); err == nil {
				t.Fatal("the erasure was not refused")
			}
			if now, _ := os.ReadFile(path); !bytes.Equal(now, data) {
				t.Error("a refused erasure changed the file")
			}
		})
	}
	t.Run("a row that is not there", func(t *testing.T) {
		e, err := Edit(copyOf(t, "testdata/tiny-V2010.accdb"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		for _, id := range []RowID{{}, {1, 0}, {95, 200}, {1 << 20, 0}} {
			if err := e.Erase("Members", id); err == nil {
				t.Errorf("row %s was erased", id)
			}
		}
	})
}

// A copy that lost more than planned is found out.
func TestVerifyFindsOut(t *testing.T) {
	const path = "testdata/tiny-V2016.accdb"
	db := open(t, path)
	page := int(firstPage(t, table(t, db, "Members")))
	for _, c := range []struct {
		name string
		harm func(data []byte)
	}{
		{"a row too few", func(d []byte) { jet4.markDeleted(d[page*4096:][:4096], 3) }},
		{"a letter changed", func(d []byte) {
			p := d[page*4096:][:4096]
			row, _, _ := jet4.slot(p, 3)
			i := bytes.IndexByte(row, 'a')
			row[i] = 'b'
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			copied := copyOf(t, path)
			data, err := os.ReadFile(copied)
			if err != nil {
				t.Fatal(err)
			}
			c.harm(data)
			if err := os.WriteFile(copied, data, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := Verify(path, copied, Options{}, Changes{}); err == nil {
				t.Error("nothing was noticed")
			}
		})
	}
	t.Run("remnants", func(t *testing.T) {
		copied := copyOf(t, path)
		e, err := Edit(copied, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Finish(); err != nil {
			t.Fatal(err)
		}
		if err := Verify(path, copied, Options{}, Changes{}); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(copied)
		if err != nil {
			t.Fatal(err)
		}
		data[page*4096+14+2*60] = 1 // in the gap between slots and rows
		if err := os.WriteFile(copied, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := Verify(path, copied, Options{}, Changes{}); !errors.Is(err, errDiffers) {
			t.Errorf("got %v", err)
		}
	})
}
