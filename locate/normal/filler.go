package normal

// fillers are what people write where nothing is known, folded.
var fillers = set("", "-", "--", "---", ".", "..", "...", "?", "??", "???", "*", "/", "0", "x", "xx", "xxx", "xxxx", "zzz", "zzzz",
	"n/a", "na", "n.a.", "n.a", "#n/a", "#na", "nil", "none", "null", "nul", "nan", "undefined", "unknown", "unkown", "unknwn", "not known",
	"not stated", "not given", "not provided", "not applicable", "not available", "not recorded", "no name", "noname", "no email", "noemail",
	"no phone", "no surname", "no address", "nk", "n/k", "tba", "tbc", "t.b.a.", "t.b.c.", "to be advised", "to be confirmed", "to follow",
	"test", "testing", "tester", "dummy", "sample", "asdf", "qwerty", "missing", "blank", "empty", "deleted", "removed", "redacted", "erased",
	"anonymised", "anonymized", "anonymous", "anon", "withheld", "refused", "declined", "(blank)", "[blank]", "(none)", "<none>", "<null>",
	"(null)", "unbekannt", "inconnu", "no fixed abode", "nfa", "no known address", "as above", "ditto", "same", "see notes", "see file")

// Filler reports whether the folded text says that nothing is known: "n/a", "unknown", "tbc", "-", or one sign
// over and over, as in "....." and "xxxxx". Single letters other than x are initials and no fillers.
func Filler(folded []byte) bool {
	if fillers[string(folded)] {
		return true
	}
	if len(folded) < 3 {
		return false
	}
	for _, c := range folded[1:] {
		if c != folded[0] {
			return false
		}
	}
	return true
}
