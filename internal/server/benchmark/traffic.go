package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// traffic is what was read and written so far: with SQLite by this process, with
// PostgreSQL what the server wrote into its log.
type traffic struct {
	postgres            bool
	read, written, full float64 // bytes; full are whole pages in the log
}

// traffic is asked before and after.
func (s *farmSide) traffic(ctx context.Context) (t traffic, err error) {
	if s.place.url == "" {
		t.read, t.written = diskBytes()
		return t, nil
	}
	t.postgres = true
	conn, err := pgx.Connect(ctx, s.place.url)
	if err != nil {
		return t, fmt.Errorf("ask what was written: %w", err)
	}
	err = conn.QueryRow(ctx, "SELECT wal_bytes::float8, wal_fpi::float8 FROM pg_stat_wal").Scan(&t.written, &t.full)
	if err = errors.Join(err, conn.Close(ctx)); err != nil {
		return t, fmt.Errorf("ask what was written: %w", err)
	}
	return t, nil
}

// since says what each of n has cost.
func (t traffic) since(before traffic, n int) string {
	each := func(now, then float64) float64 { return (now - then) / float64(n) }
	if t.postgres {
		return fmt.Sprintf("%.1f KiB of log with %.2f whole pages", each(t.written, before.written)/1024, each(t.full, before.full))
	}
	return fmt.Sprintf("%.1f KiB read and %.1f KiB written", each(t.read, before.read)/1024, each(t.written, before.written)/1024)
}

// diskBytes is what this process has had read from the disk and written to it
// (proc_pid_io(5)); zero where the system does not tell.
func diskBytes() (read, written float64) {
	text, _ := os.ReadFile("/proc/self/io")
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		n, _ := strconv.ParseFloat(value, 64)
		switch name {
		case "read_bytes":
			read = n
		case "write_bytes":
			written = n
		}
	}
	return read, written
}
