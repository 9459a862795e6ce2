package desk

import "dossier/connectors"

// ground marks the matches that rest on a record which is not taken as the subject's, or not any more: its children, and what its
// identifiers led to. If the record is somebody else's, so may these be, and a person decides. It then marks those that are taken
// as the subject's and that the last search did not follow.
func ground(matches []Match) {
	at := make(map[string]int, len(matches))
	for i, m := range matches {
		at[m.Record.Ref.ID()] = i
	}
	fallen := func(ref connectors.Ref) bool {
		i, ok := at[ref.ID()]
		return ok && !matches[i].Included()
	}
	for changed := true; changed; {
		changed = false
		for i := range matches {
			m := &matches[i]
			if m.Decision != Undecided || m.Unfounded {
				continue
			}
			m.Unfounded = m.Parent != nil && fallen(*m.Parent)
			for _, step := range m.Path {
				m.Unfounded = m.Unfounded || fallen(step.From)
			}
			changed = changed || m.Unfounded
		}
	}
	for i := range matches {
		matches[i].Unfollowed = matches[i].Included() && !matches[i].Followed
	}
}
