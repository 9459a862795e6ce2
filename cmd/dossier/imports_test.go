package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rooms says which packages of the project each package may import, first match first. A name stands for
// the package and everything below it, "name." for the package alone.
var rooms = []struct {
	room string
	may  []string
}{
	{"cmd/", []string{"tui", "desk", "request", "locate", "connectors.", "internal/estate"}},
	{"tui", []string{"desk", "export.", "request", "locate", "connectors.", "internal/background", "tui"}},
	{"desk", []string{"act", "export", "request", "locate", "connectors.", "connectors/compare", "connectors/kinds", "connectors/connectortest", "internal/journal", "internal/logproof", "internal/estate", "internal/secret"}},
	{"act", []string{"request", "locate", "connectors.", "connectors/compare", "internal/journal", "internal/rawtext", "internal/delta"}},
	{"export/lock", nil},
	{"export/paper", nil},
	{"export", []string{"locate", "connectors.", "connectors/compare", "internal/logproof", "export"}},
	{"internal/journal", []string{"request", "locate", "connectors.", "internal/secret", "internal/logproof", "internal/rawtext"}},
	{"request", []string{"request", "locate"}},
	{"locate", []string{"connectors.", "connectors/compare", "locate"}},
	{"connectors.", []string{"connectors/compare", "internal/secret"}},
	{"connectors/compare", nil},
	{"connectors/connectortest", []string{"connectors.", "connectors/compare", "connectors/connectortest"}},
	{"connectors/kinds", []string{"connectors", "internal/secret"}},
	{"connectors/", []string{"connectors.", "connectors/compare", "connectors/connectortest", "internal/secret", "internal/jet", "internal/xlsx", "internal/csvfile", "internal/swapfile", "internal/lifetime"}},
	{"internal/estate", []string{"connectors.", "locate/normal", "internal/csvfile"}},
	{"internal/xlsx", []string{"internal/cfb"}},
	{"internal/", nil},
}

// only says who may import packages that are kept behind one door.
var only = map[string][]string{
	"github.com/charmbracelet/bubbletea": {"dossier/tui"},
	"github.com/charmbracelet/bubbles":   {"dossier/tui"},
	"github.com/charmbracelet/huh":       {"dossier/tui"},
	"github.com/charmbracelet/lipgloss":  {"dossier/tui", "dossier/internal/background"},
	"codeberg.org/go-pdf/fpdf":           {"dossier/export/paper"},
	"filippo.io/age":                     {"dossier/export/lock"},
	"dossier/connectors/kinds":           {"dossier/desk"},
	"dossier/internal/tdsdouble":         {},
	"dossier/internal/chromium":          {},
	"dossier/internal/leak":              {},
	"testing":                            {"dossier/connectors/connectortest/suite", "dossier/tui/tuitest", "dossier/internal/tdsdouble", "dossier/internal/leak"},
}

func TestImportsRunOneWay(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, "dossier/")
		i := slices.IndexFunc(rooms, func(r struct {
			room string
			may  []string
		}) bool {
			return within(name, r.room)
		})
		if i < 0 {
			t.Errorf("%s stands in no room: add it to the list of rooms with what it may import", name)
			continue
		}
		for _, path := range p.Imports {
			imported, ours := strings.CutPrefix(path, "dossier/")
			if imported == "internal/failpoint" { // nothing in a program that is built for use
				continue
			}
			if ours && !within(imported, tree(name)) && !slices.ContainsFunc(rooms[i].may, func(may string) bool { return within(imported, may) }) {
				t.Errorf("%s imports %s, which %s must not", name, imported, rooms[i].room)
			}
			for kept, importers := range only {
				if within(path, kept) && !within(p.ImportPath, kept) && !slices.ContainsFunc(importers, func(who string) bool { return within(p.ImportPath, who) }) {
					t.Errorf("%s imports %s, which only %v may", p.ImportPath, path, importers)
				}
			}
		}
	}
}

func within(name, room string) bool {
	if alone, ok := strings.CutSuffix(room, "."); ok {
		return name == alone
	}
	return name == room || strings.HasPrefix(name, strings.TrimSuffix(room, "/")+"/")
}

// tree returns the internal package that a package is part of, itself elsewhere: those below it are its own matter.
func tree(name string) string {
	if parts := strings.Split(name, "/"); parts[0] == "internal" {
		return strings.Join(parts[:2], "/")
	}
	return name
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "dossier/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []goPackage
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}
