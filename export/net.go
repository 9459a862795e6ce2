package export

import "fmt"

// net is the last look at every byte of a file that is written: a redaction has to hold even where something is told that was never
// asked for it. It sees what is redacted everywhere, but for words so short that they stand in any text.
type net struct {
	name    string // of the file
	needles []*needle
	reach   int // how many bytes of what went before are kept
	tail    []byte
}

// net returns what looks at the file of that name, nil where nothing is redacted.
func (c *redactor) net(name string) *net {
	if c == nil {
		return nil
	}
	n := &net{name: name}
	for _, needle := range c.needles {
		if !needle.short {
			n.needles = append(n.needles, needle)
			n.reach = max(n.reach, 16*len(needle.of.Text))
		}
	}
	if n.needles == nil {
		return nil
	}
	return n
}

// check returns an error where what was written up to and with b holds what is redacted.
func (n *net) check(b []byte) error {
	if n == nil {
		return nil
	}
	b = append(n.tail, b...)
	for _, needle := range n.needles {
		if needle.inBytes(b) {
			return fmt.Errorf("%s would hold what the redaction %d takes out, in the words of the package itself or of the register: "+
				"take it back, and redact it in its own field only", n.name, needle.of.N)
		}
	}
	n.tail = append([]byte(nil), b[max(0, len(b)-n.reach):]...)
	return nil
}
