package act

import (
	"fmt"
	"slices"

	"dossier/request"
)

// grounds are the grounds in the UK GDPR for each action. The first is taken where there is only one.
var grounds = map[Action][]string{
	Erase:    {"17(1)(a)", "17(1)(b)", "17(1)(c)", "17(1)(d)", "17(1)(e)", "17(1)(f)"},
	Restrict: {"18(1)(a)", "18(1)(b)", "18(1)(c)", "18(1)(d)"},
	Lift:     {"18(3)"},
	Rectify:  {"16"},
	Object:   {"21(2)", "7(3)"},
}

// GroundOf returns the ground of an action: the one given, or the only one there is.
func GroundOf(a Action, given string) (string, error) {
	known := grounds[a]
	switch {
	case given == "" && len(known) == 1:
		return known[0], nil
	case given == "":
		return "", fmt.Errorf("to %s needs a ground in the UK GDPR: write one of %q", a, known)
	case !slices.Contains(known, given):
		return "", fmt.Errorf("%q is no ground to %s: write one of %q", given, a, known)
	}
	return given, nil
}

// actions are the actions that a request of a kind may be answered by, the usual one first.
var actions = map[request.Kind][]Action{
	request.Erase:           {Erase},
	request.Restrict:        {Restrict, Lift},
	request.Rectify:         {Rectify, Restrict, Lift},
	request.Object:          {Object, Restrict, Lift, Erase},
	request.WithdrawConsent: {Object, Erase},
}

// ActionFor returns what a request of a kind is answered by: the action given, or the usual one. Other kinds change nothing.
func ActionFor(kind request.Kind, given Action) (Action, error) {
	may := actions[kind]
	switch {
	case len(may) == 0:
		return "", fmt.Errorf("a request of the kind %q changes no records: record a request of the kind that is asked for", kind)
	case given == "":
		return may[0], nil
	case !slices.Contains(may, given):
		return "", fmt.Errorf("a request of the kind %q is answered by one of %q, and not by %q", kind, may, given)
	}
	return given, nil
}
