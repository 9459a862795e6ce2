package export

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Format is a file of the package beside its JSON and CSV files and its report, which every package has.
type Format string

// The formats that can be asked for.
const (
	Workbook Format = "xlsx"   // all records in one workbook
	Paper    Format = "pdf"    // the report to be printed
	Letter   Format = "letter" // the covering letter, as text and as a PDF
)

// Formats are all formats that can be asked for.
var Formats = []Format{Workbook, Paper, Letter}

// ParseFormats reads formats by their names; none is named by no names.
func ParseFormats(names []string) ([]Format, error) {
	var formats []Format
	for _, name := range names {
		f := Format(strings.ToLower(strings.TrimSpace(name)))
		if f == "none" && len(names) == 1 {
			return nil, nil
		}
		if !slices.Contains(Formats, f) {
			return nil, fmt.Errorf("there is no format %q: name xlsx, pdf or letter, several with commas, or none", name)
		}
		formats = append(formats, f)
	}
	return formats, nil
}

// Papers is what is made of a package for reading: which formats, and how.
type Papers struct {
	Formats   []Format
	Large     bool     // large print in the PDFs and the report
	Letters   string   // the folder of the organisation's templates of letters; "": those that come with the program
	Addressee string   // to whom the letter is written, as Ms Featherstone; "": the person by their name
	Address   []string // the postal address, line by line; nil where it is not known
}

// has reports whether a format is asked for.
func (p Papers) has(f Format) bool { return slices.Contains(p.Formats, f) }

// writePapers writes the formats that are asked for.
func (ed *edition) writePapers(ctx context.Context, a *archive) error {
	for _, f := range []struct {
		format Format
		write  func(context.Context, *archive) error
	}{{Workbook, ed.writeWorkbook}, {Paper, ed.writePaper}, {Letter, ed.writeLetter}} {
		if !ed.Papers.has(f.format) {
			continue
		}
		if err := f.write(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// formatFiles returns the files of the formats that are asked for, and what each is.
func (ed *edition) formatFiles() []fact {
	var files []fact
	if ed.Papers.has(Paper) {
		files = append(files, fact{paperName, "this report as a PDF, to be printed"})
	}
	if ed.Papers.has(Letter) {
		files = append(files, fact{letterTextName, "the covering letter"}, fact{letterPaperName, "the same as a PDF, to be printed"})
	}
	if ed.Papers.has(Workbook) {
		files = append(files, fact{workbookName, "all records in one workbook, for a spreadsheet"})
	}
	return files
}
