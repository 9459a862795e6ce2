-- +goose Up
-- A file as it was before any restriction that stands in it, told by how it differs from the file as a swap has left it. Kept under a
-- key of its own, since the file holds more people than one: until the last of its records is lifted, or it is changed otherwise.
CREATE TABLE formers (
  file    TEXT NOT NULL,        -- keyed: the system and the place
  present TEXT NOT NULL,        -- keyed: the digest of the file that it differs from
  system  TEXT NOT NULL,
  key     BLOB NOT NULL,        -- wrapped by the master key
  sealed  BLOB NOT NULL,        -- the place, both digests
  PRIMARY KEY (file, present)
) STRICT, WITHOUT ROWID;

CREATE TABLE former_parts (
  file    TEXT NOT NULL,
  present TEXT NOT NULL,
  n       INTEGER NOT NULL,     -- from 1
  sealed  BLOB NOT NULL,
  PRIMARY KEY (file, present, n)
) STRICT;

-- The steps that restricted records of the file since it was so.
CREATE TABLE former_steps (
  file  TEXT NOT NULL,
  plan  TEXT NOT NULL,
  first INTEGER NOT NULL,
  last  INTEGER NOT NULL,
  PRIMARY KEY (file, plan, first)
) STRICT, WITHOUT ROWID;

CREATE INDEX originals_of_plan ON originals (plan, line);
