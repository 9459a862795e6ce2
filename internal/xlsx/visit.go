package xlsx

import (
	"slices"
	"strconv"
	"strings"
)

// visitor goes through the tree of a part, or of what stands around the rows of a sheet, and brings everything in it up to
// date: references follow their rows, and removed contents go. During the analysis, it only keeps rows from being
// deleted that something could not do without.
type visitor struct {
	*rewriting
	part string
	job  job
	base int // how many rows the cell that relative references count from moves down within its range
}

func (v *visitor) visit(tree *node) {
	tree.walk(v.element, func(n *node) {
		if n.local() == "conditionalFormatting" || n.local() == "dataValidation" {
			v.base = 0
		}
	})
	if v.final {
		if v.job.kind == "comments" {
			forgetAuthors(tree)
		}
		tree.walk(v.tidy, func(*node) {})
		tree.walk(v.remains, func(*node) {})
	}
}

// element handles one element; false takes it out.
func (v *visitor) element(parent, n *node) bool {
	name := n.local()
	switch v.job.kind {
	case "workbook":
		return v.workbook(n)
	case "chart", "chartEx":
		v.chart(n)
	case "pivotCacheDefinition", "pivotCacheRecords":
		return v.pivot(parent, n)
	case "externalLink":
		if name == "v" && v.isRemoved(n.content()) {
			n.children = nil
		}
		return true
	case "core-properties", "extended-properties", "custom-properties", "person":
		v.property(n)
		return true
	case "drawing", "chartUserShapes":
		v.drawing(parent, n)
	case "vmlDrawing":
		return v.vml(n)
	}
	v.formulas(n)
	return v.ranges(n)
}

// isRemoved reports whether a text is a content that is removed.
func (v *visitor) isRemoved(text string) bool {
	return v.final && text != "" && (v.removed[text] || v.removed[strings.TrimSpace(text)])
}

// formula returns a formula brought up to date, or only notes what it refers to.
func (v *visitor) formula(text string) string {
	sheet := ""
	if v.job.sheet != nil {
		sheet = v.job.sheet.Name
	}
	if !v.final {
		v.noteFormula(sheet, []byte(text), v.base, 0, "a chart, name, rule or list refers to it")
		return text
	}
	if inner, ok := strings.CutPrefix(text, `"`); ok && v.isRemoved(strings.TrimSuffix(inner, `"`)) {
		return `""`
	}
	return string(formulaChange{sheet: sheet, rows: v.base, maps: v.maps}.apply([]byte(text)))
}

// maps returns how the rows of a sheet move.
func (r *rewriting) maps(sheet string) *rowMap {
	if s := r.named(sheet); s != nil {
		return s.rows
	}
	return nil
}

// cellRange returns a range of the part's sheet brought up to date; ok is false where nothing is left of it.
func (v *visitor) cellRange(text string) (string, bool) {
	s := v.job.sheet
	if s == nil || !v.final || !s.rows.moves() {
		return text, true
	}
	ok := true
	var out []byte
	at := 0
	references([]byte(text), func(r reference) {
		moved, left := r.through(s.rows)
		ok = ok && left
		out = append(out, text[at:r.from]...)
		out = moved.append(out)
		at = r.to
	})
	return string(append(out, text[at:]...)), ok
}

// cellRanges does so for a list; ranges of which nothing is left are taken out of it.
func (v *visitor) cellRanges(text string) (string, bool) {
	var kept []string
	for _, one := range strings.Fields(text) {
		if moved, ok := v.cellRange(one); ok {
			kept = append(kept, moved)
		}
	}
	return strings.Join(kept, " "), len(kept) > 0
}

// formulaElements hold a formula, formulaAttrs are attributes that do.
var (
	formulaElements = []string{"f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula", "totalsRowFormula",
		"FmlaLink", "FmlaRange", "FmlaGroup", "FmlaTxbx", "FmlaPict"}
	formulaAttrs = []string{"textlink", "cellRange", "fmlaLink", "fmlaRange", "fmlaGroup", "fmlaTxbx", "linkedCell", "listFillRange"}
)

// formulas brings the formulas of an element up to date.
func (v *visitor) formulas(n *node) {
	switch n.local() {
	case "conditionalFormatting", "dataValidation":
		v.base = v.baseOf(n)
	case "cfvo":
		if n.attr("type") != "percent" && n.attr("val") != "" {
			n.set("val", v.formula(n.attr("val")))
		}
	}
	if slices.Contains(formulaElements, n.local()) && n.elements() == 0 {
		if text := n.content(); text != "" {
			if changed := v.formula(text); changed != text {
				n.setContent(changed)
			}
		}
	}
	for _, a := range n.attrs {
		if slices.Contains(formulaAttrs, a.name) {
			text := n.attr(a.name)
			if changed := v.formula(text); changed != text {
				n.set(a.name, changed)
			}
		}
	}
}

// baseOf returns how many rows below the first one the first row that is kept of a rule's cells is: relative references of
// its formulas count from there.
func (v *visitor) baseOf(n *node) int {
	ref := n.attr("sqref")
	if c := n.child("sqref"); c != nil {
		ref = c.content()
	}
	first, _, _ := strings.Cut(strings.TrimSpace(ref), " ")
	m, ok := parseRange(first)
	if !ok || v.job.sheet == nil {
		return 0
	}
	for row := m.FirstRow; row <= m.LastRow; row++ {
		if !v.job.sheet.deleted[row] {
			return row - m.FirstRow
		}
	}
	return 0
}

// ranges brings the ranges of an element up to date; false takes it out.
func (v *visitor) ranges(n *node) bool {
	if v.job.sheet == nil {
		return true
	}
	left := true
	for _, name := range []string{"ref", "sqref", "topLeftCell", "activeCell"} {
		text := n.attr(name)
		if text == "" {
			continue
		}
		changed, ok := v.cellRanges(text)
		switch {
		case ok && changed != text:
			n.set(name, changed)
		case !ok && (name == "topLeftCell" || name == "activeCell" || n.local() == "selection"):
			n.drop(name)
		case !ok:
			left = false
		}
	}
	switch n.local() {
	case "sqref":
		if changed, ok := v.cellRanges(n.content()); ok && changed != n.content() {
			n.setContent(changed)
		}
	case "brk":
		if row, err := strconv.Atoi(n.attr("id")); err == nil && v.final {
			moved, _ := v.job.sheet.rows.row(row)
			n.set("id", strconv.Itoa(moved))
		}
	case "mergeCell":
		m, ok := parseRange(n.attr("ref"))
		left = left && ok && (m.FirstRow != m.LastRow || m.FirstColumn != m.LastColumn)
	case "hyperlink", "comment", "threadedComment":
		return v.attached(n, left)
	case "table":
		v.table(n)
	case "location":
		if m, ok := parseRange(n.attr("ref")); ok && v.job.kind == "pivotTable" && !v.final {
			v.keepAll(v.job.sheet, m.FirstRow, m.LastRow, "a pivot table stands there")
		}
	case "filter", "customFilter":
		return !v.isRemoved(n.attr("val"))
	case "author":
		if v.isRemoved(n.content()) {
			n.children = nil
		}
	}
	return left
}
