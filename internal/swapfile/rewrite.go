package swapfile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
)

// Rewrite makes a copy of what write writes, which may read the file as it is. It refuses where the file is not the present one or the
// copy does not become what it should, both told by their SHA-256 in hex.
func (s *Swap) Rewrite(ctx context.Context, present, want string, write func(to io.Writer, file *io.SectionReader) error) error {
	if s.before != present {
		return ErrOther
	}
	file, close, err := section(s.Path)
	if err != nil {
		return err
	}
	defer close()
	to, err := s.Create()
	if err != nil {
		return err
	}
	h := sha256.New()
	err = write(&patientWriter{ctx, io.MultiWriter(to, h)}, file)
	if err := errors.Join(err, to.Close()); err != nil {
		return err
	}
	if hex.EncodeToString(h.Sum(nil)) != want {
		return Refused("what is kept of the file does not make it again what it was")
	}
	return nil
}

// ErrOther says that a file is not the one that was expected.
var ErrOther = Refused("the file was changed by somebody else")

// Both lets do read the file and its finished copy.
func (s *Swap) Both(do func(file, copied *io.SectionReader) error) error {
	file, closeFile, err := section(s.Path)
	if err != nil {
		return err
	}
	defer closeFile()
	copied, closeCopy, err := section(s.Copy)
	if err != nil {
		return err
	}
	defer closeCopy()
	return do(file, copied)
}

// section opens a file to be read as a whole.
func section(path string) (_ *io.SectionReader, close func() error, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return io.NewSectionReader(f, 0, info.Size()), f.Close, nil
}

// patientWriter writes as long as the context lasts.
type patientWriter struct {
	ctx context.Context
	w   io.Writer
}

func (p *patientWriter) Write(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.w.Write(b)
}
