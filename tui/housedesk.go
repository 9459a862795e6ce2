package tui

import (
	"context"
	"iter"

	"dossier/desk"
	"dossier/export"
	"dossier/locate"
	"dossier/locate/evaluate"
	"dossier/request/clock"
)

// Keeping is what the screens that keep the house need of the use cases.
type Keeping interface {
	// Incidents returns every personal-data incident as it is known now, the newest first.
	Incidents(ctx context.Context) ([]desk.Incident, error)
	// Incident returns every version of an incident, the earliest first.
	Incident(ctx context.Context, id string) ([]desk.Incident, error)
	// NewIncident records an incident.
	NewIncident(ctx context.Context, f desk.IncidentFacts) (desk.Incident, error)
	// ChangeIncident records what is known of an incident by now; change is given what was known.
	ChangeIncident(ctx context.Context, id string, change func(*desk.IncidentFacts) error) (desk.Incident, error)
	// CloseIncident ends the work on an incident.
	CloseIncident(ctx context.Context, id string) (desk.Incident, error)

	// PurgeIncident destroys what is kept of a closed incident.
	PurgeIncident(ctx context.Context, id string) error

	// Operator returns the name of whoever works at the desk.
	Operator() string
	// Operators returns everybody who was admitted, the oldest first, those too who may do nothing any more.
	Operators(ctx context.Context) ([]desk.Operator, error)
	// InitOperator makes this operator's key, where they have none yet; the first of the journal is admitted with it in the roles.
	InitOperator(ctx context.Context, roles []string) (desk.Initialised, error)
	// AddOperator admits an operator by their public key, or gives one other roles; the key may be left out then.
	AddOperator(ctx context.Context, name, public string, roles []string) error
	// RemoveOperator ends what an operator may do.
	RemoveOperator(ctx context.Context, name string) error
	// SetPassphrase sets this operator's passphrase; before is the one that was set.
	SetPassphrase(ctx context.Context, before, next string) error

	// CheckSystem looks at one system.
	CheckSystem(ctx context.Context, id string) (desk.Checked, error)
	// TestConnector runs the conformance suite on a scratch database. Its events are desk.Tested and, where no case failed, desk.Passed.
	TestConnector(ctx context.Context, system string) iter.Seq2[desk.Event, error]
	// Replay plans again what was done in a system that came back from a backup. Its events are desk.Started, Progress, Coverage, PlanLine,
	// then BatchPlanned; or desk.PlanProblem, where its last error wraps desk.ErrRefused.
	Replay(ctx context.Context, n desk.NewReplay) iter.Seq2[desk.Event, error]
	// LogBack returns n entries of the log of a request, or of the whole log, the newest first, leaving out as many as skip says; what was
	// logged after the entry upto is not counted.
	LogBack(ctx context.Context, id string, upto int64, skip, n int) (desk.LogPage, error)
	// WriteProof writes the proof that an entry stands in the log to a new file.
	WriteProof(ctx context.Context, seq int64, path string) (desk.Proof, error)
	// CheckProof checks a proof under the key of a log, this one's where it is "", and returns the entry that it proves.
	CheckProof(ctx context.Context, path, key string) (desk.Entry, error)

	// CheckPackage checks a package under the key of a log, this one's where it is "", with the passphrase of one that age has locked.
	CheckPackage(ctx context.Context, path, key, passphrase string) (export.Report, error)
	// CheckCertificate checks a certificate under the key of a log, and returns it with what the check does not tell.
	CheckCertificate(ctx context.Context, path, key string) (export.Certificate, string, error)
	// LocateSubject searches every system for a person without a request, for a reason that the log keeps. Its events are those of Locate.
	LocateSubject(ctx context.Context, s locate.Subject, reason string) iter.Seq2[desk.Event, error]
	// TrainMatching reads every record of every system once, and learns from them.
	TrainMatching(ctx context.Context) (desk.Trained, error)
	// MeasureTruth searches for people whose every record is known; the truth is a file.
	MeasureTruth(ctx context.Context, path string, how desk.Measurement) (*evaluate.Report, error)
	// MeasureTable compares the rows of tables of labelled people, as the file of the mapping says what they hold.
	MeasureTable(ctx context.Context, mapping string, tables []string, how evaluate.PairsOptions) (*evaluate.PairsReport, error)

	// WriteProcessings writes the record of processing activities to a new file: Markdown, or by the name's end .csv or .json.
	WriteProcessings(ctx context.Context, path string) error
	// WriteFigures writes the figures of a period to a new file: as text, or by the name's end .json.
	WriteFigures(ctx context.Context, from, to clock.Day, path string) error
}
