package access

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"dossier/connectors"
)

// swap changes a file by way of a copy beside it. The file is never written to: at any instant it is either what it
// was or, as a whole, what the verified copy is, with the same permissions.
//
// A lock keeps two runs of the program from changing one file at the same time. Access does not know that lock, so its own lock
// file is looked for, and the file is compared with what was copied, last thing before the copy takes its place.
type swap struct {
	*source
	place  string
	path   string // the file, behind symbolic links
	lock   *os.File
	info   fs.FileInfo // of the file that was copied
	before [32]byte    // its SHA-256
	copy   string      // the path of the copy
}

// copyMark stands in the names of copies, behind the file's name.
const copyMark = ".dossier-"

// refused is a reason why nothing was changed, in words for a person.
type refused string

func (r refused) Error() string { return string(r) }

// refusal returns the reason of an error, without paths.
func refusal(err error) string {
	if gap, ok := errors.AsType[*connectors.Gap](err); ok {
		return gap.Why
	}
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

// begin locks the file and copies it.
func (s *source) begin(ctx context.Context, f file) (_ *swap, err error) {
	w := &swap{source: s, place: f.place}
	defer func() {
		if err != nil {
			w.end()
		}
	}()
	if w.path, err = filepath.EvalSymlinks(f.path); err != nil {
		return nil, err
	}
	if w.lock, err = lockFile(w.path); err != nil {
		return nil, err
	}
	if w.info, err = os.Stat(w.path); err != nil {
		return nil, err
	}
	if held, err := w.lock.Stat(); err != nil || !os.SameFile(held, w.info) {
		return nil, refused("the file was replaced just now: plan the change again")
	}
	if err := sole(w.info); err != nil {
		return nil, err
	}
	if err := w.unused(); err != nil {
		return nil, err
	}
	w.clean()
	return w, w.makeCopy(ctx)
}

// unused refuses while somebody has the file open.
func (w *swap) unused() error {
	db, err := w.openFile(file{w.place, w.path})
	if err != nil {
		return err
	}
	defer db.Close()
	if lock, ok := db.LockFile(); ok {
		return refused(inUse(lock) + ": nothing is changed while it does")
	}
	return nil
}

// clean removes copies that a run which was killed has left. Nobody else can be at work on them: the file is locked.
func (w *swap) clean() {
	entries, _ := os.ReadDir(filepath.Dir(w.path)) // where it cannot be listed nothing can be copied to either
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), filepath.Base(w.path)+copyMark) {
			_ = os.Remove(filepath.Join(filepath.Dir(w.path), e.Name())) // what stays is removed the next time
		}
	}
}

func (w *swap) makeCopy(ctx context.Context) error {
	from, err := os.Open(w.path)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.CreateTemp(filepath.Dir(w.path), filepath.Base(w.path)+copyMark+"*"+filepath.Ext(w.path))
	if errors.Is(err, fs.ErrPermission) {
		return refused("this account may not write into the folder of the file, where a copy has to be made")
	}
	if err != nil {
		return err
	}
	w.copy = to.Name()
	h := sha256.New()
	_, err = io.Copy(io.MultiWriter(to, h), &patient{ctx, from})
	w.before = [32]byte(h.Sum(nil))
	return errors.Join(err, to.Close())
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

// end takes away what is left of the copy and unlocks the file.
func (w *swap) end() {
	if w.copy != "" {
		_ = os.Remove(w.copy) // gone where it took the file's place
	}
	if w.lock != nil {
		_ = w.lock.Close()
	}
}

// commit puts the finished copy in the file's place. The digest of the copy is known before, so that a file system whose answer
// is lost can still be asked what became of it.
func (w *swap) commit(ctx context.Context) (connectors.Result, string) {
	w.source.ready()
	after, err := w.prepare(ctx)
	if err != nil {
		return connectors.Denied, refusal(err)
	}
	err = w.replace(w.copy, w.path)
	if err == nil {
		err = syncFolder(filepath.Dir(w.path))
	}
	if err == nil {
		return connectors.Done, ""
	}
	switch now, errNow := sumOf(context.WithoutCancel(ctx), w.path); {
	case errNow != nil:
		return connectors.Unknown, "whether the changed file took its place is not known: " + refusal(err)
	case now == after:
		return connectors.Done, ""
	case now == w.before:
		return connectors.Denied, "the changed file could not take the place of the old one: " + refusal(err)
	default:
		return connectors.Unknown, "the file is neither what it was nor what it should be: look at who else writes to it"
	}
}

// prepare makes the copy fit to take the file's place and makes sure that nobody touched the file meanwhile.
func (w *swap) prepare(ctx context.Context) (after [32]byte, err error) {
	if err := likeOriginal(w.copy, w.info); err != nil {
		return after, err
	}
	if after, err = sumOf(ctx, w.copy); err != nil {
		return after, err
	}
	if err := w.unused(); err != nil {
		return after, err
	}
	now, err := sumOf(ctx, w.path)
	if err != nil {
		return after, err
	}
	info, err := os.Stat(w.path)
	if err != nil {
		return after, err
	}
	if now != w.before || !os.SameFile(info, w.info) || info.ModTime() != w.info.ModTime() {
		return after, refused("the file was changed by somebody else meanwhile: plan the change again")
	}
	return after, ctx.Err()
}

func sumOf(ctx context.Context, path string) (sum [32]byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return sum, err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, &patient{ctx, f})
	return [32]byte(h.Sum(nil)), err
}
