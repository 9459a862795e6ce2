-- +goose Up
-- Written in the words of SQLite; INTEGER, TEXT, BLOB and STRICT are translated for PostgreSQL.
-- Columns named sealed hold personal data, encrypted with the key of their request.
CREATE TABLE requests (
  id       TEXT PRIMARY KEY, -- SAR-2026-0001
  year     INTEGER NOT NULL,
  number   INTEGER NOT NULL,
  kind     TEXT NOT NULL,
  received TEXT NOT NULL,    -- the day, 2006-01-02
  created  TEXT NOT NULL,
  state    TEXT NOT NULL,
  operator TEXT NOT NULL,
  key      BLOB NOT NULL,    -- the request's key, wrapped by the master key
  sealed   BLOB NOT NULL,    -- the reason and the subject
  UNIQUE (year, number)
) STRICT;

-- The last search of a request.
CREATE TABLE findings (
  request  TEXT PRIMARY KEY REFERENCES requests (id),
  searched TEXT NOT NULL,
  sealed   BLOB NOT NULL     -- the coverage
) STRICT;

CREATE TABLE matches (
  request TEXT NOT NULL REFERENCES findings (request),
  n       INTEGER NOT NULL,  -- the position in the finding
  record  TEXT NOT NULL,     -- a keyed reference
  sealed  BLOB NOT NULL,
  PRIMARY KEY (request, n),
  UNIQUE (request, record)
) STRICT, WITHOUT ROWID;

-- The last decision on each record of a request.
CREATE TABLE decisions (
  request  TEXT NOT NULL REFERENCES requests (id),
  record   TEXT NOT NULL,    -- a keyed reference
  decision TEXT NOT NULL,
  operator TEXT NOT NULL,
  time     TEXT NOT NULL,
  sealed   BLOB NOT NULL,    -- the record's name and the note
  PRIMARY KEY (request, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE log (
  seq      INTEGER PRIMARY KEY,
  time     TEXT NOT NULL,
  operator TEXT NOT NULL,
  request  TEXT NOT NULL,    -- '': about none
  system   TEXT NOT NULL,    -- '': about none
  what     TEXT NOT NULL,
  details  TEXT NOT NULL     -- JSON, '': none
) STRICT;
CREATE INDEX log_request ON log (request, seq);

-- What the master key must answer to.
CREATE TABLE master (
  "only" INTEGER PRIMARY KEY CHECK ("only" = 1),
  proof  BLOB NOT NULL
) STRICT;
