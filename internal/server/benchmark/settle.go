package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// settle does what PostgreSQL does by itself with rows that came in the course
// of months, and would else do while it is measured with those that came within
// a minute: it looks through tables, counts their rows, and writes all that has
// changed to its files.
func (p *prepared) settle(ctx context.Context, tables ...string) error {
	if p.schema == nil {
		return nil
	}
	conn, err := pgx.Connect(ctx, p.url)
	if err != nil {
		return fmt.Errorf("settle PostgreSQL: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, sql := range []string{`VACUUM (ANALYZE) ` + strings.Join(tables, ", "), `CHECKPOINT`} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("settle PostgreSQL: %w", err)
		}
	}
	return nil
}
