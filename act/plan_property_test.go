package act

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// forest draws a register of entities that belong to each other, and the records of people in them.
func forest(t *rapid.T) (text string, s *table, items []Item) {
	n := rapid.IntRange(1, 5).Draw(t, "entities")
	s = &table{catalog: connectors.Catalog{Places: []string{"a", "b"}, Scope: connectors.PerPlace}}
	parents := map[string]string{}
	for i := range n {
		name := fmt.Sprintf("e%d", i)
		text += "[system.s.entity." + name + "]\nkey = [\"id\"]\n"
		text += rapid.SampledFrom([]string{"erase = \"delete\"\n", "erase = \"anonymise\"\n", "erase = \"keep\"\nkeep = { reason = \"law\", basis = \"legal obligation\" }\n"}).Draw(t, "policy")
		if i > 0 && rapid.Bool().Draw(t, "child") {
			parents[name] = fmt.Sprintf("e%d", rapid.IntRange(0, i-1).Draw(t, "parent"))
			text += "parent = { entity = \"" + parents[name] + "\", on = { parent = \"id\" } }\n"
		}
		text += "fields = { value = { is = \"full_name\" }, parent = { label = \"Parent\" } }\n"
		shape := shaped(name, col("id", compare.Integer, 0, "!"), col("parent", compare.Integer, 0, ""), col("value", compare.Text, 0, "!"))
		shape.Places = s.catalog.Places
		s.catalog.Shapes = append(s.catalog.Shapes, shape)
		for _, place := range s.catalog.Places {
			for id := range rapid.IntRange(0, 3).Draw(t, "records") {
				parent := "NULL"
				if parents[name] != "" {
					parent = strconv.Itoa(rapid.IntRange(0, 2).Draw(t, "of"))
				}
				r := recorded(shape, strconv.Itoa(id), parent, "Zoe")
				r.Ref.Place = place
				s.records = append(s.records, r)
				left := ""
				if rapid.IntRange(0, 5).Draw(t, "left") == 0 {
					left = "nobody has decided"
				}
				if rapid.IntRange(0, 9).Draw(t, "found") > 0 {
					items = append(items, Item{Record: r, Left: left})
				}
			}
		}
	}
	return text, s, rapid.Permutation(items).Draw(t, "order")
}

// Whatever is found: each record is in exactly one line; nothing that was left is written; children come before what they belong
// to; and a plan that nothing speaks against deletes no record to which one belongs that was not found.
func TestPlansOfAnyForest(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text, s, items := forest(rt)
		r := parsed(t, text)
		system := r.Systems[0]
		p := NewPlanner(testRules(r, Erase), []Target{{System: system, Conn: s, Catalog: s.catalog}})
		p.Sort(items)
		left := map[string]bool{}
		for _, item := range items {
			left[item.Record.Ref.ID()] = item.Left != ""
		}
		at := map[string]int{}
		does := map[string]Does{}
		refused := false
		for l, err := range p.Lines(t.Context(), seq(items)) {
			var refusal *Refusal
			if errors.As(err, &refusal) {
				refused = true
				continue
			}
			if err != nil {
				rt.Fatal(err)
			}
			id := l.Record.ID()
			if _, twice := at[id]; twice || l.N != len(at)+1 {
				rt.Fatalf("%s comes twice, or as line %d", l.Record, l.N)
			}
			isLeft, known := left[id]
			if !known || isLeft && (l.Writes() || l.Does != Leave) {
				rt.Fatalf("%s: %s", l.Record, l.Does)
			}
			at[id], does[id] = l.N, l.Does
		}
		if len(at) != len(items) {
			rt.Fatalf("%d lines for %d records", len(at), len(items))
		}
		for _, child := range s.records {
			entity, _ := system.Entity(child.Ref.Entity)
			if entity.Parent == nil || child.Get("parent").IsNull() {
				continue
			}
			parent := connectors.Ref{System: "s", Place: child.Ref.Place, Entity: entity.Parent.Entity, Key: []string{child.Get("parent").String()}}.ID()
			of, planned := at[parent]
			n, found := at[child.Ref.ID()]
			if planned && found && n > of {
				rt.Fatalf("%s comes behind what it belongs to", child.Ref)
			}
			if planned && !refused && does[parent] == Delete && (!found || left[child.Ref.ID()]) {
				rt.Fatalf("%s would be torn from what it belongs to", child.Ref)
			}
		}
	})
}

// The digest of a plan changes with any byte of it and with the order of its lines.
func TestDigestOfAnyPlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.SliceOf(rapid.Byte()), 1, 5).Draw(t, "lines")
		head := rapid.SliceOf(rapid.Byte()).Draw(t, "head")
		sum := func(head []byte, lines [][]byte) string {
			d := newDigest(head)
			for _, l := range lines {
				d.add(l)
			}
			return d.String()
		}
		was := sum(head, lines)
		other := slices.Clone(lines)
		switch i := rapid.IntRange(0, len(lines)-1).Draw(t, "which"); rapid.IntRange(0, 4).Draw(t, "how") {
		case 0:
			other[i] = append(slices.Clone(other[i]), 'x')
		case 1:
			other = slices.Delete(other, i, i+1)
		case 2:
			other = slices.Insert(other, i, []byte{})
		case 3: // the boundary between two lines moves
			if i+1 == len(other) || len(other[i+1]) == 0 {
				return
			}
			other[i], other[i+1] = append(slices.Clone(other[i]), other[i+1][0]), other[i+1][1:]
		case 4:
			head = append(slices.Clone(head), 0)
		}
		if sum(head, other) == was {
			t.Fatal("the same digest")
		}
	})
}
