package secret

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/zalando/go-keyring"
	"pgregory.net/rapid"
)

const hunter2 = "hunter2 p@ss/\"wörd%41"

// holder holds secrets in every way that a struct can.
type holder struct {
	Name    string
	Open    Secret
	hidden  Secret
	Pointer *Secret
	List    []Secret
	Map     map[string]Secret
	Any     any
}

func newHolder() holder {
	s := New(hunter2)
	return holder{"n", s, s, &s, []Secret{s}, map[string]Secret{"k": s}, s}
}

func TestASecretIsNeverPrinted(t *testing.T) {
	s, h := New(hunter2), newHolder()
	var prints []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%c", "%U", "%e", "%b", "%p", "% x", "%#x", "%10.3s", "%!"} {
		for _, arg := range []any{s, &s, h, &h, []any{s}, map[string]any{"k": s}, struct{ s Secret }{s}, errorsWith(s)} {
			prints = append(prints, fmt.Sprintf(verb, arg))
		}
	}
	prints = append(prints, s.String(), s.GoString(), fmt.Sprint(s), fmt.Sprintln(h), fmt.Sprintf("%[2]*[1]v", s, 3))
	for _, arg := range []any{s, &s, h, map[string]Secret{"k": s}} {
		b, err := json.Marshal(arg)
		if err != nil {
			t.Fatal(err)
		}
		prints = append(prints, string(b))
	}
	var b bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil)} {
		log := slog.New(handler)
		log.Info("m", "secret", s, "pointer", &s, "holder", h, "holders", &h, "err", errorsWith(s), slog.Any("any", s), slog.Group("g", "s", s))
		log.With("s", s).Info(s.String())
	}
	prints = append(prints, b.String())
	if err := toml.NewEncoder(&b).Encode(map[string]any{"s": s}); err == nil {
		prints = append(prints, b.String())
	}
	for _, p := range prints {
		for _, part := range []string{hunter2, "hunter2", fmt.Sprintf("%x", "hunter2"), fmt.Sprintf("%X", "hunter2"), "104 117 110"} {
			if strings.Contains(p, part) {
				t.Errorf("told: %s", p)
			}
		}
	}
	if got := fmt.Sprintf("%v %s", s, s); got != "[secret] [secret]" {
		t.Errorf("printed as %q", got)
	}
}

func errorsWith(s Secret) error {
	return fmt.Errorf("login with %v failed: %w", s, errors.New("refused"))
}

func TestReveal(t *testing.T) {
	if s := New(hunter2); s.Reveal() != hunter2 || s.IsZero() {
		t.Error("a secret does not reveal itself")
	}
	if s := (Secret{}); s.Reveal() != "" || !s.IsZero() {
		t.Error("the zero Secret holds something")
	}
}

func TestRedact(t *testing.T) {
	s := New(hunter2)
	inner := errors.New("inner")
	for name, err := range map[string]error{
		"as it is":      errors.New("login with " + hunter2 + " failed"),
		"quoted":        fmt.Errorf("login with %q failed", hunter2),
		"quoted, ASCII": fmt.Errorf("login with %+q failed", hunter2),
		"in an address": errors.New("cannot reach " + (&url.URL{Scheme: "sqlserver", User: url.UserPassword("me", hunter2), Host: "db"}).String()),
		"in a query":    errors.New("cannot reach db?" + url.Values{"password": {hunter2}}.Encode()),
		"wrapped":       fmt.Errorf("open: %w", errors.New(hunter2)),
	} {
		got := s.Redact(err)
		if strings.Contains(got.Error(), "hunter2") || !strings.Contains(got.Error(), redacted) {
			t.Errorf("%s: %v", name, got)
		}
		if errors.Unwrap(got) != nil {
			t.Errorf("%s: the chain is still there", name)
		}
	}
	if got := s.Redact(inner); got != inner {
		t.Errorf("an error without the secret was changed: %v", got)
	}
	if s.Redact(nil) != nil || (Secret{}).Redact(inner) != inner {
		t.Error("nothing was redacted into something")
	}
}

func TestRedactAny(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.StringN(4, 40, -1).Draw(t, "secret")
		if strings.Contains("login with  failed: "+redacted, v) {
			t.Skip("a word of the message")
		}
		for _, form := range []string{v, fmt.Sprintf("%q", v), url.QueryEscape(v), url.UserPassword("u", v).String()} {
			if got := New(v).Redact(errors.New("login with " + form + " failed")).Error(); strings.Contains(got, v) {
				t.Fatalf("%q is told in %q", v, got)
			}
		}
	})
}

func TestRefs(t *testing.T) {
	for text, ok := range map[string]bool{
		"env:NAME": true, "file:/run/secrets/db": true, "file:db.secret": true, "keyring:dossier/qlms": true, "credential:qlms": true,
		"": false, "hunter2": false, "hunter2:x": false, "env:": false, "file:": false, "keyring:": false, "keyring:a": false,
		"keyring:/b": false, "keyring:a/": false, "ENV:NAME": false, " env:NAME": false, "https://user:hunter2@db": false,
	} {
		var r Ref
		err := r.UnmarshalText([]byte(text))
		if (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
		if err != nil && (strings.Contains(err.Error(), "hunter2") || !r.IsZero()) {
			t.Errorf("%q: %v, %v", text, err, r)
		}
		if err == nil && (r.String() != text || r.IsZero()) {
			t.Errorf("%q reads back as %q", text, r)
		}
	}
}

func FuzzRef(f *testing.F) {
	for _, s := range []string{"env:A", "keyring:a/b", "hunter2", ":", "file::", "\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var r Ref
		if err := r.UnmarshalText(text); err != nil {
			if long := string(text); len(long) > 12 && strings.Contains(err.Error(), long) && !strings.Contains(ErrLiteral.Error(), long) {
				t.Errorf("the text is told: %v", err)
			}
		} else if r.String() != string(text) {
			t.Errorf("%q reads back as %q", text, r)
		}
	})
}

func resolve(t *testing.T, text, dir string) (string, error) {
	t.Helper()
	var r Ref
	if err := r.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	s, err := r.Resolve(t.Context(), dir)
	if err != nil && (!s.IsZero() || !strings.Contains(err.Error(), text) || strings.Contains(err.Error(), "hunter2")) {
		t.Errorf("%s: an error without the reference, or with the secret: %v", text, err)
	}
	return s.Reveal(), err
}

func TestEnvironment(t *testing.T) {
	t.Setenv("DOSSIER_TEST_SECRET", hunter2)
	t.Setenv("DOSSIER_TEST_EMPTY", "")
	if v, err := resolve(t, "env:DOSSIER_TEST_SECRET", ""); err != nil || v != hunter2 {
		t.Errorf("%v", err)
	}
	if _, err := resolve(t, "env:DOSSIER_TEST_MISSING", ""); err == nil || !strings.Contains(err.Error(), "is not set") {
		t.Errorf("missing: %v", err)
	}
	if _, err := resolve(t, "env:DOSSIER_TEST_EMPTY", ""); err == nil || !strings.Contains(err.Error(), "is empty") {
		t.Errorf("empty: %v", err)
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string, mode fs.FileMode) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	write("plain", hunter2, 0o600)
	write("line", hunter2+"\nsecond line\n", 0o400)
	write("windows", "\ufeff"+hunter2+"\r\n", 0o600)
	write("spaces", " "+hunter2+" \n", 0o600)
	write("group", hunter2, 0o640)
	write("world", hunter2, 0o604)
	write("empty", "\n"+hunter2, 0o600)
	write("endless", strings.Repeat("hunter2", maxFile), 0o600)
	for name, want := range map[string]string{"plain": hunter2, "line": hunter2, "windows": hunter2, "spaces": " " + hunter2 + " "} {
		if v, err := resolve(t, "file:"+name, dir); err != nil || v != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	if v, err := resolve(t, "file:"+filepath.Join(dir, "plain"), "/elsewhere"); err != nil || v != hunter2 {
		t.Errorf("an absolute path: %v", err)
	}
	refused := map[string]string{"missing": "cannot be read", "empty": "is empty", "endless": "longer than any secret", "folder": "cannot be read"}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" {
		refused["group"], refused["world"] = "others may read the file", "others may read the file"
	}
	for name, want := range refused {
		if _, err := resolve(t, "file:"+name, dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCredentials(t *testing.T) {
	t.Setenv("CREDENTIALS_DIRECTORY", "")
	if _, err := resolve(t, "credential:db", ""); err == nil || !strings.Contains(err.Error(), "LoadCredential=db") {
		t.Errorf("outside a service: %v", err)
	}
	dir := t.TempDir()
	t.Setenv("CREDENTIALS_DIRECTORY", dir)
	if err := os.WriteFile(filepath.Join(dir, "db"), []byte(hunter2+"\n"), 0o440); err != nil {
		t.Fatal(err)
	}
	if v, err := resolve(t, "credential:db", ""); err != nil || v != hunter2 {
		t.Errorf("%v", err)
	}
	if _, err := resolve(t, "credential:../../etc/passwd", ""); err == nil {
		t.Error("a credential was read outside the folder of credentials")
	}
}

func TestKeyring(t *testing.T) {
	keyring.MockInit()
	if err := keyring.Set("dossier", "qlms", hunter2); err != nil {
		t.Fatal(err)
	}
	if v, err := resolve(t, "keyring:dossier/qlms", ""); err != nil || v != hunter2 {
		t.Errorf("%v", err)
	}
	if _, err := resolve(t, "keyring:dossier/other", ""); !errors.Is(err, keyring.ErrNotFound) {
		t.Errorf("missing: %v", err)
	}
	keyring.MockInitWithError(errors.New("locked"))
	if _, err := resolve(t, "keyring:dossier/qlms", ""); err == nil || !strings.Contains(err.Error(), "locked") {
		t.Errorf("locked: %v", err)
	}
}

func TestResolveNothing(t *testing.T) {
	if s, err := (Ref{}).Resolve(t.Context(), ""); err != nil || !s.IsZero() {
		t.Errorf("the zero Ref: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Ref{"env", "PATH"}).Resolve(ctx, ""); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
