// Package secret keeps secrets out of files and logs: the register holds references to secrets, and a
// resolved secret shows itself to nobody who prints it.
package secret

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/zalando/go-keyring"
)

const redacted = "[secret]"

// Secret is a resolved secret. Printing, encoding or logging it, alone or inside another value, shows
// "[secret]"; only Reveal hands it out.
type Secret struct{ reveal func() string }

// New returns a secret that holds s.
func New(s string) Secret { return Secret{func() string { return s }} }

// Reveal returns the secret itself, for the one call that needs it.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	return s.reveal()
}

// IsZero reports whether there is no secret at all.
func (s Secret) IsZero() bool { return s.reveal == nil }

func (Secret) String() string               { return redacted }
func (Secret) GoString() string             { return redacted }
func (Secret) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, redacted) }
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (Secret) LogValue() slog.Value         { return slog.StringValue(redacted) }

// Redact returns err with every occurrence of the secret in its text replaced, as it is and as addresses
// and quoted texts write it, for errors of drivers that quote what they were given. The chain below is cut
// then, since it could still tell.
func (s Secret) Redact(err error) error {
	if err == nil || s.Reveal() == "" {
		return err
	}
	told := err.Error()
	text := told
	for _, form := range s.forms() {
		text = strings.ReplaceAll(text, form, redacted)
	}
	if text == told {
		return err
	}
	return errors.New(text)
}

// forms returns the secret in every way that an error could write it, the longest first.
func (s Secret) forms() []string {
	v := s.Reveal()
	quoted := strconv.Quote(v)
	ascii := strconv.QuoteToASCII(v)
	user := url.UserPassword("", v).String()
	forms := []string{v, url.QueryEscape(v), url.PathEscape(v), user[1:], quoted[1 : len(quoted)-1], ascii[1 : len(ascii)-1]}
	slices.SortFunc(forms, func(a, b string) int { return len(b) - len(a) })
	return forms
}

// Ref is a reference to a secret, as the register holds it:
//
//	env:NAME              the environment variable NAME
//	file:PATH             the first line of a file that only its owner may read
//	keyring:SERVICE/USER  the entry of the operating system's keyring
//	credential:NAME       the systemd service credential NAME
//
// The zero Ref refers to nothing.
type Ref struct{ scheme, name string }

// ErrLiteral tells that a text that should be a reference is none, and so may be a secret itself.
var ErrLiteral = errors.New("must be a reference to a secret (env:NAME, file:PATH, keyring:SERVICE/USER or credential:NAME), not the secret itself")

// UnmarshalText reads a reference. Its errors never hold the text.
func (r *Ref) UnmarshalText(b []byte) error {
	scheme, name, ok := strings.Cut(string(b), ":")
	if !ok {
		return ErrLiteral
	}
	switch scheme {
	case "env", "file", "credential":
	case "keyring":
		if service, user, ok := strings.Cut(name, "/"); !ok || service == "" || user == "" {
			return errors.New("a keyring reference is written keyring:SERVICE/USER")
		}
	default:
		return ErrLiteral
	}
	if name == "" {
		return fmt.Errorf("the reference names nothing: write what it refers to after %q", scheme+":")
	}
	*r = Ref{scheme, name}
	return nil
}

// String returns the reference, which is no secret.
func (r Ref) String() string {
	if r.IsZero() {
		return ""
	}
	return r.scheme + ":" + r.name
}

// IsZero reports whether the reference refers to nothing.
func (r Ref) IsZero() bool { return r.scheme == "" }

// Resolve fetches the secret. Relative paths are taken from dir, the folder of the register. The error says what
// to do and never holds the secret. The zero Ref resolves to the zero Secret.
func (r Ref) Resolve(ctx context.Context, dir string) (Secret, error) {
	if err := ctx.Err(); err != nil {
		return Secret{}, err
	}
	switch r.scheme {
	case "":
		return Secret{}, nil
	case "env":
		v, ok := os.LookupEnv(r.name)
		if !ok {
			return Secret{}, fmt.Errorf("secret %s: the environment variable is not set: set it for the program and start again", r)
		}
		return filled(r, v)
	case "keyring":
		service, user := r.entry()
		v, err := keyring.Get(service, user)
		if err != nil {
			return Secret{}, fmt.Errorf("secret %s: the keyring does not give it (%w): store it there under this service and user", r, err)
		}
		return filled(r, v)
	case "credential":
		folder := os.Getenv("CREDENTIALS_DIRECTORY")
		if folder == "" {
			return Secret{}, fmt.Errorf("secret %s: no systemd credentials reach this process: run it as a service with LoadCredential=%s", r, r.name)
		}
		return readFile(r, filepath.Join(folder, filepath.Base(r.name)))
	default:
		return readFile(r, r.path(dir))
	}
}

// entry returns the keyring's service and user that the reference names.
func (r Ref) entry() (service, user string) {
	service, user, _ = strings.Cut(r.name, "/")
	return service, user
}

// path returns the file that the reference names.
func (r Ref) path(dir string) string {
	if filepath.IsAbs(r.name) {
		return r.name
	}
	return filepath.Join(dir, r.name)
}

const maxFile = 64 << 10

func readFile(r Ref, path string) (Secret, error) {
	f, err := os.Open(path)
	if err != nil {
		return Secret{}, fmt.Errorf("secret %s: cannot be read: %w", r, pathless(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Secret{}, fmt.Errorf("secret %s: cannot be read: %w", r, err)
	}
	if r.scheme == "file" && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return Secret{}, fmt.Errorf("secret %s: others may read the file: allow its owner alone (chmod 600)", r)
	}
	b, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return Secret{}, fmt.Errorf("secret %s: cannot be read: %w", r, pathless(err))
	}
	line, _, ended := strings.Cut(strings.TrimPrefix(string(b), "\ufeff"), "\n")
	if !ended && len(b) == maxFile {
		return Secret{}, fmt.Errorf("secret %s: the first line of the file is longer than any secret: look whether it is the right file", r)
	}
	return filled(r, strings.TrimSuffix(line, "\r"))
}

// filled returns the secret, an error where it is empty: an empty password is never meant.
func filled(r Ref, v string) (Secret, error) {
	if v == "" {
		return Secret{}, fmt.Errorf("secret %s: is empty: put the secret there", r)
	}
	return New(v), nil
}

// pathless returns the error without the path, which the reference already tells.
func pathless(err error) error {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		return pe.Err
	}
	return err
}
