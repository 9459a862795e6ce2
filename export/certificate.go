package export

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"dossier/internal/logproof"
)

// CertificateVersion is the version of the form of a certificate.
const CertificateVersion = 1

// Certificate says what became of a person's data by an erasure: system by system what was erased, what is kept, why and until when,
// what is left, and what backups hold for how long. It names the person by the request alone, and no record.
type Certificate struct {
	Type         string       `json:"type"` // "certificate"
	Version      int          `json:"version"`
	Organisation organisation `json:"organisation"`
	Request      string       `json:"request"`            // its id, or a batch's
	Received     string       `json:"received,omitempty"` // the day of the request
	Plan         string       `json:"plan"`
	Digest       string       `json:"digest"` // of the plan
	Ground       string       `json:"ground"` // "Article 17(1)(b) UK GDPR"
	Carried      time.Time    `json:"carried"`
	Verified     time.Time    `json:"verified"`
	Method       string       `json:"method"` // how it was verified
	Issued       time.Time    `json:"issued"`
	Outcome      string       `json:"outcome"` // "complete", "in part"
	Systems      []Certified  `json:"systems"`
	NotSearched  []NotLooked  `json:"not_searched"` // systems that were known not to be fully searched when the erasure was planned
	Backups      string       `json:"backups"`      // what becomes of copies in backups
}

// The outcomes of a certificate, and of each system in it.
const (
	CertifiedWhole = "complete"
	CertifiedPart  = "in part"
)

// Certified is what became of the data in one system.
type Certified struct {
	System     named       `json:"system"`
	Outcome    string      `json:"outcome"` // "erased", "kept", "recoverable", "pseudonymised", "in part", "unreachable", "nothing held"
	Summary    string      `json:"summary"` // the outcome in plain words
	Deleted    int         `json:"deleted"`
	Anonymised int         `json:"anonymised"`
	ByHand     int         `json:"by_hand"` // tasks that people have done
	Kept       []KeptByLaw `json:"kept"`
	Left       []NotLooked `json:"left"`
	Backups    []InBackup  `json:"backups"`
}

// KeptByLaw is what stays for a reason in law.
type KeptByLaw struct {
	What    string `json:"what"`
	Records int    `json:"records"`
	Why     string `json:"why"`
	Until   string `json:"until,omitempty"` // the day
}

// NotLooked is what is left, or was not looked at, and why.
type NotLooked struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// InBackup is a copy that is still to be had, from where and until when.
type InBackup struct {
	What  string `json:"what"`
	Until string `json:"until,omitempty"` // the day; "": the register does not say
}

// NewCertificate returns a certificate in the name of the organisation.
func NewCertificate(name, contact string) Certificate {
	return Certificate{Type: "certificate", Version: CertificateVersion, Organisation: organisation{name, contact}, Systems: []Certified{}, NotSearched: []NotLooked{}}
}

// NewCertified returns what a certificate says of a system, of which nothing is said yet.
func NewCertified(id, title string) Certified {
	return Certified{System: named{id, title}, Kept: []KeptByLaw{}, Left: []NotLooked{}, Backups: []InBackup{}}
}

// Sum returns the SHA-256 of the certificate in hex, over its JSON without spaces: what the log notes when it is issued.
func (c Certificate) Sum() (string, error) {
	b, err := compact(c)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

func compact(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// IssuedEntry is what the details of the log's entry say that a certificate was issued by.
type IssuedEntry struct {
	Plan    string `json:"plan"`
	Outcome string `json:"outcome"`
	SHA256  string `json:"sha256"`
}

// CertificateIssued is what the log's entry calls the issue of a certificate.
const CertificateIssued = "certificate issued"

// signedCertificate is the file: the certificate, and the entry of the log that holds its sum, with what proves it.
type signedCertificate struct {
	Type        string          `json:"type"` // "signed certificate"
	Certificate json.RawMessage `json:"certificate"`
	Key         string          `json:"key"` // of the log; public
	Proof       logproof.Proof  `json:"proof"`
}

// WriteCertificate writes a certificate as JSON, with the proof of the log's entry that it was issued.
func WriteCertificate(w io.Writer, c Certificate, key string, proof logproof.Proof) error {
	b, err := compact(c)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(signedCertificate{"signed certificate", b, key, proof})
}

//go:embed certificate.schema.json
var certificateSchema []byte

// CertificateSchema returns the JSON Schema of a certificate's file.
func CertificateSchema() []byte { return bytes.Clone(certificateSchema) }

// maxCertificate is the size in bytes that a certificate may have.
const maxCertificate = 16 << 20

// VerifyCertificate reads the file of a certificate and returns what is wrong with it; nothing: the log whose key is named says
// that this very certificate was issued. Without a key from elsewhere it is checked with the one in the file, and note says so.
func VerifyCertificate(from io.Reader, key string) (c Certificate, note string, err error) {
	b, err := io.ReadAll(io.LimitReader(from, maxCertificate+1))
	if err != nil {
		return c, "", err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil || len(b) > maxCertificate {
		return c, "", errors.New("this is no certificate")
	}
	if err := answers(certificateForm(), value); err != nil {
		return c, "", fmt.Errorf("this is no certificate that the program wrote: it %w", err)
	}
	var signed signedCertificate
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&signed); err != nil {
		return c, "", errors.New("this is no certificate")
	}
	d = json.NewDecoder(bytes.NewReader(signed.Certificate))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, "", errors.New("this is no certificate")
	}
	var plain bytes.Buffer
	if err := json.Compact(&plain, signed.Certificate); err != nil {
		return c, "", err
	}
	again, err := compact(c)
	if err != nil {
		return c, "", err
	}
	if !bytes.Equal(again, plain.Bytes()) { // a name that stands twice, for one
		return c, "", errors.New("the certificate is not written as the program writes one: it was changed")
	}
	return c, certificateNote(signed, key), signed.check(c, key)
}

func certificateNote(signed signedCertificate, key string) string {
	if key != "" {
		return ""
	}
	return "it was checked with the key that stands in it, which proves nothing of who issued it: compare the key with what dossier log verify prints where the " +
		"log is kept, or name that one with --key: " + Line(signed.Key)
}

// check returns why the log does not say that the certificate was issued.
func (s signedCertificate) check(c Certificate, key string) error {
	if key == "" {
		key = s.Key
	}
	if err := s.Proof.Check(key); err != nil {
		return err
	}
	sum, err := c.Sum()
	if err != nil {
		return err
	}
	var issued IssuedEntry
	entry := s.Proof.Entry
	if err := json.Unmarshal(entry.Details, &issued); err != nil || entry.What != CertificateIssued || entry.Request != c.Request {
		return errors.New("the entry of the log is not about this certificate")
	}
	if issued.SHA256 != sum || issued.Plan != c.Plan || issued.Outcome != c.Outcome {
		return errors.New("the certificate is not the one that the log says was issued: it was changed")
	}
	return nil
}
