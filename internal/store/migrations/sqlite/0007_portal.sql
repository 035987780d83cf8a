-- +goose Up
-- The portal, and what was left open of the years after consent.

-- Renewals: leases that end with their holder, and those that must not.
--
-- strict is 1 for a lease that goes on to its end although its holder is lost:
-- his request may still be under way, and the provider takes its token once.
ALTER TABLE renewals ADD COLUMN strict INTEGER NOT NULL DEFAULT 0;
-- Whoever has a revocation in hand, so that it is free when he dies; NULL when
-- nobody has, or when his lease must go on to its end.
ALTER TABLE revocations ADD COLUMN holder INTEGER;
CREATE INDEX revocations_held ON revocations (holder) WHERE holder IS NOT NULL;
-- What is old enough to be forgotten.
CREATE INDEX connection_access_hour ON connection_access (hour);
-- Renewals: end.

-- Settings: pictures, how settings were before, drafts to look at.
--
-- A picture of the fintech's own, as it is served, by the SHA-256 of its bytes.
CREATE TABLE brand_images (
    instance_id TEXT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    hash        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    width       INTEGER NOT NULL,
    height      INTEGER NOT NULL,
    created     INTEGER NOT NULL,
    content     BLOB NOT NULL,
    PRIMARY KEY (instance_id, hash)
) STRICT;
CREATE INDEX brand_images_hash ON brand_images (hash);
-- Settings as they were before a change, with who made it and which members it
-- changed.
CREATE TABLE settings_versions (
    id            TEXT NOT NULL PRIMARY KEY,
    instance_id   TEXT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    kind          TEXT NOT NULL,
    at            INTEGER NOT NULL,
    actor         TEXT NOT NULL,
    by_name       TEXT NOT NULL,
    changed       TEXT NOT NULL,
    body          TEXT NOT NULL,
    sealed_header BLOB
) STRICT;
CREATE INDEX settings_versions_kind ON settings_versions (instance_id, kind, id);
-- Drafts of settings that somebody looks at in the portal, for an hour. Nothing
-- of a customer's is in here.
CREATE TABLE link_previews (
    id          TEXT NOT NULL PRIMARY KEY,
    instance_id TEXT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    draft       TEXT NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX link_previews_expiry ON link_previews (expires_at);
CREATE INDEX link_previews_instance ON link_previews (instance_id, expires_at);
-- Settings: end.

-- Signals: what ends a connection only when it shows twice.
--
-- What a look at a renewal's grant has shown that the next look has to confirm:
-- when, in which turn, and what. It counts in the very next turn only.
CREATE TABLE renewal_doubts (
    place INTEGER NOT NULL PRIMARY KEY REFERENCES renewals (place) ON DELETE CASCADE,
    at    INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    about TEXT NOT NULL
) STRICT;
-- Signals: end.

-- People: who works here, how they sign in, what they may do.
--
-- People belong to the deployment. email_key is the address in lower case, ''
-- for somebody who was removed: their row stays, so that histories keep a name.
-- password is an Argon2id hash with its parameters, '' for none. issuer and
-- subject are the identity at the sign-in service, '' for none.
CREATE TABLE users (
    id           TEXT NOT NULL PRIMARY KEY,
    email_key    TEXT NOT NULL,
    email        TEXT NOT NULL,
    name         TEXT NOT NULL,
    password     TEXT NOT NULL,
    issuer       TEXT NOT NULL,
    subject      TEXT NOT NULL,
    locale       TEXT NOT NULL,
    preferences  TEXT NOT NULL,
    created      INTEGER NOT NULL,
    last_sign_in INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX users_email ON users (email_key) WHERE email_key <> '';
CREATE UNIQUE INDEX users_subject ON users (issuer, subject) WHERE subject <> '';

-- role is the one that an administrator gave, group_role the one that follows
-- from groups at the sign-in service; '' for none. The higher one counts.
CREATE TABLE memberships (
    instance_id TEXT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    user_id     TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    role        TEXT NOT NULL,
    group_role  TEXT NOT NULL,
    disabled    INTEGER NOT NULL,
    created     INTEGER NOT NULL,
    PRIMARY KEY (instance_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_user ON memberships (user_id);

-- Who is signed in, by the SHA-256 of what their cookie holds.
CREATE TABLE staff_sessions (
    id        TEXT NOT NULL PRIMARY KEY,
    hash      TEXT NOT NULL UNIQUE,
    user_id   TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created   INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    device    TEXT NOT NULL,
    external  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_sessions_user ON staff_sessions (user_id);
CREATE INDEX staff_sessions_seen ON staff_sessions (last_seen);

-- Who looks at a draft of settings, which goes with their session; NULL for an API
-- key.
ALTER TABLE link_previews ADD COLUMN session_id TEXT REFERENCES staff_sessions (id) ON DELETE CASCADE;
CREATE INDEX link_previews_session ON link_previews (session_id);

-- Links that work once: to set up, to accept an invitation, to choose a new
-- password. hash is the SHA-256 of what the link holds.
CREATE TABLE staff_links (
    hash        TEXT NOT NULL PRIMARY KEY,
    kind        TEXT NOT NULL,
    user_id     TEXT REFERENCES users (id) ON DELETE CASCADE,
    instance_id TEXT REFERENCES instances (id) ON DELETE CASCADE,
    created     INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_links_user ON staff_links (user_id);
CREATE INDEX staff_links_instance ON staff_links (instance_id);

-- How often somebody tried to sign in, by the keyed hash of who: an account, an
-- address, or a device that has signed in before.
CREATE TABLE sign_in_tries (
    bucket TEXT NOT NULL PRIMARY KEY,
    tries  INTEGER NOT NULL,
    since  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_tries_since ON sign_in_tries (since);

-- How people sign in: one row, whose name is 'sign-in'. tested is what a test of
-- the sign-in service has shown, '' before one.
CREATE TABLE sign_in (
    name          TEXT NOT NULL PRIMARY KEY,
    settings      TEXT NOT NULL,
    sealed_secret BLOB,
    tested        TEXT NOT NULL,
    version       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was changed of people, keys, instances and sign-in, and by whom.
CREATE TABLE staff_history (
    id          TEXT NOT NULL PRIMARY KEY,
    instance_id TEXT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    at          INTEGER NOT NULL,
    actor       TEXT NOT NULL,
    what        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    detail      TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_history_at ON staff_history (instance_id, id);
-- Lines about sign-ins are forgotten in time, all others stay.
CREATE INDEX staff_history_sign_ins ON staff_history (at) WHERE what IN ('signIn.succeeded', 'signIn.failed', 'signIn.locked');

-- kind is 'live' or 'test'.
ALTER TABLE instances ADD COLUMN kind TEXT NOT NULL DEFAULT 'live';
-- expires is NULL for a key that does not; created_by is a person's id, or ''.
ALTER TABLE api_keys ADD COLUMN last_used INTEGER;
ALTER TABLE api_keys ADD COLUMN expires INTEGER;
ALTER TABLE api_keys ADD COLUMN created_by TEXT NOT NULL DEFAULT '';
-- People: end.

-- Monitor: what became of journeys, what the API answered, how deliveries went.
--
-- One row for what a company did in one category without a long pause, and
-- nothing that tells who: device is phone, tablet or desktop. step is the last
-- screen, cause why it ended there, '' when nothing is missing. open is 1 until
-- it has counted among what ended.
CREATE TABLE visits (
    company_id      TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    source_type     TEXT NOT NULL,
    began           INTEGER NOT NULL,
    instance_id     TEXT NOT NULL,
    last            INTEGER NOT NULL,
    integration_key TEXT NOT NULL,
    device          TEXT NOT NULL,
    locale          TEXT NOT NULL,
    step            TEXT NOT NULL,
    cause           TEXT NOT NULL,
    open            INTEGER NOT NULL,
    PRIMARY KEY (company_id, source_type, began)
) STRICT, WITHOUT ROWID;
CREATE INDEX visits_open ON visits (last) WHERE open = 1;
CREATE INDEX visits_began ON visits (began);

-- On which day a company came last to each stage, so that it counts once.
CREATE TABLE funnel_seen (
    company_id TEXT NOT NULL PRIMARY KEY REFERENCES companies (id) ON DELETE CASCADE,
    seen       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- How many companies came to a stage on a day (days since 1970) and had come
-- there before on the day former, 0 for never: those whose former day lies before
-- a span are the span's distinct companies. slice says what is told apart: 0
-- nothing, 1 integration, 2 device, 3 locale; the others are ''.
CREATE TABLE funnel_counts (
    instance_id     TEXT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    slice           INTEGER NOT NULL,
    day             INTEGER NOT NULL,
    former          INTEGER NOT NULL,
    source_type     TEXT NOT NULL,
    stage           TEXT NOT NULL,
    integration_key TEXT NOT NULL,
    device          TEXT NOT NULL,
    locale          TEXT NOT NULL,
    companies       INTEGER NOT NULL,
    PRIMARY KEY (instance_id, slice, day, former, source_type, stage, integration_key, device, locale)
) STRICT, WITHOUT ROWID;

-- How many visits of a day ended before they came to anything, and why. slice as
-- above.
CREATE TABLE funnel_causes (
    instance_id     TEXT NOT NULL REFERENCES instances (id) ON DELETE CASCADE,
    slice           INTEGER NOT NULL,
    day             INTEGER NOT NULL,
    source_type     TEXT NOT NULL,
    cause           TEXT NOT NULL,
    integration_key TEXT NOT NULL,
    device          TEXT NOT NULL,
    locale          TEXT NOT NULL,
    visits          INTEGER NOT NULL,
    PRIMARY KEY (instance_id, slice, day, source_type, cause, integration_key, device, locale)
) STRICT, WITHOUT ROWID;

-- What was answered, by the id that the answer carried; ids sort by time.
-- instance_id is '' where nobody knows whose request it was. left_out are the
-- successful reads before this one that were not written down.
CREATE TABLE requests (
    instance_id TEXT NOT NULL,
    id          TEXT NOT NULL,
    at          INTEGER NOT NULL,
    area        TEXT NOT NULL,
    method      TEXT NOT NULL,
    path        TEXT NOT NULL,
    status      INTEGER NOT NULL,
    duration    INTEGER NOT NULL,
    caller_kind TEXT NOT NULL,
    caller_id   TEXT NOT NULL,
    error_code  TEXT NOT NULL,
    message     TEXT NOT NULL,
    left_out    INTEGER NOT NULL,
    PRIMARY KEY (instance_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX requests_failed ON requests (instance_id, id) WHERE status >= 400 OR error_code <> '';

-- Attempts to deliver, by consumer and hour.
CREATE TABLE consumer_hours (
    consumer_id TEXT NOT NULL REFERENCES consumers (id) ON DELETE CASCADE,
    hour        INTEGER NOT NULL,
    succeeded   INTEGER NOT NULL,
    failed      INTEGER NOT NULL,
    PRIMARY KEY (consumer_id, hour)
) STRICT, WITHOUT ROWID;
CREATE INDEX consumer_hours_hour ON consumer_hours (hour);
-- Monitor: end.

-- Directory: companies as they are listed, sorted, counted and searched.
--
-- What a change leaves behind: the company, to be read again. A company that was
-- deleted leaves its place instead. Rows wait for the loop that works them into
-- the tables below; until then lists read the companies themselves.
CREATE TABLE directory_changes (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    instance_id TEXT NOT NULL,
    company_id  TEXT NOT NULL,
    place       INTEGER
) STRICT;

-- version grows with each change of an instance's part of the tables below, so
-- that who reads several of them knows whether they belong together. places is
-- how many were given away. building is 1 while companies of before are taken
-- in; built_created and built_id say how far that is.
CREATE TABLE directory_heads (
    number        INTEGER PRIMARY KEY AUTOINCREMENT,
    instance_id   TEXT NOT NULL UNIQUE REFERENCES instances (id) ON DELETE CASCADE,
    version       INTEGER NOT NULL DEFAULT 0,
    places        INTEGER NOT NULL DEFAULT 0,
    building      INTEGER NOT NULL DEFAULT 0,
    built_created INTEGER NOT NULL DEFAULT -1,
    built_id      TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO directory_heads (instance_id, building) SELECT id, 1 FROM instances ORDER BY created, id;

-- A company. realm is the number of its instance's head; mask are the statuses
-- that apply, a bit each. name is folded and cut, last_sync 0 for never. words
-- and marks are what the company can be found by.
CREATE TABLE directory (
    realm      INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    company_id TEXT NOT NULL REFERENCES companies (id) ON DELETE CASCADE,
    mask       INTEGER NOT NULL,
    created    INTEGER NOT NULL,
    name       TEXT NOT NULL,
    last_sync  INTEGER NOT NULL,
    words      TEXT NOT NULL,
    marks      TEXT NOT NULL,
    PRIMARY KEY (realm, place)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX directory_company ON directory (company_id);
CREATE INDEX directory_created ON directory (realm, mask, created, company_id);
CREATE INDEX directory_name ON directory (realm, mask, name, company_id);
CREATE INDEX directory_synced ON directory (realm, mask, last_sync, company_id);

-- How many companies have a mark, or exactly these statuses.
CREATE TABLE directory_totals (
    realm INTEGER NOT NULL REFERENCES directory_heads (number) ON DELETE CASCADE,
    term  TEXT NOT NULL,
    kept  INTEGER NOT NULL,
    PRIMARY KEY (realm, term)
) STRICT, WITHOUT ROWID;

-- 8,192 places side by side, and between when the first and the last of their
-- companies were created.
CREATE TABLE directory_blocks (
    realm         INTEGER NOT NULL REFERENCES directory_heads (number) ON DELETE CASCADE,
    block         INTEGER NOT NULL,
    first_created INTEGER NOT NULL,
    last_created  INTEGER NOT NULL,
    PRIMARY KEY (realm, block)
) STRICT, WITHOUT ROWID;

-- Which places of a block have a term: three letters in a row, the beginning of a
-- word, a tag and so on. A negative block holds blocks in place of places: those
-- that have the term at all.
CREATE TABLE directory_postings (
    realm  INTEGER NOT NULL,
    block  INTEGER NOT NULL,
    term   TEXT NOT NULL,
    places BLOB NOT NULL,
    PRIMARY KEY (realm, block, term)
) STRICT, WITHOUT ROWID;
-- 1 where people with limited roles see only the companies that they own.
ALTER TABLE instances ADD COLUMN owned_only INTEGER NOT NULL DEFAULT 0;
-- Directory: end.
