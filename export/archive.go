package export

import (
	"archive/zip"
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"
	"time"
)

// archive writes the files of a package one after the other and keeps what the manifest says of each.
type archive struct {
	ctx   context.Context
	zip   *zip.Writer
	made  time.Time
	files []File
	cut   *redactor // what no file may hold
}

// entry is the file of the package that is being written.
type entry struct {
	*bufio.Writer
	file  File
	count counter
}

// counter counts and sums what is written to the ZIP.
type counter struct {
	ctx  context.Context
	to   io.Writer
	size int64
	sum  hash.Hash
	net  *net
}

// Write ends with the context, so that a package of any size can be cancelled.
func (c *counter) Write(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	if err := c.net.check(b); err != nil {
		return 0, err
	}
	n, err := c.to.Write(b)
	c.size += int64(n)
	c.sum.Write(b[:n])
	return n, err
}

func newArchive(ctx context.Context, w io.Writer, made time.Time) *archive {
	return &archive{ctx: ctx, zip: zip.NewWriter(w), made: made.UTC().Truncate(time.Second)}
}

// create starts the next file, which ends when it is closed.
func (a *archive) create(name, what string) (*entry, error) {
	w, err := a.zip.CreateHeader(fileHeader(name, zip.Deflate, a.made))
	if err != nil {
		return nil, err
	}
	e := &entry{file: File{Name: name, What: what}, count: counter{ctx: a.ctx, to: w, sum: sha256.New(), net: a.cut.net(name)}}
	e.Writer = bufio.NewWriterSize(&e.count, 64<<10)
	return e, nil
}

// fileHeader returns the header of a file: Verify holds every byte of it against this.
func fileHeader(name string, method uint16, made time.Time) *zip.FileHeader {
	h := &zip.FileHeader{Name: name, Method: method, Modified: made}
	h.SetMode(0o600)
	return h
}

// close ends a file.
func (a *archive) close(e *entry) error {
	if err := e.Flush(); err != nil {
		return err
	}
	e.file.Size, e.file.SHA256 = e.count.size, hex.EncodeToString(e.count.sum.Sum(nil))
	a.files = append(a.files, e.file)
	return nil
}

// put writes a file by a function, which returns how many records it holds; -1: it holds none by its nature.
func (a *archive) put(name, what string, write func(w *bufio.Writer) (records int, err error)) error {
	e, err := a.create(name, what)
	if err != nil {
		return err
	}
	n, err := write(e.Writer)
	if err != nil {
		return err
	}
	if n >= 0 {
		e.file.Records = &n
	}
	return a.close(e)
}

// finish writes the check sums and the manifest, and ends the ZIP.
func (a *archive) finish(m Manifest) (Manifest, error) {
	if err := a.writeSums(); err != nil {
		return m, err
	}
	m.Files = a.files
	e, err := a.create(manifestName, "")
	if err != nil {
		return m, err
	}
	enc := json.NewEncoder(e)
	enc.SetIndent("", " ")
	if err := enc.Encode(m); err != nil {
		return m, err
	}
	if err := e.Flush(); err != nil {
		return m, err
	}
	return m, a.zip.Close()
}
