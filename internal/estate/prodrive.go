package estate

import "fmt"

// proDrive fills ProDrive, the data master: every listed member by membership number, and one stranger in three.
func (w *world) proDrive() {
	grades := lookup("Grades", "GradeID", "Grade", "Affiliate", "Associate", "Fellow", "Licentiate", "Member", "Student")
	methods := lookup("PaymentMethods", "MethodID", "Method", "card", "direct debit", "cheque", "bank transfer")
	employers := lookup("Organisations", "OrganisationID", "Name", "Fenwick Motors", "Hollis & Daughters Garage", "Northway Fleet Services",
		"Tamar Commercials", "Severn Electric Vehicles", "Clydebank Coachworks")
	contacts := &table{name: "Contacts", entity: "contacts", key: []string{"ContactID"},
		columns: append(must(col("ContactID", number), col("ContactGUID", guid), col("MarketingConsent", flag), col("Restricted", flag), col("RowVersion", number)),
			col("MembershipNo", code, 12), col("Title", name, 10), col("Forename", name, 60), col("KnownAs", name, 60), col("Surname", name, 60),
			col("FormerSurname", name, 60), col("BirthDate", day), col("Email", code, 120), col("Email2", code, 120), col("HomePhone", code, 30),
			col("Mobile", code, 30), col("Address1", name, 80), col("Town", name, 40), col("Postcode", code, 10), col("GradeID", number),
			col("JoinedOn", day), col("AnnualFee", money, 9), col("EmployerID", number), col("Photo", blob), col("SourceCode", code, 10)),
		foreign: []foreign{{"GradeID", "Grades", "GradeID", "NO ACTION"}, {"EmployerID", "Organisations", "OrganisationID", "SET NULL"}},
		indexes: [][]string{{"MembershipNo"}, {"Surname", "BirthDate"}, {"Email"}, {"Postcode"}}}
	payments := &table{name: "Payments", entity: "payments", key: []string{"PaymentID"},
		columns: append(must(col("PaymentID", number), col("ContactID", number), col("PaidOn", day), col("Amount", money, 9), col("MethodID", number)),
			col("Reference", code, 30), col("CardLast4", code, 4)),
		foreign: []foreign{{"ContactID", "Contacts", "ContactID", "NO ACTION"}, {"MethodID", "PaymentMethods", "MethodID", "NO ACTION"}},
		indexes: [][]string{{"ContactID"}}}
	cpd := &table{name: "CPD", entity: "cpd", key: []string{"CPDID"},
		columns: append(must(col("CPDID", number), col("ContactID", number), col("ActivityOn", day), col("Hours", money, 6)),
			col("Activity", name, 120), col("Reflection", memo)),
		foreign: []foreign{{"ContactID", "Contacts", "ContactID", "CASCADE"}}, indexes: [][]string{{"ContactID"}}}
	notes := &table{name: "Notes", entity: "notes", key: []string{"NoteID"},
		columns: append(must(col("NoteID", number), col("ContactID", number), col("WrittenAt", moment), col("Author", code, 20)), col("Body", memo)),
		foreign: []foreign{{"ContactID", "Contacts", "ContactID", "CASCADE"}}, indexes: [][]string{{"ContactID"}}}
	register := &table{name: "ProfessionalRegister", entity: "register", key: []string{"RegisterNo"},
		columns: must(col("RegisterNo", code, 12), col("ContactID", number), col("Discipline", name, 60), col("ValidUntil", day)),
		foreign: []foreign{{"ContactID", "Contacts", "ContactID", "CASCADE"}}}

	nextContact, nextPayment := w.numbers(30000, "contacts"), w.numbers(500000, "payments")
	nextCPD, nextNote := w.numbers(80000, "cpd"), w.numbers(10000, "notes")
	for _, p := range w.listed() {
		d := w.dice("prodrive", p)
		if !p.member && !d.one(3) {
			continue
		}
		times := 1
		if p.member && !p.demo && d.one(30) && !p.undated {
			times = 2
		}
		for nth := 1; nth <= times; nth++ {
			main := p.member && nth == 1
			f, ok := p.face(d, asks{born: true, mail: true, phone: true, home: true, anchored: main, past: 8, care: 82})
			if !ok {
				continue
			}
			if p.demo {
				f = p.demoContact()
			}
			if nth == 2 {
				p.classes.add(TwoContacts)
				f.classes.add(TwoContacts)
			}
			id := nextContact()
			var membership, known, former, second, mobile, employer, photo, joined, fee, grade any
			if main {
				membership, joined, fee, grade = p.membership(), iso(p.joined), p.fee, gradeID(p.grade)
				f.mail = p.mail
				for _, m := range p.mails {
					if m != p.mail {
						second = m
					}
				}
				mobile = orNull(phoneText(d, p.phone2))
			}
			if p.knownAs != "" && d.one(3) {
				known = p.knownAs
			}
			if f.former != "" && (p.demo || d.one(2)) {
				former = f.former
			}
			if d.one(3) {
				employer = d.between(1, 6)
			}
			if d.one(6) {
				photo = someBytes(d, 64)
			}
			contacts.add(p, f.classes, id, someGUID(d), d.one(2), false, d.between(1, 40), membership, f.title, f.given, known, f.family, former,
				iso(f.born), orNull(f.mail), second, orNull(f.phone), mobile, orNull(f.home.line), orNull(f.home.town), orNull(f.home.postcode),
				grade, joined, fee, employer, photo, pick(d, []string{"WEB", "TEL", "EVT"}))
			for range d.between(1, 3) {
				var last4 any
				method := d.between(1, 4)
				if method == 1 {
					last4 = d.digits(4)
				}
				payments.add(p, classes{Child}, nextPayment(), id, iso(anyDay(d, 2012, 2024)), fmt.Sprintf("%d.%02d", d.between(25, 160), 5*d.IntN(20)), method,
					"INV"+d.digits(6), last4)
			}
			for range d.IntN(4) {
				cpd.add(p, classes{Child}, nextCPD(), id, iso(anyDay(d, 2016, 2024)), fmt.Sprintf("%d.%d0", d.IntN(8), 5*d.IntN(2)),
					pick(d, []string{"Electric vehicle awareness", "First aid at work", "Reading: hybrid drivetrains", "Mentoring an apprentice"}),
					pick(d, []string{"Useful on Monday already.", "I would do this again.", ""}))
			}
			if p.demo || d.one(2) {
				text, mentions := w.note(d, p)
				r := notes.add(p, classes{Child}, nextNote(), id, someMoment(d, 2015, 2024), pick(d, []string{"jcarr", "mowen", "slee"}), text)
				r.mentions = mentions
			}
			if main && d.one(5) {
				register.add(p, classes{Child}, fmt.Sprintf("PR%06d", id), id, pick(d, []string{"Technician", "Assessor", "Valuer"}), iso(anyDay(d, 2025, 2027)))
			}
		}
	}
	for _, desk := range []string{"Accounts", "Reception"} { // mailboxes of firms, not of people
		contacts.add(nil, nil, nextContact(), someGUID(newDice(0, desk)), false, false, 1, nil, nil, nil, nil, desk+" Department", nil, nil,
			letters(desk)+"@example.com", nil, "01632 960000", nil, nil, nil, nil, nil, nil, nil, 1, nil, "TEL")
	}
	w.databases = append(w.databases, &database{system: "prodrive", name: "ProDrive",
		tables: []*table{grades, methods, employers, contacts, payments, cpd, notes, register}})
}

// demoContact is how the data master has the demo subject: right, but with the household's mailbox first.
func (p *person) demoContact() face {
	return face{title: p.title, given: p.given, family: p.family, former: p.former, born: p.born, phone: p.phone, home: p.home}
}

func gradeID(grade string) int {
	return map[string]int{"Affiliate": 1, "Associate": 2, "Fellow": 3, "Licentiate": 4, "Member": 5, "Student": 6}[grade]
}

// note writes a line of the account notes, one time in two with somebody else in it.
func (w *world) note(d dice, p *person) (string, []*person) {
	if !p.demo && d.one(2) {
		return pick(d, []string{"Prefers post.", "Do not mail.", "Asked for a certificate reprint.", "Paid by phone, receipt sent."}), nil
	}
	other := w.someoneElse(d, p)
	text := pick(d, []string{
		"Rang about the CPD log; %s will send the certificates.",
		"%s asked whether this account can be moved to one mailbox. Told it needs consent.",
		"Complaint about %s at the regional dinner. Passed on to the regional manager.",
		"Referee for the Fellow grade: %s."})
	return fmt.Sprintf(text, other.fullName()), []*person{other}
}
