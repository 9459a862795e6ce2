-- +goose Up
-- What a person withholds of what was found for a request, beside what the register does: exemptions and redactions.
CREATE TABLE withholdings (
  request   TEXT NOT NULL REFERENCES requests (id),
  n         INTEGER NOT NULL, -- from 1
  kind      TEXT NOT NULL,    -- "exemption" or "redaction"
  operator  TEXT NOT NULL,
  time      TEXT NOT NULL,
  undone    TEXT NOT NULL,    -- '': it stands
  undone_by TEXT NOT NULL,
  sealed    BLOB NOT NULL,    -- what it is about, and why
  PRIMARY KEY (request, n)
) STRICT, WITHOUT ROWID;

-- Who approved what leaves: the signature covers everything else in the row.
CREATE TABLE releases (
  request   TEXT NOT NULL REFERENCES requests (id),
  scope     TEXT NOT NULL,    -- "access" or "portability"
  digest    TEXT NOT NULL,    -- of everything that leaves
  records   INTEGER NOT NULL, -- how many leave
  operator  TEXT NOT NULL,
  time      TEXT NOT NULL,
  signature BLOB NOT NULL,    -- empty while the journal has no operators
  PRIMARY KEY (request, scope)
) STRICT, WITHOUT ROWID;
