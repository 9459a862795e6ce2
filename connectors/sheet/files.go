package sheet

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/internal/swapfile"
)

// pattern names files from the register's folder.
type pattern struct {
	text     string
	root     string   // the path up to the first segment with a mark of a pattern, with slashes
	segments []string // from there on, in lower case; nil: root is the file itself
}

func parsePatterns(texts []string) ([]pattern, error) {
	var all []pattern
	for _, text := range texts {
		p, err := parsePattern(text)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

func parsePattern(text string) (pattern, error) {
	slashed := text
	if runtime.GOOS == "windows" {
		slashed = strings.ReplaceAll(text, `\`, "/")
	}
	if strings.TrimSpace(text) == "" {
		return pattern{}, errors.New("has an empty path: write the files that are searched")
	}
	segments := strings.Split(path.Clean(slashed), "/")
	n := slices.IndexFunc(segments, func(s string) bool { return strings.ContainsAny(s, "*?[") })
	if n < 0 {
		return pattern{text: text, root: path.Clean(slashed)}, nil
	}
	p := pattern{text: text, root: strings.Join(segments[:n], "/")}
	if n == 1 && segments[0] == "" {
		p.root = "/"
	}
	for _, s := range segments[n:] {
		if _, err := path.Match(s, ""); err != nil || strings.Contains(s, "**") && s != "**" {
			return pattern{}, errors.New("has a pattern that cannot be read: write * for any part of a name, and ** between slashes for any folders")
		}
		p.segments = append(p.segments, strings.ToLower(s))
	}
	if p.segments[len(p.segments)-1] == "**" {
		p.segments = append(p.segments, "*")
	}
	return p, nil
}

// depth returns how many folders deep the pattern reaches below its root, -1 without a bound.
func (p pattern) depth() int {
	if slices.Contains(p.segments, "**") {
		return -1
	}
	return len(p.segments)
}

func matchSegments(pattern, names []string) bool {
	for len(pattern) > 0 {
		if pattern[0] == "**" {
			for i := 0; i <= len(names); i++ {
				if matchSegments(pattern[1:], names[i:]) {
					return true
				}
			}
			return false
		}
		if len(names) == 0 {
			return false
		}
		if ok, _ := path.Match(pattern[0], strings.ToLower(names[0])); !ok {
			return false
		}
		pattern, names = pattern[1:], names[1:]
	}
	return len(names) == 0
}

// names reports whether the pattern names the file.
func (p pattern) names(dir string, f file) bool {
	root := p.rootPath(dir)
	if p.segments == nil {
		return root == f.path
	}
	rel, err := filepath.Rel(root, f.path)
	return err == nil && matchSegments(p.segments, strings.Split(filepath.ToSlash(rel), "/"))
}

// rootPath returns the path of the pattern's root.
func (p pattern) rootPath(dir string) string {
	root := filepath.FromSlash(p.root)
	if filepath.IsAbs(root) {
		return root
	}
	return filepath.Join(dir, root)
}

// file is one file to be searched.
type file struct {
	place string // its path from the register's folder, with slashes
	path  string
}

// list returns the files that the patterns name, sorted by place, and gaps for patterns that name nothing and for folders
// that cannot be read.
func list(ctx context.Context, dir string, patterns []pattern) ([]file, []connectors.Gap, error) {
	var files []file
	var gaps []connectors.Gap
	seen := map[string]bool{}
	for _, p := range patterns {
		l := lister{ctx: ctx, dir: dir, pattern: p}
		if err := l.list(); err != nil {
			return nil, nil, err
		}
		if len(l.files) == 0 && len(l.gaps) == 0 {
			l.gap("", fmt.Sprintf("no file matches %q: correct the path in the register, or bring the file back", p.text))
		}
		gaps = append(gaps, l.gaps...)
		for _, f := range l.files {
			if !seen[f.place] {
				seen[f.place] = true
				files = append(files, f)
			}
		}
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.place, b.place) })
	return files, gaps, nil
}

type lister struct {
	ctx     context.Context
	dir     string
	pattern pattern
	files   []file
	gaps    []connectors.Gap
}

func (l *lister) gap(place, why string) {
	l.gaps = append(l.gaps, connectors.Gap{Place: place, Why: why})
}

func (l *lister) list() error {
	root := l.pattern.rootPath(l.dir)
	info, err := os.Stat(root)
	switch {
	case err != nil:
		l.gap(l.place(root), reason(err))
	case l.pattern.segments == nil && info.IsDir():
		l.gap(l.place(root), `is a folder: write which of its files are searched, such as "folder/*.xlsx" or "folder/**"`)
	case l.pattern.segments == nil:
		l.files = append(l.files, file{l.place(root), root})
	default:
		return l.walk(root, nil, []fs.FileInfo{info})
	}
	return nil
}

// walk lists one folder. above are the folders that lead to it, so that links that lead back are seen.
func (l *lister) walk(dir string, names []string, above []fs.FileInfo) error {
	if err := l.ctx.Err(); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		l.gap(l.place(dir), "the folder cannot be listed: "+reason(err))
	}
	depth := l.pattern.depth()
	for _, e := range entries {
		names, full := append(names[:len(names):len(names)], e.Name()), filepath.Join(dir, e.Name())
		folder, link := e.IsDir(), e.Type()&fs.ModeSymlink != 0
		var info fs.FileInfo
		if folder || link {
			if info, err = os.Stat(full); err == nil {
				folder = info.IsDir()
			}
		}
		switch {
		case folder && err != nil:
			l.gap(l.place(full), "the folder cannot be listed: "+reason(err))
		case folder && (depth < 0 || len(names) < depth):
			if slices.ContainsFunc(above, func(a fs.FileInfo) bool { return os.SameFile(a, info) }) {
				continue
			}
			if err := l.walk(full, names, append(above[:len(above):len(above)], info)); err != nil {
				return err
			}
		case !folder && !besideOpen(e.Name()) && matchSegments(l.pattern.segments, names):
			l.files = append(l.files, file{l.place(full), full})
		}
	}
	return nil
}

// place returns a path from the register's folder, or from the root of the file system where none leads there.
func (l *lister) place(full string) string {
	rel, err := filepath.Rel(l.dir, full)
	if err != nil {
		rel = full
	}
	return filepath.ToSlash(rel)
}

// besideOpen reports whether a file is what Excel or LibreOffice leave beside one that is open, or a copy that this package works on.
func besideOpen(name string) bool {
	return strings.Contains(name, swapfile.Mark) || strings.HasPrefix(name, "~$") || strings.HasPrefix(name, ".~lock.") && strings.HasSuffix(name, "#")
}

// reason says in words why a file cannot be opened or read, without its path.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "it is not there (any more)"
	case errors.Is(err, fs.ErrPermission):
		return "this account may not read it"
	}
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return "it cannot be read: " + err.Error()
}
