-- +goose Up
-- Deliveries of events to consumers.

-- fanned: 0 waits to be turned into messages, 1 is done, 2 is an example that
-- one consumer asked for. Rows are marked, because a remembered number can miss
-- what commits late. What lay here before can be replayed.
ALTER TABLE events ADD COLUMN fanned INTEGER NOT NULL DEFAULT 0;
UPDATE events SET fanned = 1;
CREATE INDEX events_waiting ON events (seq) WHERE fanned = 0;
-- The company's tags when it happened.
ALTER TABLE events ADD COLUMN tags TEXT NOT NULL DEFAULT '';

CREATE INDEX events_examples ON events (id) WHERE fanned = 2;

ALTER TABLE consumers ADD COLUMN sealed_former BLOB;
ALTER TABLE consumers ADD COLUMN former_until INTEGER NOT NULL DEFAULT 0;
-- Headers and client certificate, sealed together; NULL without any.
ALTER TABLE consumers ADD COLUMN sealed_options BLOB;
ALTER TABLE consumers ADD COLUMN rate_limit INTEGER NOT NULL DEFAULT 0;
ALTER TABLE consumers ADD COLUMN transform TEXT NOT NULL DEFAULT '';
ALTER TABLE consumers ADD COLUMN transform_enabled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE consumers ADD COLUMN disabled_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE consumers ADD COLUMN first_failure INTEGER NOT NULL DEFAULT 0;
ALTER TABLE consumers ADD COLUMN failing_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE consumers ADD COLUMN updated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE consumers ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
UPDATE consumers SET updated = created;

CREATE TABLE consumer_history (
    consumer_id TEXT NOT NULL REFERENCES consumers (id) ON DELETE CASCADE,
    id          TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    at          INTEGER NOT NULL,
    what        TEXT NOT NULL,
    reason      TEXT NOT NULL,
    actor       TEXT NOT NULL,
    PRIMARY KEY (consumer_id, id)
) STRICT, WITHOUT ROWID;

-- One row. It counts the changes of all consumers, as setup_revision does.
CREATE TABLE consumer_revision (
    id       INTEGER NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO consumer_revision (id, revision) VALUES (1, 0);

-- One event for one consumer. The id follows from both, sorts as the event's
-- does, and so can exist once only. run_at is when the next attempt may start:
-- its due time, or the end of the lease of whoever makes it; NULL when nothing
-- more is to come. fence grows with each lease. resume_at is where the schedule
-- goes on after an extra attempt. No reference to consumers: deleting one of
-- them must not delete a million rows at once.
CREATE TABLE messages (
    consumer_id TEXT NOT NULL,
    id          TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    event_seq   INTEGER NOT NULL,
    event_type  TEXT NOT NULL,
    company_id  TEXT NOT NULL,
    status      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    created     INTEGER NOT NULL,
    attempts    INTEGER NOT NULL,
    scheduled   INTEGER NOT NULL,
    fence       INTEGER NOT NULL,
    run_at      INTEGER,
    due_at      INTEGER NOT NULL,
    resume_at   INTEGER NOT NULL,
    PRIMARY KEY (consumer_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX messages_due ON messages (consumer_id, run_at, id) WHERE run_at IS NOT NULL;

CREATE TABLE attempts (
    message_id  TEXT NOT NULL,
    id          TEXT NOT NULL,
    kind        TEXT NOT NULL,
    url         TEXT NOT NULL,
    at          INTEGER NOT NULL,
    duration    INTEGER NOT NULL,
    success     INTEGER NOT NULL,
    status_code INTEGER NOT NULL,
    error       TEXT NOT NULL,
    response    TEXT NOT NULL,
    PRIMARY KEY (message_id, id)
) STRICT, WITHOUT ROWID;
