package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
)

// schemaVersionSQL asks the table that goose keeps.
const schemaVersionSQL = `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied = `

// errNewerSchema protects a database from a binary that does not know it.
var errNewerSchema = errors.New("the database was written by a newer version of Bowline")

// migrator is what an engine brings to a migration.
type migrator struct {
	dialect *dialect
	// open returns the connection that goose works on.
	open func() (*sql.DB, error)
	// version reads the schema's version; 0 for an empty database.
	version func(context.Context) (int64, error)
	// lock keeps other processes from migrating until release is called.
	lock func(context.Context) (release func() error, err error)
}

// migrate brings the schema up to date. Mostly there is nothing to do, which
// costs one query; goose is only started otherwise.
func (m migrator) migrate(ctx context.Context) (err error) {
	want, err := m.newest()
	if err != nil {
		return err
	}
	if done, err := m.done(ctx, want); done || err != nil {
		return err
	}
	release, err := m.lock(ctx)
	if err != nil {
		return fmt.Errorf("lock for migration: %w", err)
	}
	defer func() { err = errors.Join(err, release()) }()
	// Another process may have been faster.
	if done, err := m.done(ctx, want); done || err != nil {
		return err
	}
	return m.up(ctx)
}

func (m migrator) done(ctx context.Context, want int64) (bool, error) {
	have, err := m.version(ctx)
	if err != nil {
		return false, fmt.Errorf("read schema version: %w", err)
	}
	if have > want {
		return false, errNewerSchema
	}
	return have == want, nil
}

func (m migrator) folder() string { return "migrations/" + m.dialect.name }

// newest returns the highest number among the migrations in the binary.
func (m migrator) newest() (newest int64, err error) {
	entries, err := fs.ReadDir(migrations, m.folder())
	if err != nil {
		return 0, fmt.Errorf("list migrations: %w", err)
	}
	for _, entry := range entries {
		number, _, _ := strings.Cut(entry.Name(), "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("list migrations: %w", err)
		}
		newest = max(newest, n)
	}
	return newest, nil
}

func (m migrator) up(ctx context.Context) (err error) {
	db, err := m.open()
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	folder, err := fs.Sub(migrations, m.folder())
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	provider, err := goose.NewProvider(m.dialect.goose, db, folder,
		goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}
