package store

import (
	"context"
	"fmt"

	"github.com/bowline/bowline"
)

// InsertIntegrationRequest notes that a customer looked for software that is
// not on offer; [ErrNotFound] when the company is gone.
func (tx *Tx) InsertIntegrationRequest(ctx context.Context, r bowline.IntegrationRequest) error {
	err := tx.exec(ctx, `INSERT INTO integration_requests (id, instance_id, company_id, source_type, name, created)
		VALUES ($1, $2, $3, $4, $5, $6)`,
		[]any{string(r.ID), string(r.InstanceID), string(r.CompanyID), string(r.SourceType), r.Name, micros(r.Created)})
	if err != nil {
		return fmt.Errorf("insert integration request: %w", err)
	}
	return nil
}

// IntegrationRequests returns at most limit wishes of an instance's customers,
// the latest first.
func (s *Store) IntegrationRequests(ctx context.Context, instance bowline.ID, limit int) ([]bowline.IntegrationRequest, error) {
	list := []bowline.IntegrationRequest{}
	err := s.read(ctx, `SELECT id, company_id, source_type, name, created FROM integration_requests
		WHERE instance_id = $1 ORDER BY created DESC, id DESC LIMIT CAST($2 AS BIGINT)`, []any{string(instance), int64(limit)},
		func(r *row) error {
			list = append(list, bowline.IntegrationRequest{
				ID: r.id(), InstanceID: instance, CompanyID: r.id(), SourceType: bowline.SourceType(r.text()),
				Name: r.text(), Created: r.time(),
			})
			return r.err
		})
	if err != nil {
		return nil, fmt.Errorf("list integration requests: %w", err)
	}
	return list, nil
}
