package store

import (
	"context"
	"fmt"
	"math/bits"
	"slices"
	"strconv"

	"github.com/bowline/bowline"
)

// connectionColumns in the order of scanConnection; whose they are is known
// from elsewhere.
const connectionColumns = `n.id, n.integration_id, n.integration_key, n.source_id, n.source_type, n.platform_name,
	n.status, n.last_sync, n.created, n.errors, n.info, n.tenant_id, n.tenant_name, n.company_name, n.linked_at, n.version`

func scanConnection(r *row, instance, company bowline.ID) bowline.Connection {
	c := bowline.Connection{
		ID: r.id(), InstanceID: instance, CompanyID: company,
		IntegrationID: r.id(), IntegrationKey: r.text(), SourceID: r.id(), SourceType: bowline.SourceType(r.text()),
		PlatformName: r.text(), Status: bowline.Status(r.text()), LastSync: r.timeOrNil(), Created: r.time(),
	}
	r.json(&c.DataConnectionErrors)
	r.json(&c.ConnectionInfo)
	c.TenantID, c.TenantName, c.CompanyName = r.text(), r.text(), r.text()
	c.LinkedAt, c.Version = r.timeOrNil(), r.int()
	return c
}

// Connection returns one connection of a company, or [ErrNotFound].
func (s *Store) Connection(ctx context.Context, instance, company, id bowline.ID) (bowline.Connection, error) {
	return readConnection(ctx, storeReader{s}, bowline.Connection{InstanceID: instance, CompanyID: company, ID: id})
}

// Connection is [Store.Connection] inside the transaction.
func (tx *Tx) Connection(ctx context.Context, instance, company, id bowline.ID) (bowline.Connection, error) {
	return readConnection(ctx, tx, bowline.Connection{InstanceID: instance, CompanyID: company, ID: id})
}

func readConnection(ctx context.Context, q querier, key bowline.Connection) (bowline.Connection, error) {
	var c bowline.Connection
	err := one(ctx, q, `SELECT `+connectionColumns+` FROM connections n
		WHERE n.id = $1 AND n.company_id = $2 AND n.instance_id = $3`,
		[]any{string(key.ID), string(key.CompanyID), string(key.InstanceID)},
		func(r *row) error {
			c = scanConnection(r, key.InstanceID, key.CompanyID)
			return r.err
		})
	if err != nil {
		return bowline.Connection{}, fmt.Errorf("read connection: %w", err)
	}
	return c, nil
}

// ConnectionsOf returns the connections of several companies of an instance, by
// company and then the oldest first.
func (s *Store) ConnectionsOf(ctx context.Context, instance bowline.ID, companies []bowline.ID) ([]bowline.Connection, error) {
	var list []bowline.Connection
	for batch := range slices.Chunk(companies, maxIDs) {
		sql, args := `SELECT n.company_id, `+connectionColumns+` FROM connections n WHERE n.instance_id = $1 AND n.company_id IN (`, []any{string(instance)}
		for i := range 1 << bits.Len(uint(len(batch)-1)) { // few texts, so that each stays prepared
			if i > 0 {
				sql += `, `
			}
			args = append(args, string(batch[min(i, len(batch)-1)]))
			sql += `$` + strconv.Itoa(len(args))
		}
		err := s.read(ctx, sql+`) ORDER BY n.company_id, n.created, n.id`, args, func(r *row) error {
			list = append(list, scanConnection(r, instance, r.id()))
			return r.err
		})
		if err != nil {
			return nil, fmt.Errorf("read connections of companies: %w", err)
		}
	}
	return list, nil
}

// InsertConnection adds a connection; [ErrNotFound] when its company is gone.
func (tx *Tx) InsertConnection(ctx context.Context, c bowline.Connection) error {
	failures, info, err := connectionLists(c)
	if err != nil {
		return err
	}
	err = tx.exec(ctx, `INSERT INTO connections
		(id, instance_id, company_id, integration_id, integration_key, source_id, source_type, platform_name,
		 status, last_sync, created, errors, info, tenant_id, tenant_name, company_name, linked_at, version)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		[]any{
			string(c.ID), string(c.InstanceID), string(c.CompanyID), string(c.IntegrationID), c.IntegrationKey,
			string(c.SourceID), string(c.SourceType), c.PlatformName, string(c.Status), microsOrNil(c.LastSync),
			micros(c.Created), failures, info, c.TenantID, c.TenantName, c.CompanyName, microsOrNil(c.LinkedAt), c.Version,
		})
	if err != nil {
		return fmt.Errorf("insert connection: %w", err)
	}
	return tx.changed(ctx, c.InstanceID, c.CompanyID)
}

// UpdateConnection writes what can change about a connection, provided that it
// still has c.Version; else the transaction fails with [ErrConflict]. It
// increments c.Version, so c can be updated again in the same transaction.
func (tx *Tx) UpdateConnection(ctx context.Context, c *bowline.Connection) error {
	failures, info, err := connectionLists(*c)
	if err != nil {
		return err
	}
	err = tx.execOne(ctx, ErrConflict, `UPDATE connections
		SET status = $1, last_sync = CASE WHEN CAST($2 AS BIGINT) IS NULL OR last_sync > $2 THEN last_sync ELSE $2 END, errors = $3, info = $4, tenant_id = $5, tenant_name = $6, company_name = $7,
		    linked_at = $8, platform_name = $9, version = version + 1
		WHERE id = $10 AND company_id = $11 AND instance_id = $12 AND version = $13`,
		[]any{
			string(c.Status), microsOrNil(c.LastSync), failures, info, c.TenantID, c.TenantName, c.CompanyName,
			microsOrNil(c.LinkedAt), c.PlatformName, string(c.ID), string(c.CompanyID), string(c.InstanceID), c.Version,
		})
	if err != nil {
		return fmt.Errorf("update connection: %w", err)
	}
	c.Version++
	return tx.changed(ctx, c.InstanceID, c.CompanyID)
}

func connectionLists(c bowline.Connection) (failures, info string, err error) {
	if failures, err = encode(c.DataConnectionErrors, len(c.DataConnectionErrors) == 0); err != nil {
		return "", "", err
	}
	info, err = encode(c.ConnectionInfo, len(c.ConnectionInfo) == 0)
	return failures, info, err
}

// DeleteConnection removes a connection with its tokens, history and consents;
// [ErrNotFound] when there is none.
func (tx *Tx) DeleteConnection(ctx context.Context, instance, company, id bowline.ID) error {
	if err := tx.leaveRenewal(ctx, id); err != nil {
		return fmt.Errorf("delete connection: %w", err)
	}
	err := tx.execOne(ctx, ErrNotFound, `DELETE FROM connections WHERE id = $1 AND company_id = $2 AND instance_id = $3`,
		[]any{string(id), string(company), string(instance)})
	if err != nil {
		return fmt.Errorf("delete connection: %w", err)
	}
	return tx.changed(ctx, instance, company)
}
