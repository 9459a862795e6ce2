package tdsdouble

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

// fixedOptions are the options that the double has for good; setting them to the same is harmless.
var fixedOptions = map[string]string{
	"ANSI_NULLS": "ON", "ANSI_PADDING": "ON", "ANSI_WARNINGS": "ON", "ANSI_NULL_DFLT_ON": "ON", "ARITHABORT": "ON",
	"CONCAT_NULL_YIELDS_NULL": "ON", "QUOTED_IDENTIFIER": "ON", "NUMERIC_ROUNDABORT": "OFF", "IMPLICIT_TRANSACTIONS": "OFF",
	"CURSOR_CLOSE_ON_COMMIT": "OFF", "ANSI_DEFAULTS": "ON", "DATEFORMAT": "MDY", "LANGUAGE": "US_ENGLISH", "DATEFIRST": "7",
	"ROWCOUNT": "0", "STATISTICS": "OFF",
}

// freeOptions steer nothing that an answer shows.
var freeOptions = []string{"DEADLOCK_PRIORITY", "TEXTSIZE", "QUERY_GOVERNOR_COST_LIMIT", "CONTEXT_INFO"}

func (s *session) set(st *tsql.SetOption) error {
	on := strings.EqualFold(st.Value, "ON")
	for _, name := range strings.Split(st.Name, ",") {
		switch name {
		case "NOCOUNT":
			s.noCount = on
		case "XACT_ABORT":
			s.xactAbort = on
		case "FMTONLY":
			s.fmtOnly = on
		case "LOCK_TIMEOUT":
			n, err := strconv.Atoi(st.Value)
			if err != nil {
				return value.Errorf(102, 15, 1, "Incorrect syntax near '%s'.", st.Value)
			}
			s.lockTimeout = time.Duration(n) * time.Millisecond
		case "TRANSACTION ISOLATION LEVEL":
			if err := s.setIsolation(st.Value); err != nil {
				return err
			}
		case "IDENTITY_INSERT":
			return s.setIdentityInsert(st.Value)
		default:
			want, known := fixedOptions[name]
			if slices.Contains(freeOptions, name) || known && strings.EqualFold(want, st.Value) {
				continue
			}
			return value.Unsupported("SET %s %s", name, st.Value)
		}
	}
	return nil
}

func (s *session) setIsolation(level string) error {
	switch level {
	case "READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE", "SNAPSHOT":
	default:
		return value.Errorf(102, 15, 1, "Incorrect syntax near '%s'.", level)
	}
	if s.tran > 0 && level == "SNAPSHOT" && s.isolation != "SNAPSHOT" {
		return value.Errorf(3951, 16, 1, "Transaction failed in database '%s' because the statement was run under snapshot isolation but the transaction did not start in snapshot isolation.", s.db.name)
	}
	s.isolation = level
	return nil
}

func (s *session) setIdentityInsert(v string) error {
	name, state, _ := strings.Cut(v, " ")
	parts := strings.SplitN(name, ".", 3)
	t, err := s.resolve(tsql.Object{Database: parts[0], Schema: parts[1], Name: parts[2]})
	if err != nil {
		return err
	}
	switch {
	case state == "OFF":
		if s.identity != nil && s.identity.id == t.id {
			s.identity = nil
		}
		return nil
	case t.identityColumn() == nil:
		return value.Errorf(8106, 16, 1, "Table '%s' does not have the identity property. Cannot perform SET operation.", t.name)
	case s.identity != nil && s.identity.id != t.id:
		return value.Errorf(8107, 16, 1, "IDENTITY_INSERT is already ON for table '%s'. Cannot perform SET operation for table '%s'.", s.identity.fullName(), t.name)
	}
	s.identity = t
	return nil
}
