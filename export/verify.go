package export

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Report is what checking a package found.
type Report struct {
	Manifest Manifest
	Files    int      // files that the manifest lists and that are as it says
	Records  int      // records in them
	Problems []string // what is wrong, in words; none: the package is as it was written
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

// Verify checks a package against its manifest: every file's size, SHA-256 and number of records, and that
// no file is missing and none is there besides. It proves that the files are those the manifest lists, not who wrote
// the manifest. The error is for a file that cannot be read at all, and for cancellation.
func Verify(ctx context.Context, path string) (Report, error) {
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
	return VerifyReader(ctx, f, info.Size())
}

// VerifyReader is Verify for a package of size bytes that is not a file. It holds no file of the package in memory.
func VerifyReader(ctx context.Context, r io.ReaderAt, size int64) (Report, error) {
	var report Report
	files := openZIP(r, size, &report)
	if len(report.Problems) > 0 {
		return report, ctx.Err()
	}
	if !readManifest(files, &report) {
		return report, ctx.Err()
	}
	listed := map[string]bool{manifestName: true}
	total := 0
	for _, f := range report.Manifest.Files {
		if err := ctx.Err(); err != nil {
			return report, err
		}
		if listed[f.Name] {
			report.problem(f.Name, "is listed twice in %s", manifestName)
			continue
		}
		listed[f.Name] = true
		z := files[f.Name]
		if z == nil {
			report.problem(f.Name, "is missing")
			continue
		}
		records, ok, err := checkFile(ctx, z, f, &report)
		if err != nil {
			return report, err
		}
		if !ok {
			continue
		}
		report.Files++
		if isData(f.Name) && strings.HasSuffix(f.Name, ".json") {
			total += records
		}
	}
	for name := range files {
		if !listed[name] {
			report.problem(name, "is not listed in %s: it was added later", manifestName)
		}
	}
	for _, name := range []string{readmeName, schemaName, coverageName, actionsName, reportName} {
		if !listed[name] {
			report.problem(name, "is not listed in %s, though every package has it", manifestName)
		}
	}
	report.Records = total
	if len(report.Problems) == 0 && total != report.Manifest.Records {
		report.problem(manifestName, "says that the package holds %s, but the files hold %d", count(report.Manifest.Records, "record"), total)
	}
	return report, nil
}

// maxManifest is the size in bytes that a manifest may have.
const maxManifest = 64 << 20

// readManifest reads manifest.json and reports whether the rest can be checked by it.
func readManifest(files map[string]*zip.File, report *Report) bool {
	z := files[manifestName]
	if z == nil {
		report.problem(manifestName, "is missing: nothing can be checked without it")
		return false
	}
	if z.UncompressedSize64 > maxManifest {
		report.problem(manifestName, "is too large to be read")
		return false
	}
	content, err := z.Open()
	if err != nil {
		report.problem(manifestName, "is damaged")
		return false
	}
	defer content.Close()
	b, err := io.ReadAll(io.LimitReader(content, maxManifest+1))
	if err != nil || len(b) > maxManifest {
		report.problem(manifestName, "is damaged")
		return false
	}
	var m Manifest
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	switch err := dec.Decode(&m); {
	case m.Type == "manifest" && m.Version > FormatVersion:
		report.problem(manifestName, "is of version %d, which is newer than this program: use a newer one", m.Version)
	case err != nil || m.Type != "manifest" || m.Version != FormatVersion || dec.More():
		report.problem(manifestName, "is no manifest of a package")
	default:
		report.Manifest = m
		return true
	}
	return false
}

// checkFile compares one file with what the manifest says of it, and reports whether they agree.
func checkFile(ctx context.Context, z *zip.File, f File, report *Report) (records int, ok bool, err error) {
	if z.UncompressedSize64 != uint64(f.Size) || f.Size < 0 {
		report.problem(f.Name, "has %d bytes, not the %d of %s: it was changed", z.UncompressedSize64, f.Size, manifestName)
		return 0, false, nil
	}
	content, err := z.Open()
	if err != nil {
		report.problem(f.Name, "is damaged")
		return 0, false, nil
	}
	defer content.Close()
	sum := sha256.New()
	to := io.Writer(sum)
	counter := counterFor(f.Name)
	if counter != nil {
		to = io.MultiWriter(sum, counter)
	}
	n, err := io.Copy(to, &cancellable{ctx, io.LimitReader(content, f.Size+1)})
	switch {
	case ctx.Err() != nil:
		return 0, false, ctx.Err()
	case errors.Is(err, zip.ErrChecksum):
		report.problem(f.Name, "was changed: its content does not match the check sum of the ZIP")
		return 0, false, nil
	case err != nil || n != f.Size:
		report.problem(f.Name, "is damaged or cut short")
		return 0, false, nil
	case hex.EncodeToString(sum.Sum(nil)) != f.SHA256:
		report.problem(f.Name, "was changed: its SHA-256 is not that of %s", manifestName)
		return 0, false, nil
	case (counter == nil) != (f.Records == nil):
		report.problem(f.Name, "has no number of records in %s, or has one though it holds none", manifestName)
		return 0, false, nil
	case counter == nil:
		return 0, true, nil
	}
	if records = counter.records(); records != *f.Records {
		report.problem(f.Name, "holds %s, not the %d of %s", count(records, "record"), *f.Records, manifestName)
		return 0, false, nil
	}
	return records, true, nil
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
