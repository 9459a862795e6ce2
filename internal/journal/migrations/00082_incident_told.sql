-- +goose Up
-- What a purge leaves of an incident for the figures: when the authority was told of it.
ALTER TABLE incidents ADD COLUMN told TEXT NOT NULL DEFAULT ''; -- '': it was not, or the incident is not purged
