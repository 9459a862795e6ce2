package connectortest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
)

func streamCases() []Case {
	streams := OfType(compare.Stream)
	return []Case{
		{Name: "open contents", What: "a content that is too long for a value is a stream, and is opened to the byte", Needs: []Ability{streams}, run: runOpen},
		{Name: "changes beside contents", What: "a change of a record with a content leaves the content alone, empties it when told to, and is refused when it drifted",
			Needs: []Ability{streams, Writes, Keys, Nulls}, run: runChangeBeside},
	}
}

// files starts on Files and returns what Find yields of it.
func (b *bench) files(ctx context.Context) (*session, []connectors.Record, error) {
	data := Files(b.limits)
	s, err := b.start(ctx, data)
	if err != nil {
		return nil, nil, err
	}
	records, err := s.all(ctx, connectors.Query{Entity: data.Entities[0].Name})
	return s, records, err
}

func runOpen(ctx context.Context, b *bench) error {
	s, records, err := b.files(ctx)
	if err != nil {
		return err
	}
	opener, ok := s.c.(connectors.Opener)
	if !ok {
		return violated("the connector yields streams and is no Opener: their contents could not be handed over")
	}
	streams := 0
	for _, r := range records {
		if !r.Get("content").IsStream() {
			continue
		}
		streams++
		want := contentOf(b.world.byID[r.Ref.ID()].Get("content"))
		got, err := read(ctx, opener, r.Ref, "content")
		if err != nil {
			return fmt.Errorf("the content of %s: %w", r.Ref, b.discreet(err))
		}
		if !bytes.Equal(got, want) {
			return violated("Open of %s gave %d bytes that are not the %d stored", r.Ref, len(got), len(want))
		}
	}
	if streams == 0 {
		return violated("contents of 300,000 bytes are yielded as values")
	}
	at := slices.IndexFunc(records, func(r connectors.Record) bool { return r.Get("content").IsStream() })
	gone := records[at].Ref
	gone.Key = slices.Clone(gone.Key)
	gone.Key[0] = "900005"
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	for what, open := range map[string]func() ([]byte, error){
		"a record that is gone":        func() ([]byte, error) { return read(ctx, opener, gone, "content") },
		"a field that is not there":    func() ([]byte, error) { return read(ctx, opener, records[at].Ref, "no such field") },
		"a context that was cancelled": func() ([]byte, error) { return read(cancelled, opener, records[at].Ref, "content") },
	} {
		if _, err := open(); err == nil {
			return violated("Open with %s is no error", what)
		}
	}
	return b.holds(ctx)
}

func read(ctx context.Context, opener connectors.Opener, ref connectors.Ref, field string) ([]byte, error) {
	r, err := opener.Open(ctx, ref, field)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(r)
	if closed := r.Close(); err == nil {
		err = closed
	}
	return content, err
}

func runChangeBeside(ctx context.Context, b *bench) error {
	s, records, err := b.files(ctx)
	if err != nil {
		return err
	}
	var long []connectors.Record
	for _, r := range records {
		if r.Get("content").IsStream() {
			long = append(long, r)
		}
	}
	if len(long) < 3 {
		return violated("%d contents are yielded as streams", len(long))
	}
	drifted := long[0].Clone()
	drifted.Values[slices.Index(drifted.Names, "content")] = connectors.Stream(long[0].Get("content").Size(), [32]byte{1})
	if err := s.expect(ctx, []connectors.Change{update(drifted, fields("name", "drifted"))}, connectors.Drifted); err != nil {
		return err
	}
	empty := connectors.Fields{Names: []string{"content"}, Values: []connectors.Value{connectors.Null}}
	for _, c := range []connectors.Change{update(long[0], fields("name", "renamed")), update(long[1], empty), remove(long[2])} {
		if err := s.expect(ctx, []connectors.Change{c}, connectors.Done); err != nil {
			return err
		}
		if err := s.expect(ctx, []connectors.Change{c}, connectors.Already); err != nil {
			return fmt.Errorf("again: %w", err)
		}
	}
	return nil
}
