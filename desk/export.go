package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"sync"

	"dossier/connectors"
	"dossier/export"
	"dossier/internal/journal"
	"dossier/locate"
	"dossier/request"
)

// Export writes the package of a request: the records of the last search that are certain and not rejected, or accepted.
// Its event is Written, which also says how many were left out because nobody has decided about them.
func (d *Desk) Export(ctx context.Context, id, path string) iter.Seq2[Event, error] {
	return tell(func(emit func(Event) bool) error {
		if err := d.may(ctx, journal.RoleDecide); err != nil {
			return err
		}
		r, err := d.openRequest(ctx, id)
		if err != nil {
			return err
		}
		f, err := d.Finding(ctx, id)
		if errors.Is(err, ErrNotSearched) {
			return fmt.Errorf("%w: search before the package is written", err)
		}
		if err != nil {
			return err
		}
		if err := f.whole(id); err != nil {
			return err
		}
		if err := d.note(ctx, id, "", "package begun", struct{}{}); err != nil {
			return err
		}
		written := Written{Path: path}
		opened := &openers{register: d.register, systems: map[string]*opener{}}
		defer opened.close()
		p := d.packageOf(r, f, &written)
		p.Open = opened.open
		m, err := export.WriteFile(ctx, path, p)
		if err != nil {
			return err
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		written.Files, written.Records, written.Bytes = len(m.Files), m.Records, info.Size()
		if err := d.journal.Update(context.WithoutCancel(ctx), func(tx *journal.Tx) error {
			if err := tx.SetState(id, request.Exported); err != nil {
				return err
			}
			return d.log(tx, id, "", "package written", struct {
				Files     int   `json:"files"`
				Records   int   `json:"records"`
				Bytes     int64 `json:"bytes"`
				Undecided int   `json:"undecided"`
				Rejected  int   `json:"rejected"`
				Mentions  int   `json:"mentions"`
			}{written.Files, written.Records, written.Bytes, written.Undecided, written.Rejected, written.Mentions})
		}); err != nil {
			return err
		}
		emit(written)
		return nil
	})
}

// packageOf chooses what leaves. Data of another controller than the request's never does, whatever the search found.
func (d *Desk) packageOf(r request.Request, f Finding, w *Written) export.Package {
	p := export.Package{
		Request: export.Header{ID: r.ID, Kind: string(r.Kind), Received: r.Received, Name: nameOf(r.Subject),
			Identifiers: r.Subject.Identifiers, Controller: r.Subject.Controller},
		Register: d.register,
		Made:     d.now(),
	}
	var leave []locate.Match
	for _, m := range f.Matches {
		switch s, known := d.register.System(m.Record.Ref.System); {
		case !known || s.ControllerOf(m.Record.Ref.Place) != r.Subject.Controller:
		case m.Included():
			leave = append(leave, m.Match)
		case m.Waits():
			w.Undecided++
		case m.Decision == Mentions:
			w.Mentions++
		default:
			w.Rejected++
		}
	}
	p.Matches = export.Held(leave...)
	leaving := map[where]int{} // records, by system alone and by system and place
	for _, m := range leave {
		leaving[where{m.Record.Ref.System, ""}]++
		leaving[where{m.Record.Ref.System, m.Record.Ref.Place}]++
	}
	for _, c := range f.Coverage {
		if c.State != locate.Excluded {
			p.Coverage = append(p.Coverage, c)
			p.Actions = append(p.Actions, searched(c, leaving)...)
		}
	}
	for _, s := range d.register.Systems {
		if n := leaving[where{s.ID, ""}]; n > 0 {
			p.Actions = append(p.Actions, export.Action{Time: p.Made, System: s.ID, What: export.DidCopy, Result: export.Complete, Records: n})
		}
	}
	slices.SortStableFunc(p.Actions, func(a, b export.Action) int { return a.Time.Compare(b.Time) })
	return p
}

// where is a system, or a place of one.
type where struct{ system, place string }

// searched returns what the log of the package tells of the search of one system: a line for the system, and one for each
// place that was searched completely and each that was not. Records are those that leave.
func searched(c locate.Coverage, leaving map[where]int) []export.Action {
	line := func(place string, what export.What, result export.Result) export.Action {
		return export.Action{Time: c.Started, System: c.System, Place: place, What: what, Result: result, Records: leaving[where{c.System, place}]}
	}
	var lines []export.Action
	switch c.State {
	case locate.Searched:
		lines = append(lines, line("", export.DidSearch, export.Complete))
	case locate.Partly:
		lines = append(lines, line("", export.DidSearch, export.InPart))
	case locate.ByHand:
		lines = append(lines, line("", export.DidAsk, export.Awaited))
	default:
		lines = append(lines, line("", export.DidSearch, export.NotDone))
	}
	for _, place := range c.Places {
		lines = append(lines, line(place, export.DidSearch, export.Complete))
	}
	var told []string
	for _, g := range c.Gaps {
		if g.Place != "" && !slices.Contains(told, g.Place) {
			told = append(told, g.Place)
			lines = append(lines, line(g.Place, export.DidSearch, export.InPart))
		}
	}
	return lines
}

// openers opens systems for the contents of streams, each once and only when it is asked for.
type openers struct {
	register *connectors.Register
	mu       sync.Mutex
	systems  map[string]*opener
}

type opener struct {
	conn connectors.Connector
	err  error
}

func (o *openers) open(ctx context.Context, ref connectors.Ref, field string) (io.ReadCloser, error) {
	conn, err := o.connector(ctx, ref.System)
	if err != nil {
		return nil, err
	}
	can, ok := conn.(connectors.Opener)
	if !ok {
		return nil, errors.New("the connector cannot open contents")
	}
	return can.Open(ctx, ref, field)
}

func (o *openers) connector(ctx context.Context, id string) (connectors.Connector, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if known := o.systems[id]; known != nil {
		return known.conn, known.err
	}
	s, ok := o.register.System(id)
	if !ok || s.Manual() {
		return nil, errors.New("the system cannot be opened")
	}
	conn, err := s.Opens()(ctx)
	o.systems[id] = &opener{conn, err}
	return conn, err
}

func (o *openers) close() {
	for _, s := range o.systems {
		if s.conn != nil {
			_ = s.conn.Close() // everything was read: a failure to close loses nothing
		}
	}
}
