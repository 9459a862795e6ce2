package xlsx

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"
)

// Aside is a text of a workbook that stands in none of its cells.
type Aside struct {
	What  string // what it stands in, in words: "a text box or another drawing"
	Sheet string // the sheet that it belongs to; "": the whole workbook
	Text  string
}

// Asides calls do for every text that stands neither in a cell nor in the part of a sheet (see Rows.Aside) nor in a comment on a
// sheet with cells (see Comments): in drawings, charts, properties, names, links to other files, caches, and any other part that is XML
// and of which this package knows nothing. It returns the first error of do, or that of a part that cannot be read once
// the others were.
func (w *Workbook) Asides(ctx context.Context, do func(Aside) error) error {
	owners, err := w.owners(ctx)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(w.parts)) {
		owner := owners[name]
		switch {
		case path.Ext(name) == ".rels":
			err = w.outside(ctx, name, do)
		case silentPart(name) || name == partName(w.stringsPart) || owner.own:
		case path.Ext(name) == ".xml" || path.Ext(name) == ".vml":
			g := gatherer{what: what(name), sheet: owner.sheet, drawing: path.Ext(name) == ".vml", do: do}
			err = g.part(ctx, w, name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Unread returns the parts of the workbook that are files of another kind and hold data: embedded documents and workbooks, controls and data
// models. Pictures, macros and the settings of printers do not count.
func (w *Workbook) Unread() []string {
	var names []string
	for name, f := range w.parts {
		switch path.Ext(name) {
		case ".xml", ".vml", ".rels", ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".wdp", ".svg", ".ico", ".pcx", ".pict":
			continue
		}
		if f.UncompressedSize64 > 0 && path.Base(path.Dir(name)) != "printersettings" && !strings.HasPrefix(path.Base(name), "vba") {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	return names
}

// silentPart reports whether a part is only about looks or about the package itself.
func silentPart(name string) bool {
	return name == "[content_types].xml" || name == "xl/styles.xml" || name == "xl/calcchain.xml" || path.Dir(name) == "xl/theme"
}

// kindsOfParts says in words what the texts of a part stand in, by the start of its name or by that of its folder's.
var kindsOfParts = []struct{ start, what string }{
	{"docprops/", inProperties},
	{"xl/workbook", inBook},
	{"xl/drawings/", inDrawing},
	{"xl/diagrams/", "a diagram"},
	{"xl/charts/", "a chart"},
	{"xl/chartsheets/", "a chart"},
	{"xl/pivot", "the data that a pivot table keeps"},
	{"xl/slicer", "the data that a slicer keeps"},
	{"xl/externallinks/", "what is kept of another workbook"},
	{"xl/comments", "a comment"},
	{"xl/threadedcomments/", "a comment"},
	{"xl/persons/", "the list of those who wrote comments"},
	{"xl/tables/", "the definition of a table"},
	{"xl/querytables/", "a query"},
	{"xl/connections", "a connection to other data"},
	{"xl/revisions/", "the history of changes"},
	{"xl/dialogsheets/", "a dialogue"},
	{"xl/macrosheets/", "a macro sheet"},
	{"xl/richdata/", "the details of a linked value"},
	{"xl/metadata", "the details of a linked value"},
}

func what(name string) string {
	for _, k := range kindsOfParts {
		if strings.HasPrefix(name, k.start) {
			return k.what
		}
	}
	return "the part " + name
}

// owner is what a part belongs to.
type owner struct {
	sheet string
	own   bool // it is the part of a sheet, or its comments: read with the rows
}

// owners returns the sheets that parts belong to, by following the relationships from each sheet.
func (w *Workbook) owners(ctx context.Context) (map[string]owner, error) {
	owners := map[string]owner{}
	for _, s := range w.Sheets {
		todo := []string{s.part}
		owners[partName(s.part)] = owner{s.Name, s.Cells}
		for len(todo) > 0 {
			rels, err := w.relations(ctx, todo[0])
			if err != nil {
				return nil, err
			}
			todo = todo[1:]
			for _, rel := range rels {
				name := partName(rel.target)
				if _, known := owners[name]; known || strings.HasPrefix(name, "xl/pivotcache/") {
					continue
				}
				owners[name] = owner{s.Name, s.Cells && (rel.kind == "comments" || rel.kind == "threadedComment")}
				todo = append(todo, rel.target)
			}
		}
	}
	return owners, nil
}

// outside gathers what a part's relationships name outside the package, but for the links of cells.
func (w *Workbook) outside(ctx context.Context, rels string, do func(Aside) error) error {
	of := path.Join(path.Dir(path.Dir(rels)), strings.TrimSuffix(path.Base(rels), ".rels"))
	inCells := slices.ContainsFunc(w.Sheets, func(s Sheet) bool { return s.Cells && partName(s.part) == of })
	return w.elements(ctx, rels, func(s *scanner) error {
		kind, _ := attr(s.attrs, "Type")
		mode, _ := attr(s.attrs, "TargetMode")
		target, _ := attr(s.attrs, "Target")
		if mode != "External" || inCells && path.Base(kind) == "hyperlink" {
			return nil
		}
		return do(Aside{What: "a link to another file or page", Text: readable(target)})
	})
}

// readable returns a target as a person writes it.
func readable(target string) string {
	if plain, err := url.PathUnescape(target); err == nil {
		return plain
	}
	return target
}

// String names the text's place.
func (a Aside) String() string {
	if a.Sheet == "" {
		return a.What
	}
	return fmt.Sprintf("%s of sheet %q", a.What, a.Sheet)
}
