-- +goose Up
-- What else a request asks for: a list of kinds with commas, '': nothing.
ALTER TABLE requests ADD COLUMN also TEXT NOT NULL DEFAULT '';

-- What happened to a request after it arrived.
CREATE TABLE request_steps (
  request  TEXT NOT NULL REFERENCES requests (id),
  n        INTEGER NOT NULL, -- from 1
  what     TEXT NOT NULL,
  day      TEXT NOT NULL,    -- 2006-01-02
  noted    TEXT NOT NULL,
  operator TEXT NOT NULL,
  sealed   BLOB NOT NULL,    -- the details; empty once the request was purged
  PRIMARY KEY (request, n)
) STRICT, WITHOUT ROWID;
