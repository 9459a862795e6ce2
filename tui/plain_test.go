package tui

import (
	"strings"
	"testing"
	"time"

	"dossier/desk"
)

// speak plays lines to the line mode, and returns what it said.
func speak(t *testing.T, f *fakeDesk, request string, lines ...string) string {
	t.Helper()
	var said strings.Builder
	err := RunPlain(t.Context(), f, Options{Request: request, Input: strings.NewReader(strings.Join(lines, "\n") + "\n"), Output: &said,
		Environ: []string{}, Now: func() time.Time { return today }})
	if err != nil {
		t.Fatal(err)
	}
	return said.String()
}

func wantSaid(t *testing.T, said string, texts ...string) {
	t.Helper()
	rest := said
	for _, text := range texts {
		i := strings.Index(rest, text)
		if i < 0 {
			t.Fatalf("after what was said before, nobody said %q:\n%s", text, said)
		}
		rest = rest[i+len(text):]
	}
}

func TestPlainWorksARequest(t *testing.T) {
	f := sample(t)
	f.leaving = sampleRelease()
	said := speak(t, f, "", "?", "down", "open", "down", "include", "open", "note what", "esc", "f", "ident known", "", "a member", "what leaves",
		"approve", "SAR-2026-0003", "nonsense", "what", "esc", "export the", "ctrl+s", "enter", "quit")
	wantSaid(t, said, "chosen: SAR-2026-0002", "Requests:", "Open the request (enter)", "chosen: SAR-2026-0003", "Matches", "chosen: included, as certain, certain 99%",
		"chosen: to be decided, possible 62%", "Included: Your registration in QLMS", "On (now 21/11/2026): ", "How: ", "Identity: the person is known to us",
		"not approved", "Type SAR-2026-0003: ", "approved by Pat", "No command is called like that", "Verified: 14 files")
	if strings.ContainsAny(said, "┃━│─►\x1b") {
		t.Errorf("lines that are only drawn were read out:\n%s", said)
	}
	wantCalls(t, f.asked("ApproveRelease"), "ApproveRelease SAR-2026-0003 access:5")
}

func TestPlainRecordsARequest(t *testing.T) {
	f := sample(t)
	speak(t, f, "", "record a new", "Jane", "Featherstone", "", "31/1/1980", "ctrl+s", "quit")
	if got := f.asked("NewRequest"); len(got) != 1 || !strings.Contains(got[0], "[{given_name Jane} {family_name Featherstone} {birth_date 1980-01-31}]") {
		t.Errorf("%q", got)
	}
}

func TestPlainSearches(t *testing.T) {
	f := sample(t)
	for _, c := range sampleCoverage() {
		f.told <- desk.Started{System: c.System, Title: c.Title}
		f.told <- c
	}
	for _, m := range sampleMatches() {
		f.told <- m
	}
	close(f.told)
	said := speak(t, f, "SAR-2026-0004", "search", "quit")
	wantSaid(t, said, "Not searched yet", "QLMS: searched in 1.2 s, 5 matches", "Websites: not searched", "Search ended: 8 matches")
}

func TestPlainAsksForThePassphrase(t *testing.T) {
	f := sample(t)
	f.phrase = "violet tractor moon"
	said := speak(t, f, "", "violet", "violet tractor moon", "quit")
	wantSaid(t, said, "Passphrase: ", "it is not the one that was set", "Passphrase: ", "SAR-2026-0002")
}
