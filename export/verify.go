package export

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
)

// Report is what checking a package found.
type Report struct {
	Manifest Manifest
	Files    int      // files that the manifest lists and that are as it says
	Records  int      // records in them
	Entries  int      // entries of the action log whose proofs hold
	Problems []string // what is wrong, in words; none: the package is as it was written
	Notes    []string // what the check does not tell
}

// maxProblems ends the list of a package in which everything is wrong.
const maxProblems = 50

// problem adds a problem, with the name of the file that it is about.
func (r *Report) problem(name, format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	if name != "" {
		what = shown(name) + ": " + what
	}
	switch {
	case len(r.Problems) < maxProblems:
		r.Problems = append(r.Problems, what)
	case len(r.Problems) == maxProblems:
		r.Problems = append(r.Problems, "there are more problems")
	}
}

// note adds what the check does not tell.
func (r *Report) note(name, what string) {
	if name != "" {
		what = shown(name) + ": " + what
	}
	r.Notes = append(r.Notes, what)
}

// Verify checks a package by itself, and trusts nothing in it: every file's size, SHA-256 and number of records against the manifest,
// that no file is missing and none is there besides, every JSON document against the schema, the action log of the
// controller's edition against its signed checkpoint, and every byte of the ZIP around the files. It proves that the package is what
// was written by somebody who may have made the manifest as well; who wrote it only the log proves, where the key (of
// dossier log verify) comes from elsewhere: without one, the log is checked with the key that stands beside it, and the report says so. The
// error is for a file that cannot be read at all, and for cancellation. Of a package that is locked by a passphrase, which ask asks
// for where it is not nil, the content is checked.
func Verify(ctx context.Context, path, key string, ask func() (string, error)) (Report, error) {
	f, err := os.Open(path)
	if err != nil {
		return Report{}, fmt.Errorf("the package cannot be read: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Report{}, fmt.Errorf("the package cannot be read: %w", err)
	}
	if !info.Mode().IsRegular() {
		return Report{}, fmt.Errorf("the package cannot be read: %s is no file", path)
	}
	plain, size, note, err := unlocked(f, info.Size(), ask)
	if err != nil {
		return Report{}, fmt.Errorf("%s: %w", path, err)
	}
	report, err := VerifyReader(ctx, plain, size, key)
	if note != "" {
		report.note("", note)
	}
	return report, err
}

// VerifyReader is Verify for a package of size bytes that is not a file. It holds no file of the package in memory.
func VerifyReader(ctx context.Context, r io.ReaderAt, size int64, key string) (Report, error) {
	v := &verifying{ctx: ctx, r: r, key: key, listed: map[string]File{}}
	files := openZIP(r, size, &v.Report)
	if len(v.Problems) > 0 || !v.readManifest(files) || !v.list(files) {
		return v.Report, ctx.Err()
	}
	v.again = newAgain(r, size, v.Manifest.Made)
	for _, z := range files {
		if err := v.file(z); err != nil {
			return v.Report, err
		}
	}
	if len(v.Problems) > 0 {
		return v.Report, nil
	}
	if v.Records != v.Manifest.Records {
		v.problem(manifestName, "says that the package holds %s, but %s holds %d", count(v.Manifest.Records, "record"), dataName, v.Records)
	}
	at, err := v.again.end()
	if err != nil {
		return v.Report, fmt.Errorf("the package cannot be read: %w", err)
	}
	if at >= 0 {
		v.problem("", "the ZIP is not as this program writes one, from byte %d on: something is hidden around the files, or they were packed again", at)
	}
	return v.Report, nil
}

// verifying is one check of a package.
type verifying struct {
	Report
	ctx    context.Context
	r      io.ReaderAt
	key    string          // of the log, from elsewhere; ""
	listed map[string]File // by name; the manifest itself too
	again  *again
}

// maxManifest is the size in bytes that a manifest may have.
const maxManifest = 64 << 20

// readManifest reads manifest.json and reports whether the rest can be checked by it.
func (v *verifying) readManifest(files []*zip.File) bool {
	i := slices.IndexFunc(files, func(f *zip.File) bool { return f.Name == manifestName })
	if i < 0 {
		v.problem(manifestName, "is missing: nothing can be checked without it")
		return false
	}
	z := files[i]
	if z.UncompressedSize64 > maxManifest {
		v.problem(manifestName, "is too large to be read")
		return false
	}
	c, err := openContent(v.r, z)
	if err != nil {
		v.problem(manifestName, "is damaged")
		return false
	}
	b, err := io.ReadAll(io.LimitReader(c, maxManifest+1))
	if err != nil || len(b) > maxManifest {
		v.problem(manifestName, "is damaged")
		return false
	}
	var m Manifest
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	switch err := dec.Decode(&m); {
	case m.Type == "manifest" && m.Version > FormatVersion:
		v.problem(manifestName, "is of version %d, which is newer than this program: use a newer one", m.Version)
	case err != nil || m.Type != "manifest" || m.Version != FormatVersion || dec.More():
		v.problem(manifestName, "is no manifest of a package")
	default:
		v.Manifest = m
		return true
	}
	return false
}

// list compares the names in the ZIP with those in the manifest, and reports whether the files can be looked at one by one.
func (v *verifying) list(files []*zip.File) bool {
	var names, listed []string
	for _, z := range files {
		names = append(names, z.Name)
	}
	for _, f := range append(slices.Clip(v.Manifest.Files), File{Name: manifestName}) {
		if _, twice := v.listed[f.Name]; twice {
			v.problem(f.Name, "is listed twice in %s", manifestName)
		}
		if v.listed[f.Name] = f; !slices.Contains(names, f.Name) {
			v.problem(f.Name, "is missing")
		}
		listed = append(listed, f.Name)
	}
	for _, name := range names {
		if _, known := v.listed[name]; !known {
			v.problem(name, "is not listed in %s: it was added later", manifestName)
		}
	}
	for _, name := range []string{readmeName, schemaName, dataName, coverageName, actionsName, reportName, sumsName} {
		if _, known := v.listed[name]; !known {
			v.problem(name, "is not listed in %s, though every package has it", manifestName)
		}
	}
	for _, name := range []string{caseName, logName} {
		_, known := v.listed[name]
		switch own := v.Manifest.Edition != ""; {
		case own && !known:
			v.problem(name, "is not listed in %s, though the organisation's own file has it", manifestName)
		case !own && known:
			v.problem(name, "is for the organisation alone, and stands in a package for the person: do not hand it over")
		}
	}
	if v.Manifest.Edition != "" {
		v.note("", "this is the organisation's own file, with what was noted about the person and who did so: it is not for the person")
	}
	if len(v.Problems) == 0 && !slices.Equal(names, listed) {
		v.problem("", "the files stand in another order than in %s", manifestName)
	}
	return len(v.Problems) < maxProblems
}

// file checks one file of the ZIP: against what the manifest says of it, and by what it is. Its error is for cancellation.
func (v *verifying) file(z *zip.File) error {
	f, known := v.listed[z.Name]
	if !known {
		return nil
	}
	if z.Name == manifestName { // which does not list itself
		f.Size = int64(z.UncompressedSize64)
	}
	if f.Size < 0 || z.UncompressedSize64 != uint64(f.Size) {
		v.problem(f.Name, "has %d bytes, not the %d of %s: it was changed", z.UncompressedSize64, f.Size, manifestName)
		return nil
	}
	c, err := openContent(v.r, z)
	if err != nil {
		v.problem(f.Name, "is damaged")
		return nil
	}
	plain, err := v.again.file(v.r, z)
	if err != nil {
		v.problem(f.Name, "is damaged")
		return nil
	}
	sum := sha256.New()
	to := []io.Writer{sum, plain}
	tally := counterFor(f.Name)
	if tally != nil {
		to = append(to, tally)
	}
	n := &measured{Reader: &cancellable{v.ctx, io.LimitReader(c, f.Size+1)}}
	problems := len(v.Problems)
	content := io.TeeReader(n, io.MultiWriter(to...))
	v.understand(f.Name, content)
	if _, err := io.Copy(io.Discard, content); err != nil && v.ctx.Err() == nil || v.ctx.Err() == nil && n.n != f.Size {
		v.Problems = v.Problems[:problems] // which come of it
		v.problem(f.Name, "is damaged or cut short")
		return nil
	}
	switch {
	case v.ctx.Err() != nil:
		return v.ctx.Err()
	case f.Name == manifestName:
	case hex.EncodeToString(sum.Sum(nil)) != f.SHA256:
		v.problem(f.Name, "was changed: its SHA-256 is not that of %s", manifestName)
	case (tally == nil) != (f.Records == nil):
		v.problem(f.Name, "has no number of records in %s, or has one though it holds none", manifestName)
	case tally != nil && tally.records() != *f.Records:
		v.problem(f.Name, "holds %s, not the %d of %s", count(tally.records(), "record"), *f.Records, manifestName)
	}
	if c.left() > 0 {
		v.problem(f.Name, "has %d bytes hidden behind its content", c.left())
	}
	if len(v.Problems) > problems || f.Name == manifestName {
		return nil
	}
	v.Files++
	if f.Name == dataName {
		v.Records = tally.records()
	}
	return nil
}

// measured counts what is read.
type measured struct {
	io.Reader
	n int64
}

func (m *measured) Read(b []byte) (int, error) {
	n, err := m.Reader.Read(b)
	m.n += int64(n)
	return n, err
}

// cancellable ends reading with the context.
type cancellable struct {
	ctx context.Context
	io.Reader
}

func (c *cancellable) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.Reader.Read(b)
}
