package sqldb

import (
	"regexp"
	"slices"
	"strings"

	"dossier/connectors"
)

// keeps notes that the database keeps earlier states of a table by itself.
func (t *table) keeps(where, what string) {
	h := connectors.History{Table: where, What: what}
	if !slices.Contains(t.history, h) {
		t.history = append(t.history, h)
	}
}

const versioned = "the database keeps every earlier state of the table (system versioning)"

var inserts = regexp.MustCompile("(?i)\\b(?:insert|replace)\\s+(?:or\\s+[a-z]+\\s+|ignore\\s+)?into\\s+([\\w$.\"`\\[\\]]+)")

// copied notes the tables that a trigger writes into: what it copies there of a record stays when the record is changed.
func (t *table) copied(trigger, body string) {
	for _, m := range inserts.FindAllStringSubmatch(body, -1) {
		t.keeps(strings.NewReplacer(`"`, "", "`", "", "[", "", "]", "").Replace(m[1]), "the trigger "+trigger+" writes there when a record is changed")
	}
}
