-- +goose Up
-- Deliveries that no crowd and no death of a process holds up.

-- Who delivers. On PostgreSQL a dispatcher holds, for as long as it lives, the
-- advisory lock with its id on a session of its own: a row whose lock can be had
-- is that of a dead one, and what it had leased is free at once. SQLite has one
-- process and no rows here.
CREATE TABLE dispatchers (
    id      BIGINT NOT NULL PRIMARY KEY,
    started BIGINT NOT NULL
);
-- Whose the lease is; 0 without one. It stays when the lease ends.
ALTER TABLE messages ADD COLUMN holder BIGINT NOT NULL DEFAULT 0;

-- fanned 3: some who want to know have their message, those who are slow or
-- fail are still to get theirs.
CREATE INDEX events_put_off ON events (seq) WHERE fanned = 3;

-- Messages and actions that scale.

-- What has failed so far, or was passed over while its consumer was off: for
-- lists and recovery. A message that goes well never enters it.
CREATE INDEX messages_failed ON messages (consumer_id, id)
    WHERE status = 'Attempting' OR status = 'Failure' OR (status = 'Sending' AND scheduled > 0);
-- To the minute; when the attempts of the last bulk action will have begun.
ALTER TABLE consumers ADD COLUMN last_success BIGINT NOT NULL DEFAULT 0;
ALTER TABLE consumers ADD COLUMN bulk_until BIGINT NOT NULL DEFAULT 0;

-- Rules of old clients. They are kept; nothing is sent for them.
CREATE TABLE rules (
    instance_id TEXT COLLATE "C" NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    id          TEXT COLLATE "C" NOT NULL,
    type        TEXT COLLATE "C" NOT NULL,
    company_id  TEXT COLLATE "C" NOT NULL,
    emails      TEXT COLLATE "C" NOT NULL,
    webhook     TEXT COLLATE "C" NOT NULL,
    created     BIGINT NOT NULL,
    PRIMARY KEY (instance_id, id)
);
