package desk

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dossier/internal/journal"
	"dossier/request"
)

// as opens the same hub for another operator, with a key of their own.
func as(t *testing.T, d *Desk, name string) *Desk {
	t.Helper()
	return &Desk{register: d.register, journal: d.journal, now: d.now, state: d.state, operator: name,
		key: "file:" + filepath.Join(t.TempDir(), name+".key")}
}

func TestOperatorsWorkInTheirRoles(t *testing.T) {
	desk := newDesk(t, newFakes(), registerText)
	dana := as(t, desk, "Dana")
	if err := dana.may(t.Context(), journal.RoleRun); err != nil {
		t.Fatalf("before there are operators: %v", err)
	}
	if _, err := dana.sign(t.Context(), "approval", nil); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "dossier operator init") {
		t.Errorf("signed without a key: %v", err)
	}
	first, err := dana.InitOperator(t.Context(), nil)
	if err != nil || !first.Admitted || len(first.Roles) != len(journal.Roles) || first.Kept == "" {
		t.Fatalf("%+v, %v", first, err)
	}
	again, err := dana.InitOperator(t.Context(), []string{"search"})
	if err != nil || !again.Admitted || again.Key != first.Key || len(again.Roles) != len(journal.Roles) || again.Kept != "" {
		t.Errorf("a second time: %+v, %v", again, err)
	}

	pat := as(t, desk, "Pat")
	asked, err := pat.InitOperator(t.Context(), nil)
	if err != nil || asked.Admitted {
		t.Fatalf("%+v, %v", asked, err)
	}
	refused := func(what string, err error, says string) {
		t.Helper()
		if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), says) || ExitCode(err) != ExitRefused {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err = pat.Log(t.Context(), "SAR-2026-0001")
	refused("somebody who is not admitted", err, "Pat is no operator")
	if err := dana.AddOperator(t.Context(), "Pat", asked.Key, []string{"decide", "search"}); err != nil {
		t.Fatal(err)
	}
	if _, err := pat.NewRequest(t.Context(), NewRequest{Kind: request.Access, Received: pat.now(), Subject: zoe}); err != nil {
		t.Errorf("in the role search: %v", err)
	}
	_, err = pat.Log(t.Context(), "")
	refused("the whole log", err, "Pat may not do this: it needs the role audit")
	refused("without audit", pat.AddOperator(t.Context(), "Pat", "", []string{"run"}), "role audit")
	refused("oneself", dana.AddOperator(t.Context(), "Dana", "", []string{"run"}), "nobody changes their own roles")
	refused("oneself too", dana.RemoveOperator(t.Context(), "Dana"), "nobody changes their own roles")
	if err := dana.AddOperator(t.Context(), "Sam", "", []string{"run"}); !errors.Is(err, ErrUsage) {
		t.Errorf("somebody without a key: %v", err)
	}
	if err := dana.AddOperator(t.Context(), "Sam", asked.Key, []string{"rule"}); !errors.Is(err, ErrUsage) {
		t.Errorf("a role that is none: %v", err)
	}
	if err := dana.RemoveOperator(t.Context(), "Sam"); !errors.Is(err, journal.ErrNoOperator) {
		t.Errorf("nobody removed: %v", err)
	}
	impostor := as(t, desk, "Dana")
	refused("a name without its key", impostor.may(t.Context(), journal.RoleRun), "no")
	impostor.key = pat.key
	refused("a name with another's key", impostor.may(t.Context(), journal.RoleRun), "is not the one that they were admitted with")

	signature, err := pat.sign(t.Context(), "approval", []byte("plan"))
	if err != nil {
		t.Fatal(err)
	}
	if err := dana.signed(t.Context(), "Pat", "approval", []byte("plan"), signature, journal.RoleDecide); err != nil {
		t.Error(err)
	}
	refused("another plan", dana.signed(t.Context(), "Pat", "approval", []byte("plans"), signature, journal.RoleDecide), "does not fit")
	refused("another role", dana.signed(t.Context(), "Pat", "approval", []byte("plan"), signature, journal.RoleApprove), "no operator with the role approve")
	if err := dana.AddOperator(t.Context(), "Pat", "", []string{"audit"}); err != nil {
		t.Fatal(err)
	}
	refused("a role that was taken", dana.signed(t.Context(), "Pat", "approval", []byte("plan"), signature, journal.RoleDecide), "any more")
	if err := pat.RemoveOperator(t.Context(), "Dana"); err != nil {
		t.Error(err)
	}
	refused("removed", dana.may(t.Context(), journal.RoleAudit), "Dana is no operator")

	all, err := pat.Operators(t.Context())
	if err != nil || len(all) != 3 {
		t.Fatalf("%v, %v", all, err)
	}
	if info := About(all[1], all); info.Name != "Pat" || info.By != "Dana" || info.Key != asked.Key || info.Ended.IsZero() ||
		!slices.Equal(info.Roles, []Role{journal.RoleSearch, journal.RoleDecide}) {
		t.Errorf("%+v", info)
	}
	entries, err := pat.Log(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, e := range entries {
		if strings.HasPrefix(e.What, "operator ") {
			told = append(told, e.Operator+": "+e.What)
		}
	}
	if want := "Dana: operator admitted, Dana: operator admitted, Dana: operator admitted, Pat: operator removed"; strings.Join(told, ", ") != want {
		t.Errorf("the log tells %v", told)
	}
}

func TestKeysThatAreNone(t *testing.T) {
	desk := newDesk(t, newFakes(), registerText)
	for place, says := range map[string]string{"hunter2": "must be a reference", "env:DOSSIER_TEST_NO_KEY": "reads secrets"} {
		d := as(t, desk, "Dana")
		d.key = place
		if _, err := d.InitOperator(t.Context(), nil); err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", place, err)
		}
	}
}

// Every use case that takes a context asks first whether this operator may: but those by which one becomes an operator, and
// the warning, which tells nothing of people.
func TestEveryUseCaseAsksForARole(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	checked := 0
	for _, name := range files {
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv == nil || !f.Name.IsExported() || len(f.Type.Params.List) == 0 || fmt.Sprint(f.Type.Params.List[0].Names) != "[ctx]" ||
				slices.Contains([]string{"InitOperator", "Warning"}, f.Name.Name) {
				continue
			}
			asks := false
			ast.Inspect(f.Body, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if ok {
					if method, ok := call.Fun.(*ast.SelectorExpr); ok {
						asks = asks || slices.Contains([]string{"may", "known", "administer"}, method.Sel.Name)
					}
				}
				return true
			})
			checked++
			if !asks {
				t.Errorf("%s: %s asks for no role", name, f.Name.Name)
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d use cases were looked at", checked)
	}
}
