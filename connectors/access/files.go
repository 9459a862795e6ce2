package access

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/internal/swapfile"
)

// file is one database.
type file struct {
	place string
	path  string
}

// list returns the files that the register names, sorted by place, and gaps for patterns that name nothing and for what
// cannot be looked into.
func (s *source) list() ([]file, []connectors.Gap) {
	var paths []string
	var gaps []connectors.Gap
	for _, pattern := range s.keys.Files {
		found, missed := expand(s.system.Dir, pattern)
		gaps = append(gaps, missed...)
		if len(found)+len(missed) == 0 {
			gaps = append(gaps, connectors.Gap{Why: fmt.Sprintf("no file matches %q: correct the path in the register, or bring the file back", pattern)})
		}
		for _, p := range found {
			if !slices.Contains(paths, p) {
				paths = append(paths, p)
			}
		}
	}
	bases := map[string]int{}
	for _, p := range paths {
		bases[filepath.Base(p)]++
	}
	files := make([]file, len(paths))
	for i, p := range paths {
		files[i] = file{filepath.Base(p), p}
		if bases[files[i].place] > 1 {
			files[i].place = slashed(s.system.Dir, p)
		}
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.place, b.place) })
	return files, gaps
}

// slashed returns a path from dir, with slashes.
func slashed(dir, p string) string {
	if rel, err := filepath.Rel(dir, p); err == nil {
		p = rel
	}
	return filepath.ToSlash(p)
}

// expand returns the paths that a pattern names. A path with the marks of a pattern in it is taken as it is where it is there.
func expand(dir, pattern string) (paths []string, gaps []connectors.Gap) {
	base, rest := dir, filepath.ToSlash(pattern)
	if volume := filepath.VolumeName(pattern); filepath.IsAbs(pattern) {
		base, rest = volume+string(filepath.Separator), strings.TrimLeft(rest[len(volume):], "/")
	}
	whole := filepath.Join(base, filepath.FromSlash(rest))
	if info, err := os.Stat(whole); err == nil && info.Mode().IsRegular() {
		return []string{whole}, nil
	}
	paths = []string{base}
	segments := strings.Split(path.Clean(rest), "/")
	for i, segment := range segments {
		var next []string
		for _, p := range paths {
			found, err := step(p, segment)
			if err != nil {
				gaps = append(gaps, connectors.Gap{Place: slashed(dir, p), Why: "the folder cannot be listed: " + reason(err)})
			}
			next = append(next, found...)
		}
		if i < len(segments)-1 {
			next = slices.DeleteFunc(next, func(p string) bool {
				info, err := os.Stat(p)
				return err == nil && !info.IsDir()
			})
		}
		paths = next
	}
	return slices.DeleteFunc(paths, func(p string) bool {
		info, err := os.Stat(p)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return true
		case err != nil:
			gaps = append(gaps, connectors.Gap{Place: slashed(dir, p), Why: reason(err)})
		case info.IsDir():
		case !info.Mode().IsRegular():
			gaps = append(gaps, connectors.Gap{Place: slashed(dir, p), Why: "it is no regular file"})
		}
		return err != nil || !info.Mode().IsRegular()
	}), gaps
}

// step returns the names in a folder that answer to one segment of a pattern, ignoring case.
func step(dir, segment string) ([]string, error) {
	if !strings.ContainsAny(segment, `*?[`) {
		return []string{filepath.Join(dir, segment)}, nil
	}
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	var found []string
	for _, e := range entries {
		if ok, _ := path.Match(strings.ToLower(segment), strings.ToLower(e.Name())); ok && !beside(e.Name()) {
			found = append(found, filepath.Join(dir, e.Name()))
		}
	}
	return found, err
}

// beside reports whether a file is what Access or this package leaves beside a database in use.
func beside(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".ldb" || ext == ".laccdb" || strings.Contains(name, swapfile.Mark)
}

// reason says in words why a file cannot be opened or read, without its path.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "it is not there (any more)"
	case errors.Is(err, fs.ErrPermission):
		return "this account may not read it"
	}
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err
	}
	return "it cannot be read: " + err.Error()
}
