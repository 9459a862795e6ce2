package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// tools is the screen of what is done beside the requests: searching without one, checking what was written, and matching.
type tools struct {
	ui      *ui
	list    []tool
	browser browser
}

// tool is one thing that can be done.
type tool struct {
	name  string
	about []string // paragraphs
	use   func() tea.Cmd
}

func newTools(u *ui) *tools {
	return &tools{ui: u, browser: browser{ui: u}, list: []tool{
		{"Search for a person without a request", []string{"Searches every system for the identifiers of a person, for a reason that the log keeps: such as to look whether an access request was answered whole.",
			"What is found is shown, and kept nowhere. To decide, plan or hand over, record a request (n in the list)."}, u.askSubject},
		{"Check a package", []string{"Looks at every file of a package that was handed over or kept: sizes, sums, schemas, every byte around the files, and in the controller's own file each entry of the log.",
			"A package that age has locked is opened with its passphrase. One that is locked otherwise is opened first, and then checked."}, u.askPackage},
		{"Check a certificate of an erasure", []string{"Tells whether it was issued by who keeps the log, and is as it was issued: the file that ends in .json."}, u.askCertificateFile},
		{"Check a proof of the log", []string{"Tells whether the entry in the file stands in the log whose key you have. Proofs are written on the log's screen (5, then p)."}, u.askProof},
		{"Teach matching from the records", []string{"Reads every record of every system once and learns, without being told whose any record is, how often records of one person agree and those of two do, and how common names are: a Smith says less than a Featherstonehaugh.",
			"What is kept are numbers, and of each name a keyed digest with its count. Searches use it from then on. Teach it when a system joins, and once a year."}, u.askTrain},
		{"Measure how well records are matched", []string{"Searches for people whose every record is known (the file truth.jsonl of the demo estate, or one like it), or compares the rows of a table of labelled people, and tells what was wrongly taken, what was missed, and how many decisions a person takes.",
			"dossier match eval --help says how such files are written."}, u.askMeasure},
	}}
}

func (t *tools) surrounds() {}

func (t *tools) enter() tea.Cmd { return nil }

func (t *tools) update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyMsg); ok && !t.browser.update(k, len(t.list)) && key.Matches(k, t.ui.keyMap.back) {
		t.ui.then(leave)
	}
	return nil
}

func (t *tools) use() tea.Cmd { return t.list[t.browser.scroll.cursor].use() }

func (t *tools) draw(q *pen, width, height int) {
	s := t.ui.styles
	headline(q, width, func() { q.put(s.strong, "Tools") }, s.dim, "what is done beside the requests")
	t.browser.draw(q, width, height-1, browsed{title: "Tools", one: "Tool", lines: len(t.list), of: func(i int) any { return i },
		row: func(q *pen, i int) { q.put(s.plain, t.list[i].name) },
		page: func(i, width int) []line {
			w := writer{ui: t.ui, width: width}
			w.add(span{s.strong, t.list[i].name})
			for _, p := range t.list[i].about {
				w.add()
				w.text("", "", 0, s.plain, p)
			}
			return w.lines
		}})
}

func (t *tools) hints() []key.Binding {
	k := t.ui.keyMap
	return []key.Binding{t.ui.house.use, k.next, k.back}
}

func (t *tools) commands() []group {
	k := t.ui.keyMap
	list := []command{{t.ui.house.use, "", t.use}}
	for _, one := range t.list {
		list = append(list, command{name: one.name, run: one.use})
	}
	return []group{{"Tools", append(list, told(k.next, k.back)...)}, k.moving()}
}
