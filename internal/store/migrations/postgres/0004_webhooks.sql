-- +goose Up
-- Deliveries of events to consumers.

-- fanned: 0 waits to be turned into messages, 1 is done, 2 is an example that
-- one consumer asked for. Rows are marked, because a remembered number can miss
-- what commits late. What lay here before can be replayed.
ALTER TABLE events ADD COLUMN fanned BIGINT NOT NULL DEFAULT 1;
ALTER TABLE events ALTER COLUMN fanned SET DEFAULT 0;
CREATE INDEX events_waiting ON events (seq) WHERE fanned = 0;
-- The company's tags when it happened.
ALTER TABLE events ADD COLUMN tags TEXT COLLATE "C" NOT NULL DEFAULT '';

CREATE INDEX events_examples ON events (id) WHERE fanned = 2;

ALTER TABLE consumers ADD COLUMN sealed_former BYTEA;
ALTER TABLE consumers ADD COLUMN former_until BIGINT NOT NULL DEFAULT 0;
-- Headers and client certificate, sealed together; NULL without any.
ALTER TABLE consumers ADD COLUMN sealed_options BYTEA;
ALTER TABLE consumers ADD COLUMN rate_limit BIGINT NOT NULL DEFAULT 0;
ALTER TABLE consumers ADD COLUMN transform TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE consumers ADD COLUMN transform_enabled BIGINT NOT NULL DEFAULT 0;
ALTER TABLE consumers ADD COLUMN disabled_reason TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE consumers ADD COLUMN first_failure BIGINT NOT NULL DEFAULT 0;
ALTER TABLE consumers ADD COLUMN failing_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE consumers ADD COLUMN updated BIGINT NOT NULL DEFAULT 0;
ALTER TABLE consumers ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
UPDATE consumers SET updated = created;

CREATE TABLE consumer_history (
    consumer_id TEXT COLLATE "C" NOT NULL REFERENCES consumers (id) ON DELETE CASCADE,
    id          TEXT COLLATE "C" NOT NULL,
    instance_id TEXT COLLATE "C" NOT NULL,
    at          BIGINT NOT NULL,
    what        TEXT COLLATE "C" NOT NULL,
    reason      TEXT COLLATE "C" NOT NULL,
    actor       TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (consumer_id, id)
);

-- One row. It counts the changes of all consumers, as setup_revision does.
CREATE TABLE consumer_revision (
    id       BIGINT NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL
);
INSERT INTO consumer_revision (id, revision) VALUES (1, 0);

-- One event for one consumer. The id follows from both, sorts as the event's
-- does, and so can exist once only. run_at is when the next attempt may start:
-- its due time, or the end of the lease of whoever makes it; NULL when nothing
-- more is to come. fence grows with each lease. resume_at is where the schedule
-- goes on after an extra attempt. No reference to consumers: deleting one of
-- them must not delete a million rows at once.
CREATE TABLE messages (
    consumer_id TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    instance_id TEXT COLLATE "C" NOT NULL,
    event_seq   BIGINT NOT NULL,
    event_type  TEXT COLLATE "C" NOT NULL,
    company_id  TEXT COLLATE "C" NOT NULL,
    status      TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    created     BIGINT NOT NULL,
    attempts    BIGINT NOT NULL,
    scheduled   BIGINT NOT NULL,
    fence       BIGINT NOT NULL,
    run_at      BIGINT,
    due_at      BIGINT NOT NULL,
    resume_at   BIGINT NOT NULL,
    PRIMARY KEY (consumer_id, id)
);
CREATE INDEX messages_due ON messages (consumer_id, run_at, id) WHERE run_at IS NOT NULL;

CREATE TABLE attempts (
    message_id  TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    url         TEXT COLLATE "C" NOT NULL,
    at          BIGINT NOT NULL,
    duration    BIGINT NOT NULL,
    success     BIGINT NOT NULL,
    status_code BIGINT NOT NULL,
    error       TEXT COLLATE "C" NOT NULL,
    response    TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (message_id, id)
);
