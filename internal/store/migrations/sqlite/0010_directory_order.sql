-- +goose Up
-- straight is 1 where the companies of a block lie in the order of creation, so
-- that the latest of those that a search may find are read, and not all of them.
ALTER TABLE directory_blocks ADD COLUMN straight INTEGER NOT NULL DEFAULT 0;
UPDATE directory_blocks SET straight = 1 WHERE (realm, block) NOT IN (
    SELECT realm, place >> 13 FROM (
        SELECT realm, place, created, company_id,
            lag(created) OVER w AS former, lag(company_id) OVER w AS former_id
        FROM directory WINDOW w AS (PARTITION BY realm, place >> 13 ORDER BY place)) AS laid
    WHERE former > created OR former = created AND former_id > company_id);
