package connectortest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"dossier/connectors"
)

func faultCases() []Case {
	return []Case{
		{Name: "a system that answers late", What: "a search that waits for the system ends when its time is up, within a second", Needs: []Ability{Stalled},
			run: runStalled},
		{Name: "a cut connection", What: "a search whose connection ends amid the records says so, and a new connector works", Needs: []Ability{CutOff},
			run: func(ctx context.Context, b *bench) error {
				data := Many(b.limits)
				if err := b.seed(ctx, data); err != nil {
					return err
				}
				s, err := b.connect(ctx, CutOff)
				if err != nil {
					return err
				}
				all := connectors.Query{Entity: data.Entities[0].Name}
				f, err := s.find(ctx, all)
				if err == nil && f.err == nil && len(f.gaps) == 0 {
					err = violated("the connection was cut after %d records, in silence", len(f.records))
				}
				if err := errors.Join(err, s.close()); err != nil {
					return err
				}
				if s, err = b.connect(ctx, NoFault); err != nil {
					return err
				}
				_, err = s.all(ctx, all)
				return err
			}},
		{Name: "a lost place", What: "a place that cannot be read is a gap that names it, and the others are searched in full", Needs: []Ability{LostPlace, SeveralPlaces},
			run: runLostPlace},
		{Name: "a wrong secret", What: "a refused login is an error without the secret", Needs: []Ability{WrongSecret},
			run: func(ctx context.Context, b *bench) error {
				data := People(b.limits)
				if err := b.seed(ctx, data); err != nil {
					return err
				}
				c, err := b.Open(ctx, WrongSecret)
				if err != nil {
					return leaked(b, err)
				}
				defer c.Close()
				_, described := c.Describe(ctx)
				var searched error
				for _, err := range c.Find(ctx, connectors.Query{Entity: data.Entities[0].Name}) {
					if err == nil {
						return violated("a record was yielded to a wrong secret")
					}
					searched = err
				}
				if described == nil || searched == nil {
					return violated("a wrong secret is no error: Describe %v, Find %v", b.discreet(described), b.discreet(searched))
				}
				return errors.Join(leaked(b, described), leaked(b, searched))
			}},
	}
}

// leaked returns an error where err holds what no error may hold.
func leaked(b *bench, err error) error {
	if what := b.betrays(fmt.Sprintf("%v\n%+v\n%#v", err, err, err)); what != "" {
		return violated("an error holds %s", what)
	}
	return nil
}

func runStalled(ctx context.Context, b *bench) error {
	data := People(b.limits)
	if err := b.seed(ctx, data); err != nil {
		return err
	}
	s, err := b.connect(ctx, Stalled)
	if err != nil {
		return err
	}
	hurried, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		f, err := s.find(hurried, connectors.Query{Entity: data.Entities[0].Name})
		switch {
		case err != nil:
		case f.err == nil && len(f.records) == len(b.world.records(data.Entities[0].Name)):
			err = fmt.Errorf("the harness was asked for a system that answers late, and it answered")
		default:
			err = wasCancelled(f.err, context.DeadlineExceeded)
		}
		done <- err
	}()
	return within(ctx, "a search whose time is up goes on waiting", done)
}

func runLostPlace(ctx context.Context, b *bench) error {
	data := People(b.limits)
	if err := b.seed(ctx, data); err != nil {
		return err
	}
	s, err := b.connect(ctx, LostPlace)
	if err != nil {
		return fmt.Errorf("one place of several is lost: %w", err)
	}
	if _, err := s.describe(ctx); err != nil {
		return fmt.Errorf("one place of several is lost: Describe: %w", err)
	}
	lost := b.limits.Places[len(b.limits.Places)-1]
	for _, e := range data.Entities {
		all := connectors.Query{Entity: e.Name}
		f, err := s.find(ctx, all)
		if err != nil {
			return err
		}
		if f.err != nil {
			return violated("one place of several is lost, and that ends the search: %w", f.err)
		}
		if !slices.ContainsFunc(f.gaps, func(g connectors.Gap) bool { return g.Place == lost }) {
			return violated("no gap names the place %q, which cannot be read", lost)
		}
		if err := b.world.same(f.records, all, []string{lost}); err != nil {
			return err
		}
		all.Places = slices.Clone(b.limits.Places[:len(b.limits.Places)-1])
		if _, err := s.all(ctx, all); err != nil {
			return fmt.Errorf("without the lost place: %w", err)
		}
	}
	return nil
}
