package secret

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/zalando/go-keyring"
)

// IsMissing reports whether an error of Resolve says that nothing is stored there yet.
func IsMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, keyring.ErrNotFound)
}

// Keep stores a new secret where the reference says: in the keyring, or in a file of its owner's whose folder is made
// where it is missing. What is there already is never replaced; environment variables and credentials are only read.
func (r Ref) Keep(ctx context.Context, dir, value string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	switch r.scheme {
	case "keyring", "file":
	default:
		return fmt.Errorf("secret %s: the program only reads secrets there: put it there yourself, or name a keyring or a file", r)
	}
	if _, err := r.Resolve(ctx, dir); !IsMissing(err) {
		if err == nil {
			err = errors.New("something is stored there already, and is not replaced")
		}
		return fmt.Errorf("secret %s: %w", r, err)
	}
	if r.scheme == "keyring" {
		service, user := r.entry()
		if err := keyring.Set(service, user, value); err != nil {
			return fmt.Errorf("secret %s: the keyring does not take it: %w", r, err)
		}
		return nil
	}
	path := r.path(dir)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("secret %s: cannot be written: %w", r, pathless(err))
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("secret %s: cannot be written: %w", r, pathless(err))
	}
	_, err = f.WriteString(value + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("secret %s: cannot be written: %w", r, pathless(err))
	}
	return nil
}
