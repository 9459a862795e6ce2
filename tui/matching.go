package tui

import (
	"context"
	"errors"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
	"dossier/locate/evaluate"
)

// askTrain asks whether to learn from the records of all systems, and does.
func (u *ui) askTrain() tea.Cmd {
	u.ask("Teach matching from the records?", "Every record of every system is read once. It can take long where systems are large, and can be stopped: then nothing is learnt.", func(a *app) tea.Cmd {
		return u.visitRunning("Teach matching", func(ctx context.Context, far func(string)) (outcome, error) {
			far("reading every record of every system …")
			t, err := u.office.desk.TrainMatching(ctx)
			if err != nil && !errors.Is(err, desk.ErrPartly) {
				return outcome{}, err
			}
			return outcome{"learnt from " + plural(t.Records, "record"), true, []string{
				"One record of " + count(int(t.People+1)) + " is of any one person.",
				plural(t.Terms, "name") + " and other values are held by several.",
				"Searches use it from now on."}}, err
		})
	})
	return nil
}

// askMeasure asks for the files by which matching is measured, and measures it.
func (u *ui) askMeasure() tea.Cmd {
	return u.put(&asking{name: "Measure how well records are matched", fields: []*field{
		textField("Truth", "", "A file like truth.jsonl of the demo estate: whose every record is. Or leave it empty, and name a table"),
		textField("Or a table", "", "A CSV of labelled people; two with ; between them"),
		textField("and its map", "", "A file of TOML that says what the table's columns hold"),
		textField("Sample", "", "How many people, or rows, are searched for, spread evenly; empty: all"),
		choiceField("In memory", "no", "yes"),
		choiceField("By", "what was learnt", "the documented defaults"),
	}, take: func(answers []string) tea.Cmd {
		truth, tables, mapping := answers[0], answers[1], answers[2]
		sample, err := strconv.Atoi(answers[3])
		switch {
		case answers[3] != "" && (err != nil || sample < 0):
			err = errors.New("the sample is a number, or empty for all")
		case (truth == "") == (tables == "" || mapping == ""):
			err = errors.New("name either a truth, or a table with its map")
		default:
			err = nil
		}
		if err != nil {
			u.fail("Nothing was measured", err, func(*app) tea.Cmd { return u.askMeasure() })
			return nil
		}
		memory, untrained := answers[4] == "yes", answers[5] != "what was learnt"
		return u.visitRunning("How well records are matched", func(ctx context.Context, far func(string)) (outcome, error) {
			if truth != "" {
				return u.measureTruth(ctx, far, truth, desk.Measurement{Sample: sample, Memory: memory, Untrained: untrained})
			}
			return u.measureTable(ctx, far, mapping, tables, evaluate.PairsOptions{Sample: sample, Untrained: untrained})
		})
	}})
}

func (u *ui) measureTruth(ctx context.Context, far func(string), truth string, how desk.Measurement) (outcome, error) {
	path, err := whole(truth)
	if err != nil {
		return outcome{}, err
	}
	how.Progress = func(done, people int) { far(count(done) + " of " + count(people) + " people searched for") }
	far("reading the truth …")
	r, err := u.office.desk.MeasureTruth(ctx, path, how)
	if r == nil {
		return outcome{}, err
	}
	r.Wrong, r.Lost = nil, nil // their evidence is for the command line
	var b strings.Builder
	r.Print(&b)
	return outcome{count(r.People) + " people searched for", true, strings.Split(strings.TrimRight(b.String(), "\n"), "\n")}, err
}

func (u *ui) measureTable(ctx context.Context, far func(string), mapping, tables string, how evaluate.PairsOptions) (outcome, error) {
	files := []string{mapping}
	for name := range strings.SplitSeq(tables, ";") {
		if name = strings.TrimSpace(name); name != "" {
			files = append(files, name)
		}
	}
	for i, name := range files {
		path, err := whole(name)
		if err != nil {
			return outcome{}, err
		}
		files[i] = path
	}
	how.Progress = func(done, rows int) {
		if done%500 == 0 {
			far(count(done) + " of " + plural(rows, "row") + " compared")
		}
	}
	far("reading the table …")
	r, err := u.office.desk.MeasureTable(ctx, files[0], files[1:], how)
	if r == nil || err != nil {
		return outcome{}, err
	}
	var b strings.Builder
	r.Print(&b)
	return outcome{plural(r.Rows, "row") + " compared", true, strings.Split(strings.TrimRight(b.String(), "\n"), "\n")}, nil
}
