package export

import (
	"bufio"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"dossier/connectors"
	"dossier/locate"
)

// coverageOf is what a person is told of the search of one system.
type coverageOf struct {
	System      named      `json:"system"`
	Holds       string     `json:"holds,omitempty"`
	State       string     `json:"state"` // a locate.State, or "not searched"
	Summary     string     `json:"summary"`
	SearchedFor []string   `json:"searched_for"` // kinds of identifiers, as a person reads them
	Places      []string   `json:"places"`       // searched without a gap
	Day         string     `json:"day,omitempty"`
	Records     int        `json:"records"` // in this package
	NotSearched []untilled `json:"not_searched"`
	Days        string     `json:"days,omitempty"` // what the span that is asked for makes of its records
}

// untilled is a part of a system that was not searched, and why.
type untilled struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

const notSearched = "not searched"

// tellCoverage puts the coverage into words for the person. Systems of the register that the search did not
// come to are told of too; data that the organisation holds for others is theirs to tell of.
func (ed *edition) tellCoverage() []coverageOf {
	var told []coverageOf
	done := map[string]bool{}
	for _, c := range ed.Coverage {
		done[c.System] = true
		told = append(told, ed.tell(c))
	}
	for _, s := range ed.Register.Systems {
		if !done[s.ID] && !s.Processor() && ed.Request.Controller == "" {
			told = append(told, coverageOf{
				System: named{s.ID, s.Title}, Holds: sentence(s.Holds), State: notSearched, Summary: summaries[notSearched],
				SearchedFor: []string{}, Places: []string{}, NotSearched: []untilled{},
			})
		}
	}
	slices.SortStableFunc(told, func(a, b coverageOf) int {
		rank := func(c coverageOf) int { return newGroup(ed.Register, c.System.Name, "").rank(ed.Register) }
		return rank(a) - rank(b)
	})
	return told
}

var summaries = map[string]string{
	string(locate.Searched): "Searched completely.",
	string(locate.Partly):   "Searched, except for the parts that are listed.",
	string(locate.LeftOut):  "Not searched, because the request was narrowed. This package does not show what it may hold about you.",
	string(locate.Failed):   "Could not be searched. This package does not show what it may hold about you.",
	string(locate.ByHand): "Cannot be searched by computer. The people who look after it are asked to look through it by hand; " +
		"what they find is not part of this package.",
	notSearched: "Was not part of this search. This package does not show what it may hold about you.",
}

func (ed *edition) tell(c locate.Coverage) coverageOf {
	g := newGroup(ed.Register, c.System, "")
	t := coverageOf{
		System: named{c.System, g.systemTitle()}, State: string(c.State), Summary: summaries[string(c.State)],
		SearchedFor: []string{}, Places: []string{}, NotSearched: []untilled{},
	}
	if g.system != nil {
		t.Holds = sentence(g.system.Holds)
	}
	if t.Summary == "" {
		t.State, t.Summary = notSearched, summaries[notSearched]
	}
	if !c.Started.IsZero() {
		t.Day = c.Started.UTC().Format(time.DateOnly)
	}
	for _, kind := range c.Searched {
		t.SearchedFor = append(t.SearchedFor, ed.kindTitle(kind))
	}
	for _, p := range c.Places {
		t.Places = append(t.Places, shown(placeName(ed.cut.hide(p))))
	}
	for _, other := range ed.groups {
		if other.systemID == c.System {
			t.Records += other.count
		}
	}
	t.Days = ed.spanWords(c.System)
	for _, gap := range c.Gaps {
		if part := (untilled{ed.cut.hide(ed.partOf(c.System, c.State, gap)), whyNot(gap.Why)}); !slices.Contains(t.NotSearched, part) {
			t.NotSearched = append(t.NotSearched, part)
		}
	}
	return t
}

// kindTitle returns a kind of identifier as a person reads it.
func (ed *edition) kindTitle(kind string) string {
	if id, ok := ed.Register.Identifier(kind); ok {
		return id.Title
	}
	return shown(strings.ReplaceAll(kind, "_", " "))
}

// partOf names the part of a system that a gap is about.
func (ed *edition) partOf(system string, state locate.State, gap connectors.Gap) string {
	var parts []string
	g := newGroup(ed.Register, system, gap.Entity)
	if gap.Field != "" {
		parts = append(parts, "the item “"+g.column(gap.Field).label+"”")
	}
	switch {
	case gap.Entity != "" && gap.Field != "":
		parts = append(parts, "of “"+g.label()+"”")
	case gap.Entity != "":
		parts = append(parts, "“"+g.label()+"”")
	}
	if p := shown(placeName(gap.Place)); p != "" {
		parts = append(parts, "in “"+p+"”")
	}
	if len(parts) == 0 && state == locate.Failed {
		return "All of it."
	}
	if len(parts) == 0 {
		return sentence("a part of " + g.systemTitle())
	}
	return sentence(strings.Join(parts, " "))
}

// whyNot puts a connector's reason into words for the person. The reason itself is the controller's: it may name
// servers, accounts and files, so that only what it is about is told, in fixed words.
func whyNot(why string) string {
	why = strings.ToLower(why)
	for _, w := range []struct {
		words []string
		tell  string
	}{
		{[]string{"login", "log in", "authentication", "using password", "no account"}, "Our search could not sign in to it."},
		{[]string{"password", "encrypt"}, "It is protected by a password that we do not have."},
		{[]string{"timeout", "timed out", "time out", "deadline", "did not answer", "in time", "too slow", "too long"}, "It did not answer in time."},
		{[]string{"permission", "denied", "not allowed", "access right", "may not read", "cannot read its"}, "Our search is not allowed to read it."},
		{[]string{"corrupt", "damaged", "torn", "truncated", "cut short", "malformed"}, "It is damaged."},
		{[]string{"was stopped"}, "The search was stopped before it had answered."},
		{[]string{"neither maps", "maps no field", "no regular file"}, "Our register does not say how to search it."},
		{[]string{"were changed", "was changed"}, "It was changed while it was searched."},
		{[]string{"no longer", "not found", "no such", "does not exist", "missing", "no file matches", "the system has no", "none of its places"}, "It was not where it should be."},
		{[]string{"unreachable", "connect", "refused", "no answer", "network", "offline", "unavailable"}, "It could not be reached."},
		{[]string{"compar", "cannot search", "can not search", "not searchable"}, "It cannot be searched by what we know of you."},
	} {
		if slices.ContainsFunc(w.words, func(word string) bool { return strings.Contains(why, word) }) {
			return w.tell
		}
	}
	return "It could not be read."
}

// coverageFile is coverage.json.
type coverageFile struct {
	Type    string       `json:"type"` // "coverage"
	Version int          `json:"version"`
	Request string       `json:"request"`
	Systems []coverageOf `json:"systems"`
}

func (ed *edition) writeCoverage(_ context.Context, a *archive) error {
	return a.put(coverageName, "what was searched and what was not, and why", func(w *bufio.Writer) (int, error) {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", " ")
		return len(ed.coverage), enc.Encode(coverageFile{"coverage", FormatVersion, ed.Request.ID, append([]coverageOf{}, ed.coverage...)})
	})
}
