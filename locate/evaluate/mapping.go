package evaluate

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// Mapping says what the columns of a table of labelled people hold. In TOML:
//
//	person    = "rec_id"          # the column that says whose a row is: rows that have the same there are one person's
//	pattern   = '^rec-(\d+)-'     # the part of it that counts; the whole where left out
//	delimiter = ","               # "," where left out; "tab"
//	encoding  = "utf-8"           # as the web names encodings: "windows-1252", "shift_jis"
//	header    = true              # false: the columns are called "1", "2" …
//	region    = "GB"              # where phone numbers without a country code are from
//	dates     = "mm/dd/yyyy"      # how dates are written, where that is not plain
//	strong    = ["passport"]      # identifiers that one person alone has, beside those that every register knows
//	across    = true              # only pairs of two files are asked about, none within one
//
//	[columns]                     # column = identifier
//	first_name = "given_name"
//	surname    = "family_name"
//	gender     = "gender"         # an identifier that no register knows is compared as text
//
//	[join]                        # identifier = columns that hold a part of it each
//	address    = ["house", "street"]
//	birth_date = ["year", "month", "day"]
//
//	[pairs]                       # a file of labelled pairs, in place of person
//	file  = "pairs.csv"           # beside the mapping
//	id    = "unique_id"           # the column of the table that pairs name
//	left  = "unique_id_l"
//	right = "unique_id_r"
//	label = "match"               # 1, true, yes and numbers above a half say that both are one person's; where left out all
//	                              # pairs of the file do, and all others do not
type Mapping struct {
	Person    string              `toml:"person"`
	Pattern   string              `toml:"pattern"`
	Delimiter string              `toml:"delimiter"`
	Encoding  string              `toml:"encoding"`
	Header    *bool               `toml:"header"`
	Region    string              `toml:"region"`
	Dates     string              `toml:"dates"`
	Strong    []string            `toml:"strong"`
	Across    bool                `toml:"across"`
	Columns   map[string]string   `toml:"columns"`
	Join      map[string][]string `toml:"join"`
	Pairs     *PairsMapping       `toml:"pairs"`

	pattern *regexp.Regexp
}

// PairsMapping says what the columns of a file of labelled pairs hold.
type PairsMapping struct {
	File  string `toml:"file"`
	ID    string `toml:"id"`
	Left  string `toml:"left"`
	Right string `toml:"right"`
	Label string `toml:"label"`
}

// ReadMapping reads a mapping from TOML. The error names what is wrong with it.
func ReadMapping(text []byte) (*Mapping, error) {
	m := &Mapping{}
	meta, err := toml.Decode(string(text), m)
	if err != nil {
		return nil, fmt.Errorf("the mapping is not TOML: %w", err)
	}
	var errs []error
	for _, key := range meta.Undecoded() {
		errs = append(errs, fmt.Errorf("the mapping has a key that means nothing: %s", key))
	}
	if m.Person == "" && m.Pairs == nil {
		errs = append(errs, errors.New("the mapping does not say whose a row is: write person = \"column\", or [pairs] with a file of labelled pairs"))
	}
	if p := m.Pairs; p != nil && (p.File == "" || p.ID == "" || p.Left == "" || p.Right == "") {
		errs = append(errs, errors.New("[pairs] needs file, id, left and right"))
	}
	if len(m.Columns)+len(m.Join) == 0 {
		errs = append(errs, errors.New("the mapping maps no column: write [columns] with lines like first_name = \"given_name\""))
	}
	switch m.Delimiter {
	case "":
		m.Delimiter = ","
	case "tab":
		m.Delimiter = "\t"
	}
	if utf8.RuneCountInString(m.Delimiter) != 1 {
		errs = append(errs, errors.New("the delimiter is one character, or \"tab\""))
	}
	if m.pattern, err = regexp.Compile(m.Pattern); err != nil {
		errs = append(errs, fmt.Errorf("the pattern is no regular expression: %w", err))
	} else if m.Pattern != "" && m.pattern.NumSubexp() == 0 {
		errs = append(errs, errors.New("the pattern has no group in brackets that says which part of the column counts"))
	}
	if m.Dates != "" && !dateForm.MatchString(m.Dates) {
		errs = append(errs, errors.New("dates is written with yyyy or yy, mm and dd in their order, such as \"dd.mm.yyyy\" or \"yyyymmdd\""))
	}
	return m, errors.Join(errs...)
}

var dateForm = regexp.MustCompile(`^(yyyy|yy|mm|dd)([^a-z0-9]*)(yyyy|yy|mm|dd)([^a-z0-9]*)(yyyy|yy|mm|dd)$`)

// Identifiers returns what the columns hold: those that every register knows, and what else the mapping names.
func (m *Mapping) Identifiers() []connectors.Identifier {
	ids := connectors.BuiltIn()
	var more []string
	for _, name := range m.Columns {
		more = append(more, name)
	}
	for name := range m.Join {
		more = append(more, name)
	}
	slices.Sort(more)
	for _, name := range slices.Compact(more) {
		if slices.ContainsFunc(ids, func(id connectors.Identifier) bool { return id.Name == name }) {
			continue
		}
		id := connectors.Identifier{Name: name, Title: strings.ReplaceAll(name, "_", " "), Strength: connectors.Weak, How: compare.Folded}
		if slices.Contains(m.Strong, name) {
			id.Strength, id.How = connectors.Strong, compare.Compact
		}
		ids = append(ids, id)
	}
	return ids
}

// whose returns which person a label means.
func (m *Mapping) whose(label string) (string, error) {
	if m.Pattern == "" {
		return strings.TrimSpace(label), nil
	}
	parts := m.pattern.FindStringSubmatch(label)
	if parts == nil {
		return "", errors.New("does not answer to the pattern")
	}
	return strings.Join(parts[1:], "\x00"), nil
}

// day returns a date in ISO form where it is written in the mapping's form, and as it stands where it is not.
func (m *Mapping) day(text string) string {
	form := dateForm.FindStringSubmatch(m.Dates)
	if form == nil || text == "" {
		return text
	}
	var parts []string
	if form[2] == "" && form[4] == "" {
		rest := text
		for _, part := range []string{form[1], form[3], form[5]} {
			if len(rest) < len(part) {
				return text
			}
			parts, rest = append(parts, rest[:len(part)]), rest[len(part):]
		}
		if rest != "" {
			return text
		}
	} else {
		parts = strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
		if len(parts) < 3 {
			return text
		}
	}
	var y, mo, d string
	for i, part := range []string{form[1], form[3], form[5]} {
		switch part {
		case "mm":
			mo = parts[i]
		case "dd":
			d = parts[i]
		default:
			y = parts[i]
		}
	}
	if len(y) != 4 {
		return d + "/" + mo + "/" + y // the rule for two digits of a year is the normal form's
	}
	return fmt.Sprintf("%s-%02s-%02s", y, mo, d)
}
