package locate

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseSubject(t *testing.T) {
	s, err := ParseSubject(strings.NewReader("\uFEFF# from the form\nemail = \"jo@example.com\"\r\n\nemail = 'j=o@example.com' # second\nfamily_name = \"O\\u0027Brien\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []Identifier{{"email", "jo@example.com"}, {"email", "j=o@example.com"}, {"family_name", "O'Brien"}}
	if diff := cmp.Diff(want, s.Identifiers); diff != "" {
		t.Error(diff)
	}
	for _, text := range []string{"email jo@example.com", "email = 17", "email = \"jo", "[email]\n", "a.b = \"secret\"", "email = [\"secret\"]"} {
		_, err := ParseSubject(strings.NewReader("\n" + text))
		if err == nil || !strings.Contains(err.Error(), "line 2") || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "jo\"") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzParseSubject(f *testing.F) {
	f.Add("email = \"jo@example.com\"\n# x\n")
	f.Add("a = 1")
	f.Fuzz(func(t *testing.T, text string) {
		_, err := ParseSubject(strings.NewReader(text))
		if err == nil {
			return
		}
		for _, line := range strings.Split(text, "\n") {
			if len(line) > 12 && strings.Contains(err.Error(), line) {
				t.Errorf("the error holds a line of the text: %v", err)
			}
		}
	})
}
