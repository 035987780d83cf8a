-- +goose Up
-- What the whole journey needs: the fintech's settings, one-time passwords,
-- links for somebody else, wishes for software, and who has begun.

CREATE TABLE link_settings (
    instance_id TEXT NOT NULL PRIMARY KEY REFERENCES instances (id) ON DELETE CASCADE,
    settings    TEXT NOT NULL,
    branding    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The hash is keyed: six characters would not survive a search without.
CREATE TABLE one_time_passwords (
    company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    hash       TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (company_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX one_time_passwords_expiry ON one_time_passwords (expires_at);

-- kind is colleague or device. The helper's sign-in is told apart from the
-- owner's consent: who opened the link, from where, and what came of it.
CREATE TABLE handovers (
    id               TEXT NOT NULL PRIMARY KEY,
    instance_id      TEXT NOT NULL,
    company_id       TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    connection_id    TEXT REFERENCES connections (id) ON DELETE CASCADE,
    kind             TEXT NOT NULL,
    code_hash        TEXT NOT NULL UNIQUE,
    sealed_state     BLOB NOT NULL,
    created          INTEGER NOT NULL,
    expires_at       INTEGER NOT NULL,
    opened_at        INTEGER,
    opened_from      TEXT NOT NULL,
    user_agent       TEXT NOT NULL,
    authorization_id TEXT NOT NULL,
    finished_at      INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX handovers_expiry ON handovers (expires_at);
CREATE INDEX handovers_connection ON handovers (connection_id);
CREATE INDEX handovers_company ON handovers (company_id);

CREATE TABLE integration_requests (
    id          TEXT NOT NULL PRIMARY KEY,
    instance_id TEXT NOT NULL,
    company_id  TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    source_type TEXT NOT NULL,
    name        TEXT NOT NULL,
    created     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX integration_requests_instance ON integration_requests (instance_id, created, id);
CREATE INDEX integration_requests_company ON integration_requests (company_id);

-- The one row that a visit leaves before the customer acts (link.md 5.7).
CREATE TABLE funnel (
    company_id  TEXT NOT NULL PRIMARY KEY REFERENCES companies (id) ON DELETE CASCADE,
    instance_id TEXT NOT NULL,
    began       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX funnel_instance ON funnel (instance_id, began);

-- hop names the page that waits for the result in another tab.
ALTER TABLE authorizations ADD COLUMN hop TEXT NOT NULL DEFAULT '';
CREATE INDEX authorizations_hop ON authorizations (hop) WHERE hop <> '';
ALTER TABLE authorizations ADD COLUMN handover_id TEXT NOT NULL DEFAULT '';

-- kind is connect, or additional for a further use of what is linked.
ALTER TABLE consents ADD COLUMN kind TEXT NOT NULL DEFAULT 'connect';

-- Connections made from one sign-in share its tokens: whoever renews one of
-- them has renewed them all.
ALTER TABLE grants ADD COLUMN family TEXT NOT NULL DEFAULT '';
