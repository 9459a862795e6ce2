package connectors

import (
	"strings"
	"testing"
	"time"
)

func TestScreen(t *testing.T) {
	const head = "version = 1\n[organisation]\nname = \"Test\"\nclock = \"eu\"\n"
	for name, c := range map[string]struct {
		lines string
		want  Screen
		wrong string // what the error names
	}{
		"nothing said":  {"", Screen{Lock: Duration{5 * time.Minute}}, ""},
		"everything":    {"[screen]\nlock = \"90s\"\ncopy = true\nmouse = true", Screen{Duration{90 * time.Second}, true, true}, ""},
		"too short":     {"[screen]\nlock = \"1s\"", Screen{}, "screen.lock"},
		"never":         {"[screen]\nlock = \"24h\"", Screen{}, "screen.lock"},
		"no time":       {"[screen]\nlock = 5", Screen{}, "screen.lock"},
		"another key":   {"[screen]\npassphrase = \"secret\"", Screen{}, "screen.passphrase"},
		"no true/false": {"[screen]\ncopy = \"yes\"", Screen{}, "screen.copy"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Parse([]byte(head+c.lines), nil)
			switch {
			case c.wrong == "" && err != nil:
				t.Fatal(err)
			case c.wrong == "" && r.Screen != c.want:
				t.Errorf("%+v, want %+v", r.Screen, c.want)
			case c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong) || strings.Contains(err.Error(), "secret")):
				t.Errorf("%v", err)
			}
		})
	}
}
