package tui

import (
	"context"
	"errors"
	"iter"
	"path/filepath"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
	"dossier/locate"
)

// dryRun is the screen of a batch while it is planned: how far each system is, and what speaks against the batch. Nothing is written.
type dryRun struct {
	ui       *ui
	ask      batchAsk
	systems  *systems
	log      *journal
	stream   *stream // nil: it has ended
	started  bool
	planned  *desk.BatchPlanned
	problems []desk.PlanProblem
	told     error // how it ended; nil: with a plan
	onDetail bool
	detail   page
}

func newDryRun(u *ui, a batchAsk) *dryRun {
	a.cover = nil
	r := &dryRun{ui: u, ask: a, systems: &systems{ui: u}, log: &journal{ui: u}}
	if a.sort.from == "table" {
		r.systems = newSystems(u, locate.Subject{})
	}
	return r
}

// enter starts the dry run when the screen is first seen.
func (r *dryRun) enter() tea.Cmd {
	if r.started {
		return nil
	}
	r.started = true
	r.ui.active[dryRunning] = true
	r.log.add(r.ui.styles.strong, "Dry run: nothing is written")
	var cmd tea.Cmd
	o, n := r.ui.office, r.ask.new
	r.stream, cmd = o.start(r, func(ctx context.Context) iter.Seq2[desk.Event, error] { return o.desk.PlanBatch(ctx, n) })
	return cmd
}

// dryRunning stands among the requests that are being searched for: the program is not left without a question.
const dryRunning = "a batch"

func (r *dryRun) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case streamMsg:
		return r.streamed(msg)
	case tea.KeyMsg:
		r.key(msg)
	}
	return nil
}

func (r *dryRun) key(msg tea.KeyMsg) {
	k := r.ui.keyMap
	switch {
	case key.Matches(msg, k.back) && r.onDetail && len(r.problems) == 0:
		r.onDetail = false
	case key.Matches(msg, k.back) && r.stream != nil:
		r.ui.ask("Stop the dry run?", "What was found so far is no plan, and is not kept as one.", func(*app) tea.Cmd {
			if r.stream != nil {
				r.stream.halt()
			}
			return nil
		})
	case key.Matches(msg, k.back):
		r.ui.then(leave)
	case key.Matches(msg, k.next, k.previous, k.open):
		r.onDetail = !r.onDetail
	case key.Matches(msg, k.right):
		r.onDetail = true
	case key.Matches(msg, k.left):
		r.onDetail = false
	case r.onDetail:
		r.detail.update(k, msg)
	default:
		if r.systems.scroll.update(k, msg, len(r.systems.all)) {
			r.detail.offset = 0
		}
	}
}

// streamed takes in what the dry run told.
func (r *dryRun) streamed(msg streamMsg) tea.Cmd {
	for _, e := range msg.events {
		switch e := e.(type) {
		case desk.Started:
			r.systems.start(e)
		case desk.Progress:
			r.systems.progress(e)
		case desk.Coverage:
			r.systems.cover(e.Coverage)
			r.log.covered(e.Coverage)
			if e.State == locate.Partly || e.State == locate.Failed || e.State == locate.LeftOut {
				r.ask.cover = append(r.ask.cover, e.Coverage)
			}
		case desk.PlanProblem:
			r.problems = append(r.problems, e)
		case desk.BatchPlanned:
			r.planned = &e
		}
	}
	if !msg.ended {
		return r.ui.office.next(r.stream)
	}
	return r.ended(r.stream)
}

// ended shows the batch that was planned, or says why there is none.
func (r *dryRun) ended(s *stream) tea.Cmd {
	st := r.ui.styles
	r.stream, r.told = nil, s.err
	delete(r.ui.active, dryRunning)
	switch {
	case r.planned != nil:
		r.told = nil
		r.ui.then(func(a *app) tea.Cmd {
			if a.top() != screen(r) { // elsewhere by now: it stands in the list
				return nil
			}
			a.forgetNew()
			r.ui.visit(newBatchPage(r.ui, r.planned.Batch))
			return nil
		})
	case len(r.problems) > 0:
		r.onDetail = true
		r.log.add(st.bad, "No plan was made: "+plural(len(r.problems), "reason"))
	case s.halted.Load():
		r.told = errStopped
		r.log.add(st.warn, "The dry run was stopped")
	case s.err != nil:
		r.log.add(st.bad, s.err.Error())
	}
	return nil
}

// change asks again, with what was answered, and why the batch is planned despite systems that could not be searched.
func (r *dryRun) change() tea.Cmd {
	if r.stream != nil {
		r.ui.fail("Not now", errDryRun, nil)
		return nil
	}
	return r.ui.again(r.ask)
}

var errDryRun = errors.New("the dry run goes on: wait for its end, or stop it (esc)")

// whom says whom the batch is about.
func (a batchAsk) whom() string {
	switch a.sort.from {
	case "rule":
		return "rule " + a.new.Entity
	case "client":
		return "client " + a.new.Client
	}
	return filepath.Base(a.new.File)
}

func (r *dryRun) draw(q *pen, width, height int) {
	s := r.ui.styles
	state, k, right := r.state()
	headline(q, width, func() {
		q.put(s.strong, "New batch")
		q.gap(2)
		q.put(s.plain, capital(actionWords(r.ask.new.Action))+", "+r.ask.whom())
	}, s.dim, "nothing is written")
	headline(q, width, func() { q.put(k, state) }, s.accent, right)
	log := logLines(height)
	body := height - 3
	if log > 0 {
		body -= log + 1
	}
	columns := []column{{onSystems, width}}
	switch {
	case width >= twoPanes:
		first := width * 45 / 100
		columns = []column{{onSystems, first}, {onDetail, width - first - 1}}
	case r.onDetail:
		columns = []column{{onDetail, width}}
	}
	n := panes{styles: s, columns: columns, focus: onSystems}
	if r.onDetail {
		n.focus = onDetail
	}
	rows := make([]func(*pen, int), len(columns))
	for i, c := range columns {
		if c.pane == onSystems {
			rows[i] = r.systems.rows(c.width, body, !r.onDetail, r.stream != nil)
			continue
		}
		r.detail.lines = r.page(c.width - 2)
		rows[i] = indented(&r.detail, body)
	}
	n.titles(q, r.title)
	n.rows(q, rows, body)
	if log > 0 {
		n.log(q, width, r.log, log)
	}
}

func (r *dryRun) title(of pane) string {
	name := "Systems" + number(len(r.systems.all))
	if of == onDetail {
		name = "System"
		if len(r.problems) > 0 {
			name = "What speaks against it" + number(len(r.problems))
		}
		if more := r.detail.more(); more != "" {
			name += " · " + more
		}
	}
	return name
}

// state says how far the dry run is, and what is next.
func (r *dryRun) state() (words string, k ink, right string) {
	s := r.ui.styles
	all, done := len(r.systems.all), 0
	for _, a := range r.systems.all {
		if a.coverage != nil || a.system != nil && a.system.Manual() {
			done++
		}
	}
	switch {
	case r.stream != nil && all > 0 && done == all:
		return "► every system was looked at; planning what becomes of each record …", s.accent, ""
	case r.stream != nil:
		return "► searching for everybody at once", s.accent, bar(done, all, 16) + " " + count(done) + " of " + plural(all, "system")
	case r.planned != nil:
		return "● planned", s.good, ""
	case len(r.problems) > 0:
		return "× no plan was made", s.bad, "next: change what was asked for (n)"
	case r.told == errStopped:
		return "▲ stopped; no plan was made", s.warn, "next: change what was asked for (n)"
	case r.told != nil:
		return "× " + r.told.Error(), s.bad, ""
	}
	return "", s.plain, ""
}

// page is what speaks against the batch; else what is known of the chosen system.
func (r *dryRun) page(width int) []line {
	w := writer{ui: r.ui, width: max(24, width)}
	if len(r.problems) > 0 {
		w.problems(r.problems)
		return w.lines
	}
	if r.told != nil && r.told != errStopped {
		w.text("×", "", 0, r.ui.styles.bad, r.told.Error())
		w.add()
	}
	if a := r.systems.chosen(); a != nil {
		w.lines = append(w.lines, r.systems.page(a, r.stream != nil, w.width)...)
	}
	return w.lines
}

func (r *dryRun) hints() []key.Binding {
	k, b := r.ui.keyMap, r.ui.batch
	if r.stream != nil {
		return []key.Binding{k.next, k.back}
	}
	return []key.Binding{b.again, k.next, k.back}
}

func (r *dryRun) commands() []group {
	k, b := r.ui.keyMap, r.ui.batch
	return []group{
		{"The dry run", append([]command{{b.again, "Change what was asked for", r.change}}, told(k.next, k.open, k.back)...)},
		k.moving(),
	}
}
