package estate

import (
	"slices"
	"strconv"
	"time"
)

// Names that the legacy members do not have, for what they do to a matcher.
var (
	specialMale     = []string{"Łukasz", "Søren", "Þór", "Ægir", "Đorđe", "Nasır", "Michał", "Bjørn"}
	specialFemale   = []string{"Işıl", "Þóra", "Bronisława", "Æsa", "Łucja", "Mıhrıban", "Małgorzata", "Jørgine"}
	specialFamilies = []string{"Łukasiewicz", "Weiß", "Groß", "Yıldız", "Işık", "Kılıç", "Ægirsson", "Bjørnsen", "Þórsdóttir", "Đorđević", "Pawłowski",
		"Strauß", "Sæther", "Øverland", "Gałązka"}
	rareMale = append([]string{"Günther", "José", "Jean-Luc", "Björn", "Štefan", "D'Arcy", "Ülo", "Siôn", "Aodhán", "Muhammad", "Mohamed", "Jon",
		"Jonathan", "Alastair"}, specialMale...)
	rareFemale = append([]string{"Mary-Kate", "Renée", "Siobhán", "Öykü", "Zofia", "Maëlle", "Anne Marie", "Katharine", "Kathryn", "Sara", "Sarah",
		"Ffion", "Żaneta", "Gràinne", "Noëlle"}, specialFemale...)
	rareFamilies = append([]string{"Wójcik", "Nuñez", "O’Connor", "D'Souza", "Fitz-Gerald", "van den Berg", "de Souza", "Ní Dhomhnaill", "Al-Rashid",
		"St. John", "Mc Carthy", "MacCarthy", "Öztürk", "Müller-Lüdenscheidt", "Smythe-Jones", "Ashworth-Clarke", "Dvořák", "Åkesson", "Ibáñez-Ruiz",
		"Thompson", "Tompson", "Thomson", "Clark", "Stuart", "Davis", "Jonson", "Phillips", "Philips", "Macdonald", "Mackenzie", "Whyte"}, specialFamilies...)
	doubleHalves = []string{"Ashworth", "Bell", "Carter", "Dean", "Ellis", "Fox", "Grant", "Hughes", "Lloyd", "Marsh", "Price", "Shaw"}
)

// role is a kind of stranger: it shapes p into one beside host, or refuses a host that does not suit.
type role func(pop *population, p, host *person, d dice) bool

var roles = []role{twin, datedParent, undatedParent, namesake, spouse, specialStranger, nearNamesake, doubleStranger}

// addStrangers puts relatives and strangers beside every tenth listed member, and beside every third of the first.
// The roles take turns.
func (pop *population) addStrangers() {
	waiting := slices.Clone(roles)
	number := firstStranger
	for i, host := range slices.Clone(pop.people) {
		if i < 2 || (i >= 50 && i%10 != 5) || (i < 50 && i%3 != 2) {
			continue
		}
		p := &person{number: number, listed: true, home: host.home, title: host.title, female: host.female}
		d := newDice(pop.seed, "stranger", p.id())
		for j, shape := range waiting {
			if shape(pop, p, host, d) {
				waiting = append(slices.Delete(waiting, j, j+1), shape)
				number++
				if p.mail == "" && !d.one(12) {
					p.addMail(pop.newMailbox(p, d))
				}
				if p.phone == "" {
					p.phone = newPhone(d)
				}
				if d.percent(50) {
					p.giveInsurance("CD")
				}
				pop.people = append(pop.people, p)
				break
			}
		}
	}
}

func twin(pop *population, p, host *person, d dice) bool {
	stock := pop.names.male
	if host.female {
		stock = pop.names.female
	}
	var likely []string // names that begin alike, as twins' often do
	for _, name := range stock {
		if name[0] == host.given[0] && name != host.given && !slices.Contains(likely, name) {
			likely = append(likely, name)
		}
	}
	if len(likely) == 0 || len(host.kin) > 0 {
		return false
	}
	p.given, p.family, p.former, p.born = pick(d, likely), host.family, "", host.born
	p.phone = host.phone
	if host.mail != "" && d.one(2) {
		p.addMail(host.mail)
	}
	p.classes.add(Twin)
	host.classes.add(Twin)
	p.liveWith(host)
	return true
}

func datedParent(pop *population, p, host *person, d dice) bool {
	if host.female || host.born.Year() < 1955 || len(host.kin) > 0 {
		return false
	}
	p.given, p.family, p.title = host.given, host.family, "Mr"
	p.born = host.born.AddDate(-d.between(22, 36), d.IntN(12), d.IntN(28))
	if host.mail != "" && d.one(2) {
		p.addMail(host.mail)
	}
	if d.one(2) {
		p.phone = host.phone
	}
	p.classes.add(SameNameParent)
	host.classes.add(SameNameParent)
	p.liveWith(host)
	return true
}

func undatedParent(pop *population, p, host *person, d dice) bool {
	if !datedParent(pop, p, host, d) {
		return false
	}
	p.undated, host.undated = true, true
	p.classes.add(SameNameUndated)
	host.classes.add(SameNameUndated)
	return true
}

func namesake(pop *population, p, host *person, d dice) bool {
	p.given, p.family, p.born = host.given, host.family, host.born
	for p.home = pop.newAddress(d); p.home.town == host.home.town; {
		p.home = pop.newAddress(d)
	}
	p.classes.add(Namesake)
	host.classes.add(Namesake)
	return true
}

func nearNamesake(pop *population, p, host *person, d dice) bool {
	p.given, p.family = host.given, host.family
	// Born in the same month, or on the same day of another year.
	if p.born = host.born.AddDate(d.between(1, 9), 0, 0); d.one(2) {
		p.born = time.Date(host.born.Year(), host.born.Month(), 1+(host.born.Day()+d.between(2, 20))%28, 0, 0, 0, 0, time.UTC)
	}
	other := pop.newAddress(d)
	p.home = address{other.line, host.home.town, pop.names.districts[host.home.town] + " " + strconv.Itoa(d.IntN(10)) + "XY"}
	p.classes.add(NearNamesake)
	host.classes.add(NearNamesake)
	return true
}

func spouse(pop *population, p, host *person, d dice) bool {
	if len(host.kin) > 0 || host.mail == "" {
		return false
	}
	p.female = !host.female
	stock := pop.names.male
	if p.title = "Mr"; p.female {
		stock, p.title = pop.names.female, "Mrs"
	}
	p.given, p.family = pick(d, stock), host.family
	if p.female {
		p.former = pick(d, pop.names.families)
	}
	p.states = d.one(2)
	p.born = anyDay(d, max(1928, host.born.Year()-6), min(1999, host.born.Year()+6))
	p.addMail(host.mail)
	if p.phone = host.phone; d.one(3) {
		p.phone2 = "07700 900" + d.digits(3)
	}
	p.liveWith(host)
	return true
}

func specialStranger(pop *population, p, _ *person, d dice) bool {
	pop.nameNew(p, d, 2)
	if p.family = pick(d, specialFamilies); d.one(2) {
		p.given = pick(d, specialMale)
		if p.female {
			p.given = pick(d, specialFemale)
		}
	}
	p.title, p.born, p.home = pop.titleFor(p, d), anyDay(d, 1935, 2001), pop.newAddress(d)
	return true
}

func doubleStranger(pop *population, p, _ *person, d dice) bool {
	pop.nameNew(p, d, 1000)
	p.family = pick(d, doubleHalves[:6]) + pick(d, []string{"-", "-", " "}) + pick(d, doubleHalves[6:])
	p.title, p.born, p.home = pop.titleFor(p, d), anyDay(d, 1945, 2001), pop.newAddress(d)
	p.classes.add(DoubleBarrelled)
	return true
}

// reuseNumbers gives the candidate number of every fortieth listed person to the one ten places on as well.
func (pop *population) reuseNumbers() {
	for i := 12; i+10 < len(pop.people); i += 40 {
		a, b := pop.people[i], pop.people[i+10]
		if a.number >= firstStranger || b.number >= firstStranger {
			continue
		}
		a.reusedBy, b.reusedBy = b, a
		a.classes.add(ReusedNumber)
		b.classes.add(ReusedNumber)
	}
}
