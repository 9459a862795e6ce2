package access

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"hash"
	"io"
	"strconv"
	"strings"

	"dossier/connectors"
	"dossier/internal/jet"
)

// listOf returns the value of a field of a complex column.
func listOf(f *field, items []jet.Item) (connectors.Value, error) {
	if len(items) == 0 {
		return connectors.Null, nil
	}
	if f.part == fileData {
		h := counter{Hash: sha256.New()}
		if err := writeFiles(&h, items); err != nil {
			return connectors.Null, err
		}
		return connectors.Stream(h.n, [32]byte(h.Sum(nil))), nil
	}
	texts := make([]string, len(items))
	for i, it := range items {
		switch {
		case f.part == fileNames:
			texts[i] = it.Name
			if it.Name == "" {
				texts[i] = it.URL
			}
		case f.Complex == jet.VersionHistory:
			text, err := allOf(it)
			if err != nil {
				return connectors.Null, err
			}
			texts[i] = "[Version: " + it.Time + "] " + text
		default:
			texts[i] = it.Value.String()
		}
	}
	return connectors.List(texts...), nil
}

// allOf returns the text of an item.
func allOf(it jet.Item) (string, error) {
	r, err := it.Open()
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if _, err := io.Copy(&b, io.LimitReader(r, maxValue+1)); err != nil {
		return "", err
	}
	if b.Len() > maxValue {
		return "", errTooLong
	}
	return b.String(), nil
}

// counter counts what is hashed.
type counter struct {
	hash.Hash
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return c.Hash.Write(p)
}

// writeFiles writes the content of an attachment column: that of the one file, or a ZIP archive of several. It is
// always the same for the same files.
func writeFiles(w io.Writer, items []jet.Item) error {
	if len(items) == 1 {
		return writeFile(w, items[0])
	}
	z := zip.NewWriter(w)
	taken := map[string]bool{}
	for _, it := range items {
		e, err := z.CreateHeader(&zip.FileHeader{Name: freeName(it.Name, taken), Method: zip.Store})
		if err != nil {
			return err
		}
		if err := writeFile(e, it); err != nil {
			return err
		}
	}
	return z.Close()
}

func writeFile(w io.Writer, it jet.Item) error {
	r, err := it.Open()
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return err
}

// freeName returns a name for a file of an archive: one that leads nowhere else and that no other has.
func freeName(name string, taken map[string]bool) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	if strings.Trim(name, ". ") == "" {
		name = "file"
	}
	free := name
	for n := 2; taken[strings.ToLower(free)]; n++ {
		free = strconv.Itoa(n) + " " + name
	}
	taken[strings.ToLower(free)] = true
	return free
}

// errNothing tells that a field whose content is to be opened holds none.
var errNothing = errors.New("the field holds nothing")

// openItems returns the content of an attachment column.
func openItems(items []jet.Item) (io.ReadCloser, error) {
	if len(items) == 0 {
		return nil, errNothing
	}
	r, w := io.Pipe()
	go func() { w.CloseWithError(writeFiles(w, items)) }()
	return r, nil
}
