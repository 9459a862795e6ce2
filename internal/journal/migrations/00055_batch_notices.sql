-- +goose Up
-- What everybody of a batch was told, and when.
CREATE TABLE batch_notices (
  batch    TEXT NOT NULL REFERENCES batches (id),
  about    TEXT NOT NULL,       -- "lift"
  sent     TEXT NOT NULL,       -- the day
  operator TEXT NOT NULL,
  recorded TEXT NOT NULL,
  PRIMARY KEY (batch, about, sent)
) STRICT, WITHOUT ROWID;
