package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/seal"
)

// Options say where the database is and what the store works with.
type Options struct {
	URL        string           // postgres://… ; empty is SQLite in Dir
	Dir        string           // folder of the SQLite files; made when absent
	Sealer     *seal.Sealer     // required
	Now        func() time.Time // nil is the system's clock
	Logger     *slog.Logger     // nil discards
	MaxReaders int              // SQLite connections that read; 0 chooses
}

// Store is the database. It is safe for concurrent use; a process needs one.
type Store struct {
	engine engine
	sealer *seal.Sealer
	now    func() time.Time
	logger *slog.Logger

	settings  settingsCache
	kinds     sync.Map // id of an instance to its bowline.InstanceKind
	successes successes
	foldTurn  atomic.Uint64 // see FoldDirectory
	reach     reach         // of searches in the directory
	tallies   tallies
	onWork    atomic.Pointer[func(Work)]
	onMove    atomic.Pointer[func([]Move)]
	resealed  sync.Map // sealedColumn to the key behind which Reseal goes on
}

// Work says what a transaction has left for those who deliver.
type Work struct {
	Events    bool // recorded, and nobody told yet
	Messages  bool // due, or soon
	Consumers bool // changed
}

// OnWork has fn called after each commit in this process that left work to do,
// by the goroutine that wrote: fn must only take a note. nil ends it. Other
// processes on the same database are not told.
func (s *Store) OnWork(fn func(Work)) {
	if fn == nil {
		s.onWork.Store(nil)
		return
	}
	s.onWork.Store(&fn)
}

// Move says that a connection was made or linked.
type Move struct {
	Connection bowline.Connection
	Trigger    bowline.Trigger // TriggerCreate or TriggerLink
	At         time.Time
}

// OnMove has fn called after each commit in this process that has made or linked
// connections, by the goroutine that wrote: fn must only take a note.
func (s *Store) OnMove(fn func([]Move)) { s.onMove.Store(&fn) }

// Open opens the database, brings its schema up to date and makes sure that
// the sealer belongs to it. It is safe when several processes open an empty
// database at once.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Sealer == nil {
		return nil, errors.New("open store: a sealer is required")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	e, err := openEngine(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	s := &Store{engine: e, reach: usualReach, sealer: o.Sealer, now: o.Now, logger: o.Logger}
	if err := s.verifyKeyset(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open store: %w", err), e.close())
	}
	return s, nil
}

func openEngine(ctx context.Context, o Options) (engine, error) {
	switch {
	case o.URL == "":
		return openSQLite(ctx, o)
	case strings.HasPrefix(o.URL, "postgres://"), strings.HasPrefix(o.URL, "postgresql://"):
		return openPostgres(ctx, o)
	}
	return nil, errors.New("the database URL must be empty or start with postgres://") // it may hold a password
}

// Engine returns [SQLite] or [Postgres].
func (s *Store) Engine() string { return s.engine.dialect().name }

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error { return translate(s.engine.ping(ctx)) }

// Close waits for writes in progress and closes the database. Later calls
// return [ErrClosed].
func (s *Store) Close() error {
	if err := s.engine.close(); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// Tx is an open transaction; it is valid inside the function given to
// [Store.Write] only, on that function's goroutine.
type Tx struct {
	session
	store *Store
	work  *Work
	noted map[bowline.ID]bool // see changed
	moves *[]Move
}

// Write runs fn in one transaction and returns nil once everything it wrote is
// durable; on any error nothing of it remains. ctx governs the wait for a
// turn, not the transaction: once fn runs, it is brought to its end.
//
// Other writers wait for fn, so it must be short and must not call out or use
// the Store. fn may run again when PostgreSQL asks for it (deadlock,
// serialization), so it must change nothing but the Tx and what it sets anew
// each time. Writes may be queued: a fault of one, [ErrConflict] and
// [ErrNotFound] included, can surface at a later call or only as the result of
// Write, and it ends the transaction even if fn ignores it. Branch on the
// result of Write, not inside fn.
func (s *Store) Write(ctx context.Context, fn func(tx *Tx) error) error {
	var work Work
	var moves []Move
	err := s.engine.write(ctx, func(open session) error {
		work, moves = Work{}, moves[:0]
		return fn(&Tx{session: open, store: s, work: &work, moves: &moves})
	})
	if err == nil && len(moves) > 0 {
		if tell := s.onMove.Load(); tell != nil {
			(*tell)(moves)
		}
	}
	if err == nil && work != (Work{}) {
		if tell := s.onWork.Load(); tell != nil {
			(*tell)(work)
		}
	}
	return err
}

// read runs one query with a connection that cannot write.
func (s *Store) read(ctx context.Context, sql string, args []any, each func(*row) error) error {
	return s.engine.read(ctx, func(q querier) error { return q.query(ctx, sql, args, each) })
}

// storeReader lets the read functions run outside a transaction.
type storeReader struct{ *Store }

func (r storeReader) query(ctx context.Context, sql string, args []any, each func(*row) error) error {
	return r.read(ctx, sql, args, each)
}

// one runs a query of at most one row and returns ErrNotFound without one.
func one(ctx context.Context, q querier, sql string, args []any, scan func(*row) error) error {
	found := false
	err := q.query(ctx, sql, args, func(r *row) error {
		found = true
		return scan(r)
	})
	if err == nil && !found {
		return ErrNotFound
	}
	return err
}
