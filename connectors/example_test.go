package connectors_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"pgregory.net/rapid"

	"dossier/connectors"
	"dossier/connectors/kinds"
)

const example = "../connectors.toml"

// TestExample shows that the register in the root of the repository is right, whole and complete: every system of
// the estate, with all that a person can ask to be told of it.
func TestExample(t *testing.T) {
	r, err := connectors.Load(example, kinds.All())
	if err != nil {
		t.Fatal(err)
	}
	estate := []string{"QLMS", "LMS", "Perception (Questionmark)", "360 System", "ePortfolio", "Centres Hub (Creatio)", "Digital Certificates",
		"NVQ System", "ProDrive", "Legacy Membership Database", "Simply HR", "Sage Payroll", "Sage 200", "Desk Alerts", "Tableau", "Stata",
		"Pure360 / Adestra", "MS Exchange", "Websites (TIOG, Awarding, Autocity, Intranet)", "Moodle LMS", "MS Dynamics CRM", "IMI fileshares",
		"Invu Series 6", "Pipedrive", "Paper filing systems", "CCTV", "HR files", "References", "Exam scripts", "i-Coach (ILS)"}
	var titles []string
	for _, sys := range r.Systems {
		titles = append(titles, sys.Title)
		if !slices.Contains(estate, sys.Title) {
			t.Errorf("%s is no system of the estate", sys.ID)
		}
		if sys.Holds == "" || sys.Kind.Setup == nil && sys.Task == "" {
			t.Errorf("%s does not say what it holds, or what its steward is asked to do", sys.ID)
		}
		for _, f := range r.CheckSystem(sys, connectors.Catalog{}) {
			if f.Entity == "" && f.Field != "" && f.Severity != connectors.Note {
				t.Errorf("%s: %s: %s", sys.ID, f.Field, f.What)
			}
		}
		for _, e := range sys.Entities {
			if e.Erase == "" || e.Label == e.Name {
				t.Errorf("%s, %s: no erasure, or no label", sys.ID, e.Name)
			}
		}
	}
	for _, title := range estate {
		if !slices.Contains(titles, title) {
			t.Errorf("the example lacks %s", title)
		}
	}
	if coach, _ := r.System("i-coach"); coach == nil || coach.ControllerOf("client_a") != "client_a" {
		t.Error("i-Coach is no processor's system")
	}
}

// TestNoKindTellsAValue plants a marker as one value after another of the example, as text and in a list: no
// error of any kind of connector holds it.
func TestNoKindTellsAValue(t *testing.T) {
	all := kinds.All()
	text, err := os.ReadFile(example)
	if err != nil {
		t.Fatal(err)
	}
	const marker = "hunter2marker"
	rapid.Check(t, func(t *rapid.T) {
		values := map[string]any{}
		if _, err := toml.Decode(string(text), &values); err != nil {
			t.Fatal(err)
		}
		for range 5 {
			table, key := someValue(t, values)
			table[key] = rapid.SampledFrom([]any{marker, []any{marker}, marker + "://u:" + marker + "@h/%zz?" + marker, "postgres://u:" + marker + "@db/x",
				"mysql://u:" + marker + "@tcp(db)/x", "sqlserver://u:" + marker + "@db:port", "[" + marker, []any{"[" + marker, 3}, map[string]any{"user": marker, "password": marker}}).Draw(t, "form")
		}
		var b strings.Builder
		if err := toml.NewEncoder(&b).Encode(values); err != nil {
			t.Skip(err)
		}
		_, err := connectors.Parse([]byte(b.String()), all)
		if err != nil && strings.Contains(err.Error(), marker) {
			t.Fatalf("a value is told:\n%v", err)
		}
	})
}

// someValue walks down to a value.
func someValue(t *rapid.T, table map[string]any) (map[string]any, string) {
	for {
		keys := make([]string, 0, len(table))
		for key := range table {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		key := rapid.SampledFrom(keys).Draw(t, "key")
		inner, ok := table[key].(map[string]any)
		if !ok || len(inner) == 0 {
			return table, key
		}
		table = inner
	}
}

// TestPasswordsInAddresses shows that an address with a password in it is refused, without telling it.
func TestPasswordsInAddresses(t *testing.T) {
	for kind, address := range map[string]string{"mysql": "mysql://u:hunter2@db/x", "postgres": "postgres://u:hunter2@db/x", "mssql": "sqlserver://u:hunter2@db?database=x"} {
		_, err := connectors.Parse(fmt.Appendf(nil, "version = 1\norganisation = { name = \"o\", clock = \"eu\" }\n[system.s]\nkind = %q\nowners = [\"o\"]\naddress = %q\n", kind, address), kinds.All())
		var p *connectors.Problem
		if !errors.As(err, &p) || p.System != "s" || p.Key != "address" || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
