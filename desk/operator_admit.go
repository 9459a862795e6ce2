package desk

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"dossier/internal/journal"
)

// Initialised is what an operator's first step came to.
type Initialised struct {
	Name     string `json:"name"`
	Key      string `json:"key"`            // the public key, as AddOperator takes it
	Kept     string `json:"kept,omitempty"` // where the private key was put; "" where it was there already
	Roles    []Role `json:"roles"`          // of the first operator
	Admitted bool   `json:"admitted"`       // they may work; otherwise an operator with the role audit admits them
}

// InitOperator makes the key of this operator, where they have none yet. The first operator of a journal is admitted with
// it, in the roles named (every role where none is); whoever comes later is admitted by an operator with the role audit.
func (d *Desk) InitOperator(ctx context.Context, roles []string) (Initialised, error) {
	wanted, err := parseRoles(roles)
	if err != nil {
		return Initialised{}, err
	}
	made := Initialised{Name: d.operator, Roles: []Role{}}
	key, err := d.privateKey(ctx)
	if errors.Is(err, ErrRefused) {
		if made.Kept, err = d.makeKey(ctx); err == nil {
			key, err = d.privateKey(ctx)
		}
	}
	if err != nil {
		return made, err
	}
	public := key.Public().(ed25519.PublicKey)
	made.Key = journal.KeyText(public)
	err = d.journal.Update(ctx, func(tx *journal.Tx) error {
		all, err := tx.Operators()
		if err != nil {
			return err
		}
		if len(all) > 0 {
			if me := current(all, d.operator); me != nil && me.Key.Equal(public) {
				made.Admitted, made.Roles = true, me.Roles
			}
			return nil
		}
		if len(roles) == 0 {
			wanted = journal.Roles
		}
		made.Admitted, made.Roles = true, wanted
		return d.admit(tx, key, Operator{N: 1, By: 1, Name: d.operator, Key: public, Roles: wanted})
	})
	return made, err
}

// Operator returns the name of whoever works at this desk.
func (d *Desk) Operator() string { return d.operator }

// OperatorInfo is a grant as it is shown.
type OperatorInfo struct {
	Name  string    `json:"name"`
	Key   string    `json:"key"` // public
	Roles []Role    `json:"roles"`
	Added time.Time `json:"added"`
	By    string    `json:"by"` // who admitted them
	Ended time.Time `json:"ended,omitzero"`
}

// About returns what is shown of one of all grants.
func About(o Operator, all []Operator) OperatorInfo {
	return OperatorInfo{o.Name, journal.KeyText(o.Key), o.Roles, o.Added, all[o.By-1].Name, o.Ended}
}

// Operators returns everybody who was admitted, the oldest first, those too who may do nothing any more.
func (d *Desk) Operators(ctx context.Context) ([]Operator, error) {
	if err := d.known(ctx); err != nil {
		return nil, err
	}
	return d.journal.Operators(ctx)
}

// Fingerprint is a public key in short, as two people read it to each other: the beginning of its SHA-256 in fours.
func (o OperatorInfo) Fingerprint() string {
	sum := sha256.Sum256([]byte(o.Key))
	hex := hex.EncodeToString(sum[:8])
	return hex[:4] + " " + hex[4:8] + " " + hex[8:12] + " " + hex[12:]
}

// AddOperator admits an operator by their public key, or gives one that was admitted other roles; the key may be left out
// then. This operator needs the role audit, and can give themselves nothing.
func (d *Desk) AddOperator(ctx context.Context, name, public string, roles []string) error {
	wanted, err := parseRoles(roles)
	if err != nil {
		return err
	}
	if len(wanted) == 0 || strings.TrimSpace(name) == "" {
		return fmt.Errorf("%w: write whom to admit, and at least one role", ErrUsage)
	}
	return d.administer(ctx, name, func(tx *journal.Tx, all []Operator, me *Operator, key ed25519.PrivateKey) error {
		o := Operator{N: int64(len(all)) + 1, By: me.N, Name: name, Roles: wanted}
		if public != "" {
			if o.Key, err = journal.ParseKey(public); err != nil {
				return fmt.Errorf("%w: %w", ErrUsage, err)
			}
		} else if was := current(all, name); was != nil {
			o.Key = was.Key
		} else {
			return fmt.Errorf("%w: %s has not been admitted yet: their public key is needed, which dossier operator init prints for them", ErrUsage, name)
		}
		return d.admit(tx, key, o)
	})
}

// RemoveOperator ends what an operator may do. This operator needs the role audit.
func (d *Desk) RemoveOperator(ctx context.Context, name string) error {
	return d.administer(ctx, name, func(tx *journal.Tx, _ []Operator, _ *Operator, _ ed25519.PrivateKey) error {
		if err := tx.EndOperator(name, d.now()); err != nil {
			return err
		}
		return d.log(tx, "", "", "operator removed", struct {
			Name string `json:"name"`
		}{name})
	})
}

// administer makes a change of the list of operators that concerns one of them, by this one.
func (d *Desk) administer(ctx context.Context, name string, change func(*journal.Tx, []Operator, *Operator, ed25519.PrivateKey) error) error {
	if err := d.may(ctx, journal.RoleAudit); err != nil {
		return err
	}
	key, err := d.privateKey(ctx)
	if err != nil {
		return err
	}
	return d.journal.Update(ctx, func(tx *journal.Tx) error {
		all, err := tx.Operators()
		if err != nil {
			return err
		}
		me := current(all, d.operator)
		switch {
		case me == nil:
			return fmt.Errorf("%w: the journal has no operators yet: begin with dossier operator init", ErrRefused)
		case !me.May(journal.RoleAudit):
			return fmt.Errorf("%w: %s has the role audit no more", ErrRefused, d.operator)
		case name == d.operator:
			return fmt.Errorf("%w: nobody changes their own roles: another operator with the role audit does", ErrRefused)
		}
		return change(tx, all, me, key)
	})
}

// admit signs a grant, keeps it and logs it with its signature.
func (d *Desk) admit(tx *journal.Tx, key ed25519.PrivateKey, o Operator) error {
	o.Added = d.now().UTC().Truncate(time.Nanosecond)
	o.Signature = ed25519.Sign(key, journal.ToSign(journal.GrantPurpose, o.Grant()))
	if err := tx.AddOperator(o); err != nil {
		return err
	}
	return d.log(tx, "", "", "operator admitted", struct {
		Name      string `json:"name"`
		Key       string `json:"key"`
		Roles     []Role `json:"roles"`
		Signature []byte `json:"signature"`
	}{o.Name, journal.KeyText(o.Key), o.Roles, o.Signature})
}

// parseRoles returns roles in the order of journal.Roles, each once.
func parseRoles(names []string) ([]Role, error) {
	var roles []Role
	for _, r := range journal.Roles {
		if slices.Contains(names, string(r)) {
			roles = append(roles, r)
		}
	}
	for _, name := range names {
		if !slices.Contains(journal.Roles, Role(name)) {
			return nil, fmt.Errorf("%w: %q is no role: write some of %v", ErrUsage, name, journal.Roles)
		}
	}
	return roles, nil
}
