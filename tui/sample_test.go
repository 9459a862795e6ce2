package tui

import (
	"dossier/connectors"
	"dossier/desk"
	"dossier/locate"
)

func ref(system, entity string, key ...string) connectors.Ref {
	return connectors.Ref{System: system, Place: system + "-db", Entity: entity, Key: key}
}

func fields(pairs ...string) connectors.Fields {
	var f connectors.Fields
	for i := 0; i < len(pairs); i += 2 {
		f.Names = append(f.Names, pairs[i])
		f.Values = append(f.Values, connectors.Text(pairs[i+1]))
	}
	return f
}

func agrees(identifier, field, words string, bits float64) locate.Evidence {
	return locate.Evidence{Identifier: identifier, Field: field, Agrees: bits > 0, Words: words, Bits: bits}
}

// sampleMatches are what a search for Jane finds: certain, possible, reached through a pivot, and beneath a parent.
func sampleMatches() []desk.Match {
	candidate := ref("qlms", "candidates", "1017")
	record := fields("CandidateID", "1017", "CandidateNo", "C-88123", "Forename", "Jane", "Surname", "Featherstone",
		"DOB", "1980-01-31", "Email", "jane@example.org", "Status", "2", "Ethnicity", "A",
		"ScriptText", "The candidate explained the difference between a four-stroke and a two-stroke engine, and drew both.",
		"Notes", "Rang on 3 March.\nMoved from Leeds to York; the certificates were sent to the old address and came back.", "Photo", "")
	record.Values[10] = connectors.Stream(48_120, [32]byte{0xab, 0xcd})
	record.Names = append(record.Names, "LeftOn")
	record.Values = append(record.Values, connectors.Null)
	names := []locate.Evidence{agrees("email", "Email", "e-mail address agrees", 11.2), agrees("given_name", "Forename", "first name agrees", 5.1),
		agrees("family_name", "Surname", "surname agrees", 9.7)}
	names[0].Aloud = "e-mail address jane@example.org = JANE@example.org"
	told := []locate.Step{{Identifier: locate.Identifier{Kind: "candidate_number", Value: "C-88123"}, From: candidate}}
	claim := func(key string) desk.Match {
		return desk.Match{Label: "Your claims", SystemTitle: "QLMS", Match: locate.Match{Score: 0.99, Certain: true, Parent: &candidate,
			Record: connectors.Record{Ref: ref("qlms", "claims", key), Fields: fields("ClaimID", key, "CandidateID", "1017", "Unit", "Brakes")}}}
	}
	return []desk.Match{
		{Label: "Your registration", SystemTitle: "QLMS", Match: locate.Match{Score: 0.997, Certain: true, Evidence: names,
			Record: connectors.Record{Ref: candidate, Fields: record}}},
		claim("5001"), claim("5002"), claim("5003"),
		{Label: "Your registration", SystemTitle: "QLMS", Match: locate.Match{Score: 0.62,
			Evidence: []locate.Evidence{agrees("family_name", "Surname", "surname agrees", 9.7), agrees("birth_date", "DOB", "date of birth differs", -4.2)},
			Record:   connectors.Record{Ref: ref("qlms", "candidates", "2040"), Fields: fields("CandidateID", "2040", "Forename", "Janet", "Surname", "Featherstone")}}},
		{Label: "results", SystemTitle: "LMS", Match: locate.Match{Score: 0.99, Certain: true, Path: told,
			Evidence: []locate.Evidence{agrees("candidate_number", "Candidate", "candidate number agrees", 20)},
			Record:   connectors.Record{Ref: ref("lms", "results", "77", "2"), Fields: fields("ResultID", "77", "Attempt", "2", "Candidate", "C-88123", "Score", "81")}}},
		{Label: "Your membership", SystemTitle: "ProDrive", Decision: desk.Rejected, Match: locate.Match{Score: 0.55,
			Evidence: []locate.Evidence{agrees("email", "Email", "e-mail address agrees", 11.2), agrees("given_name", "Name", "first name differs", -6)},
			Record:   connectors.Record{Ref: ref("prodrive", "contacts", "310"), Fields: fields("ContactID", "310", "Name", "Robert Featherstone")}}},
		{Label: "Attendance lists", SystemTitle: "IMI fileshares", Decision: desk.Accepted, Match: locate.Match{Score: 0.71,
			Evidence: []locate.Evidence{agrees("full_name", "Name", "full name agrees, first names swapped", 7)},
			Record: connectors.Record{At: "row 17", Ref: ref("fileshare", "attendance", "0f3a9c", "1"),
				Fields: fields("Name", "Featherstone, Jane", "Date", "3/3/21")}}},
	}
}

func covered(system, title string, state locate.State, records int, gaps ...connectors.Gap) desk.Coverage {
	return desk.Coverage{Coverage: locate.Coverage{System: system, Title: title, State: state, Records: records, Gaps: gaps,
		Searched: []string{"email", "family_name"}, Places: []string{system + "-db"}, Seconds: 1.25, Started: today}}
}

// sampleCoverage is how the systems answered: one with a gap, one not at all, one worked by hand.
func sampleCoverage() []desk.Coverage {
	hr := covered("hr", "Simply HR", locate.ByHand, 0)
	hr.Task = "Look the person up in Simply HR and file what is found"
	return []desk.Coverage{
		covered("qlms", "QLMS", locate.Searched, 5),
		covered("lms", "LMS", locate.Searched, 1),
		covered("360", "360 System", locate.Partly, 0, connectors.Gap{Place: "centre_014", Why: "the login is not allowed in"},
			connectors.Gap{Place: "centre_022", Entity: "staff", Field: "Email", Why: "the column cannot be searched"}),
		covered("prodrive", "ProDrive", locate.Searched, 1),
		covered("websites", "Websites", locate.Failed, 0, connectors.Gap{Why: "no answer in 2 minutes: is the server up?"}),
		covered("fileshare", "IMI fileshares", locate.Searched, 1),
		covered("mail", "Pure360 / Adestra", locate.Searched, 0),
		hr,
	}
}

// sampleFinding is all of it, as the desk gives it after the search.
func sampleFinding() desk.Finding {
	f := desk.Finding{Searched: today, Matches: sampleMatches()}
	for _, c := range sampleCoverage() {
		f.Coverage = append(f.Coverage, c.Coverage)
	}
	return f
}
