-- +goose Up
-- What the Portal lacked.

-- History of people: what is asked for by its kind is found without going through
-- the sign-ins, of which there are far more than of all others.
CREATE INDEX staff_history_others ON staff_history (instance_id, id) WHERE what NOT IN ('signIn.succeeded', 'signIn.failed', 'signIn.locked');
-- History of people: end.

-- Notices: what waits for somebody.
--
-- Connections that ended at their provider, lately: told of in the Portal.
CREATE INDEX connection_history_ended ON connection_history (instance_id, at)
    WHERE to_status = 'Deauthorized' AND from_status <> 'Deauthorized';
-- What a person has seen of it: the ids of notices, with spaces between.
ALTER TABLE memberships ADD COLUMN notices_seen TEXT NOT NULL DEFAULT '';
-- Deprecations that have ended early for the instance: JSON, '' for none.
ALTER TABLE instances ADD COLUMN opted_in TEXT NOT NULL DEFAULT '';
-- Notices: end.

-- What an attempt keeps of its request and answer, as JSON; empty where nothing
-- is to be kept, NULL where an attempt was made before this was.
ALTER TABLE attempts ADD COLUMN exchange TEXT;
-- Attempts: end.
