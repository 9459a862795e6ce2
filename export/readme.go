package export

import (
	"bufio"
	"context"
	"strings"

	"dossier/locate"
)

const readmeWidth = 79

// writeReadme writes README.txt for the person, in lines of less than 80 characters.
func (ed *edition) writeReadme(_ context.Context, a *archive) error {
	return a.put(readmeName, "how to read and check this package", func(w *bufio.Writer) (int, error) {
		_, err := w.WriteString(ed.readme())
		return -1, err
	})
}

func (ed *edition) readme() string {
	var b strings.Builder
	para := func(text string) { b.WriteString(wrap("", text, readmeWidth) + "\n") }
	item := func(text string) { b.WriteString(wrap("  - ", text, readmeWidth)) }
	head := func(text string) { b.WriteString(text + "\n" + strings.Repeat("-", len([]rune(text))) + "\n\n") }
	code := func(text string) { b.WriteString("      " + text + "\n") }

	org := shown(ed.Register.Organisation.Name)
	head("Your data held by " + org)
	for _, line := range [][2]string{
		{"For:       ", shown(ed.Request.Name)},
		{"Request:   ", ed.Request.ID + ", received on " + day(ed.Request.Received)},
		{"Days:      ", ed.Request.Span.Words()},
		{"Made:      ", moment(ed.Made)},
		{"Write to:  ", shown(ed.Register.Organisation.Contact)},
	} {
		if line[1] != "" {
			b.WriteString(wrap(line[0], line[1], readmeWidth))
		}
	}
	b.WriteString("\n")

	if ed.Controller != nil {
		head("Not for the person")
		para("This is the organisation's own file of the request. Beside what the person gets it holds how that was decided: case.jsonl with the scores, the " +
			"evidence, the paths, the decisions and who made them, and log.jsonl with the action log and what proves it. Do not hand it over.")
	}
	head("How to open it")
	para("Unpack the ZIP file into a folder first: on Windows click it with the right mouse button and choose “Extract all”, " +
		"on a Mac open it twice quickly. Then open index.html, which shows everything in a web browser. It needs no internet connection " +
		"and sends nothing anywhere.")
	para("Keep the folder where others cannot read it: it holds your personal data and is not encrypted.")

	head("What each file is")
	item("index.html: the report to read and to print.")
	for _, f := range ed.formatFiles() {
		item(f.Term + ": " + f.Text + ".")
	}
	item("data.json: all of it in one document, exactly as it is held, for programs and other organisations.")
	for _, g := range ed.groups {
		if g.count > 0 {
			item(g.base + ".csv: " + g.label() + ", from " + g.systemTitle() + " (" + count(g.count, "record") + ").")
		}
	}
	item("data/…/files/: documents, pictures and other contents, one file each.")
	item("coverage.json: which of our systems were searched, which were not, and why.")
	item("actions.jsonl: what was done in each system and when, one line each.")
	item("manifest.json: a list of all files with their sizes and check sums.")
	item(sumsName + ": the check sums alone, as programs check them.")
	item("schema.json: the form of the JSON files, for programmers.")
	b.WriteString("\n")
	para("A .csv file opens in a spreadsheet. data.json holds the same records exactly, for programs.")

	if missing := ed.missing(); missing != "" {
		head("What is not here")
		para(missing)
	}

	head("About the .csv files")
	para("A value that begins with one of the signs = + - @ (also in full width), with a tab, a line break or an apostrophe has an " +
		"apostrophe (') put before it, so that a spreadsheet does not take it for a formula. Take one leading apostrophe away and you have the value " +
		"as it is held. Every value stands in double quotes; a double quote within a value is written twice. Several values in one cell are separated by " +
		"a semicolon. An empty cell is a value that is empty or not there. Signs that are no text are written as \uFFFD. data.json tells all of these apart.")

	head("How to check that nothing was changed")
	para("Each file has a SHA-256 check sum, which stands in SHA256SUMS.txt and in manifest.json. On a Mac or under Linux one command works all of them out again " +
		"and says OK behind each file that is as it was. Under Windows, work them out one by one and compare: they must be the same to the last sign; small and " +
		"capital letters do not matter.")
	b.WriteString("  Windows (Command Prompt, in the folder), for the report:\n\n")
	code("certutil -hashfile index.html SHA256")
	b.WriteString("\n  Mac (Terminal, in the folder):\n\n")
	code("shasum -a 256 -c SHA256SUMS.txt")
	b.WriteString("\n  Linux:\n\n")
	code("sha256sum -c SHA256SUMS.txt")
	b.WriteString("\n")
	para("The check tells you that the files are those that SHA256SUMS.txt lists. It does not tell you who wrote that list.")

	head("Questions, corrections and complaints")
	para("If something is wrong, missing or hard to understand, write to " + org + ed.contact() + " and name the request " + ed.Request.ID +
		". Your rights, and where you can complain, stand at the end of index.html.")
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// missing tells that something was not searched or is left out, "" where neither is so.
func (ed *edition) missing() string {
	var unsearched, withheld, outside bool
	for _, c := range ed.coverage {
		unsearched = unsearched || c.State != string(locate.Searched)
	}
	for _, g := range ed.groups {
		for _, w := range g.withheld {
			withheld, outside = withheld || !w.Outside, outside || w.Outside
		}
	}
	var parts []string
	if unsearched {
		parts = append(parts, "Not every system could be searched completely.")
	}
	if withheld {
		parts = append(parts, "Something is left out because the law allows or obliges us to.")
	}
	if outside {
		parts = append(parts, "You asked about some days only; what is dated outside of them is left out.")
	}
	if parts == nil {
		return ""
	}
	return strings.Join(parts, " ") + " The report, index.html, says what and why."
}

// contact returns where the organisation can be written to, after its name.
func (ed *edition) contact() string {
	if c := shown(ed.Register.Organisation.Contact); c != "" {
		return " (" + c + ")"
	}
	return ""
}
