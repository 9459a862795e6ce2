package journal

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dossier/request"
	days "dossier/request/clock"
)

func TestStepsOfRequests(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		var made request.Request
		update(t, j, func(tx *Tx) (err error) {
			r := testRequest
			r.Also = []request.Kind{request.Erase, request.Object}
			r.Letter = request.Letter{Contact: request.Contact{Name: "PLANTED name"}, Flags: []request.Flag{request.Child}}
			made, err = tx.NewRequest(r)
			return err
		})
		newRequest(t, j)
		for _, s := range []request.Step{
			{What: request.ClarificationAsked, Day: days.On(2026, 2, 3), Operator: "Pat", Details: request.Details{Note: "PLANTED question"}},
			{What: request.Clarified, Day: days.On(2026, 2, 5), Operator: "Sam"},
		} {
			update(t, j, func(tx *Tx) error {
				kept, err := tx.NewStep(made.ID, s)
				made.Steps = append(made.Steps, kept)
				return err
			})
		}
		j.Close()
		j = open(t, at)
		all, err := j.Requests(t.Context())
		if err != nil || len(all) != 2 || len(all[0].Steps) != 0 {
			t.Fatalf("%v, %v", all, err)
		}
		if diff := cmp.Diff(made, all[1]); diff != "" {
			t.Error(diff)
		}
		update(t, j, func(tx *Tx) error { return tx.SetState(made.ID, request.Closed) })
		if err := j.Purge(t.Context(), made.ID, Entry{Request: made.ID, What: "request purged", Operator: "Pat"}); err != nil {
			t.Fatal(err)
		}
		left, err := j.Request(t.Context(), made.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(left.Steps) != 2 || left.Steps[0].Note != "" || left.Steps[1].What != request.Clarified || !left.Wants(request.Erase) || left.Contact.Name != "" {
			t.Errorf("what is left: %+v", left)
		}
		if left.Steps[0].Noted.Equal(time.Time{}) {
			t.Error("when it was noted is lost")
		}
	})
}
