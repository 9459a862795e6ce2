-- +goose Up
-- Entries of the log that the computer which wrote them has yet to send on.
CREATE TABLE unsent (
  seq  INTEGER PRIMARY KEY,
  host TEXT NOT NULL
) STRICT;
