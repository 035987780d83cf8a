-- +goose Up
-- Times are microseconds since 1970, UTC. Lists and maps are JSON text, empty
-- when there is nothing in them. Text compares bytewise.

CREATE TABLE meta (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE instances (
    id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name    TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL
);

CREATE TABLE profiles (
    instance_id   TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES instances (id) ON DELETE CASCADE,
    profile       TEXT COLLATE "C" NOT NULL,
    sealed_header BYTEA
);

CREATE TABLE allowed_origins (
    instance_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES instances (id) ON DELETE CASCADE,
    origins     TEXT COLLATE "C" NOT NULL
);

CREATE TABLE api_keys (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    instance_id TEXT COLLATE "C" NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    name        TEXT COLLATE "C" NOT NULL,
    hash        TEXT COLLATE "C" NOT NULL UNIQUE,
    prefix      TEXT COLLATE "C" NOT NULL,
    bootstrap   BIGINT NOT NULL,
    created     BIGINT NOT NULL
);

CREATE TABLE consumers (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    instance_id   TEXT COLLATE "C" NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    url           TEXT COLLATE "C" NOT NULL,
    event_types   TEXT COLLATE "C" NOT NULL,
    disabled      BIGINT NOT NULL,
    company_tags  TEXT COLLATE "C" NOT NULL,
    company_id    TEXT COLLATE "C" NOT NULL,
    sealed_secret BYTEA NOT NULL,
    created       BIGINT NOT NULL
);

CREATE TABLE secrets (
    name   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL
);

CREATE TABLE companies (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    instance_id TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    last_sync   BIGINT,
    created     BIGINT NOT NULL,
    created_by  TEXT COLLATE "C" NOT NULL,
    products    TEXT COLLATE "C" NOT NULL,
    tags        TEXT COLLATE "C" NOT NULL,
    relations   TEXT COLLATE "C" NOT NULL
);
CREATE INDEX companies_created ON companies (instance_id, created, id);

CREATE TABLE company_tags (
    company_id  TEXT COLLATE "C" NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    key         TEXT COLLATE "C" NOT NULL,
    instance_id TEXT COLLATE "C" NOT NULL,
    value       TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (company_id, key)
);

CREATE TABLE connections (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    instance_id     TEXT COLLATE "C" NOT NULL,
    company_id      TEXT COLLATE "C" NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    integration_id  TEXT COLLATE "C" NOT NULL,
    integration_key TEXT COLLATE "C" NOT NULL,
    source_id       TEXT COLLATE "C" NOT NULL,
    source_type     TEXT COLLATE "C" NOT NULL,
    platform_name   TEXT COLLATE "C" NOT NULL,
    status          TEXT COLLATE "C" NOT NULL,
    last_sync       BIGINT,
    created         BIGINT NOT NULL,
    errors          TEXT COLLATE "C" NOT NULL,
    info            TEXT COLLATE "C" NOT NULL,
    tenant_id       TEXT COLLATE "C" NOT NULL,
    tenant_name     TEXT COLLATE "C" NOT NULL,
    company_name    TEXT COLLATE "C" NOT NULL,
    linked_at       BIGINT,
    version         BIGINT NOT NULL
);
CREATE INDEX connections_company ON connections (company_id, created, id);

-- instance_id comes from the connection; without one the foreign key fails.
CREATE TABLE grants (
    connection_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES connections (id) ON DELETE CASCADE,
    instance_id   TEXT COLLATE "C",
    sealed        BYTEA NOT NULL,
    expires_at    BIGINT NOT NULL,
    version       BIGINT NOT NULL
);

CREATE TABLE authorizations (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    instance_id     TEXT COLLATE "C" NOT NULL,
    company_id      TEXT COLLATE "C" NOT NULL,
    connection_id   TEXT COLLATE "C" NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    integration_key TEXT COLLATE "C" NOT NULL,
    state_hash      TEXT COLLATE "C" NOT NULL UNIQUE,
    status          TEXT COLLATE "C" NOT NULL,
    outcome         BIGINT NOT NULL,
    reason          TEXT COLLATE "C" NOT NULL,
    status_text     TEXT COLLATE "C" NOT NULL,
    correlation_id  TEXT COLLATE "C" NOT NULL,
    tenants         TEXT COLLATE "C" NOT NULL,
    context         TEXT COLLATE "C" NOT NULL,
    sealed_grant    BYTEA,
    started_at      BIGINT NOT NULL,
    claimed_at      BIGINT NOT NULL,
    finished_at     BIGINT,
    expires_at      BIGINT NOT NULL
);
CREATE INDEX authorizations_connection ON authorizations (connection_id);
CREATE INDEX authorizations_expiry ON authorizations (status, expires_at);

CREATE TABLE connection_history (
    connection_id  TEXT COLLATE "C" NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    id             TEXT COLLATE "C" NOT NULL,
    instance_id    TEXT COLLATE "C" NOT NULL,
    company_id     TEXT COLLATE "C" NOT NULL,
    at             BIGINT NOT NULL,
    trigger_name   TEXT COLLATE "C" NOT NULL,
    from_status    TEXT COLLATE "C" NOT NULL,
    to_status      TEXT COLLATE "C" NOT NULL,
    reason         TEXT COLLATE "C" NOT NULL,
    actor          TEXT COLLATE "C" NOT NULL,
    correlation_id TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (connection_id, id)
);

CREATE TABLE consents (
    connection_id   TEXT COLLATE "C" NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    id              TEXT COLLATE "C" NOT NULL,
    instance_id     TEXT COLLATE "C" NOT NULL,
    company_id      TEXT COLLATE "C" NOT NULL,
    integration_key TEXT COLLATE "C" NOT NULL,
    text            TEXT COLLATE "C" NOT NULL,
    text_version    TEXT COLLATE "C" NOT NULL,
    locale          TEXT COLLATE "C" NOT NULL,
    data_types      TEXT COLLATE "C" NOT NULL,
    granted_at      BIGINT NOT NULL,
    granted_from    TEXT COLLATE "C" NOT NULL,
    user_agent      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (connection_id, id)
);

-- Events outlive what they tell of: no foreign keys.
CREATE TABLE events (
    seq           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id            TEXT COLLATE "C" NOT NULL,
    instance_id   TEXT COLLATE "C" NOT NULL,
    company_id    TEXT COLLATE "C" NOT NULL,
    connection_id TEXT COLLATE "C" NOT NULL,
    event_type    TEXT COLLATE "C" NOT NULL,
    generated     BIGINT NOT NULL,
    payload       TEXT COLLATE "C" NOT NULL
);
