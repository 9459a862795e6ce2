package journal

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestLogIsAppendOnly(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		r := newRequest(t, j)
		if err := j.Log(t.Context(), Entry{Operator: "Pat", What: "checked"}); err != nil {
			t.Fatal(err)
		}
		undone := errors.New("undone")
		err := j.Update(t.Context(), func(tx *Tx) error {
			if err := tx.Log(Entry{Operator: "Pat", What: "never happened"}); err != nil {
				t.Fatal(err)
			}
			return undone
		})
		if !errors.Is(err, undone) {
			t.Error(err)
		}
		if err := j.Log(t.Context(), Entry{Operator: "Pat", Request: r.ID, System: "qlms", What: "searched", Details: json.RawMessage(`{"records":2}`)}); err != nil {
			t.Fatal(err)
		}
		all, err := j.Entries(t.Context(), "")
		if err != nil || len(all) != 2 || all[0].Seq != 1 || all[1].Seq != 2 || !all[1].Time.Equal(testTime) {
			t.Errorf("%+v, %v", all, err)
		}
		of, err := j.Entries(t.Context(), r.ID)
		if err != nil || len(of) != 1 || of[0].What != "searched" || string(of[0].Details) != `{"records":2}` {
			t.Errorf("%+v, %v", of, err)
		}
		for _, q := range []string{`UPDATE log SET what = 'x'`, `DELETE FROM log`} {
			if _, err := j.write.ExecContext(t.Context(), q); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v", q, err)
			}
		}
		if err := j.Log(t.Context(), Entry{What: "by nobody"}); err == nil {
			t.Error("an entry without an operator was taken")
		}
	})
}
