package jet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPasswords(t *testing.T) {
	for _, c := range []struct{ file, password string }{
		{"corpus/real/password/data/V2000_with-password.mdb", "password"},
		{"corpus/real/password/data/V2003_with-password.mdb", "password"},
		{"corpus/real/password/data/V2010_with-password.accdb", "password"},
		{"corpus/real/encryption/data/office-agile-4.2.accdb", "password"},
		{"corpus/real/encryption/data/office-agile-4.4.accdb", "password"},
		{"pw-jet4-2003.mdb", "password"},
		{"enc-2007.accdb", "Test123"},
		{"enc-db2013.accdb", "1234"},
		{"enc-agile44.accdb", "password"},
	} {
		t.Run(short(c.file), func(t *testing.T) {
			path := sample(t, c.file)
			all := []string{"", "wrong", strings.ToUpper(c.password) + "x", strings.Repeat("é", 300)}
			if raced { // each costs a hundred thousand rounds of hashing
				all = all[:1]
			}
			var keys Keys
			for _, wrong := range all {
				if _, err := Open(path, Options{Password: wrong, Keys: &keys}); !errors.Is(err, ErrPassword) {
					t.Errorf("with %q: %v", wrong, err)
				}
			}
			for range 2 {
				db, err := Open(path, Options{Password: c.password, Keys: &keys})
				if err != nil {
					t.Fatal(err)
				}
				if len(db.Tables()) == 0 {
					t.Error("no table")
				}
				db.Close()
			}
			if _, err := Open(path, Options{Password: all[0], Keys: &keys}); !errors.Is(err, ErrPassword) {
				t.Errorf("with %q, once it was opened: %v", all[0], err)
			}
		})
	}
}

func TestPasswordOfAccess97(t *testing.T) {
	data, err := os.ReadFile(sample(t, "corpus/real/data/V1997/test.mdb"))
	if err != nil {
		t.Fatal(err)
	}
	unmask(data, &jet3)
	copy(data[passwordAt:], "S\xe9same")
	unmask(data, &jet3)
	for password, want := range map[string]error{"Sésame": nil, "Sesame": ErrPassword, "": ErrPassword} {
		_, err := NewReader(bytes.NewReader(data), int64(len(data)), Options{Password: password})
		if !errors.Is(err, want) {
			t.Errorf("%q: %v", password, err)
		}
	}
}

// The encrypted files hold the rows that were written into them.
func TestEncryptedRows(t *testing.T) {
	for _, name := range []string{"enc-2007.accdb", "enc-agile44.accdb", "enc-db2013.accdb", "enc-jet4.mdb", "pw-jet4-2003.mdb"} {
		if raced && name != "enc-2007.accdb" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			db := open(t, sample(t, name))
			if want := name != "pw-jet4-2003.mdb"; db.Encrypted() != want {
				t.Errorf("encrypted: %t", db.Encrypted())
			}
			rows := texts(t, table(t, db, "members"), "id", "SURNAME", "Notes")
			if len(rows) != 20000 {
				t.Fatalf("%d rows", len(rows))
			}
			for i, r := range rows {
				if r[1] == "" || strings.ContainsRune(r[1]+r[2], '\ufffd') {
					t.Fatalf("row %d: %q", i, r)
				}
			}
		})
	}
}

func TestFilesThatAreNoDatabase(t *testing.T) {
	whole, err := os.ReadFile("testdata/tiny-V2010.accdb")
	if err != nil {
		t.Fatal(err)
	}
	change := func(at int, b byte) []byte {
		data := bytes.Clone(whole)
		data[at] = b
		return data
	}
	for _, c := range []struct {
		name string
		data []byte
		want error
	}{
		{"empty", nil, ErrFormat},
		{"text", bytes.Repeat([]byte("Surname,Forename\n"), 1000), ErrFormat},
		{"header alone", whole[:4096], ErrFormat},
		{"half a header", whole[:100], ErrFormat},
		{"other engine", change(4, 'X'), ErrFormat},
		{"unknown version", change(0x14, 99), ErrFormat},
		{"zeros", make([]byte, 1<<16), ErrFormat},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file.accdb")
			if err := os.WriteFile(path, c.data, 0o600); err != nil {
				t.Fatal(err)
			}
			db, err := Open(path, Options{})
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if err == nil {
				db.Close()
			}
		})
	}
	t.Run("directory", func(t *testing.T) {
		if _, err := Open(t.TempDir(), Options{}); !errors.Is(err, ErrFormat) {
			t.Error(err)
		}
	})
	t.Run("nothing there", func(t *testing.T) {
		if _, err := Open("testdata/none.mdb", Options{}); !errors.Is(err, os.ErrNotExist) {
			t.Error(err)
		}
	})
}

func TestUnknownEncryption(t *testing.T) {
	data, err := os.ReadFile(sample(t, "enc-2007.accdb"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func([]byte)
	}{
		{"version", func(d []byte) { d[infoAt+2] = 9 }},
		{"extensible", func(d []byte) { d[infoAt+4] = 3 }},
		{"not XML", func(d []byte) { copy(d[infoAt+10:], "<<<<") }},
		{"longer than the header", func(d []byte) { d[infoAt+1] = 0xff }},
		{"algorithm", func(d []byte) {
			i := bytes.Index(d, []byte(`"AES"`))
			copy(d[i:], `"DES"`)
		}},
		{"endless work", func(d []byte) {
			i := bytes.Index(d, []byte(`saltSize="16" blockSize="16"`)) // make room for a number of ten digits
			j := bytes.Index(d[i+10:], []byte(`spinCount="`)) + i + 10
			copy(d[j:], `spinCount="9999999999" x="`)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := bytes.Clone(data)
			c.change(d)
			_, err := NewReader(bytes.NewReader(d), int64(len(d)), Options{Password: "Test123"})
			if !errors.Is(err, ErrEncryption) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// What no sample uses: RC4 of Office 97 to 2003, RC4 and AES by CryptoAPI, told by files made for the test.
func TestEncryptionsOfOffice(t *testing.T) {
	plain, err := os.ReadFile("testdata/tiny-V2007.accdb")
	if err != nil {
		t.Fatal(err)
	}
	header := func(flags, alg, bits uint32, name string) []byte {
		b := binary.LittleEndian.AppendUint32(nil, flags)
		for _, v := range []uint32{0, alg, algSHA1, bits, 1, 0, 0} {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
		for _, r := range name + "\x00" {
			b = binary.LittleEndian.AppendUint16(b, uint16(r))
		}
		return b
	}
	cryptoAPI := func(flags, alg, bits uint32, name string) []byte {
		h := header(flags, alg, bits, name)
		b := append([]byte{4, 0, 2, 0}, binary.LittleEndian.AppendUint32(nil, flags)...)
		b = append(binary.LittleEndian.AppendUint32(b, uint32(len(h))), h...)
		b = append(b, "\x10\x00\x00\x00salt salt salt s"...)
		return append(b, make([]byte, 16+4+32)...)
	}
	for _, c := range []struct {
		name string
		info []byte
	}{
		{"RC4 with MD5", append([]byte{1, 0, 1, 0}, make([]byte, 48)...)},
		{"RC4 of 40 bits", cryptoAPI(flagCryptoAPI, algRC4, 40, "Microsoft Base Cryptographic Provider v1.0")},
		{"RC4 of the base provider's length", cryptoAPI(flagCryptoAPI, algRC4, 0, "Microsoft Base Cryptographic Provider v1.0")},
		{"RC4 of 128 bits", cryptoAPI(flagCryptoAPI, 0, 128, "")},
		{"AES of 128 bits", cryptoAPI(flagCryptoAPI|flagAES, 0, 128, "")},
		{"AES of 256 bits", cryptoAPI(flagCryptoAPI|flagAES, algAES256, 256, "")},
		{"AES of 192 bits, not spun", cryptoAPI(flagCryptoAPI, algAES192, 192, "")},
	} {
		t.Run(c.name, func(t *testing.T) {
			const key = 0x5ec2e7
			info := sealed(t, c.info, key, "pass")
			codec, err := newOfficeCodec(info, key, Options{Password: "pass"})
			if err != nil {
				t.Fatal(err)
			}
			data := bytes.Clone(plain)
			unmask(data, &jet4)
			binary.LittleEndian.PutUint32(data[pageKeyAt:], key)
			unmask(data, &jet4)
			binary.LittleEndian.PutUint16(data[infoAt:], uint16(len(info)))
			copy(data[infoAt+2:], info)
			for n := 1; n < len(data)/4096; n++ {
				codec.encode(data[n*4096:(n+1)*4096], uint32(n))
			}
			if bytes.Contains(data, []byte("F\x00e\x00a\x00t\x00h\x00e\x00r")) {
				t.Error("the pages are plain")
			}
			if _, err := NewReader(bytes.NewReader(data), int64(len(data)), Options{Password: "Pass"}); !errors.Is(err, ErrPassword) {
				t.Errorf("wrong password: %v", err)
			}
			db, err := NewReader(bytes.NewReader(data), int64(len(data)), Options{Password: "pass"})
			if err != nil {
				t.Fatal(err)
			}
			if rows := texts(t, table(t, db, "Members")); len(rows) != 60 {
				t.Errorf("%d members", len(rows))
			}
		})
	}
}

func TestColumnsAndIndexes(t *testing.T) {
	for _, path := range []string{"testdata/tiny-V2000.mdb", "testdata/tiny-V2019.accdb"} {
		db := open(t, path)
		members := table(t, db, "MEMBERS")
		columns, err := members.Columns()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range columns {
			got = append(got, c.Name+" "+c.Type.String())
		}
		want := "MemberID Long, MembershipNo Text, Title Text, Forename Text, Surname Text, DateOfBirth DateTime, Address1 Text, " +
			"Town Text, Postcode Text, Phone Text, Email Text, Grade Text, Joined DateTime, Lapsed Boolean, AnnualFee Currency, " +
			"CPDHours Numeric, RowGUID GUID, Notes Memo"
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: columns %s", path, strings.Join(got, ", "))
		}
		if c := columns[4]; c.Size != 60 {
			t.Errorf("%s: surnames of %d characters", path, c.Size)
		}
		if _, err := members.Row(RowID{}, "Nonsense"); !errors.Is(err, ErrNoColumn) {
			t.Errorf("%s: %v", path, err)
		}
		for _, err := range members.Rows("Nonsense") {
			if !errors.Is(err, ErrNoColumn) {
				t.Errorf("%s: %v", path, err)
			}
		}
		if _, err := db.Table("Nonsense"); !errors.Is(err, ErrNoTable) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestIndexesAndRelationships(t *testing.T) {
	db := open(t, sample(t, "corpus/real/creation-date/data/V2010.accdb"))
	relations, err := db.Relationships()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(relations, func(r Relationship) bool { return r.Parent == "MSysNavPaneGroups" })
	if i < 0 {
		t.Fatal("the relationship is missing")
	}
	r := relations[i]
	if r.Child != "MSysNavPaneGroupToObjects" || !r.Enforced || !r.CascadeDeletes || !slices.Equal(r.ParentColumns, []string{"Id"}) ||
		!slices.Equal(r.ChildColumns, []string{"GroupID"}) {
		t.Errorf("got %+v", r)
	}
	indexes, err := table(t, db, r.Child).Indexes()
	if err != nil {
		t.Fatal(err)
	}
	i = slices.IndexFunc(indexes, func(x Index) bool { return x.Foreign != nil && x.Foreign.Table == r.Parent })
	if i < 0 || indexes[i].Columns[0].Name != "GroupID" || !indexes[i].Foreign.CascadeDeletes || indexes[i].Foreign.Parent {
		t.Errorf("got %+v", indexes)
	}
}

func TestAttachments(t *testing.T) {
	db := open(t, sample(t, "corpus/real/data/V2016/attachments.accdb"))
	tb := table(t, db, "Table1")
	columns, err := tb.Columns()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(columns, func(c Column) bool { return c.Complex == Attachments })
	if at < 0 {
		t.Fatalf("no attachments among %+v", columns)
	}
	var got []string
	for row, err := range tb.Rows(columns[at].Name) {
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range row.Items(0) {
			r, err := item.Open()
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, item.Name+"("+item.Type+") "+string(content))
		}
	}
	want := []string{"attachment1.txt(txt) Attachment 1", "attachment1.txt(txt) Attachment 1", "attachment2.txt(txt) Attachment 2", "attachment3.txt(txt) Attachment 3"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// Long memos are streams, and say the same as when they are loaded.
func TestStreams(t *testing.T) {
	path := sample(t, "corpus/real/data/V2016/longtext.accdb")
	db := open(t, path)
	small, err := Open(path, Options{MaxValue: 100})
	if err != nil {
		t.Fatal(err)
	}
	defer small.Close()
	streams := 0
	var whole, streamed []string
	for _, tb := range db.Tables() {
		for row, err := range tb.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			for i := range row.Values {
				whole = append(whole, textOf(t, row, i))
			}
		}
		for row, err := range table(t, small, tb.Name).Rows() {
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range row.Values {
				if v.Kind == Stream {
					streams++
				}
				streamed = append(streamed, textOf(t, row, i))
			}
		}
	}
	if !slices.Equal(whole, streamed) {
		t.Error("a stream differs from the loaded value")
	}
	if streams == 0 {
		t.Error("no streams")
	}
}
