package tui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// logEntries are the entries of the log of a request, or of all, as far as they were looked at: they are read in portions, the newest
// first, so that a log of a million entries costs no more than what is seen of it.
type logEntries struct {
	request string // "": all
	upto    int64  // the newest entry that is counted
	total   int
	read    bool
	pages   map[int][]desk.Entry // by number, from 0
	recent  []int                // the pages, the one looked at last behind
	asked   map[int]bool
	failed  error // why the last portion could not be read
}

// entriesMsg brings a portion of the log.
type entriesMsg struct {
	of   *logEntries
	page int
	log  desk.LogPage
	err  error
}

func newLogEntries(request string) *logEntries {
	return &logEntries{request: request, pages: map[int][]desk.Entry{}, asked: map[int]bool{}}
}

// at returns an entry by its line, from 0; nil where it was not read yet.
func (l *logEntries) at(i int) *desk.Entry {
	page := l.pages[i/planPage]
	if i%planPage >= len(page) {
		return nil
	}
	return &page[i%planPage]
}

// portion reads one portion.
func (l *logEntries) portion(o *office, to receiver, n int) tea.Cmd {
	if l.asked[n] {
		return nil
	}
	l.asked[n] = true
	id, upto := l.request, l.upto
	return o.answer(to, func() tea.Msg {
		log, err := o.desk.LogBack(o.long, id, upto, n*planPage, planPage)
		return entriesMsg{l, n, log, err}
	})
}

// want asks for the portions that the lines in sight are in, once the first one has come.
func (l *logEntries) want(o *office, to receiver, first, height int) tea.Cmd {
	if l.failed != nil || !l.read || l.total == 0 {
		return nil
	}
	var cmds []tea.Cmd
	last := min(l.total-1, first+max(height, planPage/2))
	for n := max(0, first) / planPage; n <= last/planPage; n++ {
		if i := slices.Index(l.recent, n); i >= 0 {
			l.recent = append(slices.Delete(l.recent, i, i+1), n)
			continue
		}
		cmds = append(cmds, l.portion(o, to, n))
	}
	return tea.Batch(cmds...)
}

// take keeps a portion, and forgets the one that was not looked at for longest.
func (l *logEntries) take(msg entriesMsg) {
	delete(l.asked, msg.page)
	if l.failed = msg.err; msg.err != nil {
		return
	}
	l.read, l.upto, l.total = true, msg.log.Upto, msg.log.Total
	l.pages[msg.page] = msg.log.Entries
	l.recent = append(l.recent, msg.page)
	if len(l.recent) > keptPages {
		delete(l.pages, l.recent[0])
		l.recent = l.recent[1:]
	}
}
