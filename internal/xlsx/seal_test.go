package xlsx

import (
	"bytes"
	"context"
	"crypto/cipher"
	"crypto/hmac"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"dossier/internal/cfb"
)

// agileFile returns a workbook that officecrypto-tool 0.0.19, a package of npm, encrypted as Office has done since 2010.
func agileFile(t testing.TB) []byte {
	t.Helper()
	file, err := os.ReadFile("testdata/agile.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// compound returns a compound file with the streams of an encrypted workbook.
func compound(t testing.TB, info, data []byte) []byte {
	t.Helper()
	stream := func(name string, b []byte) cfb.Node {
		return cfb.Node{Name: name, Size: int64(len(b)), Content: func() io.Reader { return bytes.NewReader(b) }}
	}
	var out bytes.Buffer
	err := cfb.Write(&out, cfb.Node{Name: "Root Entry", Storage: true, Nodes: []cfb.Node{stream("EncryptionInfo", info), stream("EncryptedPackage", data),
		{Name: "\x06DataSpaces", Storage: true, Nodes: []cfb.Node{stream("Version", []byte("kept as it is"))}}}})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func streamOf(t testing.TB, file []byte, path ...string) []byte {
	t.Helper()
	f, err := cfb.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.Stream(path...)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(io.NewSectionReader(s, 0, s.Size()))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEncryptedWorkbooksAreRewrittenEncrypted(t *testing.T) {
	plain := estate(t)
	byExcelize, err := excelize.Encrypt(plain, &excelize.Options{Password: "geheim"})
	if err != nil {
		t.Fatal(err)
	}
	info, data := sealStandard(t, plain, "geheim", 256)
	for name, c := range map[string]struct {
		file []byte
		edit Edit
		gone string
	}{
		"agile":              {agileFile(t), Edit{Sheet: "Sheet1", Delete: []int{2}}, "Featherstonehaugh"},
		"standard":           {compound(t, info, data), Edit{Sheet: "Members", Delete: []int{7}}, "Featherstonehaugh"},
		"standard, excelize": {byExcelize, Edit{Sheet: "Members", Delete: []int{7}}, "Featherstonehaugh"},
	} {
		file := c.file
		t.Run(name, func(t *testing.T) {
			openAs := func(file []byte, password string) (*Workbook, error) {
				return Open(context.Background(), bytes.NewReader(file), int64(len(file)), Options{Password: password})
			}
			w, err := openAs(file, "geheim")
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if _, err := w.Rewrite(t.Context(), &out, []Edit{c.edit}); err != nil {
				t.Fatal(err)
			}
			after := out.Bytes()
			if _, err := openAs(after, "another"); !errors.Is(err, ErrPassword) {
				t.Errorf("another password: %v", err)
			}
			again, err := openAs(after, "geheim")
			if err != nil {
				t.Fatal(err)
			}
			want, _ := rewriteWorkbook(t, w.box.open(t), c.edit)
			got := again.box.open(t)
			if d := cmp.Diff(unzip(t, want), unzip(t, got)); d != "" {
				t.Errorf("the package is another one: %.400s", d)
			}
			mustNotHold(t, got, c.gone)
			if bytes.Equal(streamOf(t, after, "EncryptionInfo"), streamOf(t, file, "EncryptionInfo")) {
				t.Error("the key is the old one")
			}
			switch name {
			case "agile":
				checkIntegrity(t, "before", file, "geheim")
				checkIntegrity(t, "after", after, "geheim")
			case "standard":
				if got := streamOf(t, after, "\x06DataSpaces", "Version"); string(got) != "kept as it is" {
					t.Errorf("the container lost what it held beside: %q", got)
				}
			default:
				theirs, err := excelize.OpenReader(bytes.NewReader(after), excelize.Options{Password: "geheim"})
				if err != nil {
					t.Fatal(err)
				}
				if got, _ := theirs.GetCellValue("Members", "B7"); got != "Person 8 Family56" {
					t.Errorf("excelize reads %q", got)
				}
			}
		})
	}
}

// open returns the decrypted package.
func (c *container) open(t testing.TB) []byte {
	t.Helper()
	data, err := c.file.Stream("EncryptedPackage")
	if err != nil {
		t.Fatal(err)
	}
	d, err := decrypt(context.Background(), c.info, data, data.Size(), c.password)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(io.NewSectionReader(d, 0, d.size))
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

// checkIntegrity checks the keyed hash over the encrypted package.
func checkIntegrity(t *testing.T, which string, file []byte, password string) {
	t.Helper()
	info := streamOf(t, file, "EncryptionInfo")
	o, err := agileKey(context.Background(), info[8:], passwordBytes(password))
	if err != nil {
		t.Fatal(err)
	}
	a := o.(agile)
	value := func(name string, block []byte) []byte {
		found := regexp.MustCompile(name + `="([^"]*)"`).FindSubmatch(info)
		b, err := base64.StdEncoding.DecodeString(string(found[1]))
		if err != nil {
			t.Fatal(err)
		}
		cipher.NewCBCDecrypter(a.key, a.vector(block)).CryptBlocks(b, b)
		return b[:a.newHash().Size()]
	}
	mac := hmac.New(a.newHash, value("encryptedHmacKey", blockHmacKey))
	mac.Write(streamOf(t, file, "EncryptedPackage"))
	if !bytes.Equal(mac.Sum(nil), value("encryptedHmacValue", blockHmacValue)) {
		t.Errorf("%s: the check over the encrypted package fails", which)
	}
	if strings.Count(string(info), "<?xml") != 1 {
		t.Errorf("%s: the description is %q", which, info)
	}
}
