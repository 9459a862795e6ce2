package act

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// linked reports anonymised records whose children in an entity were left as they are: they say whose it was.
func (v *verification) linked(ctx context.Context, conn connectors.Connector, child *connectors.Entity, records []connectors.Record) error {
	if child.Parent == nil {
		return nil
	}
	fields := slices.Sorted(maps.Keys(child.Parent.On))
	byPlace := map[string]map[string][]connectors.Ref{} // the parents, by what their children hold
	asked := map[string][][]string{}
	for _, r := range records {
		values := make([]string, len(fields))
		whole := r.Ref.Entity == child.Parent.Entity
		for i, f := range fields {
			to := r.Get(child.Parent.On[f])
			values[i], whole = to.String(), whole && !to.IsNull()
		}
		if !whole {
			continue
		}
		if byPlace[r.Ref.Place] == nil {
			byPlace[r.Ref.Place] = map[string][]connectors.Ref{}
		}
		key := strings.Join(values, "\x00")
		byPlace[r.Ref.Place][key] = append(byPlace[r.Ref.Place][key], r.Ref)
		asked[r.Ref.Place] = append(asked[r.Ref.Place], values)
	}
	for _, place := range slices.Sorted(maps.Keys(asked)) {
		left := map[string]int{}
		term := connectors.Term{Fields: fields, How: compare.Equal, Values: asked[place]}
		for c, err := range conn.Find(ctx, connectors.Query{Entity: child.Name, Places: []string{place}, Any: []connectors.Clause{{term}}}) {
			if err != nil {
				return err
			}
			values := make([]string, len(fields))
			for i, f := range fields {
				values[i] = c.Get(f).String()
			}
			if !v.changed[c.Ref.ID()] {
				left[strings.Join(values, "\x00")]++
			}
		}
		for _, key := range slices.Sorted(maps.Keys(left)) {
			for _, ref := range byPlace[place][key] {
				v.found(ref.System, Finding{Effect: Pseudonymised, Record: &ref,
					Why: fmt.Sprintf("it can be linked through %s to %d of %s, which were left as they are", strings.Join(fields, ", "), left[key], child.Label)})
			}
		}
	}
	return nil
}
