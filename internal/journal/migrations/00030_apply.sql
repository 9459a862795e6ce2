-- +goose Up
-- Who approved a plan: the signature covers everything else in the row.
CREATE TABLE approvals (
  plan      TEXT NOT NULL,
  operator  TEXT NOT NULL,
  digest    TEXT NOT NULL,    -- of the plan
  time      TEXT NOT NULL,
  expires   TEXT NOT NULL,
  ticket    TEXT NOT NULL,    -- '': none
  signature BLOB NOT NULL,
  PRIMARY KEY (plan, operator)
) STRICT;

-- The calls by which a plan is made: the lines first to last, in one system and place.
CREATE TABLE steps (
  plan     TEXT NOT NULL,
  system   TEXT NOT NULL,
  first    INTEGER NOT NULL,
  last     INTEGER NOT NULL,
  changes  INTEGER NOT NULL,  -- how many of the lines write
  state    TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  sealed   BLOB NOT NULL,     -- the place, and what recovery decides by
  PRIMARY KEY (plan, first)
) STRICT;

-- What a system answered to a line.
CREATE TABLE receipts (
  plan   TEXT NOT NULL,
  line   INTEGER NOT NULL,
  step   INTEGER NOT NULL,    -- the first line of its step
  result TEXT NOT NULL,
  time   TEXT NOT NULL,
  sealed BLOB NOT NULL,       -- the record's name after the change, and why it was not made
  PRIMARY KEY (plan, line)
) STRICT;

-- What people do, because the program cannot.
CREATE TABLE tasks (
  id      TEXT PRIMARY KEY,   -- SAR-2026-0001/P1/T1
  plan    TEXT NOT NULL,
  n       INTEGER NOT NULL,
  system  TEXT NOT NULL,
  due     TEXT NOT NULL,      -- the day, '': none
  made    TEXT NOT NULL,
  done    TEXT NOT NULL,      -- '': not yet
  done_by TEXT NOT NULL,
  sealed  BLOB NOT NULL,      -- what to do, to which records, and what came of it
  UNIQUE (plan, n)
) STRICT;
