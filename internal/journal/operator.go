package journal

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Role is what an operator may do.
type Role string

// The roles.
const (
	RoleSearch  Role = "search"  // record requests, search for people and look at what is found
	RoleDecide  Role = "decide"  // decide whose records are, hand packages over, plan, hold
	RoleApprove Role = "approve" // approve plans
	RoleRun     Role = "run"     // carry plans out, finish tasks, destroy the keys of closed requests
	RoleAudit   Role = "audit"   // read the whole log, admit and remove operators
)

// Roles lists the roles.
var Roles = []Role{RoleSearch, RoleDecide, RoleApprove, RoleRun, RoleAudit}

// Operator is a person who works with the journal, from one grant on until it ended.
type Operator struct {
	N         int64 // of the grant, from 1
	Name      string
	Key       ed25519.PublicKey
	Roles     []Role // in the order of Roles
	Added     time.Time
	By        int64     // the grant of who admitted them; its own for the first
	Signature []byte    // theirs, over Grant
	Ended     time.Time // zero: not yet
}

// May reports whether the operator works in a role.
func (o Operator) May(r Role) bool { return o.Ended.IsZero() && slices.Contains(o.Roles, r) }

// Grant returns what is signed when the operator is admitted.
func (o Operator) Grant() []byte {
	return place(o.Name, string(o.Key), o.roles(), written(o.Added), strconv.FormatInt(o.By, 10))
}

func (o Operator) roles() string {
	var names []string
	for _, r := range o.Roles {
		names = append(names, string(r))
	}
	return strings.Join(names, ",")
}

// ToSign returns the bytes that an operator signs for a message: bound to a purpose, so that a signature for one is none
// for another.
func ToSign(purpose string, message []byte) []byte {
	return place("dossier signature 1", purpose, string(message))
}

// Signed reports whether the operator signed the message for the purpose.
func (o Operator) Signed(purpose string, message, signature []byte) bool {
	return len(o.Key) == ed25519.PublicKeySize && ed25519.Verify(o.Key, ToSign(purpose, message), signature)
}

const keyForm = "ed25519:"

// KeyText returns a public key as it is printed and typed.
func KeyText(key ed25519.PublicKey) string { return keyForm + base64.StdEncoding.EncodeToString(key) }

// ParseKey reads a public key as KeyText writes it.
func ParseKey(text string) (ed25519.PublicKey, error) {
	b64, ok := strings.CutPrefix(strings.TrimSpace(text), keyForm)
	key, err := base64.StdEncoding.DecodeString(b64)
	if !ok || err != nil || len(key) != ed25519.PublicKeySize {
		return nil, errors.New("this is no public key of an operator: dossier operator init prints it, like " + keyForm + "…")
	}
	return key, nil
}

// GrantPurpose is what the signature under an operator's grant is for.
const GrantPurpose = "operator"

// Operators returns every grant, the oldest first. Each is signed by who admitted the operator, the first by the operator:
// one that is not was put in from outside, and is an error.
func (j *Journal) Operators(ctx context.Context) (all []Operator, err error) {
	err = j.view(ctx, func(at asker) error {
		all, err = operators(ctx, at)
		return err
	})
	return all, err
}

// Operators returns every grant, the oldest first.
func (t *Tx) Operators() ([]Operator, error) { return operators(t.ctx, t.asker) }

func operators(ctx context.Context, at asker) ([]Operator, error) {
	rows, err := at.query(ctx, `SELECT n, name, key, roles, added, by, signature, ended FROM operators ORDER BY n`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Operator
	for rows.Next() {
		var o Operator
		var roles, added, ended string
		if err := rows.Scan(&o.N, &o.Name, &o.Key, &roles, &added, &o.By, &o.Signature, &ended); err != nil {
			return nil, err
		}
		for _, r := range strings.Split(roles, ",") {
			o.Roles = append(o.Roles, Role(r))
		}
		if o.Added, err = time.Parse(timeForm, added); err != nil {
			return nil, err
		}
		if ended != "" {
			if o.Ended, err = time.Parse(timeForm, ended); err != nil {
				return nil, err
			}
		}
		all = append(all, o)
		if o.N != int64(len(all)) || o.By < 1 || o.By > o.N || o.By == o.N && o.N != 1 || !all[o.By-1].Signed(GrantPurpose, o.Grant(), o.Signature) {
			return nil, fmt.Errorf("the journal was changed from outside, or damaged: nobody admitted the operator %s like this; bring it back from a backup", o.Name)
		}
	}
	return all, rows.Err()
}

// AddOperator keeps a grant, which is numbered and signed, and ends an earlier one of the same name.
func (t *Tx) AddOperator(o Operator) error {
	if err := t.EndOperator(o.Name, o.Added); err != nil && !errors.Is(err, ErrNoOperator) {
		return err
	}
	_, err := t.exec(`INSERT INTO operators (n, name, key, roles, added, by, signature, ended) VALUES (?,?,?,?,?,?,?,'')`,
		o.N, o.Name, []byte(o.Key), o.roles(), written(o.Added), o.By, o.Signature)
	return err
}

// ErrNoOperator says that nobody of the name works with the journal.
var ErrNoOperator = errors.New("is no operator of this journal")

// EndOperator ends what an operator may do.
func (t *Tx) EndOperator(name string, at time.Time) error {
	res, err := t.exec(`UPDATE operators SET ended = ? WHERE name = ? AND ended = ''`, written(at), name)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return fmt.Errorf("%s %w", name, ErrNoOperator)
}
