package tui

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/act"
	"dossier/connectors"
	"dossier/desk"
	"dossier/locate"
)

// TestHostileDialogsReachNoTerminal shows the screens and dialogs that no other test of hostile text comes to, each on its own, at two sizes.
func TestHostileDialogsReachNoTerminal(t *testing.T) {
	f := actSample(sample(t))
	f.requests[1].Subject = locate.Subject{Identifiers: []locate.Identifier{{Kind: "full_name", Value: hostile}}}
	f.figures.Kinds[0].Of, f.figures.Months[0].Of = hostile, hostile
	record := &desk.Match{Label: hostile, SystemTitle: hostile, Match: locate.Match{Record: connectors.Record{Ref: ref("qlms", hostile, hostile), At: hostile, Fields: fields(hostile, hostile)}}}
	line := &desk.PlanLine{SystemTitle: hostile, Label: hostile, Line: act.Line{Why: hostile, Record: ref("qlms", hostile, hostile)}}
	s := play(t, 200, 50, f, Options{})
	openSearched(s)
	request := sampleRequests()[1]
	for name, show := range map[string]func(a *app){
		"compare": func(a *app) {
			a.screens = append(a.screens, &comparing{ui: a.ui, request: request.ID, pair: [2]*desk.Match{record, record}, noted: [2]bool{true, true}})
		},
		"leaf": func(a *app) {
			a.screens = append(a.screens, &leaf{ui: a.ui, title: hostile, words: hostile, write: func(w *writer) {
				w.heading(hostile)
				w.text("", hostile, 12, a.ui.styles.plain, hostile)
			}})
		},
		"differences": func(a *app) {
			a.screens = append(a.screens, &planDiff{ui: a.ui, request: f.requests[1], before: hostile, after: hostile, list: []desk.PlanDifference{{Before: line, After: line}}, browser: browser{ui: a.ui}})
		},
		"subject": func(a *app) { a.screens = append(a.screens, newSubject(a.ui, f.requests[1].Subject, hostile)) },
		"figures": func(a *app) { a.ui.visit(newFigures(a.ui)) },
		"plans":   func(a *app) { a.ui.visit(newPlans(a.ui, f.requests[1])) },
		"tools":   func(a *app) { a.ui.visit(newTools(a.ui)) },
		"passage": func(a *app) { a.show(newPassage(a.ui, hostile, hostile, nil)) },
		"said":    func(a *app) { a.show(&said{a.ui, hostile, hostile, a.ui.styles.good}) },
		"summed":  func(a *app) { a.show(&summed{a.ui, desk.BatchSummary{Batch: hostile}}) },
		"issued":  func(a *app) { a.show(&written{a.ui, desk.Issued{Plan: hostile}}) },
		"help":    func(a *app) { a.show(&help{a.ui, a.commands()}) },
		"question": func(a *app) {
			a.ui.ask(hostile, hostile, func(*app) tea.Cmd { return nil })
		},
		"exported": func(a *app) {
			e := newExporting(a.work[request.ID])
			e.result = &exportedMsg{id: request.ID, written: desk.Written{Path: hostile}, passphrase: hostile}
			a.show(e)
		},
	} {
		t.Run(name, func(t *testing.T) {
			var behind int
			s.tm.Send(deliver(func(a *app) tea.Cmd { behind = len(a.screens); show(a); return nil }))
			s.settle()
			s.clean()
			for _, size := range []tea.WindowSizeMsg{{Width: 80, Height: 24}, {Width: 200, Height: 50}} {
				s.tm.Send(size)
				s.settle()
				s.clean()
			}
			s.tm.Send(deliver(func(a *app) tea.Cmd { a.show(nil); a.screens = a.screens[:behind]; return nil }))
			s.settle()
		})
	}
}
