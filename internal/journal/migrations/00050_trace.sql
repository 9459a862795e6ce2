-- +goose Up
-- Traces: what was done to a record, told by keyed forms of its name and of the identifiers that it held. They hold no value, are
-- under no request's key, and so outlive both the request and the record, until no backup can bring the record back.
CREATE TABLE traces (
  plan    TEXT NOT NULL REFERENCES plans (id),
  line    INTEGER NOT NULL,
  kind    TEXT NOT NULL,    -- "record", "strong", "shareable": what it is the form of
  trace   BLOB NOT NULL,    -- HMAC-SHA-256
  version INTEGER NOT NULL, -- of the normal forms
  action  TEXT NOT NULL,
  ground  TEXT NOT NULL,
  system  TEXT NOT NULL,
  entity  TEXT NOT NULL,
  made    TEXT NOT NULL,
  until   TEXT NOT NULL,    -- the day from which on no backup holds the record
  PRIMARY KEY (plan, line, kind, trace)
) STRICT;

CREATE INDEX traces_of_system ON traces (system, until);
