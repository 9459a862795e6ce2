package xlsx

import (
	"slices"
	"strconv"
	"strings"
)

// containers must not be left empty.
var containers = []string{"mergeCells", "hyperlinks", "dataValidations", "protectedRanges", "ignoredErrors", "rowBreaks", "filters",
	"customFilters", "conditionalFormattings"}

// tidy takes out what was left without contents, and corrects counts.
func (v *visitor) tidy(_, n *node) bool {
	switch name := n.local(); {
	case name == "table" && v.job.kind == "table":
		v.grow(n)
	case name == "filterColumn":
		if f := n.child("filters"); f != nil && f.elements() == 0 && f.attr("blank") == "" {
			return false
		}
		if f := n.child("customFilters"); f != nil && f.elements() == 0 {
			return false
		}
	case slices.Contains(containers, name):
		if n.elements() == 0 && n.attr("blank") == "" {
			return false
		}
		if n.attr("count") != "" {
			n.set("count", strconv.Itoa(n.elements()))
		}
	}
	return true
}

// attached handles what hangs on a cell: it goes with the content.
func (v *visitor) attached(n *node, left bool) bool {
	m, ok := parseRange(n.attr("ref"))
	if !v.final || !ok {
		v.noteTalkers(n, !ok || !v.job.sheet.clears(m.FirstRow))
		return true
	}
	if !left {
		v.unlink(n)
		return false
	}
	// The range is already that of the new rows: it is looked up by where its first row was.
	old := v.job.sheet.rows.before(m.FirstRow)
	goes := v.job.sheet.uncomments(old)
	if n.local() == "hyperlink" {
		goes = v.job.sheet.unlinks(old, m.FirstColumn)
	}
	if m.FirstRow == m.LastRow && goes {
		v.unlink(n)
		return false
	}
	if location := n.attr("location"); location != "" {
		n.set("location", v.formula(location))
	}
	for _, name := range []string{"display", "tooltip"} {
		if v.isRemoved(n.attr(name)) {
			n.drop(name)
		}
	}
	return true
}

// noteTalkers notes who wrote a comment of a conversation and who is mentioned in it, and whether the comment stays.
func (v *visitor) noteTalkers(comment *node, stays bool) {
	if id := comment.attr("personId"); id != "" {
		v.talkers[id] = v.talkers[id] || stays
	}
	comment.walk(func(_, n *node) bool {
		if id := n.attr("mentionpersonId"); id != "" {
			v.talkers[id] = v.talkers[id] || stays
		}
		return true
	}, func(*node) {})
}

// forgetAuthors empties the names of those of whom no comment is left. Their places stay: comments count them.
func forgetAuthors(comments *node) {
	left := map[string]bool{}
	comments.walk(func(_, n *node) bool {
		if n.local() == "comment" {
			left[n.attr("authorId")] = true
		}
		return true
	}, func(*node) {})
	i := 0
	comments.walk(func(_, n *node) bool {
		if n.local() == "author" {
			if !left[strconv.Itoa(i)] {
				n.children = nil
			}
			i++
		}
		return true
	}, func(*node) {})
}

// unlink takes the target of a hyperlink out of the relationships.
func (v *visitor) unlink(n *node) {
	for _, a := range n.attrs {
		if strings.HasSuffix(a.name, ":id") && n.local() == "hyperlink" {
			v.leaveOut(v.job.sheet.part, string(a.value))
		}
	}
}

// before returns the row that a row was before others were deleted.
func (m *rowMap) before(row int) int {
	if m == nil {
		return row
	}
	for _, gone := range m.deleted {
		if gone > row {
			break
		}
		row++
	}
	return row
}

// table keeps the rows that a table cannot do without: its header, its totals and one row of data.
func (v *visitor) table(n *node) {
	m, ok := parseRange(n.attr("ref"))
	if !ok || v.final || v.job.kind != "table" {
		return
	}
	number := func(name string, otherwise int) int {
		if count, err := strconv.Atoi(n.attr(name)); err == nil {
			return count
		}
		return otherwise
	}
	first, last := m.FirstRow+number("headerRowCount", 1), m.LastRow-number("totalsRowCount", 0)
	const why = "a table cannot do without it"
	v.keepAll(v.job.sheet, m.FirstRow, first-1, why)
	v.keepAll(v.job.sheet, last+1, m.LastRow, why)
	v.keepOne(v.job.sheet, first, last, why)
}

// grow takes new rows right below a table into it. All ranges are those of the new rows already.
func (v *visitor) grow(n *node) {
	m, ok := parseRange(n.attr("ref"))
	if !ok || n.attr("totalsRowCount") != "" && n.attr("totalsRowCount") != "0" {
		return
	}
	to := m
	for v.job.sheet.added[v.job.sheet.rows.before(to.LastRow+1)] {
		to.LastRow++
	}
	if to == m {
		return
	}
	n.set("ref", to.String())
	if filter := n.child("autoFilter"); filter != nil && filter.attr("ref") == m.String() {
		filter.set("ref", to.String())
	}
}

// workbook handles the workbook's main part.
func (v *visitor) workbook(n *node) bool {
	v.formulas(n)
	if n.local() != "workbook" || !v.final {
		return true
	}
	calc := n.child("calcPr")
	if calc == nil {
		prefix := strings.TrimSuffix(n.name, "workbook")
		calc = &node{name: prefix + "calcPr"}
		at := 0
		for i, c := range n.children {
			if slices.Contains([]string{"sheets", "functionGroups", "externalReferences", "definedNames"}, c.local()) {
				at = i + 1
			}
		}
		n.children = slices.Insert(n.children, at, calc)
	}
	calc.put("fullCalcOnLoad", "1")
	return true
}

// caches are the elements of charts that repeat what the cells hold; programs fill them again.
var caches = []string{"strCache", "numCache", "multiLvlStrCache", "lvl"}

// chart takes out the caches of cells that were touched.
func (v *visitor) chart(n *node) {
	if n.local() == "t" && v.isRemoved(n.content()) {
		n.children = nil
	}
	f := n.child("f")
	if f == nil || !v.final {
		return
	}
	touched := false
	references([]byte(f.content()), func(r reference) {
		s := v.named(r.sheet)
		touched = touched || s != nil && s.touched() || r.several
	})
	if touched {
		n.children = slices.DeleteFunc(n.children, func(c *node) bool { return c.name != "" && slices.Contains(caches, c.local()) })
	}
}

// pivot handles the cache of a pivot table: removed contents become missing ones, and it is filled again when it is opened.
func (v *visitor) pivot(parent, n *node) bool {
	if !v.final {
		if n.local() == "worksheetSource" && n.attr("ref") != "" {
			if s, m, ok := v.source(n); ok {
				v.keepOne(s, m.FirstRow, m.FirstRow, "a pivot table has its column names there")
				v.keepOne(s, m.FirstRow+1, m.LastRow, "a pivot table is made of it")
			}
		}
		return true
	}
	switch n.local() {
	case "pivotCacheDefinition":
		n.put("refreshOnLoad", "1")
	case "worksheetSource":
		if s, m, ok := v.source(n); ok && s.rows.moves() {
			if first, last, left := s.rows.span(m.FirstRow, m.LastRow); left {
				m.FirstRow, m.LastRow = first, last
				n.set("ref", m.String())
			}
		}
	case "s", "n", "d", "e":
		if v.isRemoved(n.attr("v")) {
			n.name = strings.TrimSuffix(n.name, n.local()) + "m"
			n.attrs, n.children = nil, nil
			if parent.local() == "sharedItems" {
				parent.put("containsBlank", "1")
			}
		}
	case "sharedItems":
		for _, name := range []string{"minValue", "maxValue", "minDate", "maxDate"} {
			if v.isRemoved(n.attr(name)) {
				n.drop(name)
			}
		}
	}
	return true
}

// source returns the sheet and the cells that a pivot table is made of.
func (v *visitor) source(n *node) (*sheetEdit, Merge, bool) {
	s := v.named(n.attr("sheet"))
	m, ok := parseRange(n.attr("ref"))
	return s, m, ok && s != nil
}

// property empties a property of the document, or a commentator's name, that tells of a removed content.
func (v *visitor) property(n *node) {
	if text := n.content(); n.elements() == 0 && (v.isRemoved(text) || v.tells(text)) {
		n.children = nil
	}
	left, talked := v.talkers[n.attr("id")]
	if v.final && n.local() == "person" && (talked && !left || v.isRemoved(n.attr("displayName"))) {
		n.set("displayName", "")
		n.set("userId", "")
	}
}

// drawing moves what is anchored to rows, and empties texts that are removed contents.
func (v *visitor) drawing(parent, n *node) {
	switch n.local() {
	case "t":
		if v.isRemoved(n.content()) {
			n.children = nil
		}
	case "row":
		if parent != nil && (parent.local() == "from" || parent.local() == "to") {
			v.moveRow(n)
		}
	}
}

// moveRow moves a row that an element holds, counted from 0.
func (v *visitor) moveRow(n *node) {
	row, err := strconv.Atoi(strings.TrimSpace(n.content()))
	if err != nil || v.job.sheet == nil || !v.final {
		return
	}
	if moved, _ := v.job.sheet.rows.row(row + 1); moved != row+1 {
		n.setContent(strconv.Itoa(moved - 1))
	}
}

// vml handles the shapes of notes and form controls; the note of a removed content goes with it.
func (v *visitor) vml(n *node) bool {
	if n.local() != "shape" || v.job.sheet == nil || !v.final {
		if n.local() != "ClientData" {
			v.formulas(n)
		}
		return true
	}
	data := n.child("ClientData")
	if data == nil {
		return true
	}
	if row := data.child("Row"); row != nil {
		r, err := strconv.Atoi(strings.TrimSpace(row.content()))
		if err == nil && v.job.sheet.uncomments(r+1) {
			return false
		}
		v.moveRow(row)
	}
	if anchor := data.child("Anchor"); anchor != nil {
		if fields := strings.Split(anchor.content(), ","); len(fields) == 8 {
			for _, i := range []int{2, 6} {
				if at, err := strconv.Atoi(strings.TrimSpace(fields[i])); err == nil {
					moved, _ := v.job.sheet.rows.row(at + 1)
					fields[i] = " " + strconv.Itoa(moved-1)
				}
			}
			if changed := strings.Join(fields, ","); v.job.sheet.rows.moves() {
				anchor.setContent(changed)
			}
		}
	}
	return true
}
