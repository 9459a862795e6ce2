package xlsx

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"
)

// Options says how a workbook is opened.
type Options struct {
	// Password opens an encrypted workbook. Excel encrypts workbooks that are only protected against
	// changes with its own password: that one is always tried.
	Password string
}

// Workbook is an open workbook. Its methods may be called from several goroutines at once.
type Workbook struct {
	Sheets []Sheet // in the order of their tabs, hidden ones included

	parts    parts
	files    []*zip.File // in the order of the package
	box      *container  // of an encrypted file; nil: it is none
	date1904 bool
	formats  []Format // by the index of a cell's style

	stringsPart string // "": there is none
	stringsOnce sync.Mutex
	strings     *Strings
	memory      int // how many bytes of shared strings are kept in memory
}

// Close lets go of what the workbook keeps. The file that it was opened on stays open.
func (w *Workbook) Close() error {
	w.stringsOnce.Lock()
	defer w.stringsOnce.Unlock()
	if w.strings == nil {
		return nil
	}
	return w.strings.close()
}

// Sheet is one sheet of a workbook.
type Sheet struct {
	Name   string
	Hidden bool
	Cells  bool // whether it has cells: chart sheets have none

	part string
}

// Open reads the workbook's directory, its list of sheets and its number formats. An error wraps one of
// the Err values of this package, or is the reader's.
func Open(ctx context.Context, r io.ReaderAt, size int64, o Options) (*Workbook, error) {
	inner, size, box, err := unwrap(ctx, r, size, o)
	if err != nil {
		return nil, err
	}
	all, files, err := openParts(inner, size)
	if err != nil {
		return nil, err
	}
	w := &Workbook{parts: all, files: files, box: box, memory: memoryLimit}
	main, err := w.mainPart(ctx)
	if err != nil {
		return nil, err
	}
	rels, err := w.relations(ctx, main)
	if err != nil {
		return nil, err
	}
	if err := w.readBook(ctx, main, rels); err != nil {
		return nil, err
	}
	for _, rel := range rels {
		switch rel.kind {
		case "sharedStrings":
			w.stringsPart = rel.target
		case "styles":
			if err := w.readStyles(ctx, rel.target); err != nil {
				return nil, err
			}
		}
	}
	return w, nil
}

// mainPart returns the name of the workbook's main part.
func (w *Workbook) mainPart(ctx context.Context) (string, error) {
	const usual = "xl/workbook.xml"
	rels, err := w.relations(ctx, "")
	if err != nil {
		return "", err
	}
	for _, rel := range rels {
		if rel.kind != "officeDocument" {
			continue
		}
		switch name := strings.ToLower(rel.target); {
		case strings.HasSuffix(name, ".bin"):
			return "", fmt.Errorf("%w of this format but a binary one (.xlsb)", ErrNotWorkbook)
		case strings.HasPrefix(name, "word/"), strings.HasPrefix(name, "ppt/"):
			return "", fmt.Errorf("%w but another Office document", ErrNotWorkbook)
		}
		return rel.target, nil
	}
	if w.parts[usual] != nil {
		return usual, nil
	}
	return "", fmt.Errorf("%w but another ZIP archive", ErrNotWorkbook)
}

// relation is one relationship of a part to another one of the package.
type relation struct {
	id     string
	kind   string // the last segment of its type, which transitional and strict files share
	target string // the name of the part
}

// relationsOf returns the name of the part that holds the relationships of another one, "" for the package.
func relationsOf(part string) string {
	dir, file := path.Split(part)
	return dir + "_rels/" + file + ".rels"
}

// relations returns the relationships of a part, "" for those of the package, external ones left out.
func (w *Workbook) relations(ctx context.Context, of string) ([]relation, error) {
	dir, name := path.Dir(of)+"/", relationsOf(of)
	if w.parts[partName(name)] == nil {
		return nil, nil
	}
	var all []relation
	err := w.elements(ctx, name, func(s *scanner) error {
		if string(s.name) != "Relationship" {
			return nil
		}
		if mode, _ := attr(s.attrs, "TargetMode"); mode == "External" {
			return nil
		}
		id, _ := attr(s.attrs, "Id")
		kind, _ := attr(s.attrs, "Type")
		target, _ := attr(s.attrs, "Target")
		if !strings.HasPrefix(target, "/") {
			target = dir + target
		}
		all = append(all, relation{id, path.Base(kind), strings.TrimPrefix(path.Clean("/"+target), "/")})
		return nil
	})
	return all, err
}

// elements calls do at every start tag of a small part.
func (w *Workbook) elements(ctx context.Context, name string, do func(s *scanner) error) error {
	text, err := w.parts.open(ctx, name)
	if err != nil {
		return err
	}
	defer text.Close()
	s, depth := newScanner(text, name, 16<<10), 0
	for {
		kind, err := s.next()
		if err != nil {
			return err
		}
		switch kind {
		case startTag:
			depth++
			err = do(s)
		case emptyTag:
			err = do(s)
		case endTag:
			depth--
		case endOfPart:
			if depth != 0 {
				return damaged(name, "ends early")
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (w *Workbook) readBook(ctx context.Context, main string, rels []relation) error {
	root := false
	err := w.elements(ctx, main, func(s *scanner) error {
		switch string(s.name) {
		case "workbook":
			root = true
		case "workbookPr":
			v, _ := attr(s.attrs, "date1904")
			w.date1904 = v == "1" || v == "true" || v == "on"
		case "sheet":
			return w.addSheet(s.attrs, main, rels)
		}
		return nil
	})
	if err == nil && !root {
		err = damaged(main, "is no workbook's main part")
	}
	return err
}

func (w *Workbook) addSheet(attrs []byte, main string, rels []relation) error {
	name, ok := attr(attrs, "name")
	id, hasID := attr(attrs, ":id")
	if !ok || !hasID {
		return damaged(main, "lists a sheet without a name or a part")
	}
	sheet := Sheet{Name: string(unescapeX([]byte(name)))}
	state, _ := attr(attrs, "state")
	sheet.Hidden = state == "hidden" || state == "veryHidden"
	for _, rel := range rels {
		if rel.id == id {
			sheet.part = rel.target
			sheet.Cells = rel.kind != "chartsheet"
			w.Sheets = append(w.Sheets, sheet)
			return nil
		}
	}
	return damaged(main, "lists a sheet whose part is unknown")
}

// readStyles reads what turns the index of a cell's style into its number format.
func (w *Workbook) readStyles(ctx context.Context, name string) error {
	codes := map[string]string{}
	inCells := false
	text, err := w.parts.open(ctx, name)
	if err != nil {
		return err
	}
	defer text.Close()
	s, parsed := newScanner(text, name, 64<<10), map[string]Format{}
	for {
		kind, err := s.next()
		if err != nil {
			return err
		}
		switch {
		case kind == endOfPart:
			return nil
		case kind == endTag && bytes.Equal(s.name, []byte("cellXfs")):
			inCells = false
		case kind != startTag && kind != emptyTag:
		case bytes.Equal(s.name, []byte("cellXfs")):
			inCells = kind == startTag
		case bytes.Equal(s.name, []byte("numFmt")):
			id, _ := attr(s.attrs, "numFmtId")
			codes[id], _ = attr(s.attrs, "formatCode")
		case inCells && bytes.Equal(s.name, []byte("xf")):
			id, _ := attr(s.attrs, "numFmtId")
			f, ok := parsed[id]
			if !ok {
				f = formatOf(id, codes)
				parsed[id] = f
			}
			w.formats = append(w.formats, f)
		}
	}
}

// Format returns the number format of a cell's style.
func (w *Workbook) Format(style int) Format {
	if style < 0 || style >= len(w.formats) {
		return Format{}
	}
	return w.formats[style]
}
