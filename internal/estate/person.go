package estate

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// person is one fictional person as they are, before any system writes them down.
type person struct {
	number    int  // unique; up to People the MemberID of the legacy database
	member    bool // has a membership
	listed    bool // lives in other systems than the legacy one too
	demo      bool // the demo subject
	female    bool
	title     string
	given     string
	knownAs   string // "" : goes by the given name
	family    string
	former    string // surname before; "" : none
	states    bool   // gives the former name when asking
	born      time.Time
	undated   bool // systems do not know the birth date
	home      address
	before    address // zero: never moved
	mail      string  // present mailbox, "" : none
	mails     []string
	phone     string
	phone2    string // a mobile of their own, "" : none
	joined    time.Time
	grade     string
	lapsed    bool
	fee       string
	insurance string // National Insurance number, "" : in no system
	classes   classes
	kin       []*person // who shares their home
	reusedBy  *person   // holds the same candidate number by mistake
}

type address struct{ line, town, postcode string }

const (
	firstStranger = 1_000_001 // numbers of people who are no members
	demoMember    = 867       // Dr Theresa Müller, formerly Begum, who shares a mailbox with member 866
	demoKin       = 866
)

func (p *person) id() string {
	if p.number >= firstStranger {
		return "q" + strconv.Itoa(p.number-firstStranger+1)
	}
	return "p" + strconv.Itoa(p.number)
}

func (p *person) membership() string {
	if !p.member {
		return ""
	}
	return "M" + strconv.Itoa(100_000+7*p.number)
}

// candidate returns the number under which QLMS knows the person: of two, that of the nth registration.
// Numbers of strangers lie one digit beside those of members.
func (p *person) candidate(nth int) string {
	if p.reusedBy != nil && nth == 1 && p.number > p.reusedBy.number {
		return p.reusedBy.candidate(1)
	}
	if p.number >= firstStranger {
		return "C" + strconv.Itoa(200_001+3*(p.number-firstStranger+1)+nth-1)
	}
	if nth == 2 {
		return "C" + strconv.Itoa(700_000+3*p.number)
	}
	return "C" + strconv.Itoa(200_000+3*p.number)
}

// giveInsurance gives the person a National Insurance number that nobody else has. No real one begins with QQ.
func (p *person) giveInsurance(suffixes string) {
	p.insurance = fmt.Sprintf("QQ%06d%c", p.number%1_000_000*7919%1_000_000, suffixes[p.number%len(suffixes)])
}

// addMail makes a mailbox one of the person's; the first becomes the present one.
func (p *person) addMail(mail string) {
	if mail == "" {
		return
	}
	for _, m := range p.mails {
		if strings.EqualFold(m, mail) {
			return
		}
	}
	p.mails = append(p.mails, mail)
	if p.mail == "" {
		p.mail = mail
	}
}

// marks adds the classes that the person's own name carries.
func (p *person) marks() {
	if strings.ContainsAny(p.given+p.family, "ŁłßıİÆæØøÐðÞþĐđŒœ") {
		p.classes.add(SpecialLetters)
	}
	if strings.Contains(p.family, "-") {
		p.classes.add(DoubleBarrelled)
	}
	if strings.ContainsAny(p.family, "'’ ") {
		p.classes.add(Punctuated)
	}
	if p.former != "" {
		p.classes.add(FormerName)
	}
	if p.knownAs != "" {
		p.classes.add(KnownAs)
	}
	if p.before != (address{}) {
		p.classes.add(Moved)
	}
}

var beyondAccents = strings.NewReplacer("Ł", "L", "ł", "l", "ß", "ss", "ẞ", "SS", "ı", "i", "Æ", "Ae", "æ", "ae", "Ø", "O", "ø", "o",
	"Ð", "D", "ð", "d", "Þ", "Th", "þ", "th", "Đ", "D", "đ", "d", "Œ", "Oe", "œ", "oe", "’", "'")

// ascii writes text in plain Latin letters, as old systems did.
func ascii(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(beyondAccents.Replace(s)) {
		if r < unicode.MaxASCII {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// letters keeps the plain letters of a text in lower case, for mailboxes and user names.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(ascii(s)))
}
