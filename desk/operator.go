package desk

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dossier/internal/journal"
	"dossier/internal/secret"
)

// Operator is a person who works with the journal, as its list of operators has them.
type Operator = journal.Operator

// Role is what an operator may do.
type Role = journal.Role

// The rules of operators. A journal begins without any: whoever may open it may do everything but what needs a signature.
// The first operator gives themselves their roles. From then on whoever works is one of the operators and shows it with
// their key, and an operator in the role of audit admits others, gives roles and removes, but gives themselves nothing.

// seePeople are the roles that see what systems hold about people.
var seePeople = []Role{journal.RoleSearch, journal.RoleDecide, journal.RoleApprove, journal.RoleRun}

// may returns an error that wraps ErrRefused where this operator works in none of the roles.
func (d *Desk) may(ctx context.Context, roles ...Role) error {
	me, err := d.me(ctx)
	if err != nil || me == nil || slices.ContainsFunc(roles, me.May) {
		return err
	}
	return fmt.Errorf("%w: %s may not do this: it needs the role %s, which an operator with the role audit gives (dossier operator add)",
		ErrRefused, d.operator, strings.Join(roleNames(roles), " or "))
}

func roleNames(roles []Role) []string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return names
}

// known returns an error that wraps ErrRefused where this operator is none of the journal's.
func (d *Desk) known(ctx context.Context) error {
	_, err := d.me(ctx)
	return err
}

// me returns the grant of this operator, who has shown their key; nil while the journal has no operators.
func (d *Desk) me(ctx context.Context) (*Operator, error) {
	all, err := d.journal.Operators(ctx)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	o := current(all, d.operator)
	if o == nil {
		return nil, fmt.Errorf("%w: %s is no operator of this journal: make a key with dossier operator init, and have an operator with the role audit admit you",
			ErrRefused, d.operator)
	}
	key, err := d.privateKey(ctx)
	if err != nil {
		return nil, err
	}
	if !o.Key.Equal(key.Public()) {
		return nil, fmt.Errorf("%w: the key that was found for %s is not the one that they were admitted with", ErrRefused, d.operator)
	}
	return o, nil
}

// current returns the grant of a name that has not ended, nil where there is none.
func current(all []Operator, name string) *Operator {
	i := slices.IndexFunc(all, func(o Operator) bool { return o.Name == name && o.Ended.IsZero() })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// sign returns this operator's signature of a message for a purpose.
func (d *Desk) sign(ctx context.Context, purpose string, message []byte) ([]byte, error) {
	me, err := d.me(ctx)
	if err != nil {
		return nil, err
	}
	if me == nil {
		return nil, fmt.Errorf("%w: this is signed with an operator's key, and nobody has one yet: make yours with dossier operator init", ErrRefused)
	}
	key, err := d.privateKey(ctx)
	if err != nil {
		return nil, err
	}
	return ed25519.Sign(key, journal.ToSign(purpose, message)), nil
}

// signed returns an error that wraps ErrRefused where the signature is not one that counts: by somebody who is an operator
// in the role still, over the message, for the purpose.
func (d *Desk) signed(ctx context.Context, name, purpose string, message, signature []byte, role Role) error {
	all, err := d.journal.Operators(ctx)
	if err != nil {
		return err
	}
	o := current(all, name)
	switch {
	case o == nil || !o.May(role):
		return fmt.Errorf("%w: %s signed this and is no operator with the role %s any more", ErrRefused, name, role)
	case !o.Signed(purpose, message, signature):
		return fmt.Errorf("%w: the signature of %s does not fit what it stands under", ErrRefused, name)
	}
	return nil
}

// usualKeys are where the private key of this operator is looked for, in this order: a credential of the service, the file
// in the state's folder, the keyring.
func (d *Desk) usualKeys() []string {
	return []string{"credential:dossier-operator", d.keyFile(), "keyring:dossier/" + d.operator}
}

func (d *Desk) keyFile() string {
	return "file:" + filepath.Join(d.state, "operators", url.PathEscape(d.operator)+".key")
}

// privateKey returns the key of this operator; the error wraps ErrRefused where there is none.
func (d *Desk) privateKey(ctx context.Context) (ed25519.PrivateKey, error) {
	places := d.usualKeys()
	if d.key != "" {
		places = []string{d.key}
	}
	for _, place := range places {
		if place == places[0] && d.key == "" && !credentialThere() {
			continue
		}
		ref, err := reference(place)
		if err != nil {
			return nil, err
		}
		s, err := ref.Resolve(ctx, "")
		if err != nil && d.key == "" && (secret.IsMissing(err) || strings.HasPrefix(place, "keyring:")) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrRefused, err)
		}
		seed, err := hex.DecodeString(s.Reveal())
		if err != nil || len(seed) != ed25519.SeedSize {
			return nil, fmt.Errorf("%w: secret %s: is no key of an operator: dossier operator init makes one", ErrRefused, ref)
		}
		return ed25519.NewKeyFromSeed(seed), nil
	}
	return nil, fmt.Errorf("%w: no key of %s was found in %s: name where it is with --operator-key, or make one with dossier operator init",
		ErrRefused, d.operator, strings.Join(places, ", "))
}

func credentialThere() bool {
	_, err := os.Stat(filepath.Join(os.Getenv("CREDENTIALS_DIRECTORY"), "dossier-operator"))
	return os.Getenv("CREDENTIALS_DIRECTORY") != "" && err == nil
}

func reference(text string) (r secret.Ref, err error) {
	if err := r.UnmarshalText([]byte(text)); err != nil {
		return r, fmt.Errorf("%w: the place of the operator's key: %w", ErrUsage, err)
	}
	return r, nil
}

// makeKey makes the key of this operator and keeps it where the desk was told to, or in the keyring, or where there is none
// in a file of the state's folder. It returns where.
func (d *Desk) makeKey(ctx context.Context) (place string, err error) {
	seed := make([]byte, ed25519.SeedSize)
	rand.Read(seed)
	places := []string{"keyring:dossier/" + d.operator, d.keyFile()}
	if d.key != "" {
		places = []string{d.key}
	}
	var errs []error
	for _, place := range places {
		ref, err := reference(place)
		if err != nil {
			return "", err
		}
		if err = ref.Keep(ctx, "", hex.EncodeToString(seed)); err == nil {
			return place, nil
		}
		errs = append(errs, err)
	}
	return "", errors.Join(errs...)
}
