package tui

import (
	"slices"
	"strings"
	"testing"

	"dossier/desk"
)

func TestWordsOf(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"nothing":              {" \n ", nil},
		"words":                {"Rang  with Robert\nKettle.", []string{"Rang", "with", "Robert", "Kettle", "."}},
		"punctuation":          {"(O'Neil-B), \"Jo\"…", []string{"(", "O'Neil-B", "),", "\"", "Jo", "\"…"}},
		"only punctuation":     {"-- !", []string{"--", "!"}},
		"longer than a line":   {"abcdefghijklmno pq", []string{"abcdefghij", "klmno", "pq"}},
		"wide, and not hidden": {"太郎太郎太郎 \x1b[2J", []string{"太郎太郎太", "郎", "\x1b[2J"}},
		"no UTF-8":             {"\xff\xfe a", []string{"\xff\xfe", "a"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, w := range wordsOf(test.text, 10) {
				got = append(got, test.text[w.from:w.to])
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func FuzzWordsOf(f *testing.F) {
	f.Add("Rang (with) Robert\r\nKettle.", 10)
	f.Add("\xff\u202e太郎 \x00-", 2)
	f.Fuzz(func(t *testing.T, text string, most int) {
		words := wordsOf(text, 2+most&63)
		end := 0
		for _, w := range words {
			if strings.TrimSpace(text[end:w.from]) != "" || w.to <= w.from {
				t.Fatalf("%q is left out before %d, or the word is empty", text[end:w.from], w.from)
			}
			end = w.to
		}
		if strings.TrimSpace(text[end:]) != "" {
			t.Fatalf("%q is left out", text[end:])
		}
	})
}

// toField moves the cursor of the record to a field.
func toField(s *stage, field string, key ...string) {
	for range 80 {
		if frame, _ := s.m.look(); strings.Contains(frame, "►"+field) {
			return
		}
		s.press(append(key, "down")[0])
	}
	s.sees("►" + field)
}

// A passage is chosen with the keys alone in the field under the cursor, and redacted as it stands there.
func TestAPassageIsChosenInARecord(t *testing.T) {
	s := play(t, 120, 40, sample(t), Options{})
	openSearched(s)
	s.press("enter", "down")
	s.sees("►· CandidateID")
	s.press("down", "down", "r")
	s.sees("Redact ━", "Forename  ◄ ►") // the field under the cursor is offered
	s.press("esc", "down", "down", "down", "down", "down", "down", "down", "enter")
	s.sees("Redact in Notes", "[Rang] on 3 March.")
	s.press("down", "right", "right", "right", "space", "right", "right")
	s.sees("Moved from Leeds [to York;]")
	s.press("left", "enter")
	s.sees("“to York” in Notes.")
	s.press("it tells where she lives", "enter", "right", "enter")
	s.sees("Redacted in Your registration of QLMS")
	wantCalls(t, s.desk.asked("Redact"), `Redact SAR-2026-0003 qlms/qlms-db/candidates/1017 Notes "to York" true it tells where she lives`)
	s.press("down", "enter")
	s.sees("No passage can be chosen", "there is no text in the field")
	s.press("esc", "up", "m", "enter")
	s.sees("values are masked")
	s.press("esc", "home", "up", "down")
	s.lacks("►· Photo")
}

// The cursor goes through a text that is taller than the pane line by line, and back above the first field.
func TestTheCursorGoesFromFieldToField(t *testing.T) {
	f := sample(t)
	found := f.findings["SAR-2026-0003"]
	found.Matches[4].Record.Fields = fields("CandidateID", "2040", "Notes", strings.Repeat("a line of the notes\n", 40)+"the last line", "Status", "1")
	s := play(t, 80, 24, f, Options{})
	openSearched(s)
	s.press("down", "enter")
	s.sees("Notes")
	s.press("end")
	s.sees("►  Status")
	s.press("up")
	s.sees("the last line")
	toField(s, "· Notes", "up")
	s.press("up")
	s.sees("►· CandidateID")
	for range 20 {
		s.press("up")
	}
	s.sees("Evidence")
	s.lacks("►· CandidateID")
	for range 60 {
		s.press("down")
	}
	s.sees("►  Status")
}

// The names of others are redacted, or left, one by one.
func TestNamesOfOthersAreGoneThrough(t *testing.T) {
	s := play(t, 120, 40, sample(t), Options{})
	openReleased(s)
	second := s.desk.leaving[1].(desk.Suggested)
	second.Passage, second.From, second.To = "Rang", 0, 4
	s.desk.mu.Lock()
	s.desk.leaving = slices.Insert(s.desk.leaving, 2, desk.Event(second))
	s.desk.mu.Unlock()
	s.press("ctrl+r")
	s.sees("! 2 names of others")
	s.press("n")
	s.sees("Rang with [Robert Kettle].")
	s.press("x")
	s.sees("· Robert Kettle in Notes: left as it is", "! 1 name of others, 1 name left as they are", "[Rang] with Robert Kettle.")
	s.press("r")
	s.sees("“Rang” in Notes.")
	s.press("about somebody else", "enter", "enter")
	s.sees("2 records leave, 2 withheld", "[Rang] with") // the fake keeps it
	s.press("r")
	s.sees("about somebody else│")
	s.press("esc", "x")
	s.sees("2 names left as they are")
	s.lacks("! 1 name of others")
	s.press("a")
	s.sees("! 2 names of others leave as they are, as you said")
}
