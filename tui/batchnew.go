package tui

import (
	"errors"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
	"dossier/desk"
	"dossier/locate"
	"dossier/request"
)

// batchSort is what a batch does, and what it takes its people from: the tables, retention or controllers.
type batchSort struct {
	action desk.Action
	from   string // "table", "rule" or "client"
	words  string
}

// batchSorts are the batches that the register knows enough for.
func (u *ui) batchSorts() []batchSort {
	sorts := []batchSort{
		{desk.Erase, "table", "erase: people of a table"},
		{desk.Restrict, "table", "restrict: people of a table"},
		{desk.Rectify, "table", "correct: people of a table, each their own right value"},
	}
	if rules, _ := u.retentionRules(); len(rules) > 0 {
		sorts = append(sorts, batchSort{desk.Erase, "rule", "erase: what is held too long, by a rule of retention"})
	}
	if slices.ContainsFunc(u.office.desk.Register().Systems, func(s *connectors.System) bool { return s.Processor() && !s.Manual() }) {
		sorts = append(sorts, batchSort{desk.Erase, "client", "erase: what is held for a client who has left"})
	}
	return sorts
}

// retentionRules returns the rules of the register by which a batch can erase, and what each says.
func (u *ui) retentionRules() (rules, words []string) {
	for _, s := range u.office.desk.Register().Systems {
		for _, e := range s.Entities {
			if e.Retain != nil {
				rules = append(rules, s.ID+"."+e.Name)
				words = append(words, s.Title+" / "+e.Label+": "+e.Retain.For.String()+" from "+e.LabelOf(e.Retain.From))
			}
		}
	}
	return rules, words
}

// askBatch asks what a new batch does.
func (u *ui) askBatch() tea.Cmd {
	sorts := u.batchSorts()
	words := make([]string, len(sorts))
	for i, s := range sorts {
		words[i] = s.words
	}
	return u.put(&asking{name: "New batch", text: u.limitsOfBatches(), fields: []*field{choiceField("Do what", words...)},
		take: func(answers []string) tea.Cmd {
			s := sorts[slices.Index(words, answers[0])]
			return u.askMore(batchAsk{sort: s, new: desk.NewBatch{Action: s.action, Despite: map[string]string{}}})
		}})
}

// batchAsk is what was asked for so far.
type batchAsk struct {
	sort    batchSort
	new     desk.NewBatch
	clients []string          // whose data is held, where the batch is about one of them
	cover   []locate.Coverage // what the last dry run did not search fully
}

// askMore asks for what a batch of its sort needs, with what was answered before.
func (u *ui) askMore(a batchAsk) tea.Cmd {
	if a.sort.from != "client" || a.clients != nil {
		return u.askDetails(a)
	}
	type known struct {
		names []string
		err   error
	}
	o := u.office
	return o.answer(then(func(msg tea.Msg) tea.Cmd {
		switch m := msg.(known); {
		case m.err != nil: // a client who is not named might be the one that is meant
			u.fail("Not every system could be asked for whom it holds data", m.err, func(*app) tea.Cmd { return u.askMore(a) })
		case len(m.names) == 0:
			u.fail("Nothing to plan", errNoClients, nil)
		default:
			a.clients = m.names
			return u.askDetails(a)
		}
		return nil
	}), func() tea.Msg {
		names, err := o.desk.Clients(o.long)
		return known{names, err}
	})
}

var errNoClients = errors.New("no system holds data for a controller now")

// leaveWords are what is done with records that may be somebody's.
var leaveWords = []string{"set the person aside", "leave these records, plan what is certain"}

func (u *ui) askDetails(a batchAsk) tea.Cmd {
	q := &asking{name: "New batch, " + a.sort.words, text: batchMeans[a.sort.from]}
	if len(a.cover) > 0 {
		q.text = "Not every system could be searched. Search again later, or say of each why the batch is planned all the same: what it holds is not touched."
	}
	var take []func(answer string, n *desk.NewBatch)
	add := func(f *field, to func(string, *desk.NewBatch)) {
		q.fields, take = append(q.fields, f), append(take, to)
	}
	switch a.sort.from {
	case "table":
		add(textField("File", "", "A .csv or .xlsx, a row a person; columns are named like identifiers, such as Membership number").needed().on(a.new.File),
			func(answer string, n *desk.NewBatch) { n.File = answer })
	case "rule":
		rules, words := u.retentionRules()
		add(choiceField("Rule", words...).at(slices.Index(rules, a.new.Entity)), func(answer string, n *desk.NewBatch) { n.Entity = rules[slices.Index(words, answer)] })
	case "client":
		add(choiceField("Client", a.clients...).at(slices.Index(a.clients, a.new.Client)), func(answer string, n *desk.NewBatch) { n.Client = answer })
	}
	if a.sort.action == desk.Rectify {
		facts, names := u.facts()
		add(choiceField("What is wrong", names...).at(slices.Index(facts, a.new.Fact)), func(answer string, n *desk.NewBatch) { n.Fact = facts[slices.Index(names, answer)] })
	}
	if grounds := groundsOf(a.sort.action); len(grounds) > 1 {
		words := make([]string, len(grounds))
		for i, g := range grounds {
			words[i] = g + " " + groundWords[g]
		}
		add(choiceField("Ground, Article", words...).at(slices.Index(grounds, a.new.Ground)), func(answer string, n *desk.NewBatch) { n.Ground, _, _ = strings.Cut(answer, " ") })
	}
	add(textField("Why", "", "For the log, for good: write it without personal data").needed().on(a.new.Reason), func(answer string, n *desk.NewBatch) { n.Reason = answer })
	if a.sort.from == "table" {
		chosen := 0
		if a.new.Leave {
			chosen = 1
		}
		add(choiceField("Records in doubt", leaveWords...).at(chosen), func(answer string, n *desk.NewBatch) { n.Leave = answer == leaveWords[1] })
	}
	for _, c := range a.cover {
		add(textField("Despite "+c.Title, "", "Not fully searched"+gapsHint(c)+". Say why the batch is planned all the same; empty: it is refused again").on(a.new.Despite[c.System]),
			func(answer string, n *desk.NewBatch) {
				if delete(n.Despite, c.System); answer != "" {
					n.Despite[c.System] = answer
				}
			})
	}
	q.take = func(answers []string) tea.Cmd {
		for i, answer := range answers {
			take[i](answer, &a.new)
		}
		if a.sort.from == "table" {
			return u.lookAtTable(a)
		}
		u.visit(newDryRun(u, a))
		return nil
	}
	return u.put(q)
}

// batchMeans says what planning a batch comes to.
var batchMeans = map[string]string{
	"table":  "Everybody in the table is searched for at once. Whoever needs a decision is set aside, and never guessed. Nothing is written.",
	"rule":   "Every record that the register lets be held no longer is planned, with what belongs to it. Nothing is written.",
	"client": "Every record that is held for the client as controller is planned. Nothing is written.",
}

// groundsOf returns what an action may rest on in the UK GDPR.
func groundsOf(a desk.Action) []string {
	kinds := map[desk.Action]request.Kind{desk.Erase: request.Erase, desk.Restrict: request.Restrict, desk.Rectify: request.Rectify}
	for _, c := range desk.Choices(request.Request{Kind: kinds[a]}) {
		if c.Action == a {
			return c.Grounds
		}
	}
	return nil
}

// at chooses one of the choices; the first where it is -1.
func (f *field) at(i int) *field { f.chosen = max(0, i); return f }

// lookAtTable reads the table of people, and shows what its columns and rows say.
func (u *ui) lookAtTable(a batchAsk) tea.Cmd {
	type looked struct {
		path  string
		table desk.PeopleTable
		err   error
	}
	o, asked := u.office, a.new
	return o.answer(then(func(msg tea.Msg) tea.Cmd {
		m := msg.(looked)
		if m.err != nil {
			u.fail("The table of people cannot be used", m.err, func(*app) tea.Cmd { return u.askDetails(a) })
			return nil
		}
		a.new.File = m.path
		u.visit(newPeopleTable(u, a, m.table))
		return nil
	}), func() tea.Msg {
		path, err := whole(asked.File)
		if err != nil {
			return looked{err: err}
		}
		asked.File = path
		table, err := o.desk.LookAtPeople(o.long, asked)
		return looked{path, table, err}
	})
}
