-- +goose Up
-- The portal, and what was left open of the years after consent.

-- Renewals: leases that end with their holder, and those that must not.
--
-- strict is 1 for a lease that goes on to its end although its holder is lost:
-- his request may still be under way, and the provider takes its token once.
ALTER TABLE renewals ADD COLUMN strict BIGINT NOT NULL DEFAULT 0;
-- Whoever has a revocation in hand, so that it is free when he dies; NULL when
-- nobody has, or when his lease must go on to its end.
ALTER TABLE revocations ADD COLUMN holder BIGINT;
CREATE INDEX revocations_held ON revocations (holder) WHERE holder IS NOT NULL;
-- What is old enough to be forgotten.
CREATE INDEX connection_access_hour ON connection_access (hour);
-- Renewals: end.

-- Settings: pictures, how settings were before, drafts to look at.
--
-- A picture of the fintech's own, as it is served, by the SHA-256 of its bytes.
CREATE TABLE brand_images (
    instance_id TEXT COLLATE "C" NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    hash        TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    width       BIGINT NOT NULL,
    height      BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    content     BYTEA NOT NULL,
    PRIMARY KEY (instance_id, hash)
);
CREATE INDEX brand_images_hash ON brand_images (hash);
-- Settings as they were before a change, with who made it and which members it
-- changed.
CREATE TABLE settings_versions (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    instance_id   TEXT COLLATE "C" NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    kind          TEXT COLLATE "C" NOT NULL,
    at            BIGINT NOT NULL,
    actor         TEXT COLLATE "C" NOT NULL,
    by_name       TEXT COLLATE "C" NOT NULL,
    changed       TEXT COLLATE "C" NOT NULL,
    body          TEXT COLLATE "C" NOT NULL,
    sealed_header BYTEA
);
CREATE INDEX settings_versions_kind ON settings_versions (instance_id, kind, id);
-- Drafts of settings that somebody looks at in the portal, for an hour. Nothing
-- of a customer's is in here.
CREATE TABLE link_previews (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    instance_id TEXT COLLATE "C" NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    draft       TEXT COLLATE "C" NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX link_previews_expiry ON link_previews (expires_at);
CREATE INDEX link_previews_instance ON link_previews (instance_id, expires_at);
-- Settings: end.

-- Signals: what ends a connection only when it shows twice.
--
-- What a look at a renewal's grant has shown that the next look has to confirm:
-- when, in which turn, and what. It counts in the very next turn only.
CREATE TABLE renewal_doubts (
    place BIGINT NOT NULL PRIMARY KEY REFERENCES renewals (place) ON DELETE CASCADE,
    at    BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    about TEXT COLLATE "C" NOT NULL
);
-- Signals: end.

-- People: who works here, how they sign in, what they may do.
--
-- People belong to the deployment. email_key is the address in lower case, ''
-- for somebody who was removed: their row stays, so that histories keep a name.
-- password is an Argon2id hash with its parameters, '' for none. issuer and
-- subject are the identity at the sign-in service, '' for none.
CREATE TABLE users (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email_key    TEXT COLLATE "C" NOT NULL,
    email        TEXT COLLATE "C" NOT NULL,
    name         TEXT COLLATE "C" NOT NULL,
    password     TEXT COLLATE "C" NOT NULL,
    issuer       TEXT COLLATE "C" NOT NULL,
    subject      TEXT COLLATE "C" NOT NULL,
    locale       TEXT COLLATE "C" NOT NULL,
    preferences  TEXT COLLATE "C" NOT NULL,
    created      BIGINT NOT NULL,
    last_sign_in BIGINT
);
CREATE UNIQUE INDEX users_email ON users (email_key) WHERE email_key <> '';
CREATE UNIQUE INDEX users_subject ON users (issuer, subject) WHERE subject <> '';

-- role is the one that an administrator gave, group_role the one that follows
-- from groups at the sign-in service; '' for none. The higher one counts.
CREATE TABLE memberships (
    instance_id TEXT COLLATE "C" NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    user_id     TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role        TEXT COLLATE "C" NOT NULL,
    group_role  TEXT COLLATE "C" NOT NULL,
    disabled    BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    PRIMARY KEY (instance_id, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);

-- Who is signed in, by the SHA-256 of what their cookie holds.
CREATE TABLE staff_sessions (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    hash      TEXT COLLATE "C" NOT NULL UNIQUE,
    user_id   TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created   BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    device    TEXT COLLATE "C" NOT NULL,
    external  BIGINT NOT NULL
);
CREATE INDEX staff_sessions_user ON staff_sessions (user_id);
CREATE INDEX staff_sessions_seen ON staff_sessions (last_seen);

-- Who looks at a draft of settings, which goes with their session; NULL for an API
-- key.
ALTER TABLE link_previews ADD COLUMN session_id TEXT REFERENCES staff_sessions (id) ON DELETE CASCADE;
CREATE INDEX link_previews_session ON link_previews (session_id);

-- Links that work once: to set up, to accept an invitation, to choose a new
-- password. hash is the SHA-256 of what the link holds.
CREATE TABLE staff_links (
    hash        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind        TEXT COLLATE "C" NOT NULL,
    user_id     TEXT COLLATE "C" REFERENCES users (id) ON DELETE CASCADE,
    instance_id TEXT COLLATE "C" REFERENCES instances (id) ON DELETE CASCADE,
    created     BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX staff_links_user ON staff_links (user_id);
CREATE INDEX staff_links_instance ON staff_links (instance_id);

-- How often somebody tried to sign in, by the keyed hash of who: an account, an
-- address, or a device that has signed in before.
CREATE TABLE sign_in_tries (
    bucket TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    tries  BIGINT NOT NULL,
    since  BIGINT NOT NULL
);
CREATE INDEX sign_in_tries_since ON sign_in_tries (since);

-- How people sign in: one row, whose name is 'sign-in'. tested is what a test of
-- the sign-in service has shown, '' before one.
CREATE TABLE sign_in (
    name          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    settings      TEXT COLLATE "C" NOT NULL,
    sealed_secret BYTEA,
    tested        TEXT COLLATE "C" NOT NULL,
    version       BIGINT NOT NULL
);

-- What was changed of people, keys, instances and sign-in, and by whom.
CREATE TABLE staff_history (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    instance_id TEXT COLLATE "C" NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    at          BIGINT NOT NULL,
    actor       TEXT COLLATE "C" NOT NULL,
    what        TEXT COLLATE "C" NOT NULL,
    subject     TEXT COLLATE "C" NOT NULL,
    detail      TEXT COLLATE "C" NOT NULL
);
CREATE INDEX staff_history_at ON staff_history (instance_id, id);
-- Lines about sign-ins are forgotten in time, all others stay.
CREATE INDEX staff_history_sign_ins ON staff_history (at) WHERE what IN ('signIn.succeeded', 'signIn.failed', 'signIn.locked');

-- kind is 'live' or 'test'.
ALTER TABLE instances ADD COLUMN kind TEXT COLLATE "C" NOT NULL DEFAULT 'live';
-- expires is NULL for a key that does not; created_by is a person's id, or ''.
ALTER TABLE api_keys ADD COLUMN last_used BIGINT;
ALTER TABLE api_keys ADD COLUMN expires BIGINT;
ALTER TABLE api_keys ADD COLUMN created_by TEXT COLLATE "C" NOT NULL DEFAULT '';
-- People: end.

-- Monitor: what became of journeys, what the API answered, how deliveries went.
--
-- One row for what a company did in one category without a long pause, and
-- nothing that tells who: device is phone, tablet or desktop. step is the last
-- screen, cause why it ended there, '' when nothing is missing. open is 1 until
-- it has counted among what ended.
CREATE TABLE visits (
    company_id      TEXT COLLATE "C" NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    source_type     TEXT COLLATE "C" NOT NULL,
    began           BIGINT NOT NULL,
    instance_id     TEXT COLLATE "C" NOT NULL,
    last            BIGINT NOT NULL,
    integration_key TEXT COLLATE "C" NOT NULL,
    device          TEXT COLLATE "C" NOT NULL,
    locale          TEXT COLLATE "C" NOT NULL,
    step            TEXT COLLATE "C" NOT NULL,
    cause           TEXT COLLATE "C" NOT NULL,
    open            BIGINT NOT NULL,
    PRIMARY KEY (company_id, source_type, began)
);
CREATE INDEX visits_open ON visits (last) WHERE open = 1;
CREATE INDEX visits_began ON visits (began);

-- On which day a company came last to each stage, so that it counts once.
CREATE TABLE funnel_seen (
    company_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES companies (id) ON DELETE CASCADE,
    seen       TEXT COLLATE "C" NOT NULL
);

-- How many companies came to a stage on a day (days since 1970) and had come
-- there before on the day former, 0 for never: those whose former day lies before
-- a span are the span's distinct companies. slice says what is told apart: 0
-- nothing, 1 integration, 2 device, 3 locale; the others are ''.
CREATE TABLE funnel_counts (
    instance_id     TEXT COLLATE "C" NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    slice           BIGINT NOT NULL,
    day             BIGINT NOT NULL,
    former          BIGINT NOT NULL,
    source_type     TEXT COLLATE "C" NOT NULL,
    stage           TEXT COLLATE "C" NOT NULL,
    integration_key TEXT COLLATE "C" NOT NULL,
    device          TEXT COLLATE "C" NOT NULL,
    locale          TEXT COLLATE "C" NOT NULL,
    companies       BIGINT NOT NULL,
    PRIMARY KEY (instance_id, slice, day, former, source_type, stage, integration_key, device, locale)
);

-- How many visits of a day ended before they came to anything, and why. slice as
-- above.
CREATE TABLE funnel_causes (
    instance_id     TEXT COLLATE "C" NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    slice           BIGINT NOT NULL,
    day             BIGINT NOT NULL,
    source_type     TEXT COLLATE "C" NOT NULL,
    cause           TEXT COLLATE "C" NOT NULL,
    integration_key TEXT COLLATE "C" NOT NULL,
    device          TEXT COLLATE "C" NOT NULL,
    locale          TEXT COLLATE "C" NOT NULL,
    visits          BIGINT NOT NULL,
    PRIMARY KEY (instance_id, slice, day, source_type, cause, integration_key, device, locale)
);

-- What was answered, by the id that the answer carried; ids sort by time.
-- instance_id is '' where nobody knows whose request it was. left_out are the
-- successful reads before this one that were not written down.
CREATE TABLE requests (
    instance_id TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    at          BIGINT NOT NULL,
    area        TEXT COLLATE "C" NOT NULL,
    method      TEXT COLLATE "C" NOT NULL,
    path        TEXT COLLATE "C" NOT NULL,
    status      BIGINT NOT NULL,
    duration    BIGINT NOT NULL,
    caller_kind TEXT COLLATE "C" NOT NULL,
    caller_id   TEXT COLLATE "C" NOT NULL,
    error_code  TEXT COLLATE "C" NOT NULL,
    message     TEXT COLLATE "C" NOT NULL,
    left_out    BIGINT NOT NULL,
    PRIMARY KEY (instance_id, id)
);
CREATE INDEX requests_failed ON requests (instance_id, id) WHERE status >= 400 OR error_code <> '';

-- Attempts to deliver, by consumer and hour.
CREATE TABLE consumer_hours (
    consumer_id TEXT COLLATE "C" NOT NULL REFERENCES consumers (id) ON DELETE CASCADE,
    hour        BIGINT NOT NULL,
    succeeded   BIGINT NOT NULL,
    failed      BIGINT NOT NULL,
    PRIMARY KEY (consumer_id, hour)
);
CREATE INDEX consumer_hours_hour ON consumer_hours (hour);
-- Monitor: end.

-- Directory: companies as they are listed, sorted, counted and searched.
--
-- What a change leaves behind: the company, to be read again. A company that was
-- deleted leaves its place instead. Rows wait for the loop that works them into
-- the tables below; until then lists read the companies themselves.
CREATE TABLE directory_changes (
    seq         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    instance_id TEXT COLLATE "C" NOT NULL,
    company_id  TEXT COLLATE "C" NOT NULL,
    place       BIGINT
);

-- version grows with each change of an instance's part of the tables below, so
-- that who reads several of them knows whether they belong together. places is
-- how many were given away. building is 1 while companies of before are taken
-- in; built_created and built_id say how far that is.
CREATE TABLE directory_heads (
    number        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    instance_id   TEXT COLLATE "C" NOT NULL UNIQUE REFERENCES instances (id) ON DELETE CASCADE,
    version       BIGINT NOT NULL DEFAULT 0,
    places        BIGINT NOT NULL DEFAULT 0,
    building      BIGINT NOT NULL DEFAULT 0,
    built_created BIGINT NOT NULL DEFAULT -1,
    built_id      TEXT COLLATE "C" NOT NULL DEFAULT ''
);
INSERT INTO directory_heads (instance_id, building) SELECT id, 1 FROM instances ORDER BY created, id;

-- A company. realm is the number of its instance's head; mask are the statuses
-- that apply, a bit each. name is folded and cut, last_sync 0 for never. words
-- and marks are what the company can be found by.
CREATE TABLE directory (
    realm      BIGINT NOT NULL,
    place      BIGINT NOT NULL,
    company_id TEXT COLLATE "C" NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    mask       BIGINT NOT NULL,
    created    BIGINT NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    last_sync  BIGINT NOT NULL,
    words      TEXT COLLATE "C" NOT NULL,
    marks      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (realm, place)
);
CREATE UNIQUE INDEX directory_company ON directory (company_id);
CREATE INDEX directory_created ON directory (realm, mask, created, company_id);
CREATE INDEX directory_name ON directory (realm, mask, name, company_id);
CREATE INDEX directory_synced ON directory (realm, mask, last_sync, company_id);

-- How many companies have a mark, or exactly these statuses.
CREATE TABLE directory_totals (
    realm BIGINT NOT NULL REFERENCES directory_heads (number) ON DELETE CASCADE,
    term  TEXT COLLATE "C" NOT NULL,
    kept  BIGINT NOT NULL,
    PRIMARY KEY (realm, term)
);

-- 8,192 places side by side, and between when the first and the last of their
-- companies were created.
CREATE TABLE directory_blocks (
    realm         BIGINT NOT NULL REFERENCES directory_heads (number) ON DELETE CASCADE,
    block         BIGINT NOT NULL,
    first_created BIGINT NOT NULL,
    last_created  BIGINT NOT NULL,
    PRIMARY KEY (realm, block)
);

-- Which places of a block have a term: three letters in a row, the beginning of a
-- word, a tag and so on. A negative block holds blocks in place of places: those
-- that have the term at all.
CREATE TABLE directory_postings (
    realm  BIGINT NOT NULL,
    block  BIGINT NOT NULL,
    term   TEXT COLLATE "C" NOT NULL,
    places BYTEA NOT NULL,
    PRIMARY KEY (realm, block, term)
);
-- 1 where people with limited roles see only the companies that they own.
ALTER TABLE instances ADD COLUMN owned_only BIGINT NOT NULL DEFAULT 0;
-- Directory: end.
