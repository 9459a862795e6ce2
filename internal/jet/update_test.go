package jet

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

func text(s string) Value { return Value{Kind: String, Bytes: []byte(s)} }

// rowWhere finds the row whose first column asked for has a value.
func rowWhere(t *testing.T, tb *Table, column, value string) RowID {
	t.Helper()
	for row, err := range tb.Rows(column) {
		if err != nil {
			t.Fatal(err)
		}
		if row.Values[0].String() == value {
			return row.ID
		}
	}
	t.Fatalf("no row of %s has %s = %s", tb.Name, column, value)
	return RowID{}
}

// An updated row reads as written, here and by mdbtools, and nothing else changes.
func TestUpdate(t *testing.T) {
	changes := map[string]Value{
		"MembershipNo": text("m900150"), "Surname": text("Featherstonehaugh"), "Forename": text("Zoë-Łucja"), "DateOfBirth": text("1961-02-28"), "Postcode": {},
		"Lapsed": text("true"), "AnnualFee": text("-12.5"), "CPDHours": text("99.99"), "Joined": text("1850-01-02T03:04:05"),
		"Notes": text("Writes to say: née O'Brien."), "RowGUID": text("00112233-4455-6677-8899-aabbccddeeff"),
	}
	paths := []string{sample(t, "legacy-membership.mdb"), sample(t, "legacy-membership.accdb")}
	for _, v := range []string{"V2000.mdb", "V2003.mdb", "V2007.accdb", "V2010.accdb", "V2016.accdb", "V2019.accdb"} {
		paths = append(paths, "testdata/tiny-"+v)
	}
	for _, path := range cheap(t, paths) {
		for _, member := range []string{"1", "17", "60"} {
			t.Run(short(path)+"/"+member, func(t *testing.T) {
				copied := copyOf(t, path)
				e, err := Edit(copied, Options{})
				if err != nil {
					t.Fatal(err)
				}
				defer e.Close()
				id := rowWhere(t, table(t, e.DB(), "Members"), "MemberID", member)
				for _, name := range slices.Backward(slices.Sorted(maps.Keys(changes))) {
					v := changes[name]
					if err := e.Update("Members", id, map[string]Value{name: v}); err != nil {
						t.Errorf("%s: %v", name, err)
					}
				}
				if t.Failed() {
					return
				}
				done := e.Changes()
				if err := e.Finish(); err != nil {
					t.Fatal(err)
				}
				if err := Verify(path, copied, Options{}, done); err != nil {
					t.Fatal(err)
				}
				after := open(t, copied)
				names := slices.Sorted(maps.Keys(changes))
				row, err := table(t, after, "Members").Row(id, names...)
				if err != nil {
					t.Fatal(err)
				}
				for i, name := range names {
					if got, want := row.Values[i], changes[name]; got.Kind != want.Kind || !bytes.Equal(got.Bytes, want.Bytes) {
						t.Errorf("%s: got %v, want %v", name, got, want)
					}
				}
				if err := table(t, after, "Members").checkAllIndexes(); err != nil {
					t.Error(err)
				}
				compareWithMDBTools(t, mdbtools(t, "mdb-export"), copied, table(t, after, "Members"))
			})
		}
	}
}

// checkAllIndexes compares the indexes with the rows.
func (t *Table) checkAllIndexes() error {
	var rows rowCount
	for row, err := range t.Rows(t.def.columns[0].Name) {
		if err != nil {
			return err
		}
		rows.add(row.ID)
	}
	return t.checkIndexes(&rows)
}

// The old value leaves no trace.
func TestUpdateErasesWhatWasThere(t *testing.T) {
	const path = "testdata/tiny-V2016.accdb"
	db := open(t, path)
	old := ""
	var id RowID
	for row, err := range table(t, db, "Members").Rows("Notes") {
		if err != nil {
			t.Fatal(err)
		}
		if raw := row.Stored(0); len(raw) > 0 && raw[3]>>6 == longSingle {
			old, id = row.Values[0].String(), row.ID
			break
		}
	}
	for _, c := range []struct {
		name string
		to   Value
	}{
		{"to NULL", Value{}},
		{"to nothing", text("")},
		{"into the row", text("short")},
		{"in the same place", text(strings.Repeat("x", 35))},
	} {
		t.Run(c.name, func(t *testing.T) {
			copied := copyOf(t, path)
			e, err := Edit(copied, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close()
			if err := e.Update("Members", id, map[string]Value{"Notes": c.to}); err != nil {
				t.Fatal(err)
			}
			done := e.Changes()
			if err := e.Finish(); err != nil {
				t.Fatal(err)
			}
			if err := Verify(path, copied, Options{}, done); err != nil {
				t.Fatal(err)
			}
			row, err := table(t, open(t, copied), "Members").Row(id, "Notes")
			if err != nil || row.Values[0].Kind != c.to.Kind || row.Values[0].String() != c.to.String() {
				t.Errorf("got %v, %v", row, err)
			}
			pages := plainPages(t, copied)
			for _, form := range [][]byte{[]byte(old), utf16Of(old)} {
				if bytes.Contains(pages, form) {
					t.Errorf("%q is still in the file", form)
				}
			}
		})
	}
}

func TestUpdateIsRefused(t *testing.T) {
	path := copyOf(t, "testdata/tiny-V2010.accdb")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	e, err := Edit(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	id := rowWhere(t, table(t, e.DB(), "Members"), "MemberID", "7")
	for _, c := range []struct {
		name, column string
		to           Value
		why          string
	}{
		{"too long a text", "Title", text("Very Reverend"), "13 characters"},
		{"no number", "AnnualFee", text("twelve"), "plain decimal"},
		{"too many decimals", "CPDHours", text("1.001"), "decimals"},
		{"too large a number", "CPDHours", text("12345678.99"), "range"},
		{"no date", "DateOfBirth", text("28/02/1961"), "ISO"},
		{"before all dates", "DateOfBirth", text("0099-12-31"), "years"},
		{"no GUID", "RowGUID", text("nonsense"), "GUID"},
		{"no boolean", "Lapsed", text("yes"), "neither"},
		{"a boolean of NULL", "Lapsed", Value{}, "NULL"},
		{"no column", "Nonsense", text("x"), "no such column"},
		{"a number that Access gives", "MemberID", text("5000"), "given by Access"},
		{"a key in an unknown place", "MembershipNo", text("M♥00007"), "not known"},
		{"bytes", "Title", Value{Kind: Bytes}, "only text"},
		{"a memo that has no room", "Notes", text(strings.Repeat("long ", 400)), "room"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := e.Update("Members", id, map[string]Value{c.column: c.to})
			if err == nil || !strings.Contains(err.Error(), c.why) {
				t.Fatalf("got %v", err)
			}
			if s := string(c.to.Bytes); len(s) > 3 && strings.Contains(err.Error(), s) {
				t.Errorf("the error tells the value: %v", err)
			}
			if now, _ := os.ReadFile(path); !bytes.Equal(now, before) {
				t.Error("a refused update changed the file")
			}
		})
	}
}

func TestUpdateKeepsKeysUnique(t *testing.T) {
	e, err := Edit(copyOf(t, sample(t, "corpus/real/data/real/ASampleDatabase.accdb")), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	items := table(t, e.DB(), "Asset Items")
	rows := texts(t, items, "Asset No")
	first, second := rows[0][0], rows[1][0]
	id := rowWhere(t, items, "Asset No", first)
	err = e.Update(items.Name, id, map[string]Value{"Asset No": text(second)})
	if err == nil || !strings.Contains(err.Error(), "wants it once") {
		t.Errorf("got %v", err)
	}
	if err := e.Update(items.Name, id, map[string]Value{"Asset No": text(first[1:] + first[:1])}); err != nil {
		t.Error(err)
	}
}
