package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// WriteFile writes the package to a file that only its owner may read. The file appears whole or not at
// all, and never in the place of another: an error wrapping fs.ErrExist says that one is there already.
func WriteFile(ctx context.Context, path string, p Package) (Manifest, error) {
	return writeFile(path, func(w io.Writer) (Manifest, error) { return Write(ctx, w, p) })
}

// writeFile writes a package by a function.
func writeFile(path string, write func(io.Writer) (Manifest, error)) (Manifest, error) {
	if _, err := os.Lstat(path); err == nil {
		return Manifest{}, exists(path)
	}
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".package-*.part") // mode 0600
	if err != nil {
		return Manifest{}, fmt.Errorf("the package cannot be written to %s: %w", dir, errors.Unwrap(err))
	}
	defer os.Remove(f.Name())
	m, err := write(f)
	if err != nil {
		f.Close()
		return Manifest{}, fmt.Errorf("the package %s was not written: %w", path, err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return Manifest{}, fmt.Errorf("the package %s was not written: %w", path, err)
	}
	if err := publish(f.Name(), path); err != nil {
		return Manifest{}, err
	}
	return m, syncDir(dir)
}

// publish gives the finished file its name. A link fails where the name is taken, at one stroke; file
// systems without links get the second best, a look before the rename.
func publish(temp, path string) error {
	err := os.Link(temp, path)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist):
		return exists(path)
	}
	if _, err := os.Lstat(path); err == nil {
		return exists(path)
	}
	if err := os.Rename(temp, path); err != nil {
		return fmt.Errorf("the package %s was not written: %w", path, err)
	}
	return nil
}

func exists(path string) error {
	return fmt.Errorf("%s is there already and is not replaced: choose another name: %w", path, fs.ErrExist)
}
