package lock

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
)

const pass = "correct-horse-battery-staple"

var made = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

// tool returns a program that a test needs, which must be there in CI.
func tool(t *testing.T, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed: scripts/needs installs it", names[0])
	}
	t.Skipf("SKIPPED: %s is not installed: scripts/needs installs it", names[0])
	return ""
}

// content returns bytes whose length fits no block.
func content(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*i>>3 + i)
	}
	return b
}

// locked writes content in pieces of odd lengths.
func locked(t *testing.T, plain []byte, begin func(io.Writer) (io.WriteCloser, error)) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := begin(&out)
	if err != nil {
		t.Fatal(err)
	}
	for i, n := 0, 1; i < len(plain); i, n = i+n, n*3+1 {
		n = min(n, len(plain)-i)
		if m, err := w.Write(plain[i : i+n]); m != n || err != nil {
			t.Fatalf("wrote %d of %d: %v", m, n, err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestPassphraseIsSevenWordsAndNeverTheSame(t *testing.T) {
	one, err := Passphrase()
	if err != nil {
		t.Fatal(err)
	}
	two, _ := Passphrase()
	if one == two || strings.Count(one, "-") < passphraseWords-1 || one != strings.ToLower(one) {
		t.Errorf("passphrases %q and %q", one, two)
	}
}

func TestAge(t *testing.T) {
	ageWork = 10
	plain := content(100_001)
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	word, err := age.NewScryptIdentity(pass)
	if err != nil {
		t.Fatal(err)
	}
	to, err := Recipients([]string{id.Recipient().String()})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		key   age.Identity
		begin func(io.Writer) (io.WriteCloser, error)
	}{
		{"for a recipient", id, func(w io.Writer) (io.WriteCloser, error) { return AgeTo(w, to) }},
		{"with a passphrase", word, func(w io.Writer) (io.WriteCloser, error) { return Age(w, pass) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := age.Decrypt(bytes.NewReader(locked(t, plain, c.begin)), c.key)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(got, plain) {
				t.Fatalf("decrypted %d bytes of %d: %v", len(got), len(plain), err)
			}
		})
	}
}

func TestRecipientsThatAreNone(t *testing.T) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ key, want string }{
		"a word":       {"age1nonsense", "cannot be read"},
		"empty":        {"", "cannot be read"},
		"a secret key": {id.String(), "secret key"},
		"two in one":   {id.Recipient().String() + "\n" + id.Recipient().String(), "cannot be read"},
		"an SSH key":   {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAA", "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Recipients([]string{c.key})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("error %v, want %q", err, c.want)
			}
			if c.key != "" && strings.Contains(err.Error(), c.key) {
				t.Errorf("the error shows the key: %v", err)
			}
		})
	}
}

func TestZIPOpensIn7Zip(t *testing.T) {
	seven := tool(t, "7zz", "7z")
	for name, size := range map[string]int{"empty": 0, "one block": 16, "odd": 100_003} {
		t.Run(name, func(t *testing.T) {
			plain := content(size)
			dir := t.TempDir()
			file := filepath.Join(dir, "locked.zip")
			if err := os.WriteFile(file, locked(t, plain, func(w io.Writer) (io.WriteCloser, error) {
				return ZIP(w, "SAR-2026-0001.zip", pass, made)
			}), 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(seven, "x", "-p"+pass, "-o"+dir, "-y", file).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			got, err := os.ReadFile(filepath.Join(dir, "SAR-2026-0001.zip"))
			if err != nil || !bytes.Equal(got, plain) {
				t.Fatalf("7-Zip gave %d bytes of %d: %v", len(got), len(plain), err)
			}
			if out, err := exec.Command(seven, "l", "-slt", file).Output(); err != nil || !strings.Contains(string(out), "AES-256") {
				t.Errorf("7-Zip lists %v\n%s", err, out)
			}
			if out, err := exec.Command(seven, "t", "-pwrong", file).CombinedOutput(); err == nil || !strings.Contains(string(out), "Wrong password") {
				t.Errorf("7-Zip says to a wrong password: %v\n%s", err, out)
			}
		})
	}
}

func TestZIPThatWasChangedIsRefused(t *testing.T) {
	seven := tool(t, "7zz", "7z")
	sealed := locked(t, content(5000), func(w io.Writer) (io.WriteCloser, error) { return ZIP(w, "a.zip", pass, made) })
	sealed[3000] ^= 1
	file := filepath.Join(t.TempDir(), "changed.zip")
	if err := os.WriteFile(file, sealed, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(seven, "t", "-p"+pass, file).CombinedOutput(); err == nil {
		t.Errorf("7-Zip takes a changed file for whole:\n%s", out)
	}
}

// The content of a large ZIP is left out: a file with a hole stands for it.
func TestZIPOfMoreThanFourGiBIsListed(t *testing.T) {
	var head bytes.Buffer
	w, err := ZIP(&head, "large.zip", pass, made)
	if err != nil {
		t.Fatal(err)
	}
	z := w.(*zipWriter)
	z.size = 5 << 30
	z.written = uint64(head.Len()) + z.size + zipTag
	f, err := os.Create(filepath.Join(t.TempDir(), "large.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(head.Bytes(), 0); err != nil {
		t.Fatal(err)
	}
	end := z.end()
	if _, err := f.WriteAt(end, int64(z.written)); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(f, int64(z.written)+int64(len(end)))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.File) != 1 || r.File[0].Name != "large.zip" || r.File[0].UncompressedSize64 != 5<<30 || r.File[0].CompressedSize64 != 5<<30+28 {
		t.Errorf("listed: %+v", r.File[0].FileHeader)
	}
	if at, err := r.File[0].DataOffset(); err != nil || at != int64(head.Len())-zipSalt-zipVerifier {
		t.Errorf("the content begins at %d: %v", at, err)
	}
}
