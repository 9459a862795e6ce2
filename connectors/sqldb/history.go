package sqldb

import (
	"context"
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

const (
	captured = "the database keeps what every change of the table wrote (change data capture)"
	tracked  = "the database keeps the keys of changed records for a time (change tracking)"
)

// history reads which tables are temporal, captured or tracked. Temporal tables came with SQL Server 2016; their history
// is a table of its own.
func (d *sqlServer) history(ctx context.Context, s *session, _ *schema, tables map[int64]*table) error {
	note := func(query, what string) error {
		return s.query(ctx, query, nil, func(scan func(...any) error) error {
			var id int64
			var where string
			if err := scan(&id, &where); err != nil {
				return err
			}
			if t := tables[id]; t != nil {
				t.keeps(where, what)
			}
			return nil
		})
	}
	if err := note("SELECT object_id, name FROM sys.tables WHERE is_tracked_by_cdc = 1", captured); err != nil {
		return err
	}
	if err := note("SELECT c.object_id, t.name FROM sys.change_tracking_tables c JOIN sys.tables t ON t.object_id = c.object_id", tracked); err != nil {
		return err
	}
	if major, _, _ := strings.Cut(d.version, "."); len(major) < 2 || major < "13" {
		return nil
	}
	return note("SELECT t.object_id, COALESCE(h.name, t.name) FROM sys.tables t LEFT JOIN sys.tables h ON h.object_id = t.history_table_id WHERE t.temporal_type = 2", versioned)
}
