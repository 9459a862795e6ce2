package journal

import (
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"
	"time"
)

// person is an operator with the key.
type person struct {
	Operator
	secret ed25519.PrivateKey
}

func newPerson(t *testing.T, name string, roles ...Role) person {
	t.Helper()
	public, secret, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return person{Operator{Name: name, Key: public, Roles: roles, Added: testTime}, secret}
}

func admit(t *testing.T, j *Journal, p, by person) person {
	t.Helper()
	update(t, j, func(tx *Tx) error {
		all, err := tx.Operators()
		if err != nil {
			return err
		}
		p.N, p.By = int64(len(all))+1, by.N
		if p.Name == by.Name {
			p.By = p.N
		}
		p.Signature = ed25519.Sign(by.secret, ToSign(GrantPurpose, p.Grant()))
		return tx.AddOperator(p.Operator)
	})
	return p
}

func TestOperators(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		if all, err := j.Operators(t.Context()); err != nil || len(all) != 0 {
			t.Errorf("a new journal has %v, %v", all, err)
		}
		dana := newPerson(t, "Dana", Roles...)
		dana = admit(t, j, dana, dana)
		admit(t, j, newPerson(t, "Pat", RoleSearch, RoleDecide), dana)
		admit(t, j, newPerson(t, "Pat", RoleRun), dana)
		all, err := j.Operators(t.Context())
		if err != nil || len(all) != 3 {
			t.Fatalf("%v, %v", all, err)
		}
		if !all[0].May(RoleAudit) || all[1].May(RoleSearch) || all[2].May(RoleSearch) || !all[2].May(RoleRun) || all[1].Ended.IsZero() {
			t.Errorf("%+v", all)
		}
		if err := j.Update(t.Context(), func(tx *Tx) error { return tx.EndOperator("Sam", testTime) }); !errors.Is(err, ErrNoOperator) {
			t.Error(err)
		}
		update(t, j, func(tx *Tx) error { return tx.EndOperator("Pat", testTime.Add(time.Hour)) })
		if all, err := j.Operators(t.Context()); err != nil || all[2].May(RoleRun) || !all[2].Ended.Equal(testTime.Add(time.Hour)) {
			t.Errorf("%v, %v", all, err)
		}
		for name, q := range map[string]string{
			"a role more":      `UPDATE operators SET roles = 'search,decide,approve' WHERE n = 2`,
			"another's key":    `UPDATE operators SET key = (SELECT key FROM operators WHERE n = 2) WHERE n = 3`,
			"another admitter": `UPDATE operators SET by = 2 WHERE n = 3`,
			"nobody before":    `DELETE FROM operators WHERE n = 1`,
		} {
			tx, err := j.write.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tx.Exec(q); err != nil {
				t.Fatal(err)
			}
			if _, err := operators(t.Context(), j.asks(tx)); err == nil || !strings.Contains(err.Error(), "changed from outside") {
				t.Errorf("%s: %v", name, err)
			}
			tx.Rollback()
		}
	})
}

func TestSignaturesAreForOnePurpose(t *testing.T) {
	p := newPerson(t, "Pat")
	signature := ed25519.Sign(p.secret, ToSign("approval", []byte("message")))
	if !p.Signed("approval", []byte("message"), signature) || p.Signed("approval", []byte("massage"), signature) || p.Signed("operator", []byte("message"), signature) ||
		p.Signed("approvalmessage", nil, signature) || (Operator{}).Signed("approval", []byte("message"), signature) {
		t.Error("signatures are not told apart")
	}
}

func FuzzKey(f *testing.F) {
	f.Add(KeyText(make([]byte, ed25519.PublicKeySize)))
	f.Add("ed25519:AAAA")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		key, err := ParseKey(text)
		if err != nil {
			return
		}
		if again, err := ParseKey(KeyText(key)); err != nil || !again.Equal(key) {
			t.Errorf("%q reads back as %v, %v", text, again, err)
		}
	})
}
