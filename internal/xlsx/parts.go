package xlsx

import (
	"path"
	"slices"
)

// job is a small part that may have to change: what it is, by the last segment of its relationship's type, and the sheet
// that it belongs to.
type job struct {
	kind  string
	sheet *sheetEdit // nil: none
}

// follow are the kinds of parts that may repeat contents or refer to rows, and those that lead to such parts.
var follow = []string{"comments", "threadedComment", "vmlDrawing", "drawing", "chart", "chartEx", "table", "pivotTable",
	"pivotCacheDefinition", "pivotCacheRecords", "externalLink", "ctrlProp", "control", "chartUserShapes", "person",
	"core-properties", "extended-properties", "custom-properties", "slicerCache", "slicer", "queryTable", "tableSingleCells"}

// findParts gathers the small parts that may have to change, and leaves out those that are only caches.
func (r *rewriting) findParts() error {
	main, err := r.book.mainPart(r.ctx)
	if err != nil {
		return err
	}
	r.jobs[main] = job{kind: "workbook"}
	if err := r.followFrom("", nil); err != nil {
		return err
	}
	if err := r.followFrom(main, nil); err != nil {
		return err
	}
	for _, s := range r.sheets {
		if err := r.followFrom(s.part, s); err != nil {
			return err
		}
	}
	return nil
}

// followFrom takes up the parts that one part has relationships to.
func (r *rewriting) followFrom(of string, s *sheetEdit) error {
	rels, err := r.book.relations(r.ctx, of)
	if err != nil {
		return err
	}
	for _, rel := range rels {
		switch {
		case rel.kind == "calcChain" || rel.kind == "thumbnail":
			r.gone[partName(rel.target)] = true
			r.leaveOut(of, rel.id)
		case r.jobs[rel.target].kind != "" || !slices.Contains(follow, rel.kind):
		case r.book.parts[partName(rel.target)] == nil:
			return damaged(rel.target, "is missing")
		default:
			r.jobs[rel.target] = job{rel.kind, s}
			if err := r.followFrom(rel.target, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// leaveOut takes a relationship out of the part that lists them.
func (r *rewriting) leaveOut(of, id string) {
	dir, file := path.Split(of)
	name := partName(dir + "_rels/" + file + ".rels")
	if r.targets[name] == nil {
		r.targets[name] = map[string]bool{}
	}
	r.targets[name][id] = true
}

// rewritePart returns a small part as it is to be written, and whether that is another text than it was. During the
// analysis it only notes what the part refers to.
func (r *rewriting) rewritePart(name string) (text []byte, changed bool, err error) {
	part, err := r.book.parts.open(r.ctx, name)
	if err != nil {
		return nil, false, err
	}
	defer part.Close()
	tree, _, err := newStrictScanner(part, name, 32<<10).readTree("")
	if err != nil {
		return nil, false, err
	}
	before := tree.trimmed().appendChildren(nil)
	v := &visitor{rewriting: r, part: name, job: r.jobs[name]}
	v.visit(tree)
	text = tree.appendChildren([]byte(xmlHead))
	return text, string(before) != string(text[len(xmlHead):]), nil
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// appendChildren writes what a node holds.
func (n *node) appendChildren(dst []byte) []byte {
	for _, c := range n.children {
		dst = c.append(dst)
	}
	return dst
}

// trimmed takes out the white space before the root of a part, which its declaration is written before.
func (n *node) trimmed() *node {
	for len(n.children) > 0 && n.children[0].name == "" {
		n.children = n.children[1:]
	}
	return n
}
