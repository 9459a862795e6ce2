package sheet

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"dossier/connectors"
)

const styles = `<numFmts><numFmt numFmtId="164" formatCode="00000"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>`

func number(ref, style, v string) string { return cell(ref, `s="`+style+`"`, "<v>"+v+"</v>") }

func inline(ref, text string) string {
	return cell(ref, `t="inlineStr"`, "<is><t>"+text+"</t></is>")
}

// membersSheet has a text, a date, a number with leading zeros, a plain number, a truth and a formula in each row.
func membersSheet(names ...string) string {
	var b strings.Builder
	b.WriteString(rawRow(1, "Name", "Born", "Number", "Paid", "Active", "Double"))
	for i, name := range names {
		n := i + 2
		fmt.Fprintf(&b, `<row r="%d">%s%s%s%s%s%s</row>`, n, inline(fmt.Sprint("A", n), name), number(fmt.Sprint("B", n), "1", fmt.Sprint(22000+n)), number(fmt.Sprint("C", n), "2", fmt.Sprint(100+n)),
			number(fmt.Sprint("D", n), "0", fmt.Sprint(1000+n)), cell(fmt.Sprint("E", n), `t="b"`, "<v>1</v>"), cell(fmt.Sprint("F", n), "", fmt.Sprintf("<f>D%d*2</f><v>%d</v>", n, 2000+2*n)))
	}
	return b.String()
}

const memberEntity = "[entity.members]\nsheet = \"Members\"\n[entity.members.fields]\nName = {}\n[entity.other]\nsheet = \"Other\"\n[entity.other.fields]\nWho = {}\n"

func TestChangesOfAWorkbook(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.xlsx")
	save(t, path, rawWorkbook(styles, false, rawSheet{name: "Members", rows: membersSheet("Ann", "Featherstonehaugh", "Cleo", "Dan")},
		rawSheet{name: "Other", rows: rawRow(1, "Who", "What") + rawRow(2, "Featherstonehaugh", "guest") + rawRow(3, "Eve", "guest")}))
	con := connect(t, dir, "files = [\"*\"]\n"+writable+memberEntity)
	m, o := records(t, con, "members"), records(t, con, "other")
	outcomes := apply(t, con, []connectors.Change{remove(m[1]), remove(o[0]), rectify(o[1], "Who", "Evelyn"),
		rectify(m[2], "Name", "Cléo", "Born", "1961-04-03", "Number", "00042", "Paid", "12.5", "Active", "false"),
		rectify(m[3], "Born", "about 1950", "Number", "", "Paid", "007"), insert("a.xlsx", "members", "Name", "Zed", "Paid", "5")}, connectors.Done)
	if all := unzipped(t, path); strings.Contains(all, "Featherstonehaugh") || strings.Contains(all, "22003") {
		t.Error("a part still holds what was removed")
	}
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, _ := f.GetRows("Members")
	want := [][]string{{"Name", "Born", "Number", "Paid", "Active", "Double"}, {"Ann", "22002", "102", "1002", "1", "2004"},
		{"Cléo", "22374", "42", "12.5", "0", "2008"}, {"Dan", "about 1950", "", "007", "1", "2010"}, {"Zed", "", "", "5"}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for ref, typ := range map[string]excelize.CellType{"B3": excelize.CellTypeUnset, "D3": excelize.CellTypeUnset, "D4": excelize.CellTypeInlineString, "D5": excelize.CellTypeUnset} {
		if got, err := f.GetCellType("Members", ref); err != nil || got != typ {
			t.Errorf("%s is of type %v, %v", ref, got, err)
		}
	}
	if formula, _ := f.GetCellFormula("Members", "F3"); formula != "D3*2" {
		t.Errorf("formula %q", formula)
	}
	for i, ref := range []connectors.Ref{outcomes[2].Record, outcomes[3].Record, outcomes[4].Record, outcomes[5].Record} {
		if got := find(t, con, connectors.Query{Entity: ref.Entity, Refs: []connectors.Ref{ref}}); len(got.records) != 1 {
			t.Errorf("outcome %d names %d records", i, len(got.records))
		}
	}
	only(t, dir, "a.xlsx")
}

func TestChangesThatAWorkbookCannotTake(t *testing.T) {
	merged := `<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>`
	for name, c := range map[string]struct {
		behind string
		change func(r []connectors.Record) connectors.Change
		about  string
	}{
		"a formula": {"", func(r []connectors.Record) connectors.Change { return rectify(r[0], "Double", "5") }, "formula"},
		"too long a text": {"", func(r []connectors.Record) connectors.Change {
			return rectify(r[0], "Name", strings.Repeat("x", 40_000))
		}, "32,767"},
		"no such field":    {"", func(r []connectors.Record) connectors.Change { return rectify(r[0], "Nickname", "x") }, "no field"},
		"a shared value":   {merged, func(r []connectors.Record) connectors.Change { return rectify(r[1], "Name", "x") }, "merged"},
		"what others show": {merged, func(r []connectors.Record) connectors.Change { return remove(r[0]) }, "merged"},
		"an empty record":  {"", func([]connectors.Record) connectors.Change { return insert("a.xlsx", "members", "Name", "") }, "none"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "a.xlsx")
			rows := membersSheet("Ann", "Bob")
			if c.behind != "" {
				rows = strings.Replace(rows, inline("A3", "Bob"), "", 1)
			}
			save(t, path, rawWorkbook(styles, false, rawSheet{name: "Members", rows: rows, behind: c.behind}))
			before := held(t, path)
			con := connect(t, dir, "files = [\"*\"]\n"+writable+"[entity.members]\nsheet = \"Members\"\n")
			outcomes := apply(t, con, []connectors.Change{c.change(records(t, con, "members"))}, connectors.Denied)
			if !strings.Contains(outcomes[0].Why, c.about) {
				t.Errorf("the reason is %q", outcomes[0].Why)
			}
			if held(t, path) != before {
				t.Error("the file was changed")
			}
		})
	}
}

// Formulas are worked out again once what they use is gone: their stored results go with it.
func TestARowThatAFormulaNeedsIsEmptied(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.xlsx")
	save(t, path, rawWorkbook(styles, false, rawSheet{name: "Members", rows: membersSheet("Ann", "Featherstonehaugh", "Cleo")},
		rawSheet{name: "Sums", rows: `<row r="1">` + cell("A1", `t="str"`, "<f>Members!A3</f><v>Featherstonehaugh</v>") + `</row>`}))
	con := connect(t, dir, "files = [\"*\"]\n"+writable+"[entity.members]\nsheet = \"Members\"\n")
	outcomes := apply(t, con, []connectors.Change{remove(records(t, con, "members")[1])}, connectors.Done)
	if !strings.Contains(outcomes[0].Why, "emptied") {
		t.Errorf("the outcome says %q", outcomes[0].Why)
	}
	if all := unzipped(t, path); strings.Contains(all, "Featherstonehaugh") || !strings.Contains(all, "Members!A3") {
		t.Error("the value is there, or the formula is not")
	}
	if left := records(t, con, "members"); len(left) != 2 || left[1].At != "sheet \"Members\", row 4" {
		t.Errorf("%v", left)
	}
}

// What hangs on cells is emptied where that is asked for, and stays with other rows.
func TestCommentsAndLinksAreEmptied(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.xlsx")
	f := excelize.NewFile()
	for i, name := range []string{"Name", "Ann", "Bob", "Cleo"} {
		ref := fmt.Sprint("A", i+1)
		if err := errors.Join(f.SetCellStr("Sheet1", ref, name), f.AddComment("Sheet1", excelize.Comment{Cell: ref, Author: "Clerk", Text: "about " + name}),
			f.SetCellHyperLink("Sheet1", ref, "mailto:"+name+"@example.org", "External")); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(f.SaveAs(path), f.Close()); err != nil {
		t.Fatal(err)
	}
	con := connect(t, dir, "files = [\"*\"]\n"+writable+people)
	r := records(t, con, "people")
	apply(t, con, []connectors.Change{rectify(r[0], "Name", "Anna", "(comments)", ""), rectify(r[1], "(links)", "", "Name", "X"), rectify(r[2], "(comments)", "other")},
		connectors.RolledBack, connectors.RolledBack, connectors.Denied)
	apply(t, con, []connectors.Change{rectify(r[0], "(comments)", ""), rectify(r[1], "(links)", "")}, connectors.Done)
	all := unzipped(t, path)
	for text, there := range map[string]bool{"about Ann": false, "mailto:Ann": true, "about Bob": true, "mailto:Bob": false, "about Cleo": true, "mailto:Cleo": true} {
		if strings.Contains(all, text) != there {
			t.Errorf("%s is there: %t", text, !there)
		}
	}
}

// A record that is added below a table of Excel's becomes part of it, also where another one goes.
func TestTablesTakeNewRecordsIn(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.xlsx")
	f := excelize.NewFile()
	for i, name := range []string{"Name", "Ann", "Bob", "Cleo"} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprint("B", i+2), &[]any{name, fmt.Sprint("Town", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(f.AddTable("Sheet1", &excelize.Table{Range: "B2:C5", Name: "People"}), f.SaveAs(path), f.Close()); err != nil {
		t.Fatal(err)
	}
	con := connect(t, dir, "files = [\"*\"]\n"+writable+people)
	r := records(t, con, "people")
	apply(t, con, []connectors.Change{remove(r[0]), insert("a.xlsx", "people", "Name", "Dan")}, connectors.Done)
	apply(t, con, []connectors.Change{insert("a.xlsx", "people", "Name", "Eve", "Town0", "York")}, connectors.Done)
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tables, err := f.GetTables("Sheet1")
	if err != nil || len(tables) != 1 || tables[0].Range != "B2:C6" {
		t.Errorf("%+v, %v", tables, err)
	}
	if all := unzipped(t, path); strings.Contains(all, "B2:C5") || !strings.Contains(all, `<autoFilter ref="B2:C6"`) {
		t.Error("the table's filter has another range")
	}
	if got := records(t, con, "people"); len(got) != 4 || got[3].Get("Name").String() != "Eve" {
		t.Errorf("%v", got)
	}
}

// An encrypted workbook is changed and stays encrypted.
func TestAnEncryptedWorkbookIsChanged(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.xlsx")
	f := excelize.NewFile()
	for i, name := range []string{"Name", "Ann", "Featherstonehaugh", "Cleo"} {
		if err := f.SetCellStr("Sheet1", fmt.Sprint("A", i+1), name); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(f.SaveAs(path, excelize.Options{Password: "open sesame"}), f.Close()); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SHEET_PASSWORD", "open sesame")
	con := connect(t, dir, "files = [\"*\"]\npassword = \"env:SHEET_PASSWORD\"\n"+writable+people)
	r := records(t, con, "people")
	apply(t, con, []connectors.Change{remove(r[1]), rectify(r[2], "Name", "Cleopatra")}, connectors.Done)
	f, err := excelize.OpenFile(path, excelize.Options{Password: "open sesame"})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.GetRows("Sheet1")
	if d := cmp.Diff([][]string{{"Name"}, {"Ann"}, {"Cleopatra"}}, got); err != nil || d != "" {
		t.Error(err, d)
	}
	if b := held(t, path); strings.HasPrefix(b, "PK") {
		t.Error("the workbook is no longer encrypted")
	}
}
