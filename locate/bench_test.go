package locate

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// eight makes a register of eight systems of one entity, each asked once, that work before each answer.
func eight(b *testing.B, work func(ctx context.Context, i int) error) *connectors.Register {
	text := ""
	var fakes []*fake
	for i := range 8 {
		id := fmt.Sprintf("s%d", i)
		text += fmt.Sprintf("[system.%s]\nkind = \"fake\"\nowners = [\"o\"]\n[system.%s.entity.people]\nkey = [\"id\"]\nfields = { no = { is = \"membership_number\" } }\n", id, id)
		fakes = append(fakes, &fake{id: id, tables: map[string]map[string]table{"p": {"people": {columns: []string{"id", "no"},
			rows: [][]string{{"1", "M17"}, {"2", "M18"}}}}},
			before: func(ctx context.Context, q connectors.Query) error {
				if q.Refs != nil {
					return nil
				}
				return work(ctx, i)
			}})
	}
	return register(b, text, fakes...)
}

// The wall time of a search over systems that wait is that of the slowest: ≤ 1.10.
func BenchmarkEightWaitingSystems(b *testing.B) {
	slowest := 200 * time.Millisecond
	r := eight(b, func(ctx context.Context, i int) error {
		select {
		case <-time.After(slowest * time.Duration(i+1) / 8):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	for b.Loop() {
		run(b.Context(), r, Options{}, Identifier{"membership_number", "M17"})
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(slowest), "of-the-slowest")
}

// The wall time of a search over systems that compute is their total time divided by the cores: ≤ 1.15.
func BenchmarkEightComputingSystems(b *testing.B) {
	values := make([][]byte, 1<<16)
	for i := range values {
		values[i] = fmt.Appendf(nil, "Featherstonehaugh %d", i)
	}
	m := compare.Compile(compare.Folded, compare.Text, []string{"nobody"})
	work := func() {
		for _, v := range values {
			m.Match(v)
		}
	}
	r := eight(b, func(context.Context, int) error { work(); return nil })
	var alone time.Duration
	for b.Loop() {
		b.StopTimer()
		start := time.Now()
		for range 8 {
			work()
		}
		alone += time.Since(start)
		b.StartTimer()
		run(b.Context(), r, Options{}, Identifier{"membership_number", "M17"})
	}
	cores := min(runtime.GOMAXPROCS(0), 8)
	b.ReportMetric(float64(b.Elapsed())*float64(cores)/float64(alone), "of-the-cores")
}
