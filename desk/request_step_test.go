package desk

import (
	"errors"
	"strings"
	"testing"
	"time"

	"dossier/locate"
	"dossier/request"
	"dossier/request/clock"
)

func recorded(t *testing.T, d *Desk, n NewRequest) request.Request {
	t.Helper()
	if n.Received.IsZero() {
		n.Received = time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	}
	if len(n.Subject.Identifiers) == 0 {
		n.Subject.Identifiers = []locate.Identifier{{Kind: "email", Value: "jo@example.com"}}
	}
	r, err := d.NewRequest(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// handedOver records that what was asked for was handed over.
func handedOver(t *testing.T, d *Desk, id string) {
	t.Helper()
	settle(t, d, id)
	if _, err := d.Record(t.Context(), id, request.Step{What: request.Delivered, Details: request.Details{Way: request.ByHand, Checked: true, Note: "a copy on paper"}}); err != nil {
		t.Fatal(err)
	}
}

// Everything that happens to a request moves its clock by the rules, and what cannot have happened is refused.
func TestStepsMoveTheClock(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	d.now = func() time.Time { return time.Date(2026, 3, 30, 9, 0, 0, 0, time.UTC) }
	r := recorded(t, d, NewRequest{Kind: request.Access})
	due := func() string {
		t.Helper()
		now, err := d.Request(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		a, err := d.Clock(now)
		if err != nil {
			t.Fatal(err)
		}
		return string(a.State) + " " + a.Due.String()
	}
	for _, c := range []struct {
		step request.Step
		err  string // "": it is kept
		due  string
	}{
		{request.Step{What: request.Clarified, Details: request.Details{Note: "all of it"}}, "nothing waits for that", "running 2026-03-02"},
		{request.Step{What: request.ClarificationAsked, Day: clock.On(2026, 1, 30), Details: request.Details{Note: "which?"}}, "before the request was received", "running 2026-03-02"},
		{request.Step{What: request.ClarificationAsked, Day: clock.On(2026, 4, 30), Details: request.Details{Note: "which?"}}, "yet to come", "running 2026-03-02"},
		{request.Step{What: request.ClarificationAsked, Day: clock.On(2026, 2, 5)}, "say what was asked for", "running 2026-03-02"},
		{request.Step{What: request.ClarificationAsked, Day: clock.On(2026, 2, 5), Details: request.Details{Note: "which?"}}, "", "paused "},
		{request.Step{What: request.ClarificationAsked, Day: clock.On(2026, 2, 6), Details: request.Details{Note: "which?"}}, "has been awaited since 2026-02-05", "paused "},
		{request.Step{What: request.Clarified, Day: clock.On(2026, 2, 8), Details: request.Details{Note: "all of it"}}, "", "running 2026-03-03"},
		{request.Step{What: request.Extended, Day: clock.On(2026, 3, 4), Details: request.Details{Note: "twelve systems"}}, "extends nothing: it had to arrive by 2026-03-03", "running 2026-03-03"},
		{request.Step{What: request.Extended, Day: clock.On(2026, 2, 20), Details: request.Details{Note: "twelve systems"}}, "", "running 2026-05-05"},
		{request.Step{What: request.IdentityKnown, Details: request.Details{Note: "a colleague"}}, "", "running 2026-05-05"},
		{request.Step{What: request.Completed, Details: request.Details{Note: "done"}}, "was not handed over", "running 2026-05-05"},
		{request.Step{What: request.Delivered, Details: request.Details{Way: request.Email, Channel: "telephone"}}, "address has to be checked", "running 2026-05-05"},
		{request.Step{What: request.Delivered, Details: request.Details{Way: request.Email, Checked: true}}, "which other way the password went", "running 2026-05-05"},
		{request.Step{What: request.Delivered, Details: request.Details{Way: request.Email, Checked: true, Channel: "telephone", Note: "a copy of the file"}}, "", "running 2026-05-05"},
		{request.Step{What: request.Completed, Details: request.Details{Note: "handed over"}}, "", "running 2026-05-05"},
		{request.Step{What: request.Refused, Details: request.Details{Ground: "manifestly excessive", Note: "too late"}}, "is over", "running 2026-05-05"},
		{request.Step{What: request.Complained, Day: clock.On(2026, 3, 20), Details: request.Details{Note: "a page is missing"}}, "", "running 2026-05-05"},
	} {
		_, err := d.Record(t.Context(), r.ID, c.step)
		if c.err == "" && err != nil || c.err != "" && (!errors.Is(err, ErrUsage) && !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), c.err)) {
			t.Errorf("%s: %v, want %q", c.step.What, err, c.err)
		}
		if got := due(); got != c.due {
			t.Errorf("after %s: %s, want %s", c.step.What, got, c.due)
		}
	}
	owed, err := d.Due(t.Context(), 30)
	if err != nil || len(owed) != 1 || owed[0].What != "acknowledgement of the complaint" || owed[0].Day != clock.On(2026, 4, 20) {
		t.Errorf("owed: %+v, %v", owed, err)
	}
}

// Nothing leaves while it is not settled who asks.
func TestWhoMayBeAnswered(t *testing.T) {
	seen := request.Step{What: request.IdentitySeen, Details: request.Details{Evidence: []string{"passport"}, SeenBy: "Pat"}}
	authority := request.Step{What: request.AuthoritySeen, Details: request.Details{Evidence: []string{"court order"}, SeenBy: "Pat"}}
	agent := request.Letter{OnBehalf: &request.Agent{Name: "Kim", Authority: "letter of authority"}}
	for name, c := range map[string]struct {
		n     NewRequest
		steps []request.Step
		err   string
	}{
		"nothing is known":          {NewRequest{Kind: request.Access}, nil, "has not been settled"},
		"a passport":                {NewRequest{Kind: request.Access}, []request.Step{seen}, ""},
		"known to us":               {NewRequest{Kind: request.Access}, []request.Step{{What: request.IdentityKnown, Details: request.Details{Note: "a colleague"}}}, ""},
		"overridden":                {NewRequest{Kind: request.Access}, []request.Step{{What: request.IdentityOverridden, Details: request.Details{Note: "a court asks"}}}, ""},
		"asked for":                 {NewRequest{Kind: request.Access}, []request.Step{{What: request.IdentityAsked, Details: request.Details{Note: "new address"}}}, "has not been settled"},
		"an agent without":          {NewRequest{Kind: request.Access, Letter: agent}, []request.Step{seen}, "has not been seen"},
		"an agent with authority":   {NewRequest{Kind: request.Access, Letter: agent}, []request.Step{seen, authority}, ""},
		"an objection to marketing": {NewRequest{Kind: request.Object}, nil, ""},
		"the police":                {NewRequest{Kind: request.DiscloseToOthers}, nil, "authority of who asks"},
		"refused":                   {NewRequest{Kind: request.Access}, []request.Step{seen, {What: request.Refused, Details: request.Details{Ground: "manifestly unfounded", Note: "the tenth"}}}, "was refused"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, newFakes(), registerText)
			r := recorded(t, d, c.n)
			for _, s := range c.steps {
				var err error
				if r, err = d.Record(t.Context(), r.ID, s); err != nil {
					t.Fatal(err)
				}
			}
			err := mayLeave(r)
			if c.err == "" && err != nil || c.err != "" && (!errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("%v, want %q", err, c.err)
			}
		})
	}
}

func TestForms(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	for name, c := range map[string]struct{ text, err string }{
		"TOML":           {"kind = \"access; erase\"\nreceived = 2026-01-31\nemail = \"jo@example.com\"\ntitle = \"Ms\"\nlarge_print = true\nflags = [\"child\"]\n", ""},
		"JSON":           {`{"kind":"access;erase","received":"2026-01-31","email":"jo@example.com","title":"Ms","large_print":"yes","flags":["child"]}`, ""},
		"several":        {"[[request]]\nkind = \"access; erase\"\nreceived = \"2026-01-31\"\nemail = \"jo@example.com\"\ntitle = \"Ms\"\nlarge_print = \"y\"\nflags = \"child\"\n[[request]]\nemail = \"SECRET\"\n", ""},
		"a list":         {`[{"kind":"access;erase","received":"2026-01-31","email":"jo@example.com","title":"Ms","large_print":"yes","flags":"child"}]`, ""},
		"unknown field":  {"emial = \"SECRET\"\n", `"emial" is unknown`},
		"no day":         {"received = \"SECRET\"\n", `"received" cannot be that`},
		"no TOML":        {"email = SECRET\n", "line 1"},
		"nothing":        {"", "a kind"},
		"deep":           {`{"email":{"SECRET":1}}`, `"email" holds neither`},
		"a list of text": {`["SECRET"]`, "no set of fields"},
	} {
		t.Run(name, func(t *testing.T) {
			forms, err := d.Forms(t.Context(), "-", strings.NewReader(c.text))
			if err != nil {
				if c.err == "" || !strings.Contains(err.Error(), c.err) || strings.Contains(err.Error(), "SECRET") || !errors.Is(err, ErrUsage) {
					t.Errorf("%v, want %q", err, c.err)
				}
				return
			}
			if name == "nothing" {
				return // every field is missing, which recording tells
			}
			r, err := d.NewRequest(t.Context(), forms[0])
			if err != nil {
				t.Fatal(err)
			}
			if !r.Wants(request.Erase) || r.Kind != request.Access || r.Contact.Title != "Ms" || r.Contact.Email != "jo@example.com" || !r.Delivery.LargePrint ||
				!r.Flagged(request.Child) || r.Received.Format(time.DateOnly) != "2026-01-31" {
				t.Errorf("%+v", r)
			}
		})
	}
}

// FuzzForms feeds anything to the reader of forms.
func FuzzForms(f *testing.F) {
	for _, seed := range []string{"", "kind = \"access\"\n", `{"request":[{"email":"jo@example.com"}]}`, "[[request]]\nflags = [1, [2]]\n", `[1e999]`, "a = 1979-05-27T07:32:00Z\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		forms, err := formsIn(strings.NewReader(text))
		if err != nil && !errors.Is(err, ErrUsage) {
			t.Errorf("%v is no mistake of the caller's", err)
		}
		if err != nil && len(forms) > 0 {
			t.Error("forms in spite of an error")
		}
	})
}
