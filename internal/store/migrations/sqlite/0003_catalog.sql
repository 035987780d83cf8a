-- +goose Up
-- What an operator sets up for integrations, and what providers say is in them.

-- NULL leaves the decision to the integration's file. Clients and values are
-- sealed together, and absent when there are none.
CREATE TABLE integration_setups (
    instance_id     TEXT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    integration_key TEXT NOT NULL,
    enabled         INTEGER,
    sort_order      INTEGER,
    sandbox         INTEGER,
    scopes          TEXT NOT NULL,
    sealed          BLOB,
    updated_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL,
    PRIMARY KEY (instance_id, integration_key)
) STRICT, WITHOUT ROWID;

-- One row. It counts the changes of all setups, so that a replica learns of
-- them by one cheap read, and that no version is given twice.
CREATE TABLE setup_revision (
    id       INTEGER NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO setup_revision (id, revision) VALUES (1, 0);

-- The entries of the picker that a provider names itself, such as banks.
CREATE TABLE provider_rows (
    instance_id     TEXT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    integration_key TEXT NOT NULL,
    fetched_at      INTEGER NOT NULL,
    entries         TEXT NOT NULL,
    PRIMARY KEY (instance_id, integration_key)
) STRICT, WITHOUT ROWID;

-- Sign-ins by which an operator tries out an integration, and what they showed.
CREATE TABLE integration_trials (
    id              TEXT NOT NULL PRIMARY KEY,
    instance_id     TEXT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    integration_key TEXT NOT NULL,
    status          TEXT NOT NULL,
    sealed          BLOB NOT NULL,
    created         INTEGER NOT NULL,
    claimed_at      INTEGER,
    expires_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX integration_trials_instance ON integration_trials (instance_id);
CREATE INDEX integration_trials_expiry ON integration_trials (expires_at);
