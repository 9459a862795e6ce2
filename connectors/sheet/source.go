package sheet

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"
	"sync"

	"dossier/connectors"
	"dossier/internal/lifetime"
	"dossier/internal/secret"
)

// source is a system of this kind. No file is held open between searches.
type source struct {
	system   *connectors.System
	patterns []pattern // of the system and of its entities
	entities []*entity

	passwordRef secret.Ref
	password    secret.Secret // of encrypted workbooks

	writable bool
	writing  sync.Mutex // one Swap at a time

	life lifetime.Lifetime

	// What tests put themselves between.
	ready   func()                      // called when a copy is finished
	replace func(from, to string) error // stands in for what puts a finished copy in its place
}

var _ connectors.Swapper = (*source)(nil)

func (s *source) open(ctx context.Context) (*source, error) {
	password, err := s.passwordRef.Resolve(ctx, s.system.Dir)
	if err != nil {
		return nil, err
	}
	opened := &source{system: s.system, patterns: s.patterns, entities: s.entities, password: password, writable: s.writable,
		life: lifetime.New(), ready: func() {}}
	return opened, ctx.Err()
}

// Close ends every search that runs.
func (s *source) Close() error {
	s.life.End()
	return nil
}

// entity returns the entity of the register with that name, nil where there is none.
func (s *source) entity(name string) *entity {
	i := slices.IndexFunc(s.entities, func(e *entity) bool { return e.Name == name })
	if i < 0 {
		return nil
	}
	return s.entities[i]
}

// ownName is the name by which a table that no entity takes is described and found.
func (s *source) ownName(table string) string {
	if s.entity(table) != nil {
		return table + " (sheet)"
	}
	return table
}

// chosen returns the tables of an open file that the entity takes. Where the register binds the entity to the file and
// none of its tables fits, that is an error.
func (s *source) chosen(ctx context.Context, h *handle, e *entity) ([]int, error) {
	chosen, err := s.fitting(ctx, h, e)
	switch {
	case err != nil || len(chosen) > 0:
		return chosen, err
	case h.sheets() && e.Sheet != "":
		return nil, errNoSheet
	case len(e.Files) > 0:
		return nil, errNoColumn
	}
	return nil, nil
}

var (
	errNoSheet  = errors.New(`has no sheet of the name that the register gives: correct "sheet", or give the entity its own "files"`)
	errNoColumn = errors.New("has no sheet with a column that the register names")
)

func (s *source) fitting(ctx context.Context, h *handle, e *entity) ([]int, error) {
	names := h.tables()
	var byName []int
	for i, name := range names {
		switch {
		case !h.sheets():
		case e.Sheet != "":
			if ok, _ := path.Match(strings.ToLower(e.Sheet), strings.ToLower(name)); ok {
				byName = append(byName, i)
			}
		case strings.EqualFold(name, e.Table):
			byName = append(byName, i)
		}
	}
	if h.sheets() && (e.Sheet != "" || len(byName) > 0) {
		return byName, nil
	}
	if len(e.names.spelled) == 0 || !h.sheets() && len(e.Files) > 0 {
		all := make([]int, len(names))
		for i := range all {
			all[i] = i
		}
		return all, nil
	}
	var byHeader []int
	for i := range names {
		head, err := h.header(ctx, i, e)
		if err != nil {
			return nil, err
		}
		if head.known > 0 {
			byHeader = append(byHeader, i)
		}
	}
	return byHeader, nil
}

// taken reports for every table of an open file whether an entity of the register takes it.
func (s *source) taken(ctx context.Context, f file, h *handle) ([]bool, error) {
	taken := make([]bool, len(h.tables()))
	for _, e := range s.entities {
		if !s.has(e, f) {
			continue
		}
		chosen, err := s.takenBy(ctx, f, h, e)
		if err != nil {
			return nil, err
		}
		for _, i := range chosen {
			taken[i] = true
		}
	}
	return taken, nil
}

// takenBy returns the tables of an open file that one entity takes. A text file is opened anew, as that entity reads it.
func (s *source) takenBy(ctx context.Context, f file, h *handle, e *entity) ([]int, error) {
	if h.sheets() {
		return s.fitting(ctx, h, e)
	}
	own, err := s.openFile(ctx, f, e)
	if err != nil {
		return nil, err
	}
	defer own.Close()
	return s.fitting(ctx, own, e)
}

// has reports whether an entity is read from the file.
func (s *source) has(e *entity, f file) bool {
	return slices.ContainsFunc(e.patterns, func(p pattern) bool { return p.names(s.system.Dir, f) })
}
