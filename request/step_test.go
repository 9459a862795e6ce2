package request

import (
	"strings"
	"testing"
	"time"

	"dossier/request/clock"
)

func TestNext(t *testing.T) {
	day := clock.On(2026, 2, 3)
	known := Step{What: IdentityKnown, Day: day}
	for name, c := range map[string]struct {
		kinds []Kind
		state State
		steps []Step
		want  string
	}{
		"new":                 {[]Kind{Access}, Open, nil, "settle who the person is, us"},
		"asked for a proof":   {[]Kind{Access}, Open, []Step{{What: IdentityAsked, Day: day}}, "wait for the evidence of identity or authority, the person"},
		"known":               {[]Kind{Access}, Open, []Step{known}, "search the systems, us"},
		"asked what is meant": {[]Kind{Access}, Searched, []Step{known, {What: ClarificationAsked, Day: day}}, "wait for the clarification, the person"},
		"searched":            {[]Kind{Access}, Searched, []Step{known}, "decide, release and export, us"},
		"exported":            {[]Kind{Access}, Exported, []Step{known}, "hand the package over, us"},
		"delivered":           {[]Kind{Access}, Exported, []Step{known, {What: Delivered, Day: day}}, "complete the request, us"},
		"delivery first":      {[]Kind{Erase, Access}, Searched, []Step{known}, "decide, release and export, us"},
		"then the erasure":    {[]Kind{Erase, Access}, Exported, []Step{known, {What: Delivered, Day: day}}, "plan, approve and apply, us"},
		"an objection":        {[]Kind{Object}, Searched, nil, "restrict the processing, and weigh the objection, us"},
		"completed":           {[]Kind{Access}, Exported, []Step{known, {What: Completed, Day: day}}, "close the request, us"},
		"closed":              {[]Kind{Access}, Closed, []Step{known}, "nothing is left to do, nobody"},
		"a complaint":         {[]Kind{Access}, Closed, []Step{known, {What: Complained, Day: day}}, "acknowledge the complaint, us"},
		"the complaint ended": {[]Kind{Access}, Closed, []Step{{What: Complained, Day: day}, {What: ComplaintAcknowledged}, {What: ComplaintAnswered}}, "nothing is left to do, nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			r := Request{Kind: c.kinds[0], Also: c.kinds[1:], State: c.state, Steps: c.steps, Received: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)}
			if got := r.Next(); got.Do+", "+got.Awaited != c.want {
				t.Errorf("%+v, want %s", got, c.want)
			}
		})
	}
}

func TestLetterIsChecked(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Request)
		err    string
	}{
		"nothing more":           {func(*Request) {}, ""},
		"a ground of an erasure": {func(r *Request) { r.Also, r.Ground = []Kind{Erase}, "17(1)(a)" }, ""},
		"a ground without one":   {func(r *Request) { r.Ground = "17(1)(a)" }, "belongs to a request to erase"},
		"an unknown ground":      {func(r *Request) { r.Kind, r.Ground = Erase, "17(3)" }, "Article 17(1)"},
		"twice the same":         {func(r *Request) { r.Also = []Kind{Access} }, "named twice"},
		"nobody's authority":     {func(r *Request) { r.OnBehalf = &Agent{Name: "Kim", Authority: "friendship"} }, "name the authority"},
		"no controller":          {func(r *Request) { r.Instruction = &Instruction{"Kim", "contract", clock.On(2026, 1, 2)} }, "name the controller"},
		"a backward span":        {func(r *Request) { r.Scope = Scope{From: clock.On(2026, 1, 2), To: clock.On(2026, 1, 1), Reason: "so"} }, "ends before it begins"},
		"narrowed without cause": {func(r *Request) { r.Scope = Scope{Omit: []string{"qlms"}} }, "record why"},
		"by pigeon":              {func(r *Request) { r.Delivery.Way = "pigeon" }, "goes by one of"},
		"an odd flag":            {func(r *Request) { r.Flags = []Flag{"rich"} }, "flagged as one of"},
	} {
		t.Run(name, func(t *testing.T) {
			r := Request{Kind: Access, Received: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), Operator: "Pat"}
			c.change(&r)
			err := r.Check(time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC))
			if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("%v, want %q", err, c.err)
			}
		})
	}
}
