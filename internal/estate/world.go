package estate

import (
	"fmt"
	"time"
)

// world is the whole estate in memory, before it is written.
type world struct {
	*population
	candidates []candidate      // who is registered in QLMS, for the systems that are keyed from it
	registered map[*person]bool // the same people
	databases  []*database
	books      []*workbook
	lists      []*mailingList
}

// candidate is one registration of a person in QLMS.
type candidate struct {
	*person
	key int    // QLMS's own key
	no  string // candidate number
}

func newWorld(o Options) *world {
	w := &world{population: populate(o), registered: map[*person]bool{}}
	w.qlms()
	w.lms()
	w.ePortfolio()
	w.threeSixty()
	w.proDrive()
	w.nvq()
	w.websites()
	w.fileshare()
	w.mailingLists()
	return w
}

// listed are the people that live in other systems than the legacy one.
func (w *world) listed() []*person {
	var people []*person
	for _, p := range w.people {
		if p.listed {
			people = append(people, p)
		}
	}
	return people
}

// dice returns the chances of a person in a system. The demo subject's do not depend on the seed.
func (w *world) dice(system string, p *person) dice {
	if p.demo {
		return newDice(0, system, p.id())
	}
	return newDice(w.seed, system, p.id())
}

// numbers returns a source of rising numbers with gaps.
func (w *world) numbers(from int, what string) func() int {
	d := newDice(0, "numbers", what)
	return func() int {
		from += d.between(1, 3)
		return from
	}
}

// iso writes a day, nil for one that is not recorded.
func iso(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Format(time.DateOnly)
}

// someMoment returns a moment of office hours between two years, as text.
func someMoment(d dice, from, to int) string {
	return anyDay(d, from, to).Format(time.DateOnly) + fmt.Sprintf(" %02d:%02d:%02d", d.between(8, 17), d.IntN(60), d.IntN(60))
}

func someEpoch(d dice, from, to int) int {
	return int(anyDay(d, from, to).Unix()) + d.between(6*3600, 23*3600)
}

func someGUID(d dice) string {
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x", d.Uint32(), d.IntN(1<<16), d.IntN(1<<12), d.IntN(1<<12), d.Uint64N(1<<48))
}

// someBytes returns a small binary value that looks like the start of a JPEG.
func someBytes(d dice, n int) []byte {
	b := append(make([]byte, 0, n), 0xFF, 0xD8, 0xFF, 0xE0)
	for len(b) < n {
		b = append(b, byte(d.Uint32()))
	}
	return b
}

func (p *person) fullName() string { return p.given + " " + p.family }

// someoneElse returns another listed person: of the same home where there is one, one time in two.
func (w *world) someoneElse(d dice, p *person) *person {
	own := newDice(d.Uint64()) // how often it throws depends on the size of the estate
	if len(p.kin) > 0 && (p.demo || own.one(2)) {
		return pick(own, p.kin)
	}
	for {
		if other := pick(own, w.people); other.listed && other != p {
			return other
		}
	}
}
