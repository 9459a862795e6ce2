package swapfile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"dossier/internal/failpoint"
)

// Mark stands in the names of copies, behind the file's name.
const Mark = ".dossier-"

// Refused is a reason why nothing was changed, in words for a person.
type Refused string

func (r Refused) Error() string { return string(r) }

// Busy is a reason why nothing was changed this time: somebody is at the file.
type Busy string

func (b Busy) Error() string { return string(b) }

// Passing reports whether an error may pass by itself, so that the same change can be tried again: somebody was at the file, the run was
// ended, the disk was full, the share was away.
func Passing(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	if _, busy := errors.AsType[Busy](err); busy {
		return true
	}
	if errors.Is(err, fs.ErrPermission) {
		return false
	}
	_, path := errors.AsType[*fs.PathError](err)
	_, link := errors.AsType[*os.LinkError](err)
	return path || link
}

// Unknown is a reason why it is not known whether the copy took the file's place.
type Unknown string

func (u Unknown) Error() string { return string(u) }

// Swap is a file that is locked in order to be changed.
type Swap struct {
	Path string // the file, behind symbolic links
	Copy string // the path of the copy; "" as long as there is none

	// Replace stands in for what puts the copy in the file's place, in tests.
	Replace func(copy, file string) error

	lock   *os.File
	info   fs.FileInfo // of the file that was locked
	before string      // its SHA-256
}

// Begin locks a file, takes away what a killed run has left of copies of it, and notes what it is. End must be called.
func Begin(ctx context.Context, path string) (_ *Swap, err error) {
	s := &Swap{}
	defer func() {
		if err != nil {
			s.End()
		}
	}()
	if s.Path, err = filepath.EvalSymlinks(path); err != nil {
		return nil, err
	}
	if s.lock, err = lock(s.Path); err != nil {
		return nil, err
	}
	if s.info, err = os.Stat(s.Path); err != nil {
		return nil, err
	}
	if held, err := s.lock.Stat(); err != nil || !os.SameFile(held, s.info) {
		return nil, Busy("the file was replaced just now")
	}
	if err := sole(s.info); err != nil {
		return nil, err
	}
	s.clean()
	s.before, err = Sum(ctx, s.Path)
	return s, err
}

// clean removes copies that a run which was killed has left. Nobody else can be at work on them: the file is locked.
func (s *Swap) clean() {
	entries, _ := os.ReadDir(filepath.Dir(s.Path)) // where it cannot be listed nothing can be copied to either
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), filepath.Base(s.Path)+Mark) {
			_ = os.Remove(filepath.Join(filepath.Dir(s.Path), e.Name())) // what stays is removed the next time
		}
	}
}

// Create makes an empty copy, which nobody else may read, for the caller to fill and to close.
func (s *Swap) Create() (*os.File, error) {
	f, err := os.CreateTemp(filepath.Dir(s.Path), filepath.Base(s.Path)+Mark+"*"+filepath.Ext(s.Path))
	if errors.Is(err, fs.ErrPermission) {
		return nil, Refused("this account may not write into the folder of the file, where a copy has to be made")
	}
	if err != nil {
		return nil, err
	}
	s.Copy = f.Name()
	return f, nil
}

// Duplicate makes a copy that is what the file is.
func (s *Swap) Duplicate(ctx context.Context) error {
	from, err := os.Open(s.Path)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := s.Create()
	if err != nil {
		return err
	}
	_, err = io.Copy(to, &patient{ctx, from})
	return errors.Join(err, to.Close())
}

// End takes away what is left of the copy and unlocks the file.
func (s *Swap) End() {
	if s.Copy != "" {
		_ = os.Remove(s.Copy) // gone where it took the file's place
	}
	if s.lock != nil {
		_ = s.lock.Close()
	}
}

// Commit puts the finished copy in the file's place. unused returns an error while another program has the file open. note,
// which may be nil, is told the SHA-256 of the file and of the copy, in hex, when nothing but the exchange of the two is left to be done, so that
// after a crash the file itself can be asked what became of it; an error of it ends the swap.
//
// Where Commit returns nil the copy is in its place, where it returns an Unknown it may be, and after any other error the file is
// what it was.
func (s *Swap) Commit(ctx context.Context, unused func() error, note func(before, after string) error) error {
	after, err := s.prepare(ctx)
	if err != nil {
		return err
	}
	if note != nil {
		if err := note(s.before, after); err != nil {
			return err
		}
	}
	if err := s.untouched(ctx, unused); err != nil {
		return err
	}
	failpoint.Here("before swap")
	if s.Replace != nil {
		err = s.Replace(s.Copy, s.Path)
	} else {
		err = replace(s.Copy, s.Path)
	}
	failpoint.Here("after swap")
	if err == nil {
		err = syncFolder(filepath.Dir(s.Path))
	}
	if err == nil {
		return nil
	}
	switch now, errNow := Sum(context.WithoutCancel(ctx), s.Path); {
	case errNow != nil:
		return Unknown("whether the changed file took its place is not known: " + Reason(err))
	case now == after:
		return nil
	case now == s.before:
		return Busy("the changed file could not take the place of the old one: " + Reason(err))
	default:
		return Unknown("the file is neither what it was nor what it should be: look at who else writes to it")
	}
}

// prepare brings the copy to the disk, with the owner and the permissions of the file, and returns its SHA-256.
func (s *Swap) prepare(ctx context.Context) (after string, err error) {
	f, err := os.OpenFile(s.Copy, os.O_RDWR, 0)
	if err != nil {
		return "", err
	}
	err = errors.Join(f.Sync(), f.Close())
	failpoint.Here("copy synced")
	if err == nil {
		err = likeOriginal(s.Copy, s.Path, s.info)
	}
	if err != nil {
		return "", err
	}
	return Sum(ctx, s.Copy)
}

// untouched makes sure that nobody has touched the file meanwhile.
func (s *Swap) untouched(ctx context.Context, unused func() error) error {
	if err := unused(); err != nil {
		return err
	}
	now, err := Sum(ctx, s.Path)
	if err != nil {
		return err
	}
	info, err := os.Stat(s.Path)
	if err != nil {
		return err
	}
	if now != s.before || !os.SameFile(info, s.info) || info.ModTime() != s.info.ModTime() {
		return Busy("the file was changed by somebody else meanwhile")
	}
	return ctx.Err()
}

// Reason returns what an error says, without paths.
func Reason(err error) string {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return "the run was ended before the file was changed"
	}
	if errors.Is(err, fs.ErrPermission) {
		return "this account may not do it"
	}
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err
	}
	if l, ok := errors.AsType[*os.LinkError](err); ok {
		err = l.Err
	}
	return err.Error()
}

// Sum returns the SHA-256 of a file, in hex.
func Sum(ctx context.Context, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, &patient{ctx, f}); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// patient reads as long as the context lasts.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}
