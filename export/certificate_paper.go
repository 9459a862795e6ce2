package export

import (
	"fmt"
	"io"

	"dossier/export/paper"
)

// WriteCertificatePDF writes a certificate for people. It says what the JSON says, and the JSON is what proves it.
func WriteCertificatePDF(w io.Writer, c Certificate) error {
	sum, err := c.Sum()
	if err != nil {
		return err
	}
	title := "Certificate of erasure"
	if c.Outcome != CertifiedWhole {
		title = "Certificate of erasure in part"
	}
	d := paper.New(paper.About{Title: title + ", " + c.Request, Author: c.Organisation.Name, Foot: title + ", " + c.Request, Made: c.Issued})
	d.Title(title)
	facts := []paper.Fact{
		{Term: "Issued by", Text: c.Organisation.Name}, {Term: "Contact", Text: c.Organisation.Contact},
		{Term: "Request", Text: c.Request}, {Term: "Received", Text: asDay(c.Received)},
		{Term: "Ground", Text: c.Ground}, {Term: "Carried out", Text: moment(c.Carried)},
		{Term: "Verified", Text: moment(c.Verified)}, {Term: "How", Text: c.Method}, {Term: "Issued", Text: moment(c.Issued)},
	}
	d.Facts(facts...)
	if c.Outcome != CertifiedWhole {
		d.Para("Not everything was erased: below stands what is left in which system, and why.")
	}
	d.Heading(1, "What became of the data")
	for _, s := range c.Systems {
		d.Heading(2, s.System.Label)
		d.Para(s.Summary + s.counts())
		for _, k := range s.Kept {
			d.List(fmt.Sprintf("Kept%s: %s (%s). %s", until(k.Until), k.What, count(k.Records, "record"), sentence(k.Why)))
		}
		for _, l := range s.Left {
			d.List(fmt.Sprintf("Left: %s. %s", l.What, sentence(l.Why)))
		}
		for _, b := range s.Backups {
			d.List(fmt.Sprintf("In backups or history%s: %s", until(b.Until), sentence(b.What)))
		}
	}
	if len(c.NotSearched) > 0 {
		d.Heading(1, "What was not fully searched")
		for _, n := range c.NotSearched {
			d.List(n.What + ": " + sentence(n.Why))
		}
	}
	d.Heading(1, "Backups")
	d.Para(c.Backups)
	d.Heading(1, "How this can be proved")
	d.Para("That this certificate was issued stands in the action log of the organisation, with the check sum below. The JSON file of this certificate " +
		"carries that entry and what proves it; dossier certificate verify checks it on any computer.")
	d.Facts(paper.Fact{Term: "Plan", Text: c.Plan}, paper.Fact{Term: "SHA-256", Text: sum})
	return d.Write(w)
}

// counts tells how many records were erased, and how.
func (s Certified) counts() string {
	var parts []string
	for _, c := range []struct {
		n    int
		word string
		did  string
	}{{s.Deleted, "record", "deleted"}, {s.Anonymised, "record", "anonymised"}, {s.ByHand, "task", "done by hand"}} {
		if c.n > 0 {
			parts = append(parts, count(c.n, c.word)+" "+c.did)
		}
	}
	if parts == nil {
		return ""
	}
	return " " + sentence(list(parts))
}

func until(day string) string {
	if day == "" {
		return ""
	}
	return " until " + asDay(day)
}
