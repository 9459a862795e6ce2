package connectortest

import (
	"context"
	"fmt"
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
)

func describeCases() []Case {
	return []Case{
		{Name: "describe", What: "Describe tells every entity with its places, key, fields and their types, and nothing of them that the records belie",
			run: func(ctx context.Context, b *bench) error {
				for _, data := range []Dataset{People(b.limits), Typed(b.limits)} {
					s, err := b.start(ctx, data)
					if err != nil {
						return err
					}
					catalog, err := s.describe(ctx)
					if err != nil {
						return fmt.Errorf("describe: %w", err)
					}
					if err := b.checkCatalog(catalog, data); err != nil {
						return err
					}
					if err := s.close(); err != nil {
						return err
					}
				}
				return nil
			}},
		{Name: "describe what is accepted", What: "a comparison that Describe lists for a field is searched, one that it does not list is a gap that names the field",
			run: func(ctx context.Context, b *bench) error {
				for _, data := range []Dataset{People(b.limits), Typed(b.limits)} {
					s, err := b.start(ctx, data)
					if err != nil {
						return err
					}
					catalog, err := s.describe(ctx)
					if err != nil {
						return fmt.Errorf("describe: %w", err)
					}
					for _, shape := range catalog.Shapes {
						if _, ok := data.Entity(shape.Entity); !ok {
							continue
						}
						for _, column := range shape.Fields {
							if err := s.checkSearch(ctx, shape.Entity, column); err != nil {
								return err
							}
						}
					}
					if err := s.close(); err != nil {
						return err
					}
				}
				return nil
			}},
	}
}

func (b *bench) checkCatalog(catalog connectors.Catalog, data Dataset) error {
	if len(catalog.Gaps) > 0 {
		return fmt.Errorf("the catalog has a gap where all can be described: %w", &catalog.Gaps[0])
	}
	for _, place := range b.limits.Places {
		if !slices.Contains(catalog.Places, place) {
			return fmt.Errorf("the catalog lacks the place %q", place)
		}
	}
	switch catalog.Scope {
	case connectors.PerRecord, connectors.PerPlace, connectors.PerSystem:
	default:
		return fmt.Errorf("the catalog does not say what one Apply is atomic over")
	}
	for _, e := range data.Entities {
		shape, ok := catalog.Shape(e.Name)
		if !ok {
			return fmt.Errorf("the catalog lacks the entity %s", e.Name)
		}
		if err := b.checkShape(shape, e); err != nil {
			return fmt.Errorf("the shape of %s: %w", e.Name, err)
		}
	}
	return nil
}

func (b *bench) checkShape(shape connectors.Shape, e Entity) error {
	switch {
	case shape.Mapped == e.Unregistered:
		return fmt.Errorf("it is told as mapped: %t", shape.Mapped)
	case !slices.Equal(shape.Key, e.Key):
		return fmt.Errorf("the key is %q and not %q", shape.Key, e.Key)
	case shape.Rows < -1:
		return fmt.Errorf("%d rows", shape.Rows)
	case b.limits.can(Writes) && (!slices.Contains(shape.Ops, connectors.Update) || !slices.Contains(shape.Ops, connectors.Delete)):
		return fmt.Errorf("the account may write, and the operations are %v", shape.Ops)
	case !b.limits.can(Writes) && len(shape.Ops) > 0:
		return fmt.Errorf("the kind cannot write, and the operations are %v", shape.Ops)
	}
	for _, place := range b.limits.Places {
		if !slices.Contains(shape.Places, place) {
			return fmt.Errorf("the place %q is not among its places", place)
		}
	}
	if !sameSet(shape.Names(), e.Names()) {
		return fmt.Errorf("the fields are %q and not %q", shape.Names(), e.Names())
	}
	for i, f := range e.Fields {
		column, _ := shape.Column(f.Name)
		if err := checkColumn(column, f, e.Rows, i); err != nil {
			return fmt.Errorf("field %q: %w", f.Name, err)
		}
	}
	return nil
}

func checkColumn(column connectors.Column, f Field, rows []Row, i int) error {
	if column.Type != f.Type && !(column.Type == compare.Stream && len(column.Search) == 0) {
		return fmt.Errorf("the type is %s and not %s", column.Type, f.Type)
	}
	if f.New && !column.Generated {
		return fmt.Errorf("the system chooses its values, and Generated is false")
	}
	seen := map[string]bool{}
	for _, r := range rows {
		v := r.Cells[i]
		switch {
		case v.IsNull() && !column.Nullable:
			return fmt.Errorf("a record has NULL, and Nullable is false")
		case f.Type == compare.Text && column.Length > 0 && len([]rune(v.String())) > column.Length:
			return fmt.Errorf("a record has more than the %d characters of Length", column.Length)
		case column.Unique && !v.IsNull() && seen[r.Place+"\x00"+v.String()]:
			return fmt.Errorf("two records of a place have the same value, and Unique is true")
		}
		seen[r.Place+"\x00"+v.String()] = true
	}
	return nil
}

func sameSet(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

// examples is a value for each comparison that fields of any type can be asked for.
var examples = map[compare.How]string{compare.Equal: "1", compare.Folded: "smith", compare.Compact: "m1", compare.Prefix: "sm",
	compare.Contains: "mi", compare.Digits: "77", compare.Date: "1961-04-03"}

func (s *session) checkSearch(ctx context.Context, entity string, column connectors.Column) error {
	for _, how := range compare.Hows {
		q := query(entity, term(column.Name, how, examples[how]))
		if column.CanSearch(how) {
			if _, err := s.all(ctx, q); err != nil {
				return fmt.Errorf("the catalog says that it can be searched: %w", err)
			}
			continue
		}
		f, err := s.find(ctx, q)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(f.gaps, func(g connectors.Gap) bool { return g.Field == column.Name }) {
			return fmt.Errorf("%s: the catalog says that it cannot be searched, and no gap names the field (%d records, error %v)", describe(q), len(f.records), f.err)
		}
	}
	if column.Type == compare.Text && !column.CanSearch(compare.Equal) {
		return fmt.Errorf("%s, field %q: text cannot be searched by equal", entity, column.Name)
	}
	return nil
}
