-- +goose Up
-- Who works on a request now. A holder that stops beating loses it.
CREATE TABLE leases (
  request TEXT PRIMARY KEY,
  token   TEXT NOT NULL,  -- of this holding
  holder  TEXT NOT NULL,
  host    TEXT NOT NULL,
  process INTEGER NOT NULL,
  since   TEXT NOT NULL,
  beat    TEXT NOT NULL   -- the last time that the holder was alive
) STRICT;
