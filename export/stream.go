package export

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"

	"dossier/connectors"
)

// fileOf names a stream of a group: the record's position and the field.
type fileOf struct {
	record int
	field  string
}

// file is what became of a stream's content.
type file struct {
	name    string // in the package; "" where it is not there
	sum     string // SHA-256 in hex of what is there
	size    int64
	missing string // why it is not there, or not as it should be, in words for the person
}

// String returns the file for a cell of a table.
func (f file) String() string {
	switch {
	case f.name == "":
		return f.missing
	case f.missing != "":
		return f.name + " (" + f.missing + ")"
	}
	return f.name
}

const (
	cannotOpen = "The content could not be read when this package was made."
	cutShort   = "The content could be read only in part when this package was made."
	changed    = "The content has changed since it was found; this is the content of the time when this package was made."
)

// writeFiles writes the content of every stream of a group's records. What cannot be opened is noted for the data files.
func (ed *edition) writeFiles(ctx context.Context, a *archive, g *group) error {
	if !slices.ContainsFunc(g.columns, func(c *column) bool { return c.streams }) {
		return nil
	}
	i := 0
	for l := range g.each() {
		if l.record == nil {
			continue
		}
		for _, c := range g.columns {
			v := l.record.Get(c.name)
			if !v.IsStream() || g.files[fileOf{i, c.name}].missing != "" {
				continue
			}
			f, err := ed.writeFile(ctx, a, g, l.match.Record.Ref, c, v, i)
			if err != nil {
				return err
			}
			g.files[fileOf{i, c.name}] = f
		}
		i++
	}
	return nil
}

func (ed *edition) writeFile(ctx context.Context, a *archive, g *group, ref connectors.Ref, c *column, v connectors.Value, number int) (file, error) {
	missing := file{size: v.Size(), missing: cannotOpen}
	if ed.Open == nil {
		return missing, nil
	}
	r, err := ed.Open(ctx, ref, c.name)
	if ctx.Err() != nil {
		return file{}, ctx.Err()
	}
	if err != nil {
		return missing, nil
	}
	defer r.Close()
	start := make([]byte, 512)
	n, err := io.ReadFull(r, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return missing, ctx.Err()
	}
	name := fmt.Sprintf("%s/files/%05d-%s%s", g.base, number+1, fileName(c.name), extension(start[:n]))
	e, err := a.create(name, fmt.Sprintf("%s of record %d of %s", c.label, number+1, g.label()))
	if err != nil {
		return file{}, err
	}
	content := &source{Reader: io.MultiReader(bytes.NewReader(start[:n]), r)}
	if _, err := io.Copy(e, content); err != nil && content.err == nil {
		return file{}, err
	}
	if err := a.close(e); err != nil {
		return file{}, err
	}
	same := v.Equal(connectors.Stream(e.file.Size, [32]byte(e.count.sum.Sum(nil))))
	f := file{name: name, sum: e.file.SHA256, size: e.file.Size}
	switch {
	case content.err != nil:
		f.missing = cutShort
	case ed.Approved != "" && !same:
		return file{}, fmt.Errorf("%w: a content that it refers to was changed: search again", ErrChanged)
	case !same:
		f.missing = changed
	}
	return f, ctx.Err()
}

// source tells an error of the content from one of the package.
type source struct {
	io.Reader
	err error
}

func (s *source) Read(b []byte) (int, error) {
	n, err := s.Reader.Read(b)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// extension returns the extension by which a computer opens the content, told from its first bytes; .bin
// for what is unknown and for what could run (HTML and other text with code).
func extension(start []byte) string {
	switch http.DetectContentType(start) {
	case "application/pdf":
		return ".pdf"
	case "image/png":
		return ".png"
	case "image/jpeg":
		return ".jpg"
	case "image/gif":
		return ".gif"
	case "image/webp":
		return ".webp"
	case "audio/mpeg":
		return ".mp3"
	case "audio/wave":
		return ".wav"
	case "video/mp4":
		return ".mp4"
	case "text/plain; charset=utf-8":
		return ".txt"
	}
	return ".bin"
}
