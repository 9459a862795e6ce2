package linkage

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// The files of a training, in a folder that only its owner may enter. The counts name nobody without the key.
const (
	trainingFile = "matching.json"
	keyFile      = "matching.key"
)

// KeyOf returns the key of a folder by which terms are counted, and makes it where there is none.
func KeyOf(dir string) ([]byte, error) {
	path := filepath.Join(dir, keyFile)
	key, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key = make([]byte, 32)
		_, _ = rand.Read(key) // never fails
		err = replaceFile(path, key)
	}
	if err != nil {
		return nil, fmt.Errorf("the key of the counts of names cannot be used: %w", err)
	}
	return key, nil
}

// Keep writes a training into a folder, in the place of an earlier one.
func (t *Training) Keep(dir string) error {
	data, err := json.Marshal(t)
	if err == nil {
		err = replaceFile(filepath.Join(dir, trainingFile), data)
	}
	if err != nil {
		return fmt.Errorf("what was learnt of the records cannot be kept: %w", err)
	}
	return nil
}

// Kept returns the training of a folder, nil where there is none. Counts that were made with another version of the normal forms are
// left out, since they count other terms: Terms is nil then, and training again brings them back.
func Kept(dir string) (*Training, error) {
	path := filepath.Join(dir, trainingFile)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("what was learnt of the records cannot be read: %w", err)
	}
	t := &Training{}
	if err := json.Unmarshal(data, t); err != nil {
		return nil, fmt.Errorf("what was learnt of the records is damaged: train again with dossier match train, or remove %s to search by the defaults: %w", path, err)
	}
	if t.Terms == nil || t.Terms.stale {
		t.Terms = nil
		return t, nil
	}
	key, err := KeyOf(dir)
	if err != nil {
		return nil, err
	}
	t.Terms.Unlock(key)
	return t, nil
}

// replaceFile writes a file for its owner alone, whole or not at all.
func replaceFile(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // of mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
