-- +goose Up
-- Who may work with the journal, and in which roles: one row a grant, never changed but ended.
CREATE TABLE operators (
  n         INTEGER PRIMARY KEY,
  name      TEXT NOT NULL,
  key       BLOB NOT NULL,    -- an Ed25519 public key
  roles     TEXT NOT NULL,    -- search,decide,approve,run,audit
  added     TEXT NOT NULL,
  by        INTEGER NOT NULL, -- the grant of who admitted them; its own for the first
  signature BLOB NOT NULL,    -- theirs, over everything above
  ended     TEXT NOT NULL     -- '': not yet
) STRICT;
