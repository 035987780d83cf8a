package main

import (
	"context"
	"errors"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestErasuresCheck fails when a proof is gone.
func TestErasuresCheck(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	instance := storetest.NewInstance(t, s)
	for range 2 {
		company := storetest.Add(t, s, storetest.NewCompany(instance, "x"), bowline.Commerce)
		storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.MoveConnection(ctx, company, &company.DataConnections[0], bowline.TriggerDelete, store.Change{Now: storetest.Start})
		})
	}
	if err := checkErasures(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	storetest.Tamper(t, s, `DELETE FROM erasures WHERE seq = 1`)
	if err := checkErasures(t.Context(), s); !errors.Is(err, errErasures) {
		t.Errorf("a proof is gone, and the check says %v", err)
	}
}
