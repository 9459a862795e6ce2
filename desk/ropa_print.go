package desk

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"dossier/connectors"
)

// PrintProcessings writes the record of processing activities as Markdown, to be read and printed.
func PrintProcessings(w io.Writer, o connectors.Organisation, all []Processing) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Record of processing activities\n\n%s", markdown(o.Name))
	if o.Contact != "" {
		fmt.Fprintf(&b, ", %s", markdown(o.Contact))
	}
	if o.Officer != "" {
		fmt.Fprintf(&b, "; data protection officer: %s", markdown(o.Officer))
	}
	fmt.Fprintf(&b, ". %d activities, from the register of systems (Article 30).\n", len(all))
	for _, p := range all {
		fmt.Fprintf(&b, "\n## %s\n\n", markdown(p.System))
		for _, line := range ropaLines(p) {
			if line[1] != "" {
				fmt.Fprintf(&b, "- **%s**: %s\n", line[0], markdown(line[1]))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// ropaLines are the columns of the record, with their headings.
func ropaLines(p Processing) [][2]string {
	join := func(list []string) string { return strings.Join(list, "; ") }
	return [][2]string{
		{"System", p.ID}, {"Our role", p.Role}, {"Controllers", join(p.Controllers)}, {"What it holds", p.Holds}, {"Purpose", p.Purpose}, {"Lawful basis", p.Basis},
		{"Categories of people", join(p.People)}, {"What is held of them", join(p.Records)}, {"Categories of data", join(p.Categories)}, {"Special categories", join(p.Special)},
		{"Recipients", join(p.Recipients)}, {"Transfers abroad", p.Transfers}, {"Kept for", p.Retention}, {"Source", p.Source},
		{"Automated decisions", p.Automated}, {"Backups", p.Backups}, {"Security", p.Security}, {"Owners", join(p.Owners)}, {"Steward", p.Steward},
		{"Entered by", join(p.Producers)}, {"The register does not say", join(p.Missing)},
	}
}

// PrintProcessingsCSV writes the record of processing activities as a table for a spreadsheet.
func PrintProcessingsCSV(out io.Writer, all []Processing) error {
	w := csv.NewWriter(out)
	for i, p := range all {
		heads, row := []string{"Title"}, []string{p.System}
		for _, line := range ropaLines(p) {
			heads, row = append(heads, line[0]), append(row, Visible(line[1]))
		}
		if i == 0 {
			w.Write(heads)
		}
		w.Write(row)
	}
	w.Flush()
	return w.Error()
}

// markdown returns text as Markdown that shows it as it is.
func markdown(text string) string { return markdownMarks.Replace(Visible(text)) }

var markdownMarks = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "<", `\<`, "[", `\[`, "#", `\#`, "|", `\|`)
