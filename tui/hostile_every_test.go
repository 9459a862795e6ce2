package tui

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

// hostileTests look at screens and dialogs whose every text comes from somebody who means harm.
var hostileTests = map[string]func(t *testing.T){"records": TestHostileRecordsReachNoTerminal, "plans": TestHostilePlansReachNoTerminal,
	"batches": TestHostileBatchesReachNoTerminal, "house": TestHostileHouseReachesNoTerminal, "dialogs": TestHostileDialogsReachNoTerminal}

// tried are the screens and dialogs that clean has looked at, by the names of their types.
var tried sync.Map

// note keeps what is seen as tried.
func (s *stage) note() {
	seen := make(chan []any, 1)
	s.tm.Send(deliver(func(a *app) tea.Cmd {
		on := []any{a.top()}
		if a.dialog != nil {
			on = append(on, a.dialog)
		}
		if a.locked != nil {
			on = append(on, a.locked)
		}
		seen <- on
		return nil
	}))
	s.settle()
	for _, on := range <-seen {
		tried.Store(strings.TrimPrefix(fmt.Sprintf("%T", on), "*tui."), true)
	}
}

// TestEveryScreenIsTriedWithHostileText runs the tests of hostile text, and holds that they have looked at every screen and every dialog
// of the package: whoever adds one has to try it too.
func TestEveryScreenIsTriedWithHostileText(t *testing.T) {
	for name, test := range hostileTests {
		t.Run(name, test)
	}
	for _, name := range drawn(t) {
		if _, ok := tried.Load(name); !ok {
			t.Errorf("%s was not looked at with hostile text: reach it in one of the tests of hostileTests, and call clean there", name)
		}
	}
}

// drawn returns the types of the package that are screens or dialogs: those that tell hints, and draw themselves or tell lines.
func drawn(t *testing.T) []string {
	t.Helper()
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	methods := map[string][]string{}
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), source, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil {
				continue
			}
			of := f.Recv.List[0].Type
			if star, ok := of.(*ast.StarExpr); ok {
				of = star.X
			}
			if name, ok := of.(*ast.Ident); ok {
				methods[name.Name] = append(methods[name.Name], f.Name.Name)
			}
		}
	}
	var names []string
	for name, has := range methods {
		if slices.Contains(has, "hints") && (slices.Contains(has, "draw") || slices.Contains(has, "lines")) && name != "app" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	if len(names) < 20 {
		t.Fatalf("only %q are found to be screens and dialogs", names)
	}
	return names
}
