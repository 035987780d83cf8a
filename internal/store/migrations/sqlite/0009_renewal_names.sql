-- +goose Up
-- Where a renewal lies, by its id and by the refresh token that may be met again.
-- On PostgreSQL these are tables of their own. SQLite leaves an index alone whose
-- column an update does not name, so that here they stay indexes.
CREATE VIEW renewal_names (id, place) AS SELECT id, place FROM renewals;
CREATE VIEW renewal_owned (digest, place) AS SELECT owned_digest, place FROM renewals WHERE owned_digest IS NOT NULL;
