package tui

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dossier/desk"
	"dossier/export"
	kept "dossier/internal/journal"
	"dossier/locate"
	"dossier/locate/evaluate"
	"dossier/request/clock"
)

// fakeHouse is the part of the fake desk that keeps the house: the test gives its answers.
type fakeHouse struct {
	incidents []desk.Incident // the newest version of each
	operators []desk.Operator
	packed    export.Report
	locating  []any // what LocateSubject tells
	replaying []any // what Replay tells
	testing   []any // what TestConnector tells
}

func (f *fakeDesk) Incidents(context.Context) ([]desk.Incident, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.incidents), f.fail["Incidents"]
}

func (f *fakeDesk) Incident(_ context.Context, id string) ([]desk.Incident, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := f.incident(id)
	first := f.incidents[i]
	first.Version, first.Effects, first.Remedy = 1, "", ""
	return []desk.Incident{first, f.incidents[i]}, f.fail["Incident"]
}

func (f *fakeDesk) incident(id string) int {
	return slices.IndexFunc(f.incidents, func(i desk.Incident) bool { return i.ID == id })
}

func (f *fakeDesk) NewIncident(_ context.Context, facts desk.IncidentFacts) (desk.Incident, error) {
	f.note("NewIncident %s %s %v %d %s", facts.Aware.Format(time.DateTime), facts.Facts, facts.Systems, facts.People, facts.Data)
	f.mu.Lock()
	defer f.mu.Unlock()
	i := desk.Incident{ID: fmt.Sprintf("INC-2026-%04d", len(f.incidents)+1), Version: 1, State: "open", Due: facts.Aware.Add(72 * time.Hour), Recorded: today, Operator: "jcole", IncidentFacts: facts}
	f.incidents = append([]desk.Incident{i}, f.incidents...)
	return i, f.fail["NewIncident"]
}

func (f *fakeDesk) ChangeIncident(_ context.Context, id string, change func(*desk.IncidentFacts) error) (desk.Incident, error) {
	f.mu.Lock()
	i := f.incident(id)
	one := f.incidents[i]
	f.mu.Unlock()
	if err := change(&one.IncidentFacts); err != nil {
		return one, err
	}
	one.Version++
	f.note("ChangeIncident %s: %s; %s; told %s %s; people not: %s", id, strings.ReplaceAll(one.Facts, "\n", "/"), one.Remedy, writeMoment(one.Authority.On), one.Authority.Reference, one.Concerned.Not)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.incidents[i] = one
	return one, f.fail["ChangeIncident"]
}

func (f *fakeDesk) CloseIncident(_ context.Context, id string) (desk.Incident, error) {
	f.note("CloseIncident %s", id)
	f.mu.Lock()
	defer f.mu.Unlock()
	i := &f.incidents[f.incident(id)]
	i.State, i.Closed, i.Version = "closed", today, i.Version+1
	return *i, f.fail["CloseIncident"]
}

func (f *fakeDesk) PurgeIncident(_ context.Context, id string) error {
	f.note("PurgeIncident %s", id)
	f.mu.Lock()
	defer f.mu.Unlock()
	i := &f.incidents[f.incident(id)]
	i.State, i.IncidentFacts = "purged", desk.IncidentFacts{}
	return f.fail["PurgeIncident"]
}

// houseSample returns a desk with incidents at different points of their clocks.
func houseSample(f *fakeDesk) *fakeDesk {
	ago := func(hours int) time.Time { return today.Add(-time.Duration(hours) * time.Hour) }
	incident := func(id string, aware time.Time, f desk.IncidentFacts) desk.Incident {
		f.Aware = aware
		i := desk.Incident{ID: id, Version: 1, State: "open", Due: aware.Add(72 * time.Hour), Recorded: aware.Add(time.Hour), Operator: "jcole", IncidentFacts: f}
		i.Overdue = !f.Authority.Decided() && today.After(i.Due)
		return i
	}
	laptop := incident("INC-2026-0004", ago(50), desk.IncidentFacts{Facts: "A laptop was stolen from Theresa Müller's car.\nIt held the list of candidates.", Happened: "in the night of 18 November",
		Systems: []string{"qlms", "prodrive"}, People: 40, Records: 120, Data: "candidates: names and addresses"})
	letter := incident("INC-2026-0003", ago(100), desk.IncidentFacts{Facts: "A letter went to the wrong address.", Systems: []string{"hr"}, People: 1, Records: 1})
	mail := incident("INC-2026-0002", ago(300), desk.IncidentFacts{Facts: "An e-mail went to everybody in copy.", Effects: "None likely.", Remedy: "Everybody was asked to delete it.",
		Systems: []string{"mail"}, People: 30, Records: 30, Authority: desk.Told{On: ago(220), Reference: "IC-123", Late: "found out on a Friday"}, Concerned: desk.Told{Not: "no high risk"}})
	mail.Version = 4
	old := incident("INC-2026-0001", ago(3000), desk.IncidentFacts{Facts: "A USB stick was lost, and found again.", Effects: "None.", Remedy: "USB sticks are forbidden.",
		Authority: desk.Told{Not: "a risk is unlikely: it was encrypted"}, Concerned: desk.Told{Not: "no risk"}})
	old.State, old.Closed, old.Version = "closed", ago(2900), 3
	f.incidents = []desk.Incident{laptop, letter, mail, old}
	f.operators = sampleOperators()
	return f
}

func (f *fakeDesk) CheckSystem(_ context.Context, id string) (desk.Checked, error) {
	f.note("CheckSystem %s", id)
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.checks {
		if c.System == id {
			return c, f.fail["CheckSystem"]
		}
	}
	return desk.Checked{System: id}, f.fail["CheckSystem"]
}

// telling tells events, and ends with an error where the last is one.
func telling(told []any) iter.Seq2[desk.Event, error] {
	return func(yield func(desk.Event, error) bool) {
		for _, t := range told {
			event, _ := t.(desk.Event)
			err, _ := t.(error)
			if !yield(event, err) {
				return
			}
		}
	}
}

func (f *fakeDesk) TestConnector(_ context.Context, system string) iter.Seq2[desk.Event, error] {
	f.note("TestConnector %s", system)
	return telling(f.testing)
}

func (f *fakeDesk) Replay(_ context.Context, n desk.NewReplay) iter.Seq2[desk.Event, error] {
	f.note("Replay %s: %s; %s", n.System, n.Reason, n.Despite)
	return telling(f.replaying)
}

func (f *fakeDesk) WriteProcessings(_ context.Context, path string) error {
	f.note("WriteProcessings %s", filepath.Base(path))
	return f.failure("WriteProcessings")
}

func (f *fakeDesk) WriteFigures(_ context.Context, from, to clock.Day, path string) error {
	f.note("WriteFigures %s %s %s", from, to, filepath.Base(path))
	return f.failure("WriteFigures")
}

func (f *fakeDesk) Operator() string { return "jcole" }

func (f *fakeDesk) Operators(context.Context) ([]desk.Operator, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.operators), f.fail["Operators"]
}

func (f *fakeDesk) InitOperator(_ context.Context, roles []string) (desk.Initialised, error) {
	f.note("InitOperator %v", roles)
	f.mu.Lock()
	defer f.mu.Unlock()
	made := desk.Initialised{Name: "jcole", Key: kept.KeyText(operatorKey(1)), Kept: "keyring:dossier/jcole"}
	if len(f.operators) == 0 {
		made.Admitted = true
		for _, r := range roles {
			made.Roles = append(made.Roles, desk.Role(r))
		}
		f.operators = append(f.operators, desk.Operator{N: 1, By: 1, Name: "jcole", Key: operatorKey(1), Roles: made.Roles, Added: today})
	}
	return made, f.fail["InitOperator"]
}

func (f *fakeDesk) AddOperator(_ context.Context, name, public string, roles []string) error {
	f.note("AddOperator %s %s %v", name, public, roles)
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fail["AddOperator"]
}

func (f *fakeDesk) RemoveOperator(_ context.Context, name string) error {
	f.note("RemoveOperator %s", name)
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.operators {
		if f.operators[i].Name == name {
			f.operators[i].Ended = today
		}
	}
	return f.fail["RemoveOperator"]
}

func (f *fakeDesk) SetPassphrase(_ context.Context, before, next string) error {
	f.note("SetPassphrase")
	if before != f.phrase {
		return desk.ErrPassphrase
	}
	f.phrase = next
	return f.failure("SetPassphrase")
}

// operatorKey is a public key made of one byte.
func operatorKey(b byte) ed25519.PublicKey { return bytes.Repeat([]byte{b}, ed25519.PublicKeySize) }

func sampleOperators() []desk.Operator {
	return []desk.Operator{
		{N: 1, By: 1, Name: "jcole", Key: operatorKey(1), Roles: kept.Roles, Added: today.AddDate(0, -8, 0)},
		{N: 2, By: 1, Name: "Pat Lowe", Key: operatorKey(2), Roles: []desk.Role{kept.RoleSearch}, Added: today.AddDate(0, -7, 0), Ended: today.AddDate(0, -2, 0)},
		{N: 3, By: 1, Name: "Eve Marsh", Key: operatorKey(3), Roles: []desk.Role{kept.RoleSearch, kept.RoleApprove}, Added: today.AddDate(0, -3, 0)},
	}
}

func (f *fakeDesk) LogBack(_ context.Context, id string, upto int64, skip, n int) (desk.LogPage, error) {
	f.note("LogBack %q %d %d", id, upto, skip)
	if err := f.failure("Log"); err != nil {
		return desk.LogPage{}, err
	}
	p := desk.LogPage{Upto: upto}
	for _, e := range slices.Backward(f.log) {
		if id != "" && e.Request != id || upto > 0 && e.Seq > upto {
			continue
		}
		if p.Upto == 0 {
			p.Upto = e.Seq
		}
		if p.Total++; p.Total > skip && len(p.Entries) < n {
			p.Entries = append(p.Entries, e)
		}
	}
	return p, nil
}

func (f *fakeDesk) WriteProof(_ context.Context, seq int64, path string) (desk.Proof, error) {
	f.note("WriteProof %d %s", seq, filepath.Base(path))
	p := desk.Proof{}
	p.Entry = f.log[seq-1]
	return p, f.failure("WriteProof")
}

func (f *fakeDesk) CheckProof(_ context.Context, path, key string) (desk.Entry, error) {
	f.note("CheckProof %s %s", filepath.Base(path), key)
	return f.log[1], f.failure("CheckProof")
}

func (f *fakeDesk) CheckPackage(_ context.Context, path, key, passphrase string) (export.Report, error) {
	f.note("CheckPackage %s %q %d", filepath.Base(path), key, len(passphrase))
	return f.packed, f.failure("CheckPackage")
}

func (f *fakeDesk) CheckCertificate(_ context.Context, path, key string) (export.Certificate, string, error) {
	f.note("CheckCertificate %s %q", filepath.Base(path), key)
	return export.Certificate{Plan: "SAR-2026-0003/P1", Outcome: "complete", Issued: today}, "", f.failure("CheckCertificate")
}

func (f *fakeDesk) LocateSubject(_ context.Context, s locate.Subject, reason string) iter.Seq2[desk.Event, error] {
	f.note("LocateSubject %v %s", s.Identifiers, reason)
	return telling(f.locating)
}

func (f *fakeDesk) TrainMatching(context.Context) (desk.Trained, error) {
	f.note("TrainMatching")
	return desk.Trained{Records: 48_210, People: 1204, Terms: 311}, f.failure("TrainMatching")
}

func (f *fakeDesk) MeasureTruth(_ context.Context, path string, how desk.Measurement) (*evaluate.Report, error) {
	f.note("MeasureTruth %s %d %v %v", filepath.Base(path), how.Sample, how.Memory, how.Untrained)
	how.Progress(10, 20)
	return &evaluate.Report{People: 20, Precision: 1, Recall: 0.98}, f.failure("MeasureTruth")
}

func (f *fakeDesk) MeasureTable(_ context.Context, mapping string, tables []string, how evaluate.PairsOptions) (*evaluate.PairsReport, error) {
	f.note("MeasureTable %s %d %d", filepath.Base(mapping), len(tables), how.Sample)
	return &evaluate.PairsReport{Rows: 300}, f.failure("MeasureTable")
}
