package evaluate

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Print writes the report for people to read.
func (r *Report) Print(out io.Writer) {
	fmt.Fprintf(out, "%d people searched for\n", r.People)
	fmt.Fprintf(out, "certain:  %d records of theirs, %d of others: precision %.6f\n", r.Certain.Right, r.Certain.Wrong, r.Precision)
	fmt.Fprintf(out, "possible: %d records of theirs, %d of others\n", r.Possible.Right, r.Possible.Wrong)
	fmt.Fprintf(out, "missed:   %d records: recall %.5f (certain alone %.4f), F1 %.5f\n", r.Missed, r.Recall, r.Alone, r.F1)
	fmt.Fprintf(out, "a data protection officer decides about %.2f records a person, and searches %.2f times\n", r.Decisions, r.Searches)
	printBands(out, r.Bands)
	printGroups(out, "class", r.Classes)
	printGroups(out, "system", r.Systems)
	printCases(out, "certain, and somebody else's", r.Wrong)
	printCases(out, "missed", r.Lost)
	for _, gap := range r.Unsearched {
		fmt.Fprintf(out, "not searched: %s\n", gap)
	}
}

func printBands(out io.Writer, bands []Band) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nfrom bits\tto\tpairs\tof one person\texpected\t")
	for _, b := range bands {
		fmt.Fprintf(w, "%.1f\t%.1f\t%d\t%d\t%.1f\t\n", b.From, b.To, b.Pairs, b.True, b.Expected)
	}
	_ = w.Flush() // what out refused is told by the last write to it
}

func printGroups(out io.Writer, what string, groups []Group) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\n%s\tcertain\tothers'\tpossible\tothers'\tmissed\trecall\n", what)
	for _, g := range groups {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%.4f\n", g.Name, g.Certain.Right, g.Certain.Wrong, g.Possible.Right, g.Possible.Wrong, g.Missed, g.Recall())
	}
	_ = w.Flush()
}

func printCases(out io.Writer, title string, cases []Case) {
	if len(cases) == 0 {
		return
	}
	fmt.Fprintf(out, "\n%s:\n", title)
	for _, c := range cases {
		fmt.Fprintf(out, "%s (%s): %s (%s)", c.Person, strings.Join(c.Theirs, " "), c.Ref, strings.Join(c.Classes, " "))
		if c.Owner != "" {
			fmt.Fprintf(out, " of %s", c.Owner)
		}
		fmt.Fprintln(out)
		if c.Words != "" {
			fmt.Fprintf(out, "    %s\n", c.Words)
		}
	}
}

// Print writes the report for people to read.
func (r *PairsReport) Print(out io.Writer) {
	fmt.Fprintf(out, "%d rows, %d pairs compared (%.0f a second), %d of one person\n", r.Rows, r.Compared, r.Comparisons, r.True)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nwhere\tbits\tprecision\trecall\tF1\tright\twrong")
	line := func(where string, p Point) {
		fmt.Fprintf(w, "%s\t%.1f\t%.5f\t%.5f\t%.5f\t%d\t%d\n", where, p.Bits, p.Precision, p.Recall, p.F1, p.Right, p.Wrong)
	}
	line("best F1", r.Best)
	line("certain", r.Certain)
	line("certain and possible", r.Possible)
	for i, p := range r.Recalls {
		line(fmt.Sprintf("precision %g", Precisions[i]), p)
	}
	_ = w.Flush()
	printBands(out, r.Bands)
	printPairs(out, "two people taken as one", r.Wrong)
	printPairs(out, "one person taken as two", r.Missed)
}

func printPairs(out io.Writer, title string, pairs []Pair) {
	if len(pairs) == 0 {
		return
	}
	fmt.Fprintf(out, "\n%s:\n", title)
	for _, p := range pairs {
		fmt.Fprintf(out, "%s and %s: %.1f bits\n", p.Left, p.Right, p.Bits)
		for _, words := range p.Words {
			fmt.Fprintf(out, "    %s\n", words)
		}
	}
}

// String says where a row stands: "line 17", "line 17 of file 2".
func (p Place) String() string {
	if p.File == 0 {
		return fmt.Sprintf("line %d", p.Line)
	}
	return fmt.Sprintf("line %d of file %d", p.Line, p.File+1)
}
