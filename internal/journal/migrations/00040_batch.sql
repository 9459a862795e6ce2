-- +goose Up
-- A batch: one action for thousands of people. Its plans belong to it as a request's do.
CREATE TABLE batches (
  id       TEXT PRIMARY KEY,  -- BATCH-2026-0001
  year     INTEGER NOT NULL,
  number   INTEGER NOT NULL,
  action   TEXT NOT NULL,
  origin   TEXT NOT NULL,     -- "file", "retention", "controller"
  created  TEXT NOT NULL,
  operator TEXT NOT NULL,
  key      BLOB NOT NULL,     -- the batch's key, wrapped by the master key
  sealed   BLOB NOT NULL,     -- the reason, and what the people were taken from
  UNIQUE (year, number)
) STRICT;

CREATE TABLE batch_people (
  batch  TEXT NOT NULL REFERENCES batches (id),
  n      INTEGER NOT NULL,    -- from 1
  state  TEXT NOT NULL,
  sealed BLOB NOT NULL,       -- who it is, and why nothing is planned for them
  PRIMARY KEY (batch, n)
) STRICT, WITHOUT ROWID;
