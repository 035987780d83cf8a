-- +goose Up
-- What the whole journey needs: the fintech's settings, one-time passwords,
-- links for somebody else, wishes for software, and who has begun.

CREATE TABLE link_settings (
    instance_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES instances (id) ON DELETE CASCADE,
    settings    TEXT COLLATE "C" NOT NULL,
    branding    TEXT COLLATE "C" NOT NULL
);

-- The hash is keyed: six characters would not survive a search without.
CREATE TABLE one_time_passwords (
    company_id TEXT COLLATE "C" NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    hash       TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (company_id, hash)
);
CREATE INDEX one_time_passwords_expiry ON one_time_passwords (expires_at);

-- kind is colleague or device. The helper's sign-in is told apart from the
-- owner's consent: who opened the link, from where, and what came of it.
CREATE TABLE handovers (
    id               TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    instance_id      TEXT COLLATE "C" NOT NULL,
    company_id       TEXT COLLATE "C" NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    connection_id    TEXT COLLATE "C" REFERENCES connections (id) ON DELETE CASCADE,
    kind             TEXT COLLATE "C" NOT NULL,
    code_hash        TEXT COLLATE "C" NOT NULL UNIQUE,
    sealed_state     BYTEA NOT NULL,
    created          BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL,
    opened_at        BIGINT,
    opened_from      TEXT COLLATE "C" NOT NULL,
    user_agent       TEXT COLLATE "C" NOT NULL,
    authorization_id TEXT COLLATE "C" NOT NULL,
    finished_at      BIGINT
);
CREATE INDEX handovers_expiry ON handovers (expires_at);
CREATE INDEX handovers_connection ON handovers (connection_id);
CREATE INDEX handovers_company ON handovers (company_id);

CREATE TABLE integration_requests (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    instance_id TEXT COLLATE "C" NOT NULL,
    company_id  TEXT COLLATE "C" NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    source_type TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    created     BIGINT NOT NULL
);
CREATE INDEX integration_requests_instance ON integration_requests (instance_id, created, id);
CREATE INDEX integration_requests_company ON integration_requests (company_id);

-- The one row that a visit leaves before the customer acts (link.md 5.7).
CREATE TABLE funnel (
    company_id  TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES companies (id) ON DELETE CASCADE,
    instance_id TEXT COLLATE "C" NOT NULL,
    began       BIGINT NOT NULL
);
CREATE INDEX funnel_instance ON funnel (instance_id, began);

-- hop names the page that waits for the result in another tab.
ALTER TABLE authorizations ADD COLUMN hop TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX authorizations_hop ON authorizations (hop) WHERE hop <> '';
ALTER TABLE authorizations ADD COLUMN handover_id TEXT COLLATE "C" NOT NULL DEFAULT '';

-- kind is connect, or additional for a further use of what is linked.
ALTER TABLE consents ADD COLUMN kind TEXT COLLATE "C" NOT NULL DEFAULT 'connect';

-- Connections made from one sign-in share its tokens: whoever renews one of
-- them has renewed them all.
ALTER TABLE grants ADD COLUMN family TEXT COLLATE "C" NOT NULL DEFAULT '';
