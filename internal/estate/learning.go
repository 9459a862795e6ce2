package estate

import (
	"fmt"
	"strings"
)

// lms fills the LMS: online tests of QLMS candidates. Two learners in three are known by their candidate number only.
func (w *world) lms() {
	tests := lookup("Tests", "TestID", "Title", "Health and safety", "Braking systems", "Engine electronics", "High-voltage safety", "Customer service")
	learners := &table{name: "Learners", entity: "learners", key: []string{"LearnerID"},
		columns: append(must(col("LearnerID", number), col("UserName", code, 40), col("CreatedAt", epoch)),
			col("CandidateNo", code, 12), col("FullName", name, 140), col("Email", code, 120)),
		indexes: [][]string{{"CandidateNo"}}}
	attempts := &table{name: "Attempts", entity: "attempts", key: []string{"AttemptID"},
		columns: append(must(col("AttemptID", number), col("LearnerID", number), col("TestID", number), col("StartedAt", moment)),
			col("Score", money, 5), col("ResultCode", number)),
		foreign: []foreign{{"LearnerID", "Learners", "LearnerID", "CASCADE"}, {"TestID", "Tests", "TestID", "NO ACTION"}},
		indexes: [][]string{{"LearnerID"}}}
	answers := &table{name: "Answers", entity: "answers", key: []string{"AttemptID", "QuestionNo"},
		columns: append(must(col("AttemptID", number), col("QuestionNo", number)), col("ScriptText", memo)),
		foreign: []foreign{{"AttemptID", "Attempts", "AttemptID", "CASCADE"}}}

	nextLearner, nextAttempt := w.numbers(100, "learners"), w.numbers(20000, "attempts")
	for _, c := range w.candidates {
		d := w.dice("lms"+c.no, c.person)
		if !d.percent(70) && !c.demo {
			continue
		}
		user, no := "u"+d.digits(7), any(c.no)
		var full, mail any
		reused := c.classes.has(ReusedNumber)
		named, told := c.face(d, asks{mail: true, past: 20, care: 75, enough: 10}) // by name and mailbox alone
		switch {
		case c.demo, !told && !reused, !reused && d.percent(65):
			named.classes = classes{IDOnly}
			if !c.demo && d.one(6) {
				no = strings.ToLower(c.no[:1]) + " " + c.no[1:]
			}
		case !reused && d.one(3):
			no, full, mail = nil, named.full(d), orNull(named.mail)
		default:
			named, _ = c.face(d, asks{mail: true, past: 20, care: 75, enough: 7})
			full, mail = named.full(d), orNull(named.mail)
		}
		if reused {
			named.classes.add(ReusedNumber)
		}
		id := nextLearner()
		learners.add(c.person, named.classes, id, user, someEpoch(d, 2012, 2024), no, full, mail)
		for range d.between(1, 3) {
			attempt, result := nextAttempt(), d.between(1, 3)
			attempts.add(c.person, classes{Child}, attempt, id, d.between(1, 5), someMoment(d, 2012, 2024),
				fmt.Sprintf("%d.%02d", d.between(20, 99), 25*d.IntN(4)), result)
			for q := 1; q <= d.IntN(3); q++ {
				answers.add(c.person, classes{Child}, attempt, q, pick(d, []string{"Isolate the battery, wait ten minutes, then test for absence of voltage.",
					"The disc is worn below its minimum thickness.", "B", "Ask the customer when the noise began.", "C, because the sensor reads open circuit."}))
			}
		}
	}
	w.databases = append(w.databases, &database{system: "lms", name: "LMS", tables: []*table{tests, learners, attempts, answers}})
}

// full writes a name in one field, in one of the ways people do.
func (f *face) full(d dice) string {
	switch d.IntN(6) {
	case 0:
		return strings.ToUpper(f.family) + ", " + f.given
	case 1:
		return f.family + ", " + f.given
	case 2:
		return strings.TrimSpace(f.title + " " + f.given + " " + f.family)
	}
	return f.given + " " + f.family
}

// ePortfolio fills the candidates' log books. They are known by QLMS's own key and nothing else.
func (w *world) ePortfolio() {
	portfolios := &table{name: "Portfolios", entity: "portfolios", key: []string{"PortfolioID"},
		columns: must(col("PortfolioID", number), col("QlmsCandidateID", number), col("Title", name, 80), col("OpenedOn", day), col("Closed", flag)),
		indexes: [][]string{{"QlmsCandidateID"}}}
	evidence := &table{name: "Evidence", entity: "evidence", key: []string{"EvidenceID"},
		columns: append(must(col("EvidenceID", guid), col("PortfolioID", number), col("FileName", name, 120), col("UploadedAt", moment)),
			col("Description", memo), col("Content", blob)),
		foreign: []foreign{{"PortfolioID", "Portfolios", "PortfolioID", "CASCADE"}},
		indexes: [][]string{{"PortfolioID"}}}
	next := w.numbers(0, "portfolios")
	for _, c := range w.candidates {
		d := w.dice("eportfolio"+c.no, c.person)
		if !d.percent(40) && !c.demo {
			continue
		}
		id := next()
		portfolios.add(c.person, classes{IDOnly}, id, c.key, pick(d, []string{"Light Vehicle Level 3", "Accident Repair Level 2", "Management Level 4"}),
			iso(anyDay(d, 2008, 2024)), d.one(2))
		for n := range d.between(1, 3) {
			text, mentions := "Observed in the workshop.", []*person(nil)
			if d.one(4) {
				other := w.someoneElse(d, c.person)
				text, mentions = "Worked with "+other.fullName()+" on this job; assessor asked both of us.", []*person{other}
			}
			r := evidence.add(c.person, classes{Child}, someGUID(d), id, fmt.Sprintf("%s_unit%d.jpg", letters(c.family), n+1),
				someMoment(d, 2009, 2024), text, someBytes(d, 48))
			r.mentions = mentions
		}
	}
	w.databases = append(w.databases, &database{system: "eportfolio", name: "ePortfolio", tables: []*table{portfolios, evidence}})
}

// centreOf names the compartments of the 360 System, by town.
var centreOf = map[string]string{"Belfast": "belfast", "Bristol": "bristol", "Cardiff": "cardiff", "Coventry": "midlands", "Derby": "midlands",
	"Exeter": "southwest", "Glasgow": "glasgow", "Hertford": "herts", "Leeds": "north", "Norwich": "herts", "Nottingham": "midlands",
	"Stevenage": "herts", "Swindon": "bristol", "Truro": "southwest", "York": "north"}

var centreNames = []string{"belfast", "bristol", "cardiff", "glasgow", "herts", "midlands", "north", "southwest"}

// threeSixty fills the 360 System: a database a centre, each counting its participants from 1, so that the
// same CandidateID means another person in each. Three in five carry a QLMS candidate number and no name.
func (w *world) threeSixty() {
	type place struct{ participants, responses *table }
	places := map[string]place{}
	for _, centre := range centreNames {
		t := place{
			&table{name: "Participants", entity: "participants", key: []string{"CandidateID"},
				columns: append(must(col("CandidateID", number), col("JoinedOn", day)),
					col("QlmsNo", code, 12), col("FullName", name, 140), col("Email", code, 120), col("JobTitle", name, 60)),
				indexes: [][]string{{"QlmsNo"}}},
			&table{name: "Responses", entity: "responses", key: []string{"ResponseID"},
				columns: append(must(col("ResponseID", number), col("CandidateID", number), col("Relationship", number), col("Score", number)),
					col("RaterName", name, 120), col("Comment", memo)),
				foreign: []foreign{{"CandidateID", "Participants", "CandidateID", "CASCADE"}},
				indexes: [][]string{{"CandidateID"}}}}
		places[centre] = t
		w.databases = append(w.databases, &database{system: "360", name: "centre_" + centre, tables: []*table{t.participants, t.responses}})
	}
	for _, c := range w.candidates {
		d := w.dice("360"+c.no, c.person)
		if !d.percent(35) && !c.demo {
			continue
		}
		f, told := c.face(d, asks{mail: true, past: 20, care: 75, enough: 10})
		reused := c.classes.has(ReusedNumber)
		if !told && reused {
			continue
		}
		no, full, mail := any(nil), any(f.full(d)), orNull(f.mail)
		if c.demo || !told || (d.percent(60) && !reused) {
			no, full, mail = c.no, nil, nil
			f.classes = classes{IDOnly}
		}
		t := places[centreOf[c.home.town]]
		id := len(t.participants.rows) + 1
		t.participants.add(c.person, f.classes, id, iso(anyDay(d, 2014, 2024)), no, full, mail,
			pick(d, []string{"Technician", "Service adviser", "Workshop controller", "Centre manager"}))
		for range d.between(1, 4) {
			rater := w.someoneElse(d, c.person)
			r := t.responses.add(c.person, classes{Child}, len(t.responses.rows)+1, id, d.between(1, 4), d.between(1, 5), rater.fullName(),
				pick(d, []string{"Listens well.", "Could plan further ahead.", "A pleasure to work with.", ""}))
			r.mentions = []*person{rater}
		}
	}
}
