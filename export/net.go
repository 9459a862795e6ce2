package export

import "fmt"

// net is the last look at every byte of a file that is written: a redaction has to hold even where something is told that was never
// asked for it. It sees what is redacted everywhere, but for words so short that they stand in any text.
type net struct {
	name  string // of the file
	ahead *spotter
	reach int    // how many bytes of what went before are kept
	seen  []byte // them, and what is written
}

// net returns what looks at the file of that name, nil where nothing is redacted.
func (c *redactor) net(name string) *net {
	if c == nil {
		return nil
	}
	if c.long == nil {
		return nil
	}
	n := &net{name: name, ahead: c.long}
	for _, needle := range n.ahead.all {
		n.reach = max(n.reach, 16*len(needle.of.Text))
	}
	return n
}

// check returns an error where what was written up to and with b holds what is redacted.
func (n *net) check(b []byte) error {
	if n == nil {
		return nil
	}
	n.seen = append(n.seen, b...)
	for _, needle := range mayStand(n.ahead, n.seen) {
		if needle.inBytes(n.seen) {
			return fmt.Errorf("%s would hold what the redaction %d takes out, in the words of the package itself or of the register: "+
				"take it back, and redact it in its own field only", n.name, needle.of.N)
		}
	}
	n.seen = n.seen[:copy(n.seen, n.seen[max(0, len(n.seen)-n.reach):])]
	return nil
}
