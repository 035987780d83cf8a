package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// checkpointApart keeps checkpoints apart: while one waits for the disk, so do
// commits, and at ten a second every sixth commit would.
const checkpointApart = 4 * time.Second

// emptyApart keeps those apart that leave the log empty. It is written over from
// its beginning, and behind that there is what was wiped since; but a log that is
// cut has to grow again.
const emptyApart = 10 * time.Minute

// checkpointer carries what was committed over from SQLite's log into the
// database file, beside the writer. Left to the writer, which does it inside a
// commit, every few hundred commits one would take ten times as long.
type checkpointer struct {
	conn    *liteConn
	quit    chan struct{}
	done    chan struct{}
	emptied time.Time // when the log was last
}

// startCheckpointer watches for commits, each of which leaves a token in wrote.
func startCheckpointer(path string, wrote <-chan struct{}) (*checkpointer, error) {
	conn, err := openLite(sqliteDSN(path, checkpointPragmas))
	if err != nil {
		return nil, fmt.Errorf("open connection for checkpoints: %w", err)
	}
	if err := conn.query(context.Background(), `PRAGMA busy_timeout(0)`, nil, func(*row) error { return nil }); err != nil {
		return nil, errors.Join(fmt.Errorf("open connection for checkpoints: %w", err), conn.close())
	}
	c := &checkpointer{conn: conn, quit: make(chan struct{}), done: make(chan struct{}), emptied: time.Now()}
	go c.run(wrote)
	return c, nil
}

func (c *checkpointer) run(wrote <-chan struct{}) {
	defer close(c.done)
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-wrote:
		case <-c.quit:
			return
		}
		c.carry(time.Now())
		pause.Reset(checkpointApart)
		select {
		case <-pause.C:
		case <-c.quit:
			return
		}
	}
}

// carry carries over what it can. PASSIVE waits for nobody and holds nobody up.
// What it leaves, because somebody reads or writes just then, the next one carries
// over; a fault that lasts meets the writer too, which reports it. When it is
// time to empty the log, the second step finds little to do, and gives way to
// whoever reads or writes.
func (c *checkpointer) carry(now time.Time) {
	_ = c.conn.query(context.Background(), `PRAGMA wal_checkpoint(PASSIVE)`, nil, func(*row) error { return nil })
	if now.Sub(c.emptied) < emptyApart {
		return
	}
	_ = c.conn.query(context.Background(), `PRAGMA wal_checkpoint(TRUNCATE)`, nil, func(r *row) error {
		if busy := r.int(); r.err == nil && busy == 0 {
			c.emptied = now
		}
		return r.err
	})
}

func (c *checkpointer) stop() error {
	close(c.quit)
	<-c.done
	return c.conn.close()
}
