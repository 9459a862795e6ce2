-- +goose Up
-- Personal-data incidents (Article 33(5)), each under a key of its own.
CREATE TABLE incidents (
  id     TEXT PRIMARY KEY,  -- INC-2026-0001
  year   INTEGER NOT NULL,
  number INTEGER NOT NULL,
  aware  TEXT NOT NULL,     -- when the organisation became aware of it: the 72 hours are counted from here
  closed TEXT NOT NULL,     -- '': not yet
  key    BLOB NOT NULL,     -- the incident's key, wrapped by the master key
  UNIQUE (year, number)
) STRICT;

-- What was known of an incident, one row a change of it: none is ever overwritten.
CREATE TABLE incident_versions (
  incident TEXT NOT NULL REFERENCES incidents (id),
  n        INTEGER NOT NULL, -- from 1
  recorded TEXT NOT NULL,
  operator TEXT NOT NULL,
  sealed   BLOB NOT NULL,
  PRIMARY KEY (incident, n)
) STRICT, WITHOUT ROWID;
