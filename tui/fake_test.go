package tui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dossier/connectors"
	"dossier/desk"
	"dossier/export"
	"dossier/locate"
	"dossier/request"
	"dossier/request/clock"
)

// fakeDesk is a desk whose answers the test gives.
type fakeDesk struct {
	fakeActs
	fakeReleases
	fakeHouse
	fakeBatches

	register *connectors.Register

	mu       sync.Mutex
	requests []request.Request
	findings map[string]desk.Finding
	decided  map[string]desk.Decision // by the ids of request and record
	notes    map[string]string        // of the decisions
	calls    []string                 // what was asked for, in order
	behind   bool                     // what is accepted was not followed by the last search

	told     chan any            // what Locate tells: events, and errors; it ends with the channel
	fail     map[string]error    // by the name of the method
	noted    chan struct{}       // not nil: Viewed waits for it
	deciding chan struct{}       // not nil: Decide waits for it
	held     map[string][]string // the holds on a request's person
	others   map[string][]string // the other requests of its person
	special  map[string][]string // what of it needs special care
	handed   []desk.Handover     // how packages were to be written
	phrase   string              // not "": the operator's passphrase
	over     chan struct{}       // closed when the test ends: nothing waits any more
}

const registerText = `
version = 1
[organisation]
name = "The Institute of the Motor Industry"
clock = "england-and-wales"
[identifier.pin]
title = "centre PIN"
strength = "strong"
[system.qlms]
title = "QLMS"
kind = "sql"
holds = "Candidates for qualifications: registrations and claims"
owners = ["Head of Membership & Professional Registration"]
steward = "IT (Amco/Aptech)"
purpose = "Registering candidates and claiming qualifications"
basis = "contract"
[system.qlms.entity.candidates]
label = "Your registration"
key = ["CandidateID"]
[system.qlms.entity.candidates.fields]
CandidateNo = { is = "candidate_number", label = "Candidate number" }
Forename = { is = "given_name", label = "First name" }
Surname = { is = "family_name" }
DOB = { is = "birth_date", label = "Date of birth" }
Email = { is = "email", label = "E-mail" }
Status = { codes = { 1 = "Registered", 2 = "Passed" } }
Ethnicity = { special = true }
ScriptText = { label = "Examination script", exempt = { from = ["access"], reason = "examination script" } }
[system.qlms.entity.claims]
label = "Your claims"
key = ["ClaimID"]
parent = { entity = "candidates", on = { CandidateID = "CandidateID" } }
[system.lms]
title = "LMS"
kind = "sql"
owners = ["Head of Membership & Professional Registration"]
[system.360]
title = "360 System"
kind = "sql"
owners = ["HR"]
[system.prodrive]
title = "ProDrive"
kind = "sql"
owners = ["Membership"]
[system.prodrive.entity.contacts]
label = "Your membership"
key = ["ContactID"]
[system.websites]
title = "Websites"
kind = "sql"
owners = ["Marcomms"]
[system.fileshare]
title = "IMI fileshares"
kind = "sql"
owners = ["IT"]
[system.fileshare.entity.attendance]
label = "Attendance lists"
key = ["Row"]
[system.mail]
title = "Pure360 / Adestra"
kind = "sql"
owners = ["Marcomms"]
[system.hr]
title = "Simply HR"
kind = "manual"
owners = ["Head of HR"]
steward = "HR desk"
task = "Look the person up in Simply HR and file what is found"
`

// today is the day on which the tests take place.
var today = time.Date(2026, 11, 21, 10, 30, 0, 0, time.UTC)

func newFakeDesk(t testing.TB) *fakeDesk {
	t.Helper()
	open := func(*connectors.System) (connectors.Open, error) {
		return func(context.Context) (connectors.Connector, error) { return nil, errors.New("not opened here") }, nil
	}
	register, err := connectors.Parse([]byte(registerText), []connectors.Kind{
		{Name: "sql", Title: "Microsoft SQL Server", Setup: open}, {Name: "manual", Title: "Worked by hand"}})
	if err != nil {
		t.Fatal(err)
	}
	return &fakeDesk{register: register, findings: map[string]desk.Finding{}, held: map[string][]string{}, others: map[string][]string{}, decided: map[string]desk.Decision{}, notes: map[string]string{}, told: make(chan any, 1024), fail: map[string]error{}, over: make(chan struct{})}
}

var jane = locate.Subject{Identifiers: []locate.Identifier{{Kind: "given_name", Value: "Jane"},
	{Kind: "family_name", Value: "Featherstone"}, {Kind: "email", Value: "jane@example.org"}}}

// sampleRequests are four requests at different points of their clocks.
func sampleRequests() []request.Request {
	on := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC) }
	name := func(given, family string) locate.Subject {
		return locate.Subject{Identifiers: []locate.Identifier{{Kind: "given_name", Value: given}, {Kind: "family_name", Value: family}}}
	}
	return []request.Request{
		{ID: "SAR-2026-0004", Kind: request.Access, Received: on(11, 12), State: request.Open, Subject: jane},
		{ID: "SAR-2026-0003", Kind: request.Erase, Received: on(10, 26), State: request.Searched, Subject: name("Łukasz", "Żółć")},
		{ID: "SAR-2026-0002", Kind: request.Portability, Received: on(10, 14), State: request.Open, Subject: name("太郎", "山田")},
		{ID: "SAR-2026-0001", Kind: request.Access, Received: on(9, 1), State: request.Closed,
			Subject: locate.Subject{Identifiers: []locate.Identifier{{Kind: "membership_number", Value: "IMI-004711"}}}},
	}
}

func (f *fakeDesk) note(format string, args ...any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, fmt.Sprintf(format, args...))
}

// asked returns the calls so far that start with a name.
func (f *fakeDesk) asked(name string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var calls []string
	for _, c := range f.calls {
		if len(c) >= len(name) && c[:len(name)] == name {
			calls = append(calls, c)
		}
	}
	return calls
}

// wait waits until the test lets a call go on; at once where it does not mean to.
func (f *fakeDesk) wait(leave chan struct{}) {
	if leave == nil {
		return
	}
	select {
	case <-leave:
	case <-f.over:
	}
}

func (f *fakeDesk) failure(method string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fail[method]
}

func (f *fakeDesk) setFailure(method string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail[method] = err
}

// overview adds to a request its clock, and what the test says of it.
func (f *fakeDesk) overview(r request.Request) desk.Overview {
	v := desk.Overview{Request: r, Holds: f.held[r.ID], Others: f.others[r.ID], Special: f.special[r.ID]}
	v.Clock, v.Unclear = f.clock(r)
	return v
}

func (f *fakeDesk) clock(r request.Request) (clock.Answer, error) {
	if r.Kind == request.DiscloseToOthers {
		return clock.Answer{}, nil
	}
	rule, err := clock.For(f.register.Organisation.Clock)
	if err != nil {
		return clock.Answer{}, err
	}
	return rule.Due(r.Facts())
}

func (f *fakeDesk) Register() *connectors.Register { return f.register }

func (f *fakeDesk) Overviews(context.Context) ([]desk.Overview, error) {
	if err := f.failure("Overviews"); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []desk.Overview
	for _, r := range f.requests {
		all = append(all, f.overview(r))
	}
	return all, nil
}

func (f *fakeDesk) NewRequest(_ context.Context, n desk.NewRequest) (request.Request, error) {
	f.note("NewRequest %s %s %v %q %s %s %v", n.Kind, n.Received.Format("2006-01-02"), n.Subject.Identifiers, n.Also, n.Contact.Title, n.Contact.Email, n.Flags)
	if err := f.failure("NewRequest"); err != nil {
		return request.Request{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	r := request.Request{ID: request.FormID(2026, len(f.requests)+1), Kind: n.Kind, Also: n.Also, Received: n.Received, State: request.Open, Subject: n.Subject, Letter: n.Letter}
	f.requests = append([]request.Request{r}, f.requests...)
	return r, nil
}

func (f *fakeDesk) Finding(_ context.Context, id string) (desk.Finding, error) {
	if err := f.failure("Finding"); err != nil {
		return desk.Finding{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	found, ok := f.findings[id]
	if !ok {
		return desk.Finding{}, desk.ErrNotSearched
	}
	found.Matches = slices.Clone(found.Matches)
	rejected := map[string]bool{}
	for i := range found.Matches {
		m := &found.Matches[i]
		if d, ok := f.decided[id+m.Record.Ref.ID()]; ok {
			m.Decision, m.Note = d, f.notes[id+m.Record.Ref.ID()]
			m.Unfollowed = f.behind && d == desk.Accepted
		}
		rejected[m.Record.Ref.ID()] = m.Decision == desk.Rejected
	}
	for i := range found.Matches {
		for _, step := range found.Matches[i].Path {
			found.Matches[i].Unfounded = rejected[step.From.ID()]
		}
	}
	return found, nil
}

func (f *fakeDesk) Locate(ctx context.Context, id string) iter.Seq2[desk.Event, error] {
	return func(yield func(desk.Event, error) bool) {
		f.note("Locate %s", id)
		var found desk.Finding
		for {
			select {
			case <-ctx.Done():
				yield(nil, ctx.Err())
				return
			case told, ok := <-f.told:
				if !ok {
					found.Searched = today
					slices.SortFunc(found.Matches, func(a, b desk.Match) int {
						x, y := a.Record.Ref, b.Record.Ref
						return cmp.Or(cmp.Compare(x.System, y.System), cmp.Compare(x.Entity, y.Entity), slices.Compare(x.Key, y.Key))
					})
					f.mu.Lock()
					f.findings[id] = found
					f.mu.Unlock()
					return
				}
				switch told := told.(type) {
				case desk.Match:
					found.Matches = append(found.Matches, told)
				case desk.Coverage:
					found.Coverage = append(found.Coverage, told.Coverage)
				}
				event, _ := told.(desk.Event)
				err, _ := told.(error)
				if !yield(event, err) {
					return
				}
			}
		}
	}
}

func (f *fakeDesk) Log(_ context.Context, id string) ([]desk.Entry, error) {
	if id == "" {
		return slices.Clone(f.log), f.failure("Log")
	}
	if id != "SAR-2026-0003" {
		return nil, nil
	}
	at := func(days, minutes int) time.Time {
		return today.AddDate(0, 0, -days).Add(-time.Duration(minutes) * time.Minute)
	}
	return []desk.Entry{
		{Seq: 1, Time: at(26, 0), Operator: "jcole", Request: id, What: "request recorded"},
		{Seq: 2, Time: at(0, 12), Operator: "jcole", Request: id, System: "qlms", What: "system searched"},
		{Seq: 3, Time: at(0, 11), Operator: "jcole", Request: id, System: "qlms", What: "record viewed"},
	}, f.failure("Log")
}

func (f *fakeDesk) Decide(_ context.Context, id string, ref connectors.Ref, d desk.Decision, note string) error {
	f.wait(f.deciding)
	f.note("%s", strings.TrimSpace(fmt.Sprintf("Decide %s %s %s %s", id, ref, d, note)))
	if err := f.failure("Decide"); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.decided[id+ref.ID()], f.notes[id+ref.ID()] = d, note
	return nil
}

func (f *fakeDesk) Viewed(_ context.Context, id string, ref connectors.Ref) error {
	f.wait(f.noted)
	f.note("Viewed %s %s", id, ref)
	return f.failure("Viewed")
}

func (f *fakeDesk) HandOver(ctx context.Context, id string, h desk.Handover) iter.Seq2[desk.Event, error] {
	return func(yield func(desk.Event, error) bool) {
		path := h.Path
		f.note("%s", strings.TrimSpace(fmt.Sprintf("Export %s %s %s", id, filepath.Base(path), h.Lock)))
		f.mu.Lock()
		f.handed = append(f.handed, h)
		f.mu.Unlock()
		if err := f.failure("Export"); err != nil {
			yield(nil, err)
			return
		}
		yield(desk.Written{Path: "/home/dpo/" + filepath.Base(path), Files: 14, Records: 7, Bytes: 48_213, Undecided: 1, Rejected: 1, Lock: h.Lock}, nil)
		if h.Lock != "" && len(h.To) == 0 {
			yield(desk.Passphrase{Words: "seven plain words"}, nil)
		}
	}
}

func (f *fakeDesk) VerifyPackage(_ context.Context, path string) (export.Report, error) {
	f.note("VerifyPackage %s", path)
	return export.Report{Files: 14, Records: 7}, f.failure("VerifyPackage")
}

// sampleOverviews are the sample's requests as the list shows them.
func sampleOverviews(t testing.TB) []*overview {
	f := newFakeDesk(t)
	var all []*overview
	for _, r := range sampleRequests() {
		all = append(all, newOverview(f.overview(r)))
	}
	return all
}
