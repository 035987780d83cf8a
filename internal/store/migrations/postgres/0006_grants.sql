-- +goose Up
-- The years after consent: renewing grants, ending them, proving what was erased.

-- Store: renewals and the ledger of tokens.
--
-- Grants that share tokens are renewed as one: family names their renewal, and
-- is the connection's own id where nothing is shared.
UPDATE grants SET family = connection_id WHERE family = '';
CREATE INDEX grants_family ON grants (family);

-- lane is whose client asks which provider: instance id, '/', integration key.
-- place is where a renewal lies: what is due one after the other lies side by
-- side, or each refresh would change as many pages of the database as there are
-- connections. run_at is when something is to be done: the due time, or the end
-- of the lease of whoever does it; NULL when nothing is. due_at is the due time
-- beneath a lease. holder is who has the lease, NULL when nobody has, 0 where a
-- database has one process. fence grows with each lease and with each grant from
-- elsewhere; given is the fence under which the present tokens came, version
-- counts them. asked_at is set while what became of a refresh token is not
-- known. The rest is the row of the ledger of the present tokens, former being
-- the latest one that is written.
CREATE TABLE renewals (
    place          BIGINT NOT NULL PRIMARY KEY,
    id             TEXT COLLATE "C" NOT NULL UNIQUE,
    lane           TEXT COLLATE "C" NOT NULL,
    run_at         BIGINT,
    due_at         BIGINT,
    holder         BIGINT,
    fence          BIGINT NOT NULL,
    given          BIGINT NOT NULL,
    version        BIGINT NOT NULL,
    failures       BIGINT NOT NULL,
    checked_at     BIGINT NOT NULL,
    asked_at       BIGINT NOT NULL,
    issued_at      BIGINT NOT NULL,
    used_at        BIGINT NOT NULL,
    uses           BIGINT NOT NULL,
    access_digest  BYTEA,
    refresh_digest BYTEA,
    owned_digest   BYTEA,
    former         TEXT COLLATE "C" NOT NULL
);
CREATE INDEX renewals_due ON renewals (lane, run_at) WHERE run_at IS NOT NULL;
CREATE INDEX renewals_held ON renewals (holder) WHERE holder IS NOT NULL;
-- No refresh token has two owners. Digests are bound to the lane. owned_digest
-- is that of a refresh token which may be met again: it came from a sign-in, was
-- handed over or out, or stayed the same when it was used. One that each use
-- replaces is never met again, and would cost two pages of this index each time.
CREATE UNIQUE INDEX renewals_owned ON renewals (owned_digest) WHERE owned_digest IS NOT NULL;

-- What the members of a renewal share, sealed. grants.sealed is what each has of
-- its own, or, for grants of before that were not renewed yet, all of it.
CREATE TABLE renewal_tokens (
    place  BIGINT NOT NULL PRIMARY KEY REFERENCES renewals (place) ON DELETE CASCADE,
    sealed BYTEA NOT NULL
);
-- Nothing compresses what is encrypted.
ALTER TABLE renewal_tokens ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- When the tokens of old were issued is not known; the renewal plans itself.
INSERT INTO renewals (place, id, lane, run_at, due_at, holder, fence, given, version, failures, checked_at, asked_at, issued_at,
    used_at, uses, former)
SELECT row_number() OVER (ORDER BY g.family), g.family, min(n.instance_id || '/' || n.integration_key), 0, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, ''
FROM grants g JOIN connections n ON n.id = g.connection_id GROUP BY g.family;

-- Tokens that are no longer in use, one row for what was issued together. They
-- are digests, and name nobody: a renewal leads to its rows by their chain.
-- used_at and uses are those of the refresh token. Ids sort by retired_at.
CREATE TABLE token_ledger (
    id             TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    former         TEXT COLLATE "C" NOT NULL,
    access_digest  BYTEA,
    refresh_digest BYTEA,
    issued_at      BIGINT NOT NULL,
    used_at        BIGINT NOT NULL,
    uses           BIGINT NOT NULL,
    retired_at     BIGINT NOT NULL
);

-- What a holder of leases is there for, so that each kind counts its own.
ALTER TABLE dispatchers ADD COLUMN work TEXT COLLATE "C" NOT NULL DEFAULT '';
-- Store: end.

-- Ending grants at the provider, and proof of what was deleted.

-- Grants that are to be ended at their providers, sealed until they are. They
-- outlive their connection: no foreign keys. unit is what shares tokens, the
-- family of the grant or the row itself; run_at is when to try next, or the end
-- of the lease while leased_until is ahead, and NULL once it is done.
CREATE TABLE revocations (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    instance_id     TEXT COLLATE "C" NOT NULL,
    company_id      TEXT COLLATE "C" NOT NULL,
    connection_id   TEXT COLLATE "C" NOT NULL,
    integration_key TEXT COLLATE "C" NOT NULL,
    tenant_id       TEXT COLLATE "C" NOT NULL,
    unit            TEXT COLLATE "C" NOT NULL,
    sealed          BYTEA,
    reason          TEXT COLLATE "C" NOT NULL,
    correlation_id  TEXT COLLATE "C" NOT NULL,
    created         BIGINT NOT NULL,
    run_at          BIGINT,
    leased_until    BIGINT NOT NULL DEFAULT 0,
    fence           BIGINT NOT NULL DEFAULT 0,
    attempts        BIGINT NOT NULL DEFAULT 0,
    failure         TEXT COLLATE "C" NOT NULL DEFAULT '',
    done_at         BIGINT,
    outcome         TEXT COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX revocations_due ON revocations (run_at) WHERE run_at IS NOT NULL;
CREATE INDEX revocations_done ON revocations (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX revocations_unit ON revocations (unit);
CREATE INDEX revocations_connection ON revocations (connection_id);
-- Who else lives on an account.
CREATE INDEX connections_tenant ON connections (integration_key, tenant_id) WHERE status = 'Linked' AND tenant_id <> '';

-- One row for each thing that was erased, and nothing of what it held. hash is
-- over the row and the hash of the row before it, so that a row that is taken
-- away or changed shows. What came of the grant is known later only, and is not
-- part of it.
CREATE TABLE erasures (
    instance_id     TEXT COLLATE "C" NOT NULL,
    seq             BIGINT NOT NULL,
    id              TEXT COLLATE "C" NOT NULL,
    kind            TEXT COLLATE "C" NOT NULL,
    company_id      TEXT COLLATE "C" NOT NULL,
    connection_id   TEXT COLLATE "C" NOT NULL,
    integration_key TEXT COLLATE "C" NOT NULL,
    at              BIGINT NOT NULL,
    actor           TEXT COLLATE "C" NOT NULL,
    correlation_id  TEXT COLLATE "C" NOT NULL,
    erased          TEXT COLLATE "C" NOT NULL,
    consents        TEXT COLLATE "C" NOT NULL,
    previous        TEXT COLLATE "C" NOT NULL,
    hash            TEXT COLLATE "C" NOT NULL,
    grant_outcome   TEXT COLLATE "C" NOT NULL,
    grant_ended_at  BIGINT,
    PRIMARY KEY (instance_id, seq)
);
CREATE INDEX erasures_connection ON erasures (connection_id) WHERE connection_id <> '';
CREATE INDEX erasures_company ON erasures (company_id);

-- The end of each chain. It is sealed, so that who cuts rows off the end has to
-- have the keyset too.
CREATE TABLE erasure_heads (
    instance_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    seq         BIGINT NOT NULL,
    sealed      BYTEA NOT NULL
);

-- Access: what API keys may do with connections, and what they did.
ALTER TABLE api_keys ADD COLUMN permissions TEXT COLLATE "C" NOT NULL DEFAULT '';
-- What an instance has switched off, with commas between.
ALTER TABLE instances ADD COLUMN access_off TEXT COLLATE "C" NOT NULL DEFAULT '';

-- One row for what one actor did in one hour. failed are those of the requests
-- that nothing good came of.
CREATE TABLE connection_access (
    connection_id TEXT COLLATE "C" NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    hour          BIGINT NOT NULL,
    kind          TEXT COLLATE "C" NOT NULL,
    actor         TEXT COLLATE "C" NOT NULL,
    id            TEXT COLLATE "C" NOT NULL,
    instance_id   TEXT COLLATE "C" NOT NULL,
    company_id    TEXT COLLATE "C" NOT NULL,
    requests      BIGINT NOT NULL,
    failed        BIGINT NOT NULL,
    first_at      BIGINT NOT NULL,
    last_at       BIGINT NOT NULL,
    PRIMARY KEY (connection_id, hour, kind, actor)
);
-- Access: end.
