-- +goose Up
-- Which kinds of data that need special care the last search of a request found; no row where it found none.
CREATE TABLE special (
  request TEXT PRIMARY KEY REFERENCES requests (id),
  sealed  BLOB NOT NULL -- a list of kinds
) STRICT, WITHOUT ROWID;
