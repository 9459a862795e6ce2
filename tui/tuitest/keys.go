package tuitest

import "unicode/utf8"

var keyCodes = map[string]string{
	"enter": "\r", "esc": "\x1b", "tab": "\t", "shift+tab": "\x1b[Z", "space": " ", "backspace": "\x7f",
	"up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D",
	"home": "\x1b[H", "end": "\x1b[F", "pgup": "\x1b[5~", "pgdown": "\x1b[6~", "insert": "\x1b[2~", "delete": "\x1b[3~",
	"f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS", "f5": "\x1b[15~",
}

// keyCode returns what xterm sends for a key.
func keyCode(name string) (string, bool) {
	if code, ok := keyCodes[name]; ok {
		return code, true
	}
	if len(name) == len("ctrl+a") && name[:5] == "ctrl+" && 'a' <= name[5] && name[5] <= 'z' {
		return string(rune(name[5] - 'a' + 1)), true
	}
	return name, utf8.RuneCountInString(name) == 1
}
