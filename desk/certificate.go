package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dossier/act"
	"dossier/connectors"
	"dossier/export"
	"dossier/internal/journal"
	"dossier/internal/logproof"
	"dossier/request"
)

// Issued tells that a certificate of erasure was written.
type Issued struct {
	Plan    string `json:"plan"`
	Outcome string `json:"outcome"` // "complete", "in part"
	JSON    string `json:"json"`    // the file that carries what proves it
	PDF     string `json:"pdf"`     // the same for people
	SHA256  string `json:"sha256"`
}

// Type returns "issued".
func (Issued) Type() string { return "issued" }

// MarshalJSON writes the event with its type first.
func (i Issued) MarshalJSON() ([]byte, error) {
	type plain Issued
	return typed(i.Type(), plain(i))
}

// Certificate writes the certificate of an erasure, as JSON and as PDF beside it under the same name, and logs its sum. The id is
// a plan's, or a request's or a batch's, of which the last erasure that was carried out is taken. It is refused while nobody has
// verified the plan since it was carried out.
func (d *Desk) Certificate(ctx context.Context, id, path string) (Issued, error) {
	if err := d.may(ctx, journal.RoleDecide); err != nil {
		return Issued{}, err
	}
	base := strings.TrimSuffix(strings.TrimSuffix(path, ".json"), ".pdf")
	out := Issued{JSON: base + ".json", PDF: base + ".pdf"}
	for _, name := range []string{out.JSON, out.PDF} {
		if _, err := os.Lstat(name); err == nil {
			return out, fmt.Errorf("%s is there already and is not replaced: choose another name: %w", name, fs.ErrExist)
		}
	}
	plan, err := d.erasure(ctx, id)
	if err != nil {
		return out, err
	}
	c, err := d.certify(ctx, plan)
	if err != nil {
		return out, err
	}
	sum, err := c.Sum()
	if err != nil {
		return out, err
	}
	out.Plan, out.Outcome, out.SHA256 = plan, c.Outcome, sum
	owner, _, _ := strings.Cut(plan, "/")
	if err := d.note(ctx, owner, "", export.CertificateIssued, export.IssuedEntry{Plan: plan, Outcome: c.Outcome, SHA256: sum}); err != nil {
		return out, err
	}
	key, proof, err := d.issueProof(ctx, owner, sum)
	if err != nil {
		return out, err
	}
	if err := newFile(out.JSON, func(w io.Writer) error { return export.WriteCertificate(w, c, key, proof) }); err != nil {
		return out, err
	}
	return out, newFile(out.PDF, func(w io.Writer) error { return export.WriteCertificatePDF(w, c) })
}

// erasure returns the plan that an id is about.
func (d *Desk) erasure(ctx context.Context, id string) (string, error) {
	if strings.Contains(id, "/P") {
		return id, nil
	}
	if !strings.HasPrefix(id, "BATCH-") {
		r, err := d.journal.Request(ctx, id)
		if err != nil {
			return "", err
		}
		if r.State == request.Purged {
			return "", fmt.Errorf("%w: %s: %w: the certificate is issued before", ErrRefused, id, journal.ErrPurged)
		}
	}
	plans, err := d.journal.Plans(ctx, id)
	if err != nil {
		return "", err
	}
	for _, p := range slices.Backward(plans) {
		if !p.State.Carried() {
			continue
		}
		if _, head, _, err := act.Read(ctx, d.journal, p.ID); err != nil {
			return "", err
		} else if head.Action == act.Erase {
			return p.ID, nil
		}
	}
	return "", fmt.Errorf("%w: no erasure of %s was carried out", ErrRefused, id)
}

// certify returns what the plan of an erasure came to.
func (d *Desk) certify(ctx context.Context, id string) (export.Certificate, error) {
	o := d.register.Organisation
	c := export.NewCertificate(o.Name, o.Contact)
	p, head, lines, err := act.Read(ctx, d.journal, id)
	if err != nil {
		return c, err
	}
	if head.Action != act.Erase || !p.State.Carried() {
		return c, fmt.Errorf("%w: %s is no erasure that was carried out", ErrRefused, id)
	}
	verdicts, verified, err := d.verdicts(ctx, id)
	if errors.Is(err, journal.ErrNotVerified) {
		return c, fmt.Errorf("%w: %s: %w", ErrRefused, id, err)
	}
	if err != nil {
		return c, err
	}
	made, last, err := d.madeBy(ctx, id)
	if err != nil {
		return c, err
	}
	if last.After(verified.Time) {
		return c, fmt.Errorf("%w: %s was worked on after it was verified: run dossier verify again", ErrRefused, id)
	}
	var controller string
	if head.Request != "" {
		r, err := d.journal.Request(ctx, head.Request)
		if err != nil {
			return c, err
		}
		c.Received, controller = r.Received.Format(time.DateOnly), r.Subject.Controller
	}
	carried := last
	if carried.IsZero() {
		carried = p.Made
	}
	c.Request, c.Plan, c.Digest, c.Ground = p.Request, id, p.Digest, d.letter(p.Request).Article(head.Ground)
	c.Carried, c.Verified, c.Issued = second(carried), second(verified.Time), second(d.now())
	c.Outcome, c.Method, c.Backups = export.CertifiedWhole, verifiedHow, backupsFate
	for _, n := range head.Despite {
		c.NotSearched = append(c.NotSearched, export.NotLooked{What: d.title(n.System), Why: n.Why})
	}
	at := map[string]int{}
	for _, v := range verdicts {
		if s, ok := d.register.System(v.System); ok && s.Processor() && s.Controller.Name != controller && v.Effect == act.NothingHeld {
			continue // other clients' systems are no matter of the person's
		}
		at[v.System] = len(c.Systems)
		c.Systems = append(c.Systems, d.certified(v))
		if !v.Succeeded() {
			c.Outcome = export.CertifiedPart
		}
	}
	for l, err := range lines {
		if err != nil {
			return c, err
		}
		i, told := at[l.Record.System]
		if !told || !made[l.N] {
			continue
		}
		switch l.Does {
		case act.Delete, act.Move:
			c.Systems[i].Deleted++
		case act.Anonymise:
			c.Systems[i].Anonymised++
		}
	}
	tasks, err := d.journal.Tasks(ctx, id)
	for _, t := range tasks {
		if i, told := at[t.System]; told && !t.Done.IsZero() {
			c.Systems[i].ByHand++
		}
	}
	return c, err
}

const (
	verifiedHow = "Every record that was to be erased was read again, and every system was searched again for the person, by what was known of them before and by " +
		"what the records had held."
	backupsFate = "Copies in backups are put beyond use: nobody works with them, and they are overwritten when their time ends. Where a backup has to be restored before, " +
		"the erasure is carried out again before the system is used; for that alone a keyed trace is kept, from which no value can be read."
)

func second(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

func (d *Desk) title(system string) string {
	if s, ok := d.register.System(system); ok {
		return s.Title
	}
	return system
}

// madeBy returns which lines of a plan were made, and when a system or a person last worked on the plan.
func (d *Desk) madeBy(ctx context.Context, plan string) (map[int]bool, time.Time, error) {
	made, last := map[int]bool{}, time.Time{}
	for r, err := range d.journal.Receipts(ctx, plan) {
		if err != nil {
			return nil, last, err
		}
		if r.Result == connectors.Done || r.Result == connectors.Already {
			made[r.Line] = true
		}
		if r.Time.After(last) {
			last = r.Time
		}
	}
	tasks, err := d.journal.Tasks(ctx, plan)
	for _, t := range tasks {
		if t.Done.After(last) {
			last = t.Done
		}
	}
	return made, last, err
}

// issueProof returns the proof of the entry by which a certificate of that sum was issued.
func (d *Desk) issueProof(ctx context.Context, owner, sum string) (key string, proof logproof.Proof, err error) {
	s, err := d.journal.ProveRequest(ctx, owner)
	if err != nil {
		return "", proof, err
	}
	for _, e := range slices.Backward(s.Entries) {
		var issued export.IssuedEntry
		if e.Entry.What == export.CertificateIssued && json.Unmarshal(e.Entry.Details, &issued) == nil && issued.SHA256 == sum {
			return s.Key, logproof.Proof{Included: e, Checkpoint: s.Checkpoint}, nil
		}
	}
	return "", proof, fmt.Errorf("the log does not hold that the certificate of %s was issued: %w", owner, ErrTampered)
}

// newFile writes a file that only its owner may read, and never in the place of another.
func newFile(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(filepath.Clean(path), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", path, err)
	}
	if err := errors.Join(write(f), f.Sync(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("%s was not written: %w", path, err), os.Remove(path))
	}
	return nil
}

// VerifyCertificate checks the file of a certificate, and returns it with what the check does not tell; see export.VerifyCertificate. It
// needs no register and no journal.
func VerifyCertificate(file, key string) (export.Certificate, string, error) {
	f, err := os.Open(file)
	if err != nil {
		return export.Certificate{}, "", fmt.Errorf("the certificate cannot be read: %w", err)
	}
	defer f.Close()
	return export.VerifyCertificate(f, key)
}

// CertificateSchema returns the JSON Schema of a certificate's file.
func CertificateSchema() []byte { return export.CertificateSchema() }
