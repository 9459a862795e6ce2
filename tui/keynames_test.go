package tui

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/bubbles/key"
)

// TestKeysReachEveryTerminal holds that every key is one that Windows Terminal and conhost send as well as xterm does: single
// characters, the keys of moving, and ctrl with a letter that is no other key there.
func TestKeysReachEveryTerminal(t *testing.T) {
	named := []string{"up", "down", "left", "right", "home", "end", "pgup", "pgdown", "enter", "esc", "tab", "shift+tab", " ",
		"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9"}
	u := newKeys()
	for _, m := range []reflect.Value{reflect.ValueOf(*u), reflect.ValueOf(*newActKeys()), reflect.ValueOf(*newHouseKeys()), reflect.ValueOf(*newBatchKeys())} {
		for i := range m.NumField() {
			f := reflect.New(m.Field(i).Type()).Elem()
			if f.Type() != reflect.TypeFor[key.Binding]() {
				continue
			}
			keys := m.Field(i).FieldByName("keys")
			for n := range keys.Len() {
				name := keys.Index(n).String()
				letter, ctrl := strings.CutPrefix(name, "ctrl+")
				switch {
				case ctrl && len(letter) == 1 && !strings.Contains("hijm", letter): // backspace, tab, line feed, enter
				case utf8.RuneCountInString(name) == 1 && name[0] > ' ', slices.Contains(named, name):
				default:
					t.Errorf("%s: no terminal of Windows sends %q", m.Type().Field(i).Name, name)
				}
			}
		}
	}
}
