package desk

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	"dossier/internal/journal"
	"dossier/locate"
	"dossier/locate/evaluate"
	"dossier/locate/linkage"
)

// matching is how the desk weighs whose a record is.
type matching struct {
	mu    sync.Mutex
	model *linkage.Model // nil until it is first needed
}

// model returns the model that was trained on this organisation's records, and the one of the documented defaults where none was.
func (d *Desk) model() (*linkage.Model, error) {
	d.matching.mu.Lock()
	defer d.matching.mu.Unlock()
	if d.matching.model == nil {
		training, err := linkage.Kept(d.state)
		if err != nil {
			return nil, err
		}
		d.matching.model = locate.NewModel(d.register, training)
	}
	return d.matching.model, nil
}

// Trained is what a training learnt.
type Trained struct {
	Records int     `json:"records"` // that were read
	People  float64 `json:"people"`  // records of others there are to one of a person's
	Terms   int     `json:"terms"`   // names, postcodes … that several records have
}

// TrainMatching reads every record of every system once, learns how often records of one person and of two agree, and how common
// names are, and keeps it in the state folder for the searches that follow. It keeps no value of any record.
func (d *Desk) TrainMatching(ctx context.Context) (Trained, error) {
	if err := d.may(ctx, journal.RoleSearch); err != nil {
		return Trained{}, err
	}
	defaults := locate.NewModel(d.register, nil)
	memory, err := evaluate.Remember(ctx, d.register, defaults)
	if err != nil {
		return Trained{}, err
	}
	key, err := linkage.KeyOf(d.state)
	if err != nil {
		return Trained{}, err
	}
	training := defaults.Train(memory.Entries(), key)
	out := Trained{Records: memory.Records(), People: training.People, Terms: training.Terms.Len()}
	if err := ctx.Err(); err != nil {
		return Trained{}, err
	}
	if err := d.note(ctx, "", "", "matching trained", out); err != nil {
		return Trained{}, err
	}
	if err := training.Keep(d.state); err != nil {
		return Trained{}, err
	}
	d.matching.mu.Lock()
	d.matching.model = nil
	d.matching.mu.Unlock()
	if gaps := memory.Gaps(); len(gaps) > 0 {
		return out, fmt.Errorf("%w: %s; what was learnt of the others is kept", ErrPartly, strings.Join(gaps, "; "))
	}
	return out, nil
}

// Measurement says how matching is measured against a truth of the systems.
type Measurement struct {
	Sample    int  // how many people are searched for, spread evenly; all when 0
	Memory    bool // read every record once and search in memory
	Untrained bool // by the documented defaults
	Progress  func(done, people int)
}

// MeasureMatching searches for people whose every record is known, and tells how well it went. The error wraps ErrPartly where
// some system was not fully searched.
func (d *Desk) MeasureMatching(ctx context.Context, truth io.Reader, how Measurement) (*evaluate.Report, error) {
	if err := d.may(ctx, journal.RoleSearch); err != nil {
		return nil, err
	}
	people, err := evaluate.ReadTruth(truth)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUsage, err)
	}
	model := locate.NewModel(d.register, nil)
	if !how.Untrained {
		if model, err = d.model(); err != nil {
			return nil, err
		}
	}
	sample := evaluate.Sample(people, how.Sample)
	if err := d.note(ctx, "", "", "matching measured", struct {
		People int `json:"people"`
	}{len(sample)}); err != nil {
		return nil, err
	}
	search := evaluate.Through(d.register, locate.Options{Model: model, Now: d.now})
	if how.Memory {
		memory, err := evaluate.Remember(ctx, d.register, model)
		if err != nil {
			return nil, err
		}
		search = memory.Search
	}
	report, err := evaluate.Measure(ctx, people, sample, search, func(done int) {
		if how.Progress != nil {
			how.Progress(done, len(sample))
		}
	})
	if err == nil && len(report.Unsearched) > 0 {
		err = fmt.Errorf("%w: %s", ErrPartly, strings.Join(report.Unsearched, "; "))
	}
	return report, err
}
