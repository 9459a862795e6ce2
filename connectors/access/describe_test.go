package access

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
)

func TestDescribe(t *testing.T) {
	for _, from := range tiny(t) {
		t.Run(filepath.Base(from), func(t *testing.T) {
			dir := t.TempDir()
			place(t, dir, "a/x.db", from)
			place(t, dir, "b/y.db", from)
			s := connect(t, dir, "files = [\"*/*.db\"]\n"+strings.Replace(entities, `key   = ["MemberID"]`, "", 1)+
				"[system.legacy.entity.committees]\ntable = \"Committees\"\n")
			catalog, err := s.Describe(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(catalog.Places, []string{"x.db", "y.db"}) || catalog.Scope != connectors.PerPlace {
				t.Errorf("places %q, scope %s", catalog.Places, catalog.Scope)
			}
			if len(catalog.Gaps) != 2 || catalog.Gaps[0] != (connectors.Gap{Place: "x.db", Entity: "committees", Why: "there is no such table"}) {
				t.Errorf("gaps %v", catalog.Gaps)
			}
			members, _ := catalog.Shape("members")
			if !members.Mapped || !slices.Equal(members.Key, []string{"MemberID"}) || members.Rows != 120 || len(members.Ops) > 0 || len(members.Places) != 2 {
				t.Errorf("members: %+v", members)
			}
			for _, want := range []connectors.Column{
				{Name: "MemberID", Type: compare.Integer, Native: "Long Integer", Unique: true, Generated: true},
				{Name: "Surname", Type: compare.Text, Native: "Text(60)", Length: 60, Nullable: true},
				{Name: "DateOfBirth", Type: compare.DateTime, Native: "Date/Time", Nullable: true},
				{Name: "Lapsed", Type: compare.Boolean, Native: "Yes/No"},
				{Name: "AnnualFee", Type: compare.Decimal, Native: "Currency", Nullable: true},
				{Name: "CPDHours", Type: compare.Decimal, Native: "Decimal(2 decimals)", Nullable: true},
				{Name: "RowGUID", Type: compare.GUID, Native: "Replication ID", Nullable: true},
				{Name: "Notes", Type: compare.Text, Native: "Long Text", Nullable: true},
			} {
				got, _ := members.Column(want.Name)
				got.Search = nil
				if got.Name != want.Name || got.Type != want.Type || got.Native != want.Native || got.Length != want.Length || got.Unique != want.Unique ||
					got.Nullable != want.Nullable || got.Generated != want.Generated || got.Indexed {
					t.Errorf("%+v and not %+v", got, want)
				}
			}
			if len(catalog.Shapes) != 3 {
				t.Errorf("%d shapes", len(catalog.Shapes))
			}
		})
	}
}

func TestTablesOutsideTheRegister(t *testing.T) {
	dir := t.TempDir()
	place(t, dir, "x.accdb", legacy)
	s := connect(t, dir, "files = [\"x.accdb\"]\n[system.legacy.entity.members]\ntable = \"payments\"\n")
	catalog, err := s.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, shape := range catalog.Shapes {
		names = append(names, shape.Entity+"="+shape.Table)
		if len(all(t, s, connectors.Query{Entity: shape.Entity})) != int(shape.Rows) {
			t.Errorf("%s is not found as it is described", shape.Entity)
		}
	}
	if want := []string{"members=Payments", "Members=Members", "Correspondence=Correspondence"}; !slices.Equal(names, want) {
		t.Errorf("%q and not %q", names, want)
	}
}

func TestPlaces(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a [folder]")
	from := filepath.Join(samples, "tiny-V2003.mdb")
	for _, name := range []string{"Old/x.MDB", "new/x.mdb", "new/y.mdb", "new/z.ldb", "x[1].mdb", "new/no.mdb/folder.txt"} {
		place(t, dir, name, from)
	}
	for lines, want := range map[string]string{
		`files = ["new/*.mdb"]`:                   "x.mdb y.mdb",
		`files = ["*/*.mdb"]`:                     "x.MDB x.mdb y.mdb",
		`files = ["*/x.mdb", "new/y.mdb"]`:        "x.mdb y.mdb",
		`files = ["new/*"]`:                       "x.mdb y.mdb",
		`files = ["x[1].mdb"]`:                    "x[1].mdb",
		`files = ["new/x.mdb", "new/../new/x.*"]`: "x.mdb",
		`files = ["Old/x.MDB", "` + filepath.ToSlash(dir) + `/new/x.mdb"]`: "x.MDB x.mdb",
	} {
		files, gaps := connect(t, dir, lines).list()
		var got []string
		for _, f := range files {
			got = append(got, f.place)
		}
		if strings.Join(got, " ") != want || len(gaps) > 0 {
			t.Errorf("%s: %q and not %q; gaps %v", lines, got, want, gaps)
		}
	}
	place(t, dir, "old2/x.mdb", from)
	files, _ := connect(t, dir, `files = ["new/x.mdb", "old2/x.mdb"]`).list()
	if len(files) != 2 || files[0].place != "new/x.mdb" || files[1].place != "old2/x.mdb" {
		t.Errorf("%v", files)
	}
	f := find(t, connect(t, dir, `files = ["new/x.mdb", "gone.mdb", "away/*.mdb"]`+entities), connectors.Query{Entity: "members"})
	if len(f.records) != 60 || len(f.gaps) != 2 || !strings.Contains(f.gaps[0].Why, "gone.mdb") || !strings.Contains(f.gaps[1].Why, "away/*.mdb") {
		t.Errorf("%d records, gaps %v", len(f.records), f.gaps)
	}
}

func TestMistakesInTheRegister(t *testing.T) {
	for lines, want := range map[string]string{
		"":                "is missing: name the databases",
		`files = ["[x"]`:  "is no path or pattern",
		`files = [""]`:    "is no path or pattern",
		`files = "x.mdb"`: "write a list",
		"files = [\"x\"]\npassword = \"hunter2\"": "must be a reference to a secret",
		"files = [\"x\"]\nwritable = \"yes\"":     "write true or false",
	} {
		_, err := connectors.Parse([]byte("version = 1\n[organisation]\nname = \"o\"\nclock = \"eu\"\n[system.legacy]\nkind = \"access\"\nowners = [\"o\"]\n"+lines), []connectors.Kind{Kind()})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", lines, err)
		}
	}
}

// A database that somebody has open is told, and searched all the same.
func TestLockFile(t *testing.T) {
	for name, lock := range map[string]string{"x.mdb": "x.ldb", "x.accdb": "x.laccdb"} {
		dir := t.TempDir()
		from := filepath.Join(samples, "tiny-V2003.mdb")
		place(t, dir, name, from)
		place(t, dir, lock, "describe_test.go")
		s := connect(t, dir, "files = [\"*\"]\n"+entities)
		catalog, err := s.Describe(t.Context())
		if err != nil || len(catalog.Gaps) != 1 || catalog.Gaps[0].Place != name || !strings.Contains(catalog.Gaps[0].Why, lock) {
			t.Errorf("%v, gaps %v", err, catalog.Gaps)
		}
		if got := all(t, s, connectors.Query{Entity: "members"}); len(got) != 60 {
			t.Errorf("%d records", len(got))
		}
	}
}

func TestPasswords(t *testing.T) {
	for name, right := range map[string]string{"enc-2007.accdb": "Test123", "enc-db2013.accdb": "1234", "enc-agile44.accdb": "password", "pw-jet4-2003.mdb": "password"} {
		if raced && name != "enc-2007.accdb" {
			continue // each opening costs a hundred thousand rounds of hashing
		}
		t.Run(name, func(t *testing.T) {
			from := shared(t, name)
			dir := t.TempDir()
			place(t, dir, name, from)
			for _, given := range []string{right, "not the one", ""} {
				lines := "files = [\"*\"]\n"
				if given != "" {
					t.Setenv("DOSSIER_TEST_ACCESS", given)
					lines += "password = \"env:DOSSIER_TEST_ACCESS\"\n"
				}
				s := connect(t, dir, lines)
				catalog, err := s.Describe(t.Context())
				if given == right {
					if err != nil || len(catalog.Shapes) == 0 {
						t.Errorf("with the password: %v", err)
					}
					continue
				}
				f := find(t, s, connectors.Query{Entity: "Members"})
				if !errors.Is(err, ErrPassword) || len(f.errs) != 1 || !errors.Is(f.errs[0], ErrPassword) || f.gaps[0].Place != name {
					t.Errorf("%q: %v, %v", given, err, f.errs)
				}
				if given != "" && strings.Contains(err.Error()+f.errs[0].Error(), given) {
					t.Error("the password is told")
				}
				place(t, dir, "open.mdb", filepath.Join(samples, "tiny-V2003.mdb"))
				if catalog, err := s.Describe(t.Context()); err != nil || len(catalog.Gaps) != 1 || len(catalog.Places) != 2 {
					t.Errorf("beside a file that opens: %v, %v", err, catalog.Gaps)
				}
				if err := os.Remove(filepath.Join(dir, "open.mdb")); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// Records of encrypted files are erased, and the file stays encrypted.
func TestEraseFromEncryptedFiles(t *testing.T) {
	for name, password := range map[string]string{"enc-2007.accdb": "Test123", "enc-jet4.mdb": "unused"} {
		if raced && name != "enc-jet4.mdb" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			place(t, dir, name, shared(t, name))
			t.Setenv("DOSSIER_TEST_ACCESS", password)
			s := connect(t, dir, "files = [\"*\"]\npassword = \"env:DOSSIER_TEST_ACCESS\"\n"+writable)
			records := find(t, s, connectors.Query{Entity: "Members"}).records
			apply(t, s, remove(records[7], records[11]), connectors.Done)
			if left := find(t, s, connectors.Query{Entity: "Members"}).records; len(left) != len(records)-2 {
				t.Errorf("%d of %d records are left", len(left), len(records))
			}
		})
	}
}

// A damaged page costs its rows, and the gap names the table and the page.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	path := place(t, dir, "tiny.accdb", filepath.Join(samples, "tiny-V2010.accdb"))
	s := connect(t, dir, "files = [\"*\"]\n"+writable+entities)
	records := find(t, s, connectors.Query{Entity: "members"}).records
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := strings.Index(string(data), "M100007") / 4096 * 4096
	for at < len(data) && (data[at] != 1 || string(data[at+4:at+8]) != string([]byte{84, 0, 0, 0})) {
		at += 4096
	}
	if at >= len(data) {
		t.Fatal("the table has no page")
	}
	for i := 12; i < 200; i++ {
		data[at+i] = 0x3f
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	f := find(t, s, connectors.Query{Entity: "members"})
	if len(f.gaps) == 0 || len(f.records) == 0 || len(f.records) >= len(records) {
		t.Fatalf("%d of %d records, %d gaps", len(f.records), len(records), len(f.gaps))
	}
	if g := f.gaps[0]; g.Place != "tiny.accdb" || g.Entity != "members" || !strings.Contains(g.Why, "table Members, page ") {
		t.Errorf("%v", &g)
	}
	sum, _ := sumOf(t.Context(), path)
	apply(t, s, remove(f.records[0]), connectors.Denied)
	if now, _ := sumOf(t.Context(), path); now != sum {
		t.Error("a damaged file was changed")
	}
	for name, content := range map[string]string{"text.mdb": "no database at all", "empty.mdb": "", "cut.accdb": string(data[:9000])} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		f := find(t, s, connectors.Query{Entity: "members", Places: []string{name}})
		if len(f.records) > 0 || len(f.gaps) == 0 || f.gaps[0].Place != name {
			t.Errorf("%s: %d records, gaps %v", name, len(f.records), f.gaps)
		}
	}
}
