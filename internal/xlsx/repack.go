package xlsx

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/flate"
)

// writeSealed writes the package, encrypted where it was.
func (r *rewriting) writeSealed(out io.Writer) error {
	if r.book.box == nil {
		return r.write(out)
	}
	plain, err := newSpill()
	if err != nil {
		return err
	}
	defer plain.close()
	if err := r.write(plain); err != nil {
		return err
	}
	if err := plain.flush(); err != nil {
		return err
	}
	return r.book.box.write(r.ctx, out, plain)
}

// write writes the package: parts that do not change are copied compressed as they are.
func (r *rewriting) write(out io.Writer) error {
	z := zip.NewWriter(out)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.DefaultCompression) })
	for _, f := range r.book.files {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		name := partName(f.Name)
		if r.gone[name] {
			continue
		}
		if err := r.writePart(z, f, name); err != nil {
			return err
		}
	}
	// Links to places outside are taken out of relationships while the sheets are written: those come last.
	for _, f := range r.book.files {
		if name := partName(f.Name); strings.HasSuffix(name, ".rels") {
			if err := r.writeRelations(z, f, name); err != nil {
				return err
			}
		}
	}
	return z.Close()
}

func (r *rewriting) writePart(z *zip.Writer, f *zip.File, name string) error {
	if strings.HasSuffix(name, ".rels") {
		return nil
	}
	if s := r.sheetOf(name); s != nil {
		changes, err := r.changes(s)
		if err != nil || !changes {
			return copyPart(z, f, err)
		}
		w, err := createPart(z, f)
		if err != nil {
			return err
		}
		return r.writeSheet(s, w)
	}
	switch {
	case name == partName(r.book.stringsPart) && len(r.removed) > 0:
		w, err := createPart(z, f)
		if err != nil {
			return err
		}
		return r.writeStrings(w)
	case name == "[content_types].xml" && len(r.gone) > 0:
		return r.writeTypes(z, f)
	}
	for job := range r.jobs {
		if partName(job) != name {
			continue
		}
		text, changed, err := r.rewritePart(job)
		if err != nil || !changed {
			return copyPart(z, f, err)
		}
		return writeText(z, f, text)
	}
	r.lookInto(name)
	return copyPart(z, f, nil)
}

func (r *rewriting) sheetOf(name string) *sheetEdit {
	for _, s := range r.sheets {
		if s.Cells && partName(s.part) == name {
			return s
		}
	}
	return nil
}

// changes reports whether a sheet is to be written anew.
func (r *rewriting) changes(s *sheetEdit) (bool, error) {
	if s.touched() || s.formulas && len(r.removed) > 0 {
		return true, nil
	}
	for _, other := range r.sheets {
		if other.rows.moves() {
			return true, nil
		}
	}
	return false, nil
}

func copyPart(z *zip.Writer, f *zip.File, err error) error {
	if err != nil {
		return err
	}
	return z.Copy(f)
}

func createPart(z *zip.Writer, f *zip.File) (io.Writer, error) {
	return z.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: f.Modified})
}

func writeText(z *zip.Writer, f *zip.File, text []byte) error {
	w, err := createPart(z, f)
	if err == nil {
		_, err = w.Write(text)
	}
	return err
}

// writeRelations writes a part of relationships without those that are left out.
func (r *rewriting) writeRelations(z *zip.Writer, f *zip.File, name string) error {
	if len(r.targets[name]) == 0 {
		return copyPart(z, f, nil)
	}
	tree, err := r.tree(f.Name)
	if err != nil {
		return err
	}
	tree.walk(func(_, n *node) bool { return n.local() != "Relationship" || !r.targets[name][n.attr("Id")] }, func(*node) {})
	return writeText(z, f, tree.trimmed().appendChildren([]byte(xmlHead)))
}

// writeTypes writes the list of the parts' types without those that are left out.
func (r *rewriting) writeTypes(z *zip.Writer, f *zip.File) error {
	tree, err := r.tree(f.Name)
	if err != nil {
		return err
	}
	tree.walk(func(_, n *node) bool { return n.local() != "Override" || !r.gone[partName(n.attr("PartName"))] }, func(*node) {})
	return writeText(z, f, tree.trimmed().appendChildren([]byte(xmlHead)))
}

func (r *rewriting) tree(name string) (*node, error) {
	part, err := r.book.parts.open(r.ctx, name)
	if err != nil {
		return nil, err
	}
	defer part.Close()
	tree, _, err := newStrictScanner(part, name, 16<<10).readTree("")
	return tree, err
}

// writeStrings writes the shared strings; those that only removed cells referred to, and those that no cell refers to and that say the
// same, are empty.
func (r *rewriting) writeStrings(out io.Writer) error {
	part, err := r.book.parts.open(r.ctx, r.book.stringsPart)
	if err != nil {
		return err
	}
	defer part.Close()
	strs, err := r.book.Strings(r.ctx)
	if err != nil {
		return err
	}
	all := lookup{Strings: strs}
	s := &sheetReader{scanner: newStrictScanner(part, r.book.stringsPart, 128<<10)}
	if _, err := io.WriteString(out, xmlHead); err != nil {
		return err
	}
	for i, root := 0, false; ; {
		kind, raw, err := s.token()
		if err != nil {
			return err
		}
		if kind == endOfPart {
			return nil
		}
		start := kind == startTag || kind == emptyTag
		if !root && !start {
			continue // the declaration that the new one replaces
		}
		if !root {
			root, raw = true, s.buf[s.start:s.pos]
		}
		if start && string(s.name) == "si" {
			tag := string(s.full)
			if kind == startTag {
				if err := s.skip(); err != nil {
					return err
				}
			}
			raw = s.buf[s.keep:s.pos]
			if gone, err := r.forgets(&all, i); err != nil {
				return err
			} else if gone {
				raw = fmt.Appendf(nil, "<%s><%st/></%s>", tag, strings.TrimSuffix(tag, "si"), tag)
			}
			i++
		}
		if _, err := out.Write(raw); err != nil {
			return err
		}
	}
}

// forgets reports whether a shared string goes.
func (r *rewriting) forgets(all *lookup, i int) (bool, error) {
	if r.used.has(i) || r.dropped.has(i) {
		return !r.used.has(i), nil
	}
	all.copied = all.copied[:0]
	text, err := all.at(i)
	return r.removed[string(text)], err
}

// lookInto reports a part that is neither a sheet nor otherwise understood, where it may hold removed contents.
func (r *rewriting) lookInto(name string) {
	switch {
	case strings.HasPrefix(name, "xl/embeddings/"):
		r.remain(name, "a file of its own, which was not looked into")
		return
	case !strings.HasSuffix(name, ".xml") && !strings.HasSuffix(name, ".vml") || path.Dir(name) == "xl/theme" || name == "xl/styles.xml" || len(r.telling) == 0:
		return
	}
	part, err := r.book.parts.open(r.ctx, name)
	if err != nil {
		r.remain(name, "it cannot be read")
		return
	}
	defer part.Close()
	text, err := io.ReadAll(io.LimitReader(part, maxTree))
	if err != nil {
		r.remain(name, "it cannot be read")
		return
	}
	text = bytes.ReplaceAll(text, []byte("&amp;"), []byte("&"))
	if r.tells(string(text)) {
		r.remain(name, "a text in it holds a removed value")
	}
}
