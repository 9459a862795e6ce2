package linkage

import (
	"bytes"

	"dossier/connectors/compare"
	"dossier/locate/normal"
)

// Entry is what a record or a subject tells of a person, made ready for comparing.
type Entry struct {
	given     []name
	family    []name
	births    []birthday
	postcodes []normal.Postcode
	addresses []homeAddress
	mailboxes []mailbox
	phones    []phoneNumber
	numbers   [][]id // by slot
	labels    [][]labelText
	filled    uint64 // the kinds that have values
}

type name struct {
	normal.Name
	bag   uint32 // of its loose form
	first uint32 // the bag of the first word
	nick  normal.Nickname
	short bool // an initial, or one with more words behind it
}

type birthday struct {
	normal.Birth
	digits uint32 // of the likeliest day, four bits each: 0x19610403; 0 where the year alone is known
}

type mailbox struct {
	normal.Mailbox
	bag uint32 // of Same
}

type phoneNumber struct {
	digits normal.Phone
	bag    uint32
}

type id struct {
	normal.ID
	bag uint32 // of its core
}

type homeAddress struct {
	normal.Address
	bag uint32
}

type labelText struct {
	text []byte // folded letters and digits
	bag  uint32
}

// Reader makes entries of records. Once it has grown, reading plain text allocates nothing. It serves one goroutine.
type Reader struct {
	model *Model
	arena normal.Arena
	entry Entry
	days  map[written]birthday // what dates were read as
	texts [2][]normal.Name
}

// written is a date as it stands in a field.
type written struct {
	t    compare.Type
	text string
}

// NewReader returns a reader for records that the model will compare.
func (m *Model) NewReader() *Reader {
	r := &Reader{model: m, days: map[written]birthday{}}
	r.entry.init(m)
	return r
}

// init makes room for one value of each kind, side by side: comparing with a table of entries waits for memory more than for anything else.
func (e *Entry) init(m *Model) {
	one := new(struct {
		given, family [1]name
		birth         [1]birthday
		postcode      [1]normal.Postcode
		address       [1]homeAddress
		mailbox       [1]mailbox
		phone         [1]phoneNumber
	})
	e.given, e.family, e.births, e.postcodes = one.given[:0], one.family[:0], one.birth[:0], one.postcode[:0]
	e.addresses, e.mailboxes, e.phones = one.address[:0], one.mailbox[:0], one.phone[:0]
	e.numbers, e.labels = make([][]id, m.slots[number]), make([][]labelText, m.slots[label])
	numbers, labels := make([]id, m.slots[number]), make([]labelText, m.slots[label])
	for i := range e.numbers {
		e.numbers[i] = numbers[i : i : i+1]
	}
	for i := range e.labels {
		e.labels[i] = labels[i : i : i+1]
	}
}

// Begin starts a new entry; the last one becomes invalid.
func (r *Reader) Begin() {
	r.arena.Reset()
	e := &r.entry
	e.given, e.family, e.births, e.postcodes = e.given[:0], e.family[:0], e.births[:0], e.postcodes[:0]
	e.addresses, e.mailboxes, e.phones = e.addresses[:0], e.mailboxes[:0], e.phones[:0]
	for i := range e.numbers {
		e.numbers[i] = e.numbers[i][:0]
	}
	for i := range e.labels {
		e.labels[i] = e.labels[i][:0]
	}
	e.filled = 0
}

// Entry returns what was added since Begin. It is valid until the next Begin.
func (r *Reader) Entry() *Entry { return &r.entry }

// Detach returns a copy of the entry that stays valid.
func (r *Reader) Detach() *Entry {
	e := r.entry
	r.arena = r.arena.Another()
	r.entry = Entry{}
	r.entry.init(r.model)
	return &e
}

// Add takes in what a field of the record holds, canonical text of the type. Fillers and text that the kind cannot be leave
// no trace.
func (r *Reader) Add(f Field, t compare.Type, text []byte) {
	if len(text) == 0 {
		return
	}
	m, e := r.model, &r.entry
	if f.full {
		r.addFull(text)
		return
	}
	k := &m.kinds[f.kind]
	before := e.count(k)
	switch k.measure {
	case given:
		if n, ok := r.arena.Name(text); ok {
			e.given = append(e.given, newName(n))
		}
	case family:
		if n, ok := r.arena.Name(text); ok {
			e.family = append(e.family, newName(n))
		}
	case birth:
		if b, ok := r.birth(text, t); ok {
			e.births = append(e.births, b)
		}
	case postcode:
		if p, ok := r.arena.Postcode(text); ok {
			e.postcodes = append(e.postcodes, p)
		}
	case address:
		if a, ok := r.arena.Address(text); ok {
			e.addresses = append(e.addresses, homeAddress{a, bag(a.Street)})
		}
		if p, ok := r.arena.PostcodeIn(text); ok {
			e.postcodes = append(e.postcodes, p)
			e.filled |= 1 << m.at[postcode]
		}
	case email:
		r.addMailboxes(text)
	case phone:
		r.addPhones(text)
	case number:
		r.addNumbers(k, text)
	case label:
		letters := r.arena.Compact(text)
		if len(letters) > 0 && !normal.Filler(letters) {
			e.labels[k.slot] = append(e.labels[k.slot], labelText{letters, bag(letters)})
		}
	}
	if e.count(k) > before {
		e.filled |= 1 << f.kind
	}
}

func (r *Reader) number(k *kind, text []byte) (normal.ID, bool) {
	if k.name == "national_insurance_number" {
		n, ok := r.arena.Insurance(text)
		return normal.ID{Text: n, Core: n}, ok
	}
	return r.arena.ID(text)
}

// addFull takes in a full name, divided in every way that it can be.
func (r *Reader) addFull(text []byte) {
	givens, families, ok := r.arena.FullName(r.texts[0][:0], r.texts[1][:0], text)
	r.texts = [2][]normal.Name{givens, families}
	if !ok {
		return
	}
	e, m := &r.entry, r.model
	for _, n := range givens {
		e.given = append(e.given, newName(n))
		e.filled |= 1 << m.at[given]
	}
	for _, n := range families {
		e.family = append(e.family, newName(n))
		e.filled |= 1 << m.at[family]
	}
}

// addMailboxes takes in one e-mail address, or several in one field.
func (r *Reader) addMailboxes(text []byte) {
	add := func(text []byte) {
		if m, ok := r.arena.Mailbox(text); ok {
			r.entry.mailboxes = append(r.entry.mailboxes, mailbox{m, bag(m.Same)})
		}
	}
	if bytes.Count(text, []byte{'@'}) < 2 {
		add(text)
		return
	}
	for _, one := range bytes.FieldsFunc(text, func(c rune) bool { return c == ';' || c == ',' || c == ' ' || c == '/' || c == '\n' }) {
		add(one)
	}
}

// manyDays is how many written dates a reader remembers: there are some forty thousand birthdays.
const manyDays = 1 << 17

// birth reads a date, each written form once.
func (r *Reader) birth(text []byte, t compare.Type) (birthday, bool) {
	if len(text) > 64 {
		return birthday{}, false
	}
	if b, ok := r.days[written{t, string(text)}]; ok {
		return b, b.Year > 0 || len(b.Days) > 0
	}
	read, ok := normal.ReadBirth(text, t)
	if !ok {
		read = normal.Birth{}
	}
	b := birthday{Birth: read}
	if len(read.Days) > 0 {
		b.digits = packed(read.Days[0])
	}
	if len(r.days) >= manyDays {
		clear(r.days)
	}
	r.days[written{t, string(text)}] = b
	return b, ok
}

// packed returns the digits of a day, four bits each.
func packed(d normal.Day) uint32 {
	var digits uint32
	for at := 0; d > 0; d, at = d/10, at+4 {
		digits |= uint32(d%10) << at
	}
	return digits
}

func newName(n normal.Name) name {
	first := n.First()
	return name{Name: n, bag: bag(n.Loose), first: bag(first), nick: normal.NicknameOf(first), short: n.Initial() || len(first) == 1}
}

// count returns how many values of a kind an entry has.
func (e *Entry) count(k *kind) int {
	switch k.measure {
	case given:
		return len(e.given)
	case family:
		return len(e.family)
	case birth:
		return len(e.births)
	case postcode:
		return len(e.postcodes)
	case address:
		return len(e.addresses)
	case email:
		return len(e.mailboxes)
	case phone:
		return len(e.phones)
	case number:
		return len(e.numbers[k.slot])
	case label:
		return len(e.labels[k.slot])
	}
	return 0
}

// Tells reports whether the entry has any value.
func (e *Entry) Tells() bool { return e.filled != 0 }

// Keys calls yield with every key by which an index finds records that may agree with an entry in an id, a mailbox, a phone number
// or a name; keys are equal where those agree but for slips of the pen. A key is valid until yield returns.
func (m *Model) Keys(e *Entry, yield func(key []byte)) {
	var key []byte
	tell := func(kind string, text []byte) {
		key = append(append(append(key[:0], kind...), 0), text...)
		yield(key)
	}
	for i := range m.kinds {
		k := &m.kinds[i]
		if k.measure != number {
			continue
		}
		for _, id := range e.numbers[k.slot] {
			tell(k.name, id.Core)
		}
	}
	for i := range e.mailboxes {
		tell("email", e.mailboxes[i].Same)
	}
	for _, p := range e.phones {
		tell("phone", p.digits[max(0, len(p.digits)-8):])
	}
	for _, names := range [][]name{e.given, e.family} {
		for i := range names {
			tell("name", names[i].Loose)
			for _, part := range names[i].Parts {
				if len(names[i].Parts) > 1 {
					tell("name", part)
				}
			}
		}
	}
}
