-- +goose Up
-- Times are microseconds since 1970, UTC. Lists and maps are JSON text, empty
-- when there is nothing in them. Text compares bytewise.

CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE instances (
    id      TEXT NOT NULL PRIMARY KEY,
    name    TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE profiles (
    instance_id   TEXT NOT NULL PRIMARY KEY REFERENCES instances (id) ON DELETE CASCADE,
    profile       TEXT NOT NULL,
    sealed_header BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE allowed_origins (
    instance_id TEXT NOT NULL PRIMARY KEY REFERENCES instances (id) ON DELETE CASCADE,
    origins     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
    id          TEXT NOT NULL PRIMARY KEY,
    instance_id TEXT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    hash        TEXT NOT NULL UNIQUE,
    prefix      TEXT NOT NULL,
    bootstrap   INTEGER NOT NULL,
    created     INTEGER NOT NULL
) STRICT;

CREATE TABLE consumers (
    id            TEXT NOT NULL PRIMARY KEY,
    instance_id   TEXT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    url           TEXT NOT NULL,
    event_types   TEXT NOT NULL,
    disabled      INTEGER NOT NULL,
    company_tags  TEXT NOT NULL,
    company_id    TEXT NOT NULL,
    sealed_secret BLOB NOT NULL,
    created       INTEGER NOT NULL
) STRICT;

CREATE TABLE secrets (
    name   TEXT NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE companies (
    id          TEXT NOT NULL PRIMARY KEY,
    instance_id TEXT NOT NULL,
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    last_sync   INTEGER,
    created     INTEGER NOT NULL,
    created_by  TEXT NOT NULL,
    products    TEXT NOT NULL,
    tags        TEXT NOT NULL,
    relations   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX companies_created ON companies (instance_id, created, id);

CREATE TABLE company_tags (
    company_id  TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    key         TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    value       TEXT NOT NULL,
    PRIMARY KEY (company_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE connections (
    id              TEXT NOT NULL PRIMARY KEY,
    instance_id     TEXT NOT NULL,
    company_id      TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    integration_id  TEXT NOT NULL,
    integration_key TEXT NOT NULL,
    source_id       TEXT NOT NULL,
    source_type     TEXT NOT NULL,
    platform_name   TEXT NOT NULL,
    status          TEXT NOT NULL,
    last_sync       INTEGER,
    created         INTEGER NOT NULL,
    errors          TEXT NOT NULL,
    info            TEXT NOT NULL,
    tenant_id       TEXT NOT NULL,
    tenant_name     TEXT NOT NULL,
    company_name    TEXT NOT NULL,
    linked_at       INTEGER,
    version         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX connections_company ON connections (company_id, created, id);

-- instance_id comes from the connection; without one the foreign key fails.
CREATE TABLE grants (
    connection_id TEXT NOT NULL PRIMARY KEY REFERENCES connections (id) ON DELETE CASCADE,
    instance_id   TEXT,
    sealed        BLOB NOT NULL,
    expires_at    INTEGER NOT NULL,
    version       INTEGER NOT NULL
) STRICT;

CREATE TABLE authorizations (
    id              TEXT NOT NULL PRIMARY KEY,
    instance_id     TEXT NOT NULL,
    company_id      TEXT NOT NULL,
    connection_id   TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    integration_key TEXT NOT NULL,
    state_hash      TEXT NOT NULL UNIQUE,
    status          TEXT NOT NULL,
    outcome         INTEGER NOT NULL,
    reason          TEXT NOT NULL,
    status_text     TEXT NOT NULL,
    correlation_id  TEXT NOT NULL,
    tenants         TEXT NOT NULL,
    context         TEXT NOT NULL,
    sealed_grant    BLOB,
    started_at      INTEGER NOT NULL,
    claimed_at      INTEGER NOT NULL,
    finished_at     INTEGER,
    expires_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX authorizations_connection ON authorizations (connection_id);
CREATE INDEX authorizations_expiry ON authorizations (status, expires_at);

CREATE TABLE connection_history (
    connection_id  TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    id             TEXT NOT NULL,
    instance_id    TEXT NOT NULL,
    company_id     TEXT NOT NULL,
    at             INTEGER NOT NULL,
    trigger_name   TEXT NOT NULL,
    from_status    TEXT NOT NULL,
    to_status      TEXT NOT NULL,
    reason         TEXT NOT NULL,
    actor          TEXT NOT NULL,
    correlation_id TEXT NOT NULL,
    PRIMARY KEY (connection_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE consents (
    connection_id   TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    id              TEXT NOT NULL,
    instance_id     TEXT NOT NULL,
    company_id      TEXT NOT NULL,
    integration_key TEXT NOT NULL,
    text            TEXT NOT NULL,
    text_version    TEXT NOT NULL,
    locale          TEXT NOT NULL,
    data_types      TEXT NOT NULL,
    granted_at      INTEGER NOT NULL,
    granted_from    TEXT NOT NULL,
    user_agent      TEXT NOT NULL,
    PRIMARY KEY (connection_id, id)
) STRICT, WITHOUT ROWID;

-- Events outlive what they tell of: no foreign keys.
CREATE TABLE events (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL,
    instance_id   TEXT NOT NULL,
    company_id    TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    event_type    TEXT NOT NULL,
    generated     INTEGER NOT NULL,
    payload       TEXT NOT NULL
) STRICT;
