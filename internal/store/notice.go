package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/bowline/bowline"
)

// How many lines about connections that ended are looked at, the latest: where a
// provider ends all of them at once, nobody counts on. For somebody who sees some
// companies only it is more, because most of them may be somebody else's.
const (
	maxEnded      = 250
	maxEndedOwned = 1000
)

// EndedConnections are connections that lately ended at their provider, and have
// not been linked again.
type EndedConnections struct {
	Count  int
	More   bool      // there may be more
	Latest time.Time // when the last of them ended
}

// EndedConnections counts those of an instance since a time. Where visibleTo is
// not empty, only those of companies that the person owns count. It reads an
// index of what ended, and no more than a bounded part of that.
func (s *Store) EndedConnections(ctx context.Context, instance bowline.ID, since time.Time, visibleTo bowline.ID) (found EndedConnections, err error) {
	join, args := "", []any{string(instance), micros(since), int64(maxEnded)}
	if visibleTo != "" {
		// Owners lie with relations of the company. No company has a person's id.
		args[2] = int64(maxEndedOwned)
		args = append(args, "%"+string(visibleTo)+"%")
		join = ` JOIN companies c ON c.id = n.company_id AND c.relations LIKE $` + strconv.Itoa(len(args))
	}
	most := args[2]
	err = one(ctx, storeReader{s}, `WITH ended AS (SELECT connection_id, at FROM connection_history
			WHERE instance_id = $1 AND at >= $2 AND to_status = 'Deauthorized' AND from_status <> 'Deauthorized'
			ORDER BY at DESC LIMIT CAST($3 AS BIGINT))
		SELECT count(DISTINCT n.id), coalesce(max(h.at), 0), (SELECT count(*) FROM ended)
		FROM ended h JOIN connections n ON n.id = h.connection_id AND n.status = 'Deauthorized'`+join, args, func(r *row) error {
		found.Count, found.Latest = int(r.int()), r.time()
		found.More = any(r.int()) == most
		return r.err
	})
	if err != nil {
		return EndedConnections{}, fmt.Errorf("count ended connections: %w", err)
	}
	return found, nil
}

// NoticesSeen returns the ids of the notices that a person has seen in an
// instance; [ErrNotFound] when they do not work there.
func (s *Store) NoticesSeen(ctx context.Context, instance, user bowline.ID) ([]string, error) {
	return readNoticesSeen(ctx, storeReader{s}, instance, user, "")
}

// NoticesSeen is the same within a transaction, until whose end nobody else
// changes it.
func (tx *Tx) NoticesSeen(ctx context.Context, instance, user bowline.ID) ([]string, error) {
	return readNoticesSeen(ctx, tx, instance, user, tx.dialect().lock)
}

func readNoticesSeen(ctx context.Context, q querier, instance, user bowline.ID, lock string) (seen []string, err error) {
	err = one(ctx, q, `SELECT notices_seen FROM memberships WHERE instance_id = $1 AND user_id = $2`+lock,
		[]any{string(instance), string(user)}, func(r *row) error {
			seen = strings.Fields(r.text())
			return r.err
		})
	if err != nil {
		return nil, fmt.Errorf("read seen notices: %w", err)
	}
	return seen, nil
}

// PutNoticesSeen replaces them; [ErrNotFound] when the person does not work there.
func (tx *Tx) PutNoticesSeen(ctx context.Context, instance, user bowline.ID, seen []string) error {
	err := tx.execOne(ctx, ErrNotFound, `UPDATE memberships SET notices_seen = $1 WHERE instance_id = $2 AND user_id = $3`,
		[]any{strings.Join(seen, " "), string(instance), string(user)})
	if err != nil {
		return fmt.Errorf("put seen notices: %w", err)
	}
	return nil
}
