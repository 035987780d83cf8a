package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// holdLimit bounds one exchange on a holder's session: a database that went
	// silent counts as lost.
	holdLimit = 5 * time.Second
	// regainLimit bounds how long the lock of a session that broke is waited for.
	regainLimit = time.Second
	// freeStep is how many leases one transaction frees.
	freeStep = 500
)

// Holder is a dispatcher as the database knows it: the name under which it
// leases messages, and on PostgreSQL a session of its own that holds an
// advisory lock for as long as it lives. When the lock is gone, others free its
// leases. On SQLite, which has one process, it is only the name 0. It is for
// one goroutine.
type Holder struct {
	ID    int64 // of the leases
	store *Store
	conn  *pgx.Conn // nil on SQLite
	work  string
	fresh bool // has not looked for dead ones yet
	// missed are those that had no lock when looked for last: a session that
	// broke may come back within moments.
	missed map[int64]bool
}

// What holders of leases are there for.
const (
	HoldMessages = ""
	HoldRenewals = "renewals"
)

// Hold enters a dispatcher of messages. former is the id that was held when the session
// broke, 0 without one: it is taken again if nobody has freed its leases yet,
// so that what was leased under it is still held.
func (s *Store) Hold(ctx context.Context, former int64) (*Holder, error) {
	return s.HoldFor(ctx, HoldMessages, former)
}

// HoldFor is [Store.Hold] for another kind of work. Each kind counts those of
// its own that live; whose session has ended is buried by whoever notices.
func (s *Store) HoldFor(ctx context.Context, work string, former int64) (*Holder, error) {
	h := &Holder{store: s, fresh: former == 0, work: work}
	pg, ok := s.engine.(*postgresEngine)
	if !ok {
		return h, nil
	}
	ctx, cancel := context.WithTimeout(ctx, holdLimit)
	defer cancel()
	var err error
	if h.conn, err = pgx.ConnectConfig(ctx, pg.pool.Config().ConnConfig); err != nil {
		return nil, fmt.Errorf("hold leases: %w", translate(err))
	}
	if err := h.enter(ctx, former); err != nil {
		h.Abandon()
		return nil, fmt.Errorf("hold leases: %w", translate(err))
	}
	return h, nil
}

// enter takes a lock and then says so: a row without a lock is that of a dead
// one, at any time.
func (h *Holder) enter(ctx context.Context, former int64) error {
	// A machine that is gone without a word has lost its lock some seconds later.
	_, err := h.conn.Exec(ctx, `SELECT set_config('tcp_keepalives_idle', '5', false),
		set_config('tcp_keepalives_interval', '2', false), set_config('tcp_keepalives_count', '3', false)`)
	if err != nil {
		return err
	}
	if former != 0 {
		var there bool
		ours, err := h.regain(ctx, former)
		if err == nil && ours {
			err = h.conn.QueryRow(ctx, `SELECT EXISTS (SELECT 1 FROM dispatchers WHERE id = $1)`, former).Scan(&there)
		}
		if err != nil {
			return err
		}
		if ours && there {
			h.ID = former
			return nil
		}
		if ours {
			if err := h.unlock(ctx, former); err != nil {
				return err
			}
		}
	}
	h.ID = 1 + rand.Int64N(1<<62) //nolint:gosec // a name, not a secret
	var ours bool
	if err := h.conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, h.ID).Scan(&ours); err != nil {
		return err
	}
	if !ours {
		return errors.New("another has the same name")
	}
	_, err = h.conn.Exec(ctx, `INSERT INTO dispatchers (id, started, work) VALUES ($1, $2, $3)`, h.ID, h.store.now().UnixMicro(), h.work)
	return err
}

// regain takes the lock of a session of one's own that broke. The database may be
// about to end it still, so that the lock is waited for a moment.
func (h *Holder) regain(ctx context.Context, former int64) (bool, error) {
	_, err := h.conn.Exec(ctx, `SELECT set_config('lock_timeout', $1, false)`, strconv.FormatInt(regainLimit.Milliseconds(), 10))
	if err != nil {
		return false, err
	}
	_, err = h.conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, former)
	var refused *pgconn.PgError
	late := errors.As(err, &refused) && refused.Code == pgNotAvailable
	if err != nil && !late {
		return false, err
	}
	_, err = h.conn.Exec(ctx, `RESET lock_timeout`)
	return !late, err
}

func (h *Holder) unlock(ctx context.Context, id int64) error {
	_, err := h.conn.Exec(ctx, `SELECT pg_advisory_unlock($1)`, id)
	return err
}

// Wait returns nil after a time, or an error as soon as the session breaks or
// ctx ends.
func (h *Holder) Wait(ctx context.Context, d time.Duration) error {
	pause, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	if h.conn == nil {
		<-pause.Done()
		return ctx.Err()
	}
	for pause.Err() == nil {
		if _, err := h.conn.WaitForNotification(pause); err != nil && (h.Lost() || ctx.Err() != nil) {
			return fmt.Errorf("hold leases: %w", translate(err))
		}
	}
	return ctx.Err()
}

// Lost says whether the session is gone, and with it perhaps what was leased.
func (h *Holder) Lost() bool { return h.conn != nil && h.conn.IsClosed() }

// Tend makes the leases of dead dispatchers due at once, those from l.Now to
// l.Until, and returns how many dispatchers live, this one included. The first
// time a dead one is believed at sight, so that whoever starts alone after a
// crash begins at once; later on at the second.
func (h *Holder) Tend(ctx context.Context, l Lease) (alive int, err error) {
	if h.conn == nil {
		return 1, nil
	}
	alive, dead, err := h.look(ctx)
	if err != nil {
		return 0, fmt.Errorf("look for other dispatchers: %w", translate(err))
	}
	missed := map[int64]bool{}
	var errs []error
	for _, id := range dead {
		if h.fresh || h.missed[id] {
			l.Holder = id
			errs = append(errs, h.store.bury(ctx, l))
		} else {
			missed[id] = true
		}
		// With its lock in our hands nobody else did the same, and it could not
		// come back.
		errs = append(errs, h.unlock(ctx, id))
	}
	h.missed, h.fresh = missed, false
	if err := errors.Join(errs...); err != nil {
		return alive, fmt.Errorf("free leases of the dead: %w", translate(err))
	}
	return alive, nil
}

// look returns how many live, and takes the locks of the dead.
func (h *Holder) look(ctx context.Context) (alive int, dead []int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, holdLimit)
	defer cancel()
	rows, err := h.conn.Query(ctx, `SELECT id, work, pg_try_advisory_lock(id) FROM dispatchers WHERE id <> $1`, h.ID)
	if err != nil {
		return 0, nil, err
	}
	alive = 1
	var id int64
	var work string
	var ours bool
	_, err = pgx.ForEachRow(rows, []any{&id, &work, &ours}, func() error {
		switch {
		case ours:
			dead = append(dead, id)
		case work == h.work:
			alive++
		}
		return nil
	})
	return alive, dead, err
}

// bury forgets a dispatcher and frees what it had leased. The row goes first:
// should we die in between, the rest waits until its leases end, but nobody
// comes back who believes to hold all of it.
func (s *Store) bury(ctx context.Context, l Lease) error {
	var holders []string
	err := s.Write(ctx, func(tx *Tx) error {
		return tx.exec(ctx, `DELETE FROM dispatchers WHERE id = $1`, []any{l.Holder})
	})
	if err == nil {
		err = s.FreeLost(ctx, l.Holder, l.Now)
	}
	if err == nil {
		// By consumer, as the index of what is due lies: one more for this alone
		// would cost every delivery.
		err = s.read(ctx, dueConsumers+`SELECT consumer_id FROM due WHERE consumer_id IS NOT NULL AND EXISTS (
				SELECT 1 FROM messages m WHERE m.consumer_id = due.consumer_id
				AND m.run_at > $1 AND m.run_at <= $2 AND m.holder = $3 AND m.run_at <> m.due_at)`,
			[]any{micros(l.Now), micros(l.Until), l.Holder}, func(r *row) error {
				holders = append(holders, r.text())
				return r.err
			})
	}
	for i := 0; err == nil && i < len(holders); {
		var n int64
		err = s.Write(ctx, func(tx *Tx) error {
			tx.work.Messages = true
			n, err = tx.execCount(ctx, `UPDATE messages SET run_at = due_at WHERE consumer_id = $1 AND id IN (
				SELECT m.id FROM messages m WHERE m.consumer_id = $1 AND m.run_at > $2 AND m.run_at <= $3
				AND m.holder = $4 AND m.run_at <> m.due_at ORDER BY m.run_at, m.id LIMIT CAST($5 AS BIGINT))`,
				[]any{holders[i], micros(l.Now), micros(l.Until), l.Holder, int64(freeStep)})
			return err
		})
		if n < freeStep {
			i++
		}
	}
	return err
}

// Leave ends a dispatcher that holds nothing any more.
func (h *Holder) Leave(ctx context.Context) error {
	if h.conn == nil {
		return nil
	}
	defer h.Abandon()
	ctx, cancel := context.WithTimeout(ctx, holdLimit)
	defer cancel()
	err := h.store.Write(ctx, func(tx *Tx) error { // the session may be gone
		return tx.exec(ctx, `DELETE FROM dispatchers WHERE id = $1`, []any{h.ID})
	})
	if err != nil {
		return fmt.Errorf("leave the dispatchers: %w", err)
	}
	return nil
}

// Abandon ends the session and leaves everything else as it is, as a crash
// does.
func (h *Holder) Abandon() {
	if h.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = h.conn.Close(ctx) // the server notices in any case
}
