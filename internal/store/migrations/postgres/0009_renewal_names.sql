-- +goose Up
-- Where a renewal lies, by its id and by the refresh token that may be met again.
--
-- PostgreSQL writes an entry into every index of a table for each new version of
-- a row. A refresh makes two, and ids and digests lie anywhere: with a million
-- connections each one wrote whole pages of these two indexes to the log. They
-- are tables of their own now, which only change when a renewal begins or ends.
CREATE TABLE renewal_names (
    id    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    place BIGINT NOT NULL
);
CREATE TABLE renewal_owned (
    digest BYTEA NOT NULL PRIMARY KEY,
    place  BIGINT NOT NULL
);
INSERT INTO renewal_names (id, place) SELECT id, place FROM renewals;
INSERT INTO renewal_owned (digest, place) SELECT owned_digest, place FROM renewals WHERE owned_digest IS NOT NULL;

-- They are kept as an index would be: nobody who writes to renewals can forget
-- them, and what would be there twice is refused.
-- +goose StatementBegin
CREATE FUNCTION renewal_begun() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO renewal_names (id, place) VALUES (NEW.id, NEW.place);
    IF NEW.owned_digest IS NOT NULL THEN
        INSERT INTO renewal_owned (digest, place) VALUES (NEW.owned_digest, NEW.place);
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION renewal_owner_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM renewal_owned WHERE digest = OLD.owned_digest;
    IF NEW.owned_digest IS NOT NULL THEN
        INSERT INTO renewal_owned (digest, place) VALUES (NEW.owned_digest, NEW.place);
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION renewal_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM renewal_names WHERE id = OLD.id;
    DELETE FROM renewal_owned WHERE digest = OLD.owned_digest;
    RETURN NULL;
END
$$;
-- +goose StatementEnd
CREATE TRIGGER renewal_begun AFTER INSERT ON renewals FOR EACH ROW EXECUTE FUNCTION renewal_begun();
CREATE TRIGGER renewal_owner_changed AFTER UPDATE OF owned_digest ON renewals FOR EACH ROW
    WHEN (OLD.owned_digest IS DISTINCT FROM NEW.owned_digest) EXECUTE FUNCTION renewal_owner_changed();
CREATE TRIGGER renewal_ended AFTER DELETE ON renewals FOR EACH ROW EXECUTE FUNCTION renewal_ended();

ALTER TABLE renewals DROP CONSTRAINT renewals_id_key;
DROP INDEX renewals_owned;
