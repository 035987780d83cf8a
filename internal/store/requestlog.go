package store

import (
	"context"
	"fmt"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/query"
)

var insertRequests = bulk{
	head:  `INSERT INTO requests (instance_id, id, at, area, method, path, status, duration, caller_kind, caller_id, error_code, message, left_out) VALUES `,
	width: 13, tail: ` ON CONFLICT (instance_id, id) DO NOTHING`,
}

// InsertRequests keeps answered requests.
func (tx *Tx) InsertRequests(ctx context.Context, list []bowline.AnsweredRequest) error {
	rows := make([]any, 0, len(list)*insertRequests.width)
	for _, q := range list {
		rows = append(rows, string(q.InstanceID), q.ID, micros(q.At), q.Area, q.Method, q.Path, int64(q.Status), q.Duration.Microseconds(),
			string(q.CallerKind), string(q.CallerID), q.ErrorCode, q.Message, q.LeftOut)
	}
	if err := insertRequests.exec(ctx, tx, nil, rows); err != nil {
		return fmt.Errorf("keep requests: %w", err)
	}
	return nil
}

// RequestList asks for answered requests of an instance, the latest first.
type RequestList struct {
	InstanceID bowline.ID
	Failed     bool   // only those that failed
	MinStatus  int    // only those answered so, from here
	MaxStatus  int    // to here; 0 is no limit
	Path       string // only those whose path begins so
	Before     string // only those that come behind this id
	Limit      int
	Reach      int // how many are looked through at most; 0 is no limit
}

const requestSQL = `SELECT q.instance_id, q.id, q.at, q.area, q.method, q.path, q.status, q.duration, q.caller_kind, q.caller_id,
		coalesce(k.name, u.name, c.name, ''), q.error_code, q.message, q.left_out
	FROM `

// requestNames joins what callers are called now.
const requestNames = ` q LEFT JOIN api_keys k ON q.caller_kind = 'key' AND k.id = q.caller_id
	LEFT JOIN users u ON q.caller_kind = 'user' AND u.id = q.caller_id
	LEFT JOIN companies c ON q.caller_kind = 'company' AND c.id = q.caller_id`

// looked is what a list looks through, as a query: a part of the primary key, or
// of the index of what has failed. Its limit holds whatever the filters are.
func (l *RequestList) looked(args *query.Args, engine string) string {
	from, where := `requests`, `instance_id = `+args.Add(string(l.InstanceID))
	if l.Failed || l.MinStatus >= http.StatusBadRequest {
		where += ` AND (status >= 400 OR error_code <> '')`
		if engine == SQLite { // which would prefer the primary key, and go through all
			from += ` INDEXED BY requests_failed`
		}
	}
	if l.Before != "" {
		where += ` AND id < ` + args.Add(l.Before)
	}
	return `SELECT * FROM ` + from + ` WHERE ` + where + ` ORDER BY id DESC LIMIT CAST(` + args.Add(int64(l.Reach)) + ` AS BIGINT)`
}

// Requests returns at most Limit answered requests, and the id behind which the
// list goes on; empty at its end.
func (s *Store) Requests(ctx context.Context, l RequestList) (list []bowline.AnsweredRequest, next string, err error) {
	err = s.engine.read(ctx, func(q querier) error {
		var args query.Args
		looked := l.looked(&args, s.Engine())
		matching := `status >= ` + args.Add(int64(l.MinStatus))
		if l.MaxStatus > 0 {
			matching += ` AND status <= ` + args.Add(int64(l.MaxStatus))
		}
		if l.Path != "" {
			matching += ` AND substr(path, 1, CAST(` + args.Add(int64(utf8.RuneCountInString(l.Path))) + ` AS INTEGER)) = ` + args.Add(l.Path)
		}
		err := q.query(ctx, requestSQL+`(SELECT * FROM (`+looked+`) looked WHERE `+matching+
			` ORDER BY id DESC LIMIT CAST(`+args.Add(int64(l.Limit))+` AS BIGINT))`+requestNames+` ORDER BY q.id DESC`,
			args.Values(), func(r *row) error {
				list = append(list, scanRequest(r))
				return r.err
			})
		if err != nil || len(list) == l.Limit {
			return err
		}
		var all query.Args
		return q.query(ctx, `SELECT count(*), min(id) FROM (`+l.looked(&all, s.Engine())+`) looked`, all.Values(), func(r *row) error {
			if r.int() == int64(l.Reach) {
				next = r.text()
			}
			return r.err
		})
	})
	if err != nil {
		return nil, "", fmt.Errorf("list requests: %w", err)
	}
	if l.Limit > 0 && len(list) == l.Limit {
		next = list[len(list)-1].ID
	}
	return list, next, nil
}

// Request returns the answered request with a correlation id, or [ErrNotFound].
// One that nobody knows the owner of is found by whoever knows its id.
func (s *Store) Request(ctx context.Context, instance bowline.ID, id string) (found bowline.AnsweredRequest, err error) {
	err = one(ctx, storeReader{s}, requestSQL+`(SELECT * FROM requests WHERE instance_id IN ($1, '') AND id = $2 ORDER BY instance_id DESC LIMIT 1)`+
		requestNames, []any{string(instance), id}, func(r *row) error {
		found = scanRequest(r)
		return r.err
	})
	if err != nil {
		return found, fmt.Errorf("read request: %w", err)
	}
	return found, nil
}

// OldestRequest returns when the oldest request of an instance was answered that
// is still there; zero when there is none.
func (s *Store) OldestRequest(ctx context.Context, instance bowline.ID) (at time.Time, err error) {
	err = s.read(ctx, `SELECT at FROM requests WHERE instance_id = $1 ORDER BY id LIMIT 1`, []any{string(instance)}, func(r *row) error {
		at = r.time()
		return r.err
	})
	if err != nil {
		return at, fmt.Errorf("read oldest request: %w", err)
	}
	return at, nil
}

// RequestBehind returns the id of the n-th latest request of an instance, or ""
// when there are fewer. It walks through an index; call it rarely.
func (s *Store) RequestBehind(ctx context.Context, instance bowline.ID, n int) (id string, err error) {
	err = s.read(ctx, `SELECT id FROM requests WHERE instance_id = $1 ORDER BY id DESC LIMIT 1 OFFSET CAST($2 AS BIGINT)`,
		[]any{string(instance), int64(n)}, func(r *row) error {
			id = r.text()
			return r.err
		})
	if err != nil {
		return "", fmt.Errorf("count requests: %w", err)
	}
	return id, nil
}

// ForgetRequests deletes at most limit requests of an instance that come before
// an id, and returns how many there were.
func (tx *Tx) ForgetRequests(ctx context.Context, instance bowline.ID, before string, limit int) (int, error) {
	n, err := tx.execCount(ctx, `DELETE FROM requests WHERE instance_id = $1 AND id IN (
			SELECT id FROM requests WHERE instance_id = $1 AND id < $2 ORDER BY id LIMIT CAST($3 AS BIGINT))`,
		[]any{string(instance), before, int64(limit)})
	if err != nil {
		return 0, fmt.Errorf("forget requests: %w", err)
	}
	return int(n), nil
}

func scanRequest(r *row) bowline.AnsweredRequest {
	return bowline.AnsweredRequest{
		InstanceID: r.id(), ID: r.text(), At: r.time(), Area: r.text(), Method: r.text(), Path: r.text(), Status: int(r.int()),
		Duration: time.Duration(r.int()) * time.Microsecond, CallerKind: bowline.CallerKind(r.text()), CallerID: r.id(),
		CallerName: r.text(), ErrorCode: r.text(), Message: r.text(), LeftOut: r.int(),
	}
}
