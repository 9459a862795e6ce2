package estate

import "time"

// qlms fills QLMS: candidates for qualifications, the hub that the LMS, the ePortfolio and the 360 System are keyed from.
// Half of the members among them carry their membership number; the others must be told by name and birth date.
func (w *world) qlms() {
	centres := lookup("Centres", "CentreID", "CentreName", "Derby College", "Exeter Motor Academy", "Clyde Automotive Training",
		"Bristol Vehicle Skills", "Leeds Technical Centre", "Belfast Metro Motor School", "Hertford Training", "Truro Auto College")
	qualifications := lookup("Qualifications", "QualificationID", "Title", "Light Vehicle Maintenance Level 2", "Light Vehicle Maintenance Level 3",
		"Vehicle Accident Repair Level 2", "Hybrid and Electric Vehicles Level 3", "Automotive Management Level 4")
	status := lookup("StatusCodes", "StatusCode", "Meaning", "Registered", "Active", "Completed", "Withdrawn", "Transferred")
	candidates := &table{name: "Candidates", entity: "candidates", key: []string{"CandidateID"},
		columns: append(must(col("CandidateID", number), col("CandidateNo", code, 10), col("RegisteredOn", moment), col("StatusCode", number),
			col("CentreID", number), col("Restricted", flag)),
			col("MembershipNo", code, 10), col("Title", name, 10), col("Forename", name, 60), col("Surname", name, 60),
			col("FormerSurname", name, 60), col("DOB", day), col("NINumber", code, 13), col("Email", code, 120), col("Phone", code, 30),
			col("Address1", name, 80), col("Town", name, 40), col("Postcode", code, 10), col("Gender", code, 1), col("Ethnicity", number),
			col("LegacyRef", code, 20)),
		foreign: []foreign{{"CentreID", "Centres", "CentreID", "NO ACTION"}, {"StatusCode", "StatusCodes", "StatusCode", "NO ACTION"}},
		indexes: [][]string{{"CandidateNo"}, {"MembershipNo"}, {"Surname", "DOB"}, {"Email"}}}
	registrations := &table{name: "Registrations", entity: "registrations", key: []string{"RegistrationID"},
		columns: must(col("RegistrationID", number), col("CandidateID", number), col("QualificationID", number), col("RegisteredOn", day)),
		foreign: []foreign{{"CandidateID", "Candidates", "CandidateID", "CASCADE"},
			{"QualificationID", "Qualifications", "QualificationID", "NO ACTION"}},
		indexes: [][]string{{"CandidateID"}}}
	claims := &table{name: "Claims", entity: "claims", key: []string{"ClaimID"},
		columns: must(col("ClaimID", number), col("CandidateID", number), col("QualificationID", number), col("ClaimDate", day),
			col("CertificateNo", code, 20), col("NameOnCertificate", name, 130), col("Restricted", flag)),
		foreign: []foreign{{"CandidateID", "Candidates", "CandidateID", "NO ACTION"},
			{"QualificationID", "Qualifications", "QualificationID", "NO ACTION"}},
		indexes: [][]string{{"CandidateID"}}}
	audit := &table{name: "AuditLog", entity: "audit", key: []string{"AuditID"},
		columns: append(must(col("AuditID", number), col("CandidateID", number), col("ChangedAt", moment), col("ChangedBy", code, 40)),
			col("ColumnName", code, 40), col("OldValue", name, 200)),
		indexes: [][]string{{"CandidateID"}}}

	nextCandidate, nextRegistration := w.numbers(4000, "candidates"), w.numbers(9000, "registrations")
	nextClaim, nextAudit := w.numbers(60000, "claims"), w.numbers(0, "audit")
	for _, p := range w.listed() {
		d := w.dice("qlms", p)
		in := d.percent(65)
		if !p.demo && !in && !p.classes.has(ReusedNumber) && !p.classes.has(SameNameUndated) {
			continue
		}
		times := 1
		if !p.demo && d.one(25) && !p.undated {
			times = 2
		}
		for nth := 1; nth <= times; nth++ {
			linked := p.member && nth == 1 && (p.demo || p.undated || d.one(2))
			known := linked || p.undated // a stranger without a birth date gives the candidate number when asking
			f, ok := p.face(d, asks{born: true, mail: true, phone: true, home: true, anchored: known, past: 25, care: 72})
			if !ok {
				continue
			}
			if p.demo {
				f = p.demoCandidate()
			}
			if nth == 2 {
				p.classes.add(TwoNumbers)
				f.classes.add(TwoNumbers)
			}
			if p.classes.has(ReusedNumber) {
				f.classes.add(ReusedNumber)
			}
			id, registered := nextCandidate(), someMoment(d, 2004, 2024)
			var membership, insurance, former any
			if linked {
				membership = p.membership()
			}
			if p.insurance != "" && d.one(2) {
				insurance = p.insurance
				if d.one(3) {
					insurance = p.insurance[:2] + " " + p.insurance[2:4] + " " + p.insurance[4:6] + " " + p.insurance[6:8] + " " + p.insurance[8:]
				}
			}
			if d.one(3) {
				former = orNull(f.former)
			}
			gender := "M"
			if p.female {
				gender = "F"
			}
			candidates.add(p, f.classes, id, p.candidate(nth), registered, d.between(1, 5), d.between(1, 8), false,
				membership, f.title, f.given, f.family, former, iso(f.born), insurance, orNull(f.mail), orNull(f.phone),
				orNull(f.home.line), orNull(f.home.town), orNull(f.home.postcode), gender, d.between(1, 18), "LR-"+d.digits(6))
			w.candidates = append(w.candidates, candidate{p, id, p.candidate(nth)})
			w.registered[p] = true

			start, _ := time.Parse("2006-01-02 15:04:05", registered)
			for range d.between(1, 2) {
				registrations.add(p, classes{Child}, nextRegistration(), id, d.between(1, 5), iso(start))
			}
			for range d.IntN(3) {
				claimed := start.AddDate(0, d.between(6, 40), d.IntN(28))
				claims.add(p, classes{Child}, nextClaim(), id, d.between(1, 5), iso(claimed), "CERT"+d.digits(8), f.given+" "+f.family, false)
			}
			if d.one(8) {
				column, old := "Town", p.home.town
				switch {
				case p.former != "":
					column, old = "Surname", p.former
				case len(p.mails) > 1:
					column, old = "Email", p.mails[0]
				}
				audit.add(p, classes{Child}, nextAudit(), id, someMoment(d, 2012, 2024), "centre-portal", column, old)
			}
		}
	}
	for i := range 3 { // how a portal is tried out
		candidates.add(nil, nil, nextCandidate(), "C99999"+string(rune('0'+i)), "2015-01-01 00:00:00", 4, 1, false, nil, "Mr", "Test", "Test", nil,
			"1970-01-01", nil, "test@example.com", "00000 000000", "1 Test Street", "Test", "AA1 1AA", nil, nil, nil)
	}
	w.databases = append(w.databases, &database{system: "qlms", name: "QLMS", after: qlmsTriggers,
		tables: []*table{centres, qualifications, status, candidates, registrations, claims, audit}})
}

// demoCandidate is how QLMS knows the demo subject: before her marriage, with the umlaut of a later form lost.
func (p *person) demoCandidate() face {
	f := face{title: "Miss", given: p.given, family: p.former, born: p.born, phone: "+44 7700 900842", home: p.before}
	f.classes.add(FormerName, OldAddress)
	return f
}

// qlmsTriggers note that a candidate was changed, by whom and when, without the old values.
var qlmsTriggers = map[string][]string{
	"sqlite": {`CREATE TRIGGER Candidates_audit AFTER UPDATE ON Candidates BEGIN
		INSERT INTO AuditLog (AuditID, CandidateID, ChangedAt, ChangedBy)
		SELECT COALESCE(MAX(AuditID), 0) + 1, OLD.CandidateID, datetime('now'), 'trigger' FROM AuditLog; END`},
	"mysql": {"CREATE TRIGGER Candidates_audit AFTER UPDATE ON Candidates FOR EACH ROW " +
		"INSERT INTO AuditLog (AuditID, CandidateID, ChangedAt, ChangedBy) " +
		"SELECT COALESCE(MAX(AuditID), 0) + 1, OLD.CandidateID, UTC_TIMESTAMP(), 'trigger' FROM AuditLog"},
	"postgres": {`CREATE FUNCTION candidates_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		INSERT INTO "AuditLog" ("AuditID", "CandidateID", "ChangedAt", "ChangedBy")
		SELECT COALESCE(MAX("AuditID"), 0) + 1, OLD."CandidateID", now() AT TIME ZONE 'UTC', 'trigger' FROM "AuditLog"; RETURN NULL; END $$`,
		`CREATE TRIGGER "Candidates_audit" AFTER UPDATE ON "Candidates" FOR EACH ROW EXECUTE FUNCTION candidates_audit()`},
	"mssql": {`CREATE TRIGGER [Candidates_audit] ON [Candidates] AFTER UPDATE AS BEGIN SET NOCOUNT ON;
		INSERT INTO [AuditLog] ([AuditID], [CandidateID], [ChangedAt], [ChangedBy])
		SELECT (SELECT COALESCE(MAX([AuditID]), 0) FROM [AuditLog]) + ROW_NUMBER() OVER (ORDER BY [CandidateID]), [CandidateID], GETUTCDATE(), 'trigger'
		FROM deleted; END`},
}
