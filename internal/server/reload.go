package server

import (
	"context"
	"fmt"
)

// Reload reads the catalog's files again. What serves from then on is complete
// and valid, or else what served before: a fault is logged and returned, and
// changes nothing. The environment is that of the process's start.
func (s *Server) Reload(ctx context.Context) error {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	read, err := s.readCatalog()
	if err != nil {
		s.log.ErrorContext(ctx, "the catalog stays as it was", "error", err)
		return fmt.Errorf("reload: %w", err)
	}
	s.book.Rebase(read)
	s.log.InfoContext(ctx, "catalog reloaded", "directory", s.options.CatalogDir, "integrations", len(read.All()))
	return nil
}
