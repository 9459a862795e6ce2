package estate

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"dossier/locate/normal"
)

// The legacy membership database and what is known of it. The .tsv files hold its members in full and
// the keys of their payments and letters; they were read from it once.
var (
	//go:embed data/legacy-membership.accdb
	legacyFile []byte
	//go:embed data/legacy-membership.tsv
	legacyMembers string
	//go:embed data/payments.tsv
	legacyPayments string
	//go:embed data/correspondence.tsv
	legacyLetters string
)

// splitLines returns the lines of delimited text, without its header, split.
func splitLines(text, sep string) [][]string {
	var rows [][]string
	for line := range strings.Lines(text) {
		rows = append(rows, strings.Split(strings.TrimRight(line, "\r\n"), sep))
	}
	return rows[1:]
}

// population is everybody of an estate.
type population struct {
	seed      uint64
	people    []*person // listed ones first, in order of making: the demo subject, members, strangers
	mailboxes map[string]*person
	nicknames map[string][]string
	names     nameStock
}

// nameStock holds the names of the legacy members, as often as they occur, for people made in their manner.
type nameStock struct {
	male, female, families []string
	districts              map[string]string // town to the first half of its postcodes
	towns, streets         []string
}

func populate(o Options) *population {
	pop := &population{seed: o.Seed, mailboxes: map[string]*person{}, nicknames: map[string][]string{}}
	for _, row := range splitLines(normal.NicknameTable(), ",") {
		pop.nicknames[row[0]] = append(pop.nicknames[row[0]], row[2])
	}
	base := readMembers()
	pop.names = stock(base)
	pop.settleMailboxes(base)
	members := slices.Clone(base)
	for n := len(base) + 1; n <= o.People; n++ {
		members = append(members, pop.makeMember(n, members[n-2]))
	}
	// The demo household comes first, so that the smallest estate holds it.
	demo := members[demoKin-1 : demoMember]
	rest := slices.Concat(members[:demoKin-1], members[demoMember:])
	ordered := slices.Concat([]*person{demo[1], demo[0]}, rest)
	for i, p := range ordered {
		if p.listed = i < o.People; p.listed {
			pop.live(p)
		} else {
			p.classes.add(LegacyOnly)
		}
	}
	pop.people = ordered[:o.People:o.People]
	pop.addStrangers()
	pop.reuseNumbers()
	pop.people = append(pop.people, ordered[o.People:]...)
	for _, p := range pop.people {
		p.marks()
	}
	return pop
}

func readMembers() []*person {
	var people []*person
	male := map[string]bool{}
	rows := splitLines(legacyMembers, "\t")
	for _, r := range rows {
		if r[2] == "Mr" {
			male[r[3]] = true
		}
	}
	for i, r := range rows {
		p := &person{number: i + 1, member: true, title: r[2], given: r[3], family: r[4], born: isoDay(r[5]),
			home: address{r[6], r[7], postcode(r[8])}, phone: r[9], grade: r[11], joined: isoDay(r[12]), lapsed: r[13] == "true",
			fee: r[14], female: !male[r[3]], demo: i+1 == demoMember}
		if _, former, ok := strings.Cut(r[16], "Formerly "); ok {
			p.former = strings.TrimSuffix(former, ".")
		}
		p.addMail(strings.ToLower(r[10]))
		if i > 0 && people[i-1].family == p.family && people[i-1].home == p.home {
			p.liveWith(people[i-1])
		}
		people = append(people, p)
	}
	return people
}

// liveWith makes two people one household, with all who live there.
func (p *person) liveWith(host *person) {
	for _, other := range append(slices.Clone(host.kin), host) {
		p.kin, other.kin = append(p.kin, other), append(other.kin, p)
		if p.family == other.family {
			p.classes.add(Household)
			other.classes.add(Household)
		}
		if p.mail != "" && p.mail == other.mail {
			p.classes.add(SharedEmail)
			other.classes.add(SharedEmail)
		}
		if p.phone == other.phone {
			p.classes.add(SharedPhone)
			other.classes.add(SharedPhone)
		}
	}
}

func stock(base []*person) nameStock {
	s := nameStock{districts: map[string]string{}}
	for _, p := range base {
		if p.female {
			s.female = append(s.female, p.given)
		} else {
			s.male = append(s.male, p.given)
		}
		s.families = append(s.families, p.family)
		s.districts[p.home.town] = strings.Fields(p.home.postcode)[0]
		_, street, _ := strings.Cut(p.home.line, " ")
		if !slices.Contains(s.streets, street) {
			s.streets = append(s.streets, street)
		}
		if !slices.Contains(s.towns, p.home.town) {
			s.towns = append(s.towns, p.home.town)
		}
	}
	return s
}

// settleMailboxes gives the mailboxes of the legacy database to their owners: of strangers with one mailbox the first
// keeps it, and the legacy records of the others are wrong.
func (pop *population) settleMailboxes(base []*person) {
	for _, p := range base {
		if p.mail == "" {
			continue
		}
		owner := pop.mailboxes[p.mail]
		if owner == nil {
			pop.mailboxes[p.mail] = p
		} else if !slices.Contains(p.kin, owner) {
			p.classes.add(EmailCollision)
			p.mail, p.mails = "", nil
			p.addMail(pop.newMailbox(p, newDice(0, "collision", p.id())))
		}
	}
}

// newMailbox returns a mailbox that nobody has yet, and gives it to the person.
func (pop *population) newMailbox(p *person, d dice) string {
	given, family := letters(p.given), letters(p.family)
	for tail := ""; ; tail = strconv.Itoa(d.between(1, 99)) + tail {
		form := pick(d, []string{"%s.%s", "%s.%s", "%s_%s", "%.1s.%s", "%s%s"})
		mail := fmt.Sprintf(form, given, family) + tail + "@example." + pick(d, []string{"com", "net", "org"})
		if pop.mailboxes[mail] == nil {
			pop.mailboxes[mail] = p
			return mail
		}
	}
}

// makeMember makes a member beyond the legacy ones, in their manner: one in twenty-two lives with the one before.
func (pop *population) makeMember(n int, before *person) *person {
	p := &person{number: n, member: true}
	d := newDice(pop.seed, "member", p.id())
	pop.nameNew(p, d, 12)
	p.title = pop.titleFor(p, d)
	p.born = anyDay(d, 1928, 1999)
	p.home = pop.newAddress(d)
	p.phone = newPhone(d)
	p.grade = pick(d, []string{"Affiliate", "Associate", "Fellow", "Licentiate", "Member", "Student"})
	p.joined = anyDay(d, min(2010, max(1962, p.born.Year()+17)), 2011)
	p.lapsed = d.percent(40)
	p.fee = fmt.Sprintf("%d.%02d", d.between(25, 114), d.IntN(100))
	if d.one(8) {
		p.former = pick(d, pop.names.families)
	}
	if d.one(22) && before.number > demoMember {
		p.family, p.home = before.family, before.home
		if before.mail != "" && d.one(4) {
			p.addMail(before.mail)
		}
		p.liveWith(before)
	}
	if p.mail == "" && !d.one(13) {
		p.addMail(pop.newMailbox(p, d))
	}
	return p
}

// nameNew gives a new person a name of the legacy members' stock, or once in so many times a rarer one.
func (pop *population) nameNew(p *person, d dice, rare int) {
	p.female = d.one(2)
	givens, rareGivens := pop.names.male, rareMale
	if p.female {
		givens, rareGivens = pop.names.female, rareFemale
	}
	p.given, p.family = pick(d, givens), pick(d, pop.names.families)
	if d.one(rare) {
		p.family = pick(d, rareFamilies)
	}
	if d.one(rare) {
		p.given = pick(d, rareGivens)
	}
}

func (pop *population) titleFor(p *person, d dice) string {
	switch {
	case d.one(5):
		return "Dr"
	case p.female:
		return pick(d, []string{"Mrs", "Miss", "Ms"})
	}
	return "Mr"
}

func (pop *population) newAddress(d dice) address {
	town := pick(d, pop.names.towns)
	return address{strconv.Itoa(d.between(1, 180)) + " " + pick(d, pop.names.streets), town,
		pop.names.districts[town] + " " + d.digits(1) + pick(d, inward) + pick(d, inward)}
}

// inward holds the letters that the second half of a UK postcode uses.
var inward = strings.Split("ABDEFGHJLNPQRSTUWXYZ", "")

func newPhone(d dice) string {
	if d.one(3) {
		return "(01632) 960" + d.digits(3)
	}
	return "07700 900" + d.digits(3)
}

// live gives a person what the legacy database does not know of them.
func (pop *population) live(p *person) {
	if p.demo {
		p.knownAs = "Tess"
		p.before = address{"14 Orchard Way", "York", "YO10 4GJ"}
		p.addMail("theresa.begum@example.com")
		pop.mailboxes["theresa.begum@example.com"] = p
		p.phone2 = "07700 900842"
		p.giveInsurance("AB")
		p.classes.add(ChangedEmail)
		return
	}
	d := newDice(pop.seed, "life", p.id())
	if p.former == "" && p.female && d.one(9) {
		p.former = pick(d, pop.names.families)
	}
	if p.former == p.family {
		p.former = ""
	}
	p.states = d.one(2)
	if short := pop.nicknames[strings.ToLower(p.given)]; len(short) > 0 && d.one(4) {
		p.knownAs = capital(pick(d, short))
	}
	if d.one(6) {
		p.before = pop.newAddress(d)
	}
	switch {
	case p.mail == "", p.classes.has(SharedEmail):
		if d.one(2) {
			p.addMail(pop.newMailbox(p, d))
		}
	case d.one(5):
		p.mail = "" // the next becomes the present one
		p.addMail(pop.newMailbox(p, d))
		p.classes.add(ChangedEmail)
	}
	if d.one(3) {
		p.phone2 = "07700 900" + d.digits(3)
	}
	if d.percent(55) {
		p.giveInsurance("AB")
	}
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func isoDay(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic("estate: the embedded data holds no day where one is due: " + err.Error())
	}
	return t
}

func anyDay(d dice, from, to int) time.Time {
	return time.Date(d.between(from, to), 1, d.between(1, 365), 0, 0, 0, 0, time.UTC)
}

// postcode writes a postcode in its proper form.
func postcode(s string) string {
	s = strings.ToUpper(strings.ReplaceAll(s, " ", ""))
	if len(s) < 5 {
		return s
	}
	return s[:len(s)-3] + " " + s[len(s)-3:]
}
