package xlsx

import (
	"context"
	"slices"
	"strings"
)

// Comment is what somebody wrote on a cell: a note, or a comment or an answer of a conversation.
type Comment struct {
	Row    int // from 1 on
	Column int // from 0 on
	Author string
	Text   string
}

// Comments returns the comments on a sheet, sorted by their cells. Of a conversation, the note that repeats it for older programs is left out.
func (w *Workbook) Comments(ctx context.Context, sheet Sheet) ([]Comment, error) {
	rels, err := w.relations(ctx, sheet.part)
	if err != nil {
		return nil, err
	}
	var all, notes []Comment
	for _, rel := range rels {
		switch rel.kind {
		case "threadedComment":
			talk, err := w.conversation(ctx, rel.target)
			if err != nil {
				return nil, err
			}
			all = append(all, talk...)
		case "comments":
			more, err := w.notes(ctx, rel.target)
			if err != nil {
				return nil, err
			}
			notes = append(notes, more...)
		}
	}
	talked := len(all)
	for _, n := range notes {
		repeats := strings.HasPrefix(n.Author, "tc=") && slices.ContainsFunc(all[:talked], func(c Comment) bool { return c.Row == n.Row && c.Column == n.Column })
		if !repeats {
			all = append(all, n)
		}
	}
	slices.SortStableFunc(all, func(a, b Comment) int {
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		return a.Column - b.Column
	})
	return all, nil
}

// HasComments reports whether a sheet has a part for comments.
func (w *Workbook) HasComments(ctx context.Context, sheet Sheet) (bool, error) {
	rels, err := w.relations(ctx, sheet.part)
	return slices.ContainsFunc(rels, func(r relation) bool { return r.kind == "comments" || r.kind == "threadedComment" }), err
}

// notes reads a part of comments.
func (w *Workbook) notes(ctx context.Context, name string) ([]Comment, error) {
	tree, err := w.smallTree(ctx, name)
	if err != nil {
		return nil, err
	}
	var authors []string
	var all []Comment
	tree.walk(func(_, n *node) bool {
		switch n.local() {
		case "author":
			authors = append(authors, string(unescapeX([]byte(n.content()))))
		case "comment":
			c := Comment{Text: strings.TrimSpace(n.plainText())}
			if i, ok := parseUint([]byte(n.attr("authorId"))); ok && i < len(authors) {
				c.Author = authors[i]
			}
			all = append(all, c.at(n.attr("ref")))
			return false
		}
		return true
	}, func(*node) {})
	return all, nil
}

// conversation reads a part of threaded comments.
func (w *Workbook) conversation(ctx context.Context, name string) ([]Comment, error) {
	authors, err := w.commentators(ctx)
	if err != nil {
		return nil, err
	}
	tree, err := w.smallTree(ctx, name)
	if err != nil {
		return nil, err
	}
	var all []Comment
	tree.walk(func(_, n *node) bool {
		if n.local() != "threadedComment" {
			return true
		}
		c := Comment{Author: authors[n.attr("personId")]}
		if text := n.child("text"); text != nil {
			c.Text = strings.TrimSpace(text.content())
		}
		all = append(all, c.at(n.attr("ref")))
		return false
	}, func(*node) {})
	return all, nil
}

// commentators returns the names of those who write comments, by their ids.
func (w *Workbook) commentators(ctx context.Context) (map[string]string, error) {
	main, err := w.mainPart(ctx)
	if err != nil {
		return nil, err
	}
	rels, err := w.relations(ctx, main)
	names := map[string]string{}
	for _, rel := range rels {
		if rel.kind != "person" || err != nil {
			continue
		}
		err = w.elements(ctx, rel.target, func(s *scanner) error {
			if string(s.name) == "person" {
				id, _ := attr(s.attrs, "id")
				names[id], _ = attr(s.attrs, "displayName")
			}
			return nil
		})
	}
	return names, err
}

// at gives a comment its place. One whose place cannot be read stands on no row.
func (c Comment) at(ref string) Comment {
	if m, ok := parseRange(ref); ok {
		c.Row, c.Column = m.FirstRow, m.FirstColumn
	}
	return c
}

// plainText returns the text of the t elements below a node but for phonetic ones.
func (n *node) plainText() string {
	var b strings.Builder
	n.walk(func(_, c *node) bool {
		if c.local() == "t" {
			b.Write(unescapeX([]byte(c.content())))
		}
		return c.local() != "rPh"
	}, func(*node) {})
	return b.String()
}

// smallTree reads a whole part.
func (w *Workbook) smallTree(ctx context.Context, name string) (*node, error) {
	part, err := w.parts.open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer part.Close()
	tree, _, err := newScanner(part, name, 32<<10).readTree("")
	return tree, err
}

// Link is a hyperlink of cells.
type Link struct {
	Merge
	Target  string // outside the workbook, as a person writes it: mailto:jane@example.org; "" for a place within it
	Display string // the text that was shown when the link was made
	Tooltip string
}

// HasLinks reports whether cells of a sheet link to anything outside the workbook other than e-mail addresses and phone numbers.
func (w *Workbook) HasLinks(ctx context.Context, sheet Sheet) (bool, error) {
	targets, err := w.linkTargets(ctx, sheet.part)
	for _, t := range targets {
		if !strings.HasPrefix(t, "mailto:") && !strings.HasPrefix(t, "tel:") {
			return true, err
		}
	}
	return false, err
}

// linkTargets returns the targets of a part's hyperlinks by the ids of their relationships.
func (w *Workbook) linkTargets(ctx context.Context, part string) (map[string]string, error) {
	rels := relationsOf(part)
	if w.parts[partName(rels)] == nil {
		return nil, nil
	}
	targets := map[string]string{}
	err := w.elements(ctx, rels, func(s *scanner) error {
		kind, _ := attr(s.attrs, "Type")
		if mode, _ := attr(s.attrs, "TargetMode"); mode == "External" && strings.HasSuffix(kind, "/hyperlink") {
			id, _ := attr(s.attrs, "Id")
			target, _ := attr(s.attrs, "Target")
			targets[id] = readable(target)
		}
		return nil
	})
	return targets, err
}

// appendLink reads the hyperlink element that s stands at.
func appendLink(all []Link, s *scanner, targets map[string]string) []Link {
	ref, _ := attr(s.attrs, "ref")
	m, ok := parseRange(ref)
	if !ok {
		return all
	}
	id, _ := attr(s.attrs, ":id")
	l := Link{Merge: m, Target: targets[id]}
	if fragment, _ := attr(s.attrs, "location"); fragment != "" && l.Target != "" && !strings.Contains(l.Target, "#") {
		l.Target += "#" + fragment
	}
	l.Display, _ = attr(s.attrs, "display")
	l.Tooltip, _ = attr(s.attrs, "tooltip")
	return append(all, l)
}
