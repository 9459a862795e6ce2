package normal

import (
	_ "embed"
	"strings"
	"sync"
)

// nicknameTable holds a first name and a short or familiar form of it a line, from the list "carltonnorthern/nicknames".
// Its licence stands beside it.
//
//go:embed data/nicknames.csv
var nicknameTable string

// shortForms holds, in the same form, what the list lacks: short forms that are common in Britain and among its immigrants.
//
//go:embed data/short_forms.csv
var shortForms string

// NicknameTable returns the lines of the list as they stand in the project, a header first: name1,relationship,name2.
func NicknameTable() string { return nicknameTable }

// Nickname is a first name's number in the table, 0 for a name that is not in it.
type Nickname uint16

// nicknames tells which names of the table can be one person's. It is built when it is first needed.
var nicknames = sync.OnceValue(func() (t struct {
	numbers map[string]Nickname
	related [][]uint64 // a set of numbers for each number
}) {
	t.numbers = map[string]Nickname{}
	t.related = [][]uint64{nil}
	length := []int{0}
	number := func(name string) Nickname {
		n, ok := t.numbers[name]
		if !ok {
			n = Nickname(len(t.related))
			t.numbers[name] = n
			t.related = append(t.related, nil)
			length = append(length, len(name))
		}
		return n
	}
	short := map[Nickname][]Nickname{} // of each full form
	for line := range strings.Lines(nicknameTable + shortForms) {
		cells := strings.Split(strings.TrimSpace(line), ",")
		if len(cells) == 3 && cells[1] == "has_nickname" {
			full := number(cells[0])
			short[full] = append(short[full], number(cells[2]))
		}
	}
	size := (len(t.related) + 63) / 64
	for n := range t.related {
		t.related[n] = make([]uint64, size)
	}
	join := func(a, b Nickname) {
		t.related[a][b/64] |= 1 << (b % 64)
		t.related[b][a/64] |= 1 << (a % 64)
	}
	for full, list := range short {
		for i, a := range list {
			join(full, a)
			for _, b := range list[:i] {
				if length[a] < length[full] && length[b] < length[full] { // the table has Bill with Robert and with William too
					join(a, b)
				}
			}
		}
	}
	return t
})

// NicknameOf returns the number of a folded first name.
func NicknameOf(name []byte) Nickname { return nicknames().numbers[string(name)] }

// SamePerson reports whether one person may go by both names: one is a short form of the other, or both are short
// forms of one name (Bob, Robert and Bobby).
func (n Nickname) SamePerson(m Nickname) bool {
	if n == 0 || m == 0 {
		return false
	}
	return nicknames().related[n][m/64]&(1<<(m%64)) != 0
}
