-- +goose Up
-- What an operator sets up for integrations, and what providers say is in them.

-- NULL leaves the decision to the integration's file. Clients and values are
-- sealed together, and absent when there are none.
CREATE TABLE integration_setups (
    instance_id     TEXT COLLATE "C" NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    integration_key TEXT COLLATE "C" NOT NULL,
    enabled         BIGINT,
    sort_order      BIGINT,
    sandbox         BIGINT,
    scopes          TEXT COLLATE "C" NOT NULL,
    sealed          BYTEA,
    updated_at      BIGINT NOT NULL,
    version         BIGINT NOT NULL,
    PRIMARY KEY (instance_id, integration_key)
);

-- One row. It counts the changes of all setups, so that a replica learns of
-- them by one cheap read, and that no version is given twice.
CREATE TABLE setup_revision (
    id       BIGINT NOT NULL PRIMARY KEY,
    revision BIGINT NOT NULL
);
INSERT INTO setup_revision (id, revision) VALUES (1, 0);

-- The entries of the picker that a provider names itself, such as banks.
CREATE TABLE provider_rows (
    instance_id     TEXT COLLATE "C" NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    integration_key TEXT COLLATE "C" NOT NULL,
    fetched_at      BIGINT NOT NULL,
    entries         TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (instance_id, integration_key)
);

-- Sign-ins by which an operator tries out an integration, and what they showed.
CREATE TABLE integration_trials (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    instance_id     TEXT COLLATE "C" NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    integration_key TEXT COLLATE "C" NOT NULL,
    status          TEXT COLLATE "C" NOT NULL,
    sealed          BYTEA NOT NULL,
    created         BIGINT NOT NULL,
    claimed_at      BIGINT,
    expires_at      BIGINT NOT NULL
);
CREATE INDEX integration_trials_instance ON integration_trials (instance_id);
CREATE INDEX integration_trials_expiry ON integration_trials (expires_at);
