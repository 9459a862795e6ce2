package tui

func (s *subject) draw(q *pen, width, height int) {
	s.view.masked, s.view.styles = s.ui.nameless, s.ui.styles
	st := s.ui.styles
	headline(q, width, func() {
		q.put(st.strong, s.view.value(person(s.who)))
		q.gap(2)
		q.put(st.dim, "without a request, kept nowhere")
	}, st.dim, "why: "+s.reason)
	words, k := s.state()
	headline(q, width, func() { q.put(k, words) }, st.dim, "")
	body := height - 3
	n := panes{styles: st, columns: s.layout(width), focus: s.focus}
	rows := make([]func(*pen, int), len(n.columns))
	for i, c := range n.columns {
		rows[i] = s.pane(c, body)
	}
	n.titles(q, s.title)
	n.rows(q, rows, body)
}

// layout shares the width among the panes that fit: all three, a list and its detail, or the one that has the focus.
func (s *subject) layout(width int) []column {
	switch {
	case width >= threePanes:
		first := max(36, min(48, width/4))
		second := (width - first - 2) / 2
		return []column{{onSystems, first}, {onMatches, second}, {onDetail, width - first - second - 2}}
	case width >= twoPanes:
		first := width * 48 / 100
		return []column{{s.of, first}, {onDetail, width - first - 1}}
	}
	return []column{{s.focus, width}}
}

func (s *subject) title(p pane) string {
	switch p {
	case onSystems:
		return "Systems" + number(len(s.systems.all))
	case onMatches:
		return "Found" + number(s.matches.tree.tally.all)
	}
	title := "Record"
	if s.of == onSystems {
		title = "System"
	}
	if more := s.detail.more(); more != "" {
		title += " · " + more
	}
	return title
}

func (s *subject) pane(c column, height int) func(*pen, int) {
	switch c.pane {
	case onSystems:
		return s.systems.rows(c.width, height, s.focus == onSystems, s.stream != nil)
	case onMatches:
		if s.matches.tree.tally.all == 0 {
			return func(q *pen, y int) {
				if y == 1 && s.stream == nil {
					q.gap(2)
					q.put(s.ui.styles.plain, "Nothing was found.")
				}
			}
		}
		return s.matches.rows(height, s.focus == onMatches)
	}
	s.make(c.width - 2)
	return indented(&s.detail, height)
}

// make makes the page of the record, or of the system, that is chosen.
func (s *subject) make(width int) {
	if s.of == onSystems {
		s.made, s.detail.lines = made{}, nil
		if a := s.systems.chosen(); a != nil {
			s.detail.lines = s.systems.page(a, s.stream != nil, width)
		}
		return
	}
	chosen := s.matches.chosen()
	if chosen == nil {
		s.made, s.detail.lines = made{}, nil
		return
	}
	m := chosen.match
	now := made{m, width, s.view.masked, open, s.ui.styles}
	if now == s.made {
		return
	}
	if s.made.match == nil || s.made.match.Record.Ref.ID() != m.Record.Ref.ID() {
		s.detail.offset = 0
	}
	s.made = now
	w := writer{ui: s.view, width: max(24, width)}
	w.system, _ = s.ui.office.desk.Register().System(m.Record.Ref.System)
	if w.system != nil {
		w.entity, _ = w.system.Entity(m.Record.Ref.Entity)
	}
	w.head(m)
	w.evidence(m, !s.view.masked)
	w.path(m)
	w.fields(m)
	s.detail.lines = w.lines
}
