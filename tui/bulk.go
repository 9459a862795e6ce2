package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
	"dossier/desk"
)

// bulk asks what to decide about everything in the chosen match's system that waits for a decision.
func (w *work) bulk() tea.Cmd {
	if w.matches.place == nowhere {
		return nil
	}
	if w.search != nil {
		w.ui.fail("Not yet", errUndecidable, nil)
		return nil
	}
	b := w.matches.tree.branches[w.matches.place.branch]
	refs := w.matches.tree.waitingOf(w.matches.place.branch)
	if len(refs) == 0 {
		return nil
	}
	const exclude, include, mention = "exclude them", "include them", "exclude them: they only mention the person"
	return w.ui.put(&asking{name: "Decide about " + matchWords(len(refs)) + " in " + b.title,
		text:   "All of them that wait for a decision, those too that are folded. Each decision is logged, and can be taken back one by one.",
		fields: []*field{choiceField("Decision", exclude, include, mention)},
		take: func(answers []string) tea.Cmd {
			d := map[string]desk.Decision{exclude: excluded, include: included, mention: mentions}[answers[0]]
			w.queue.todo = append(w.queue.todo, decision{refs: refs, decision: d})
			return w.nextDecision()
		}})
}

// waitingOf returns the records of a branch that wait for a decision.
func (t *tree) waitingOf(branch int32) []connectors.Ref {
	var refs []connectors.Ref
	for i := range t.nodes {
		if t.nodes[i].branch == branch && t.nodes[i].match.Waits() {
			refs = append(refs, t.nodes[i].match.Record.Ref)
		}
	}
	return refs
}
