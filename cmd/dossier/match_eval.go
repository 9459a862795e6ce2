package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"dossier/desk"
	"dossier/locate/evaluate"
)

// evaluation is what the flags of match eval say.
type evaluation struct {
	truth, mapping    string
	tables            []string
	sample, show      int
	memory, untrained bool
}

func (a *app) matchEval() *cobra.Command {
	var e evaluation
	cmd := &cobra.Command{
		Use:   "eval --truth FILE | --csv FILE... --map MAP.toml",
		Short: "Measure precision, recall and calibration of matching",
		Long: "With --truth, searches the systems of the register for people whose every record is known (truth.jsonl of the demo estate, or\n" +
			"a file like it: one JSON object a line with person, identifiers, records and classes), deciding about possible matches as a data\n" +
			"protection officer who never errs would. Prints how many records of others were taken as certain, how many records were\n" +
			"missed, how many decisions a person takes, calibration band by band, and all that for each class of people and each system.\n\n" +
			"With --csv, compares every row of a table of labelled people with every other, after a training that sees no labels (or by the\n" +
			"defaults, with --untrained). Needs neither register nor journal. MAP.toml says what the columns hold:\n\n" +
			"  person    = \"rec_id\"          # the column that says whose a row is\n" +
			"  pattern   = '^rec-(\\d+)-'     # the part of it that counts; left out: the whole\n" +
			"  delimiter = \";\"               # \",\" where left out; or \"tab\"\n" +
			"  encoding  = \"windows-1252\"    # utf-8 where left out\n" +
			"  header    = false             # there is no header: columns are called \"1\", \"2\" …\n" +
			"  region    = \"GB\"              # where phone numbers without a country code are from\n" +
			"  dates     = \"mm/dd/yyyy\"      # how dates are written; left out: as people write them, ISO and British forms first\n" +
			"  strong    = [\"passport\"]      # identifiers of one person alone, beside ids that every register knows\n" +
			"  across    = true              # with two tables: only pairs of one row of each\n\n" +
			"  [columns]                     # column = identifier; one that no register knows is compared as text\n" +
			"  first_name = \"given_name\"\n" +
			"  surname    = \"family_name\"\n" +
			"  sex        = \"sex\"\n\n" +
			"  [join]                        # identifier = the columns that make it up\n" +
			"  address    = [\"house\", \"street\"]\n" +
			"  birth_date = [\"year\", \"month\", \"day\"]\n\n" +
			"  [pairs]                       # a file of labelled pairs, beside MAP.toml, in the place of person\n" +
			"  file = \"pairs.csv\"\n" +
			"  id = \"id\"                     # the column of the table that pairs name\n" +
			"  left = \"id_l\"\n" +
			"  right = \"id_r\"\n" +
			"  label = \"match\"               # left out: all pairs of the file are one person's, and no others\n\n" +
			"Evidence is printed in words and bits, never with values.",
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case e.truth != "" && len(e.tables) == 0 && e.mapping == "":
				return a.withDesk(func(ctx context.Context, d *desk.Desk, _ []string) error { return a.evalTruth(ctx, d, e) })(cmd, args)
			case e.truth == "" && len(e.tables) > 0 && e.mapping != "":
				return a.evalTable(cmd.Context(), e)
			}
			return fmt.Errorf("%w: name either a truth with --truth, or a table of labelled people with --csv and the mapping of its columns with --map; see dossier match eval --help", desk.ErrUsage)
		},
	}
	f := cmd.Flags()
	f.StringVar(&e.truth, "truth", "", "whose every record is, one person a line in JSON")
	f.StringArrayVar(&e.tables, "csv", nil, "a table of labelled people; can be given twice, see across")
	f.StringVar(&e.mapping, "map", "", "what the columns of the table hold, in TOML")
	f.IntVar(&e.sample, "sample", 0, "how many people, or rows, are searched for, spread evenly (default: all)")
	f.IntVar(&e.show, "show", 0, "how many wrong and how many missed ones are told with their evidence")
	f.BoolVar(&e.memory, "memory", false, "with --truth: read every record once and search in memory, which is faster where many people are searched for")
	f.BoolVar(&e.untrained, "untrained", false, "measure the documented defaults, not what was learnt")
	return cmd
}

// evalTruth measures searches of the register's systems.
func (a *app) evalTruth(ctx context.Context, d *desk.Desk, e evaluation) error {
	r, err := d.MeasureTruth(ctx, e.truth, desk.Measurement{Sample: e.sample, Memory: e.memory, Untrained: e.untrained, Progress: func(done, people int) {
		if done%50 == 0 || done == people {
			fmt.Fprintf(a.errs, "%d of %d people searched for\n", done, people)
		}
	}})
	if r == nil {
		return err
	}
	r.Wrong, r.Lost = r.Wrong[:min(e.show, len(r.Wrong))], r.Lost[:min(e.show, len(r.Lost))]
	if a.json {
		return errors.Join(a.print(struct {
			Type string `json:"type"`
			*evaluate.Report
		}{"evaluation", r}), err)
	}
	r.Print(a.out)
	return err
}

// evalTable measures pairs of rows of tables.
func (a *app) evalTable(ctx context.Context, e evaluation) error {
	r, err := desk.MeasureTable(ctx, e.mapping, e.tables, evaluate.PairsOptions{Untrained: e.untrained, Sample: e.sample, Show: e.show,
		Progress: func(done, rows int) {
			if done%5000 == 0 {
				fmt.Fprintf(a.errs, "%d of %d rows compared\n", done, rows)
			}
		}})
	if err != nil {
		return err
	}
	if a.json {
		return a.print(struct {
			Type string `json:"type"`
			*evaluate.PairsReport
		}{"evaluation", r})
	}
	r.Print(a.out)
	return nil
}
