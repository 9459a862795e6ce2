-- +goose Up
-- A plan: what is done with each record, line by line.
CREATE TABLE plans (
  id       TEXT PRIMARY KEY,  -- SAR-2026-0001/P1
  request  TEXT NOT NULL,     -- of the request, or the batch
  number   INTEGER NOT NULL,
  state    TEXT NOT NULL,
  made     TEXT NOT NULL,
  operator TEXT NOT NULL,
  digest   TEXT NOT NULL,     -- '': not sealed
  lines    INTEGER NOT NULL,
  sealed   BLOB NOT NULL,     -- the head
  UNIQUE (request, number)
) STRICT;

CREATE TABLE plan_lines (
  plan   TEXT NOT NULL REFERENCES plans (id),
  n      INTEGER NOT NULL,    -- from 1
  sealed BLOB NOT NULL,
  PRIMARY KEY (plan, n)
) STRICT, WITHOUT ROWID;

-- Reasons that block every destructive plan for a person or a system. Persons are known by keyed identifiers.
CREATE TABLE holds (
  id          TEXT PRIMARY KEY, -- HOLD-2026-0001
  year        INTEGER NOT NULL,
  number      INTEGER NOT NULL,
  system      TEXT NOT NULL,    -- '': a person is held
  request     TEXT NOT NULL,    -- the request whose person is held, '': known by identifiers alone
  reason      TEXT NOT NULL,
  operator    TEXT NOT NULL,
  added       TEXT NOT NULL,
  lifted      TEXT NOT NULL,    -- '': it stands
  lifted_by   TEXT NOT NULL,
  lifted_why  TEXT NOT NULL,
  UNIQUE (year, number)
) STRICT;

CREATE TABLE hold_persons (
  hold       TEXT NOT NULL REFERENCES holds (id),
  identifier TEXT NOT NULL,     -- keyed
  PRIMARY KEY (hold, identifier)
) STRICT, WITHOUT ROWID;

-- What records held before they were restricted, for as long as they are.
CREATE TABLE originals (
  request TEXT NOT NULL,        -- or the batch
  record  TEXT NOT NULL,        -- a keyed reference
  plan    TEXT NOT NULL,
  line    INTEGER NOT NULL,
  sealed  BLOB NOT NULL,
  PRIMARY KEY (request, record)
) STRICT, WITHOUT ROWID;

-- What a person was told, and when.
CREATE TABLE notices (
  request  TEXT NOT NULL REFERENCES requests (id),
  about    TEXT NOT NULL,       -- "lift"
  sent     TEXT NOT NULL,       -- the day
  operator TEXT NOT NULL,
  recorded TEXT NOT NULL,
  PRIMARY KEY (request, about, sent)
) STRICT, WITHOUT ROWID;
