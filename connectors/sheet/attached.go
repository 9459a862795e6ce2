package sheet

import (
	"context"
	"fmt"
	"strings"

	"dossier/connectors"
	"dossier/internal/xlsx"
)

// attached is what hangs on the cells of one sheet, by rows.
type attached struct {
	comments map[int][]xlsx.Comment
	links    map[int][]xlsx.Link
	wide     []xlsx.Link // links of many rows at once: they hang on none of them
	why      string      // why there are no comments, "": they are known
}

// maxLinked is how many rows a link may span to hang on each of them.
const maxLinked = 100

// attachments returns what hangs on the cells of a table; the links only once what stands behind the rows is known.
func (w *workbook) attachments(ctx context.Context, table int) (*attached, error) {
	if a := w.hung[table]; a != nil {
		return a, nil
	}
	a := &attached{comments: map[int][]xlsx.Comment{}, links: map[int][]xlsx.Link{}}
	comments, err := w.book.Comments(ctx, w.all[table])
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		a.why = "its comments were not searched: " + why(err)
	}
	for _, c := range comments {
		a.comments[c.Row] = append(a.comments[c.Row], c)
	}
	w.hung[table] = a
	return a, nil
}

func (a *attached) addLinks(links []xlsx.Link) {
	for _, l := range links {
		if l.LastRow-l.FirstRow >= maxLinked {
			a.wide = append(a.wide, l)
			continue
		}
		for row := l.FirstRow; row <= l.LastRow; row++ {
			a.links[row] = append(a.links[row], l)
		}
	}
}

func (w *workbook) attaches(ctx context.Context, table int) (comments, links bool, err error) {
	if comments, err = w.book.HasComments(ctx, w.all[table]); err != nil {
		return false, false, err
	}
	links, err = w.book.HasLinks(ctx, w.all[table])
	return comments, links, err
}

func (w *workbook) asides(ctx context.Context, do func(xlsx.Aside) error) error {
	return w.book.Asides(ctx, do)
}

func (w *workbook) unread() []string { return w.book.Unread() }

func (s *sheetLines) listen(do func(xlsx.Aside) error) { s.rows.Aside = do }

func (s *sheetLines) hangs() bool {
	return s.hung != nil && (len(s.hung.comments[s.row.Number]) > 0 || len(s.hung.links[s.row.Number]) > 0)
}

// attached returns the texts of the row's comments with their authors, and the texts of links that tell more than the cells that they are on.
func (s *sheetLines) attached() (comments, links connectors.Value) {
	if s.hung == nil {
		return connectors.Null, connectors.Null
	}
	var items []string
	for _, c := range s.hung.comments[s.row.Number] {
		items = appendComment(items, c)
	}
	comments = listed(items)
	items = nil
	for _, l := range s.hung.links[s.row.Number] {
		items = appendLink(items, l, shown(s.value(l.FirstColumn)))
	}
	return comments, listed(items)
}

func appendComment(items []string, c xlsx.Comment) []string {
	for _, text := range []string{c.Text, c.Author} {
		if text != "" {
			items = append(items, text)
		}
	}
	return items
}

// appendLink adds what a link tells beside the text of its cell.
func appendLink(items []string, l xlsx.Link, cell string) []string {
	target := strings.TrimPrefix(strings.TrimPrefix(l.Target, "mailto:"), "tel:")
	for _, text := range []string{target, l.Display, l.Tooltip} {
		if text != "" && !strings.EqualFold(strings.TrimSuffix(text, "/"), strings.TrimSuffix(strings.TrimSpace(cell), "/")) && !contains(items, text) {
			items = append(items, text)
		}
	}
	return items
}

func listed(items []string) connectors.Value {
	if len(items) == 0 {
		return connectors.Null
	}
	return connectors.List(items...)
}

func (s *sheetLines) loose(met func(row int) bool) []xlsx.Aside {
	var all []xlsx.Aside
	if s.hung == nil {
		return nil
	}
	place := func(row, column int) string { return fmt.Sprintf("%s%d", xlsx.ColumnName(column), row) }
	for row, comments := range s.hung.comments {
		for _, c := range comments {
			if !met(row) {
				for _, text := range appendComment(nil, c) {
					all = append(all, xlsx.Aside{What: "a comment on " + place(c.Row, c.Column), Text: text})
				}
			}
		}
	}
	link := func(l xlsx.Link) {
		for _, text := range appendLink(nil, l, "") {
			all = append(all, xlsx.Aside{What: "a link on " + l.Merge.String(), Text: text})
		}
	}
	for row, links := range s.hung.links {
		for _, l := range links {
			if !met(row) {
				link(l)
			}
		}
	}
	for _, l := range s.hung.wide {
		link(l)
	}
	return all
}
