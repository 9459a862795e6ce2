package tui

import (
	"reflect"
	"strings"
	"testing"

	"dossier/desk"
	"dossier/request"
)

// someKey is a public key of age, of nobody.
const someKey = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"

func handed(s *stage) desk.Handover {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	h := s.desk.handed[len(s.desk.handed)-1]
	h.Path = h.Path[strings.LastIndexAny(h.Path, `/\`)+1:]
	return h
}

func TestExportForKeys(t *testing.T) {
	s := play(t, 80, 24, sample(t), Options{})
	openSearched(s)
	s.press("e", "down", "right", "down", "age1nobody", "ctrl+s")
	s.sees("! Keys are for age alone")
	s.press("up", "left", "down", "ctrl+s")
	s.sees("! Keys ", "► Keys")
	s.press("ctrl+u", someKey, "down", "right", "down", "right", "right", "down", "right", "down", "/etc/letters", "ctrl+s")
	s.sees("Encrypted for the keys that were named")
	want := desk.Handover{Path: "SAR-2026-0003.zip", Controller: true,
		Packing: desk.Packing{Formats: []string{"xlsx", "letter"}, Large: true, Letters: "/etc/letters", Lock: "age", To: []string{someKey}}}
	if got := handed(s); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	s.press("enter")
	s.sees("Our own file written")
	if state := s.desk.requests[1].State; state != request.Searched {
		t.Errorf("the request is %s", state)
	}
}

// A wish for the delivery decides what is offered, and a request for two rights asks which.
func TestExportAsThePersonWishes(t *testing.T) {
	f := sample(t)
	f.requests[1].Kind, f.requests[1].Also = request.Access, []request.Kind{request.Portability}
	f.requests[1].Delivery = request.Delivery{Way: request.Email, LargePrint: true}
	s := play(t, 80, 24, f, Options{})
	openSearched(s)
	s.press("e")
	s.sees("The person wishes for it by e-mail.", "SAR-2026-0003.html", "as a page that decrypts itself", "yes, as the person wishes")
	s.press("down", "down", "down", "down", "right", "right", "enter")
	s.sees("seven plain words")
	want := desk.Handover{Path: "SAR-2026-0003.html", Scope: desk.ScopePortability, Packing: desk.Packing{Large: true, Lock: "html"}}
	if got := handed(s); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// In lines, each field is asked for before the file is written.
func TestExportInLines(t *testing.T) {
	said := speak(t, sample(t), "", "down", "open", "export the package", "", "with age", someKey, "", "PDF", "yes", "", "enter", "quit")
	wantSaid(t, said, "File (now SAR-2026-0003.zip): ", "Encrypted (no, ", "Keys: ", "Beside report (", "Letters: ", "Encrypted for the keys that were named")
}
