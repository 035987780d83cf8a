-- +goose Up
-- The address that the sign-in service last told of a person's identity there: it
-- need not be the one by which they are known here. Empty for those who have not
-- come from there since.
ALTER TABLE users ADD COLUMN known_as TEXT NOT NULL DEFAULT '';
