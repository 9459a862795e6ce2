package journal

import (
	"fmt"
	"testing"
)

func TestLogIsReadFromItsEnd(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		log := func(from, to int) {
			t.Helper()
			for n := from; n <= to; n++ {
				request := "SAR-2026-0001"
				if n%3 == 0 {
					request = ""
				}
				if err := j.Log(t.Context(), Entry{Operator: "Pat", Request: request, What: fmt.Sprint("entry ", n)}); err != nil {
					t.Fatal(err)
				}
			}
		}
		read := func(id string, upto int64, skip, n int) string {
			t.Helper()
			p, err := j.EntriesBack(t.Context(), id, upto, skip, n)
			if err != nil {
				t.Fatal(err)
			}
			got := fmt.Sprintf("%d of %d:", p.Total, p.Upto)
			for _, e := range p.Entries {
				got += fmt.Sprint(" ", e.Seq)
			}
			return got
		}
		if got := read("", 0, 0, 5); got != "0 of 0:" {
			t.Errorf("an empty log: %s", got)
		}
		log(1, 10)
		first := read("", 0, 0, 3)
		log(11, 12)
		for _, test := range []struct{ name, got, want string }{
			{"the newest", first, "10 of 10: 10 9 8"},
			{"those before, whatever is logged meanwhile", read("", 10, 3, 3), "10 of 10: 7 6 5"},
			{"the last of them", read("", 10, 9, 3), "10 of 10: 1"},
			{"none behind", read("", 10, 12, 3), "10 of 10:"},
			{"everything by now", read("", 0, 0, 2), "12 of 12: 12 11"},
			{"of a request", read("SAR-2026-0001", 10, 0, 3), "7 of 10: 10 8 7"},
			{"of a request, those before", read("SAR-2026-0001", 10, 3, 3), "7 of 10: 5 4 2"},
			{"of nobody", read("SAR-2026-0002", 0, 0, 3), "0 of 0:"},
		} {
			if test.got != test.want {
				t.Errorf("%s: %s, want %s", test.name, test.got, test.want)
			}
		}
	})
}
