package main

import (
	"fmt"
	"strings"

	"dossier/desk"
)

// releaseWords returns what is told of what leaves; "" for other events.
func releaseWords(e desk.Event) string {
	var b strings.Builder
	switch e := e.(type) {
	case desk.Leaving:
		fmt.Fprintf(&b, "leaves    %s\n", desk.Visible(e.Record.String()))
		for i, name := range e.Fields.Names {
			if v := e.Fields.Values[i]; !v.IsNull() {
				fmt.Fprintf(&b, "            %s: %s\n", desk.Visible(name), desk.Visible(v.String()))
			}
		}
		for _, h := range e.Withheld {
			fmt.Fprintf(&b, "          - %s: %s%s\n", desk.Visible(h.FieldLabel), desk.Visible(h.Reason), numbered(h.By))
		}
	case desk.HeldBack:
		what := e.Label + " of " + e.SystemTitle
		if e.Record != nil {
			what = e.Record.String()
		}
		if e.FieldLabel != "" {
			what += ", " + e.FieldLabel
		}
		fmt.Fprintf(&b, "withheld  %s: %s (%d)%s\n", desk.Visible(what), desk.Visible(e.Reason), e.Records, numbered(e.By))
	case desk.Suggested:
		fmt.Fprintf(&b, "names?    %s, field %s, %d-%d: %s: %s\n", desk.Visible(e.Record.String()), desk.Visible(e.Field), e.From, e.To, desk.Visible(e.Passage), e.Why)
	case desk.Unread:
		fmt.Fprintf(&b, "unread    %s, field %s: %s\n", desk.Visible(e.Record.String()), desk.Visible(e.Field), e.Why)
	case desk.ReleaseTotal:
		fmt.Fprintf(&b, "%s by %s: %d records leave, %d things are withheld\n", e.Request, e.Scope, e.Records, e.Withheld)
		for _, p := range []struct {
			n    int
			what string
		}{
			{e.Suggestions, "passages may name somebody else: look at them"}, {e.Unread, "contents could not be looked through: look at them"},
			{e.Undecided, "records are left out because nobody has decided about them"},
			{e.Rejected, "records are left out because they concern somebody else"}, {e.Mentions, "records are left out because they only mention the person"},
		} {
			if p.n > 0 {
				fmt.Fprintf(&b, "  %d %s\n", p.n, p.what)
			}
		}
		fmt.Fprintf(&b, "digest %s\n", e.Digest)
		switch {
		case e.Approved == nil:
			fmt.Fprintf(&b, "nobody has approved it\n")
		case e.Changed:
			fmt.Fprintf(&b, "it has changed since %s approved it\n", desk.Visible(e.Approved.Operator))
		default:
			fmt.Fprintf(&b, "approved by %s on %s\n", desk.Visible(e.Approved.Operator), e.Approved.Time.Local().Format("2 January 2006 15:04"))
		}
	}
	return b.String()
}

func numbered(by int) string {
	if by == 0 {
		return ""
	}
	return fmt.Sprintf(" [%d]", by)
}
