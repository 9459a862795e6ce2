-- +goose Up
-- The log as a Merkle tree (RFC 6962): the hashes in the order of their numbers, which golang.org/x/mod/sumdb/tlog gives.
CREATE TABLE tree (
  n    INTEGER PRIMARY KEY,
  hash BLOB NOT NULL
) STRICT;

-- The key that signs checkpoints, wrapped by the master key, and what its signatures are checked with.
CREATE TABLE log_key (
  "only"   INTEGER PRIMARY KEY CHECK ("only" = 1),
  verifier TEXT NOT NULL,
  sealed   BLOB NOT NULL
) STRICT;

-- The latest checkpoint alone: from an older one nobody could tell that the log was cut off.
CREATE TABLE checkpoint (
  "only" INTEGER PRIMARY KEY CHECK ("only" = 1),
  size   INTEGER NOT NULL,
  note   TEXT NOT NULL
) STRICT;
