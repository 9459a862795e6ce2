package act

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"

	"dossier/connectors"
)

func lineOf(key string, does Does, why string) Line {
	return Line{Record: connectors.Ref{System: "s", Entity: "people", Key: []string{key}}, Does: does, Why: why}
}

func seqOf(lines []Line, err error) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for i, l := range lines {
			l.N = i + 1
			if !yield(l, nil) {
				return
			}
		}
		if err != nil {
			yield(Line{}, err)
		}
	}
}

func TestDiff(t *testing.T) {
	list := func(value string) Line {
		l := lineOf("", Suppress, "")
		l.Record.Key = nil
		l.Change = connectors.Change{Op: connectors.Insert, After: connectors.Fields{Names: []string{"email"}, Values: []connectors.Value{connectors.Text(value)}}}
		return l
	}
	before := []Line{lineOf("1", Delete, ""), lineOf("2", Keep, "law"), lineOf("3", Delete, ""), list("a"), list("b")}
	after := []Line{lineOf("3", Delete, ""), lineOf("2", Delete, ""), lineOf("4", Leave, ""), list("b"), list("c")}
	told := func(a, b iter.Seq2[Line, error]) (list []string, last error) {
		name := func(l *Line) string {
			if l == nil {
				return "-"
			}
			return fmt.Sprintf("%v%s:%s", l.Record.Key, l.Change.After.Get("email"), l.Does)
		}
		for d, err := range Diff(a, b) {
			if err != nil {
				return list, err
			}
			list = append(list, name(d.Before)+" > "+name(d.After))
		}
		return list, nil
	}
	got, err := told(seqOf(before, nil), seqOf(after, nil))
	want := []string{"- > [4]:leave", "- > []c:suppress", "[1]:delete > -", "[2]:keep > [2]:delete", "[]a:suppress > -"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := told(seqOf(before, nil), seqOf(before, nil)); len(got) > 0 || err != nil {
		t.Errorf("with itself: %q, %v", got, err)
	}
	broken := errors.New("broken")
	for _, pair := range [][2]iter.Seq2[Line, error]{{seqOf(before, broken), seqOf(after, nil)}, {seqOf(before, nil), seqOf(after, broken)}} {
		if _, err := told(pair[0], pair[1]); !errors.Is(err, broken) {
			t.Errorf("%v", err)
		}
	}
	for range Diff(seqOf(before, nil), seqOf(after, nil)) {
		break
	}
}
