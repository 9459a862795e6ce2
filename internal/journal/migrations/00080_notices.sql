-- +goose Up
-- A task is work in a system, or a notice to somebody who received the person's data (Article 19).
ALTER TABLE tasks ADD COLUMN kind TEXT NOT NULL DEFAULT '';  -- '': work, 'notice'
ALTER TABLE tasks ADD COLUMN about TEXT NOT NULL DEFAULT ''; -- of a notice: 'erase', 'rectify', 'restrict', 'lift'
ALTER TABLE tasks ADD COLUMN sent TEXT NOT NULL DEFAULT '';  -- of a notice: the day, '': not yet

-- What the last verification of a plan found, system by system.
CREATE TABLE verdicts (
  plan     TEXT PRIMARY KEY,
  time     TEXT NOT NULL,
  operator TEXT NOT NULL,
  sealed   BLOB NOT NULL
) STRICT;
