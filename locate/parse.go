package locate

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/BurntSushi/toml"
)

// maxSubject bounds the text of a subject: a person has few identifiers.
const maxSubject = 1 << 20

// ParseSubject reads identifiers from lines of the form kind = "value". The same kind may stand in several lines;
// empty lines and lines that start with # are left out. Errors name the line by its number and never hold its text.
func ParseSubject(r io.Reader) (Subject, error) {
	var s Subject
	var errs []error
	lines := bufio.NewScanner(io.LimitReader(r, maxSubject))
	lines.Buffer(nil, maxSubject)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\uFEFF"))
		if line == "" || line[0] == '#' {
			continue
		}
		values := map[string]string{}
		if _, err := toml.Decode(line, &values); err != nil || len(values) != 1 {
			errs = append(errs, fmt.Errorf(`line %d is no identifier: write it like email = "jo@example.com"`, n))
			continue
		}
		for kind, value := range values {
			s.Identifiers = append(s.Identifiers, Identifier{kind, value})
		}
	}
	if err := lines.Err(); err != nil {
		errs = append(errs, fmt.Errorf("the identifiers cannot be read: %w", err))
	}
	return s, errors.Join(errs...)
}
