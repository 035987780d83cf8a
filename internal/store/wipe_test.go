package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// wipes is a test of what is left in the files of SQLite.
type wipes struct {
	*testing.T
	o    store.Options
	s    *store.Store
	seen [][]byte // what lay there sealed
}

// TestWipedTokensAreGone looks for the sealed bytes of tokens in the database's
// file, after they were replaced by a refresh, moved to be ended, and wiped when
// they were: not even who gets the keyset later finds them. They are of the sizes
// that lie in a page among others, and in pages of their own.
func TestWipedTokensAreGone(t *testing.T) {
	t.Parallel()
	w := &wipes{T: t, o: storetest.Options(t, store.SQLite)}
	w.s = storetest.OpenWith(t, w.o)
	instance := storetest.NewInstance(t, w.s)
	var grants []bowline.Grant
	for i := range 60 {
		grants = append(grants, sized(i, []int{40, 1500, 9000}[i%3]))
	}
	conns := storetest.Linked(t, w.s, instance, grants...)
	w.look("renewal_tokens")
	if n := w.left(); n != len(grants) {
		t.Fatalf("%d of %d are found while they are there", n, len(grants))
	}
	w.refresh(instance)
	w.look("renewal_tokens")
	for i, c := range conns {
		w.end(c, []bowline.Trigger{bowline.TriggerUnlink, bowline.TriggerDelete}[i%2])
	}
	w.look("revocations")
	w.endAll()
	for emptied := false; !emptied; { // others may be at it
		var err error
		if emptied, err = store.EmptyLog(w.s); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.left(); n != 0 || len(w.seen) < 3*len(grants) {
		t.Errorf("of %d that were wiped something is left of %d", len(w.seen), n)
	}
}

// sized is a grant whose access token is that long.
func sized(i, size int) bowline.Grant {
	g := storetest.NewGrant(fmt.Sprint("token-", i, "-", size), storetest.Start)
	g.AccessToken += strings.Repeat("x", size)
	return g
}

// look notes what lies sealed in a table.
func (w *wipes) look(table string) {
	w.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(w.o.Dir, "bowline.db")+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		w.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(w.Context(), `SELECT sealed FROM `+table+` WHERE sealed IS NOT NULL`)
	if err != nil {
		w.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var sealed []byte
		if err := rows.Scan(&sealed); err != nil {
			w.Fatal(err)
		}
		w.seen = append(w.seen, sealed)
	}
	if rows.Err() != nil {
		w.Fatal(rows.Err())
	}
}

// left counts what can be found in the files, or a part of it.
func (w *wipes) left() (n int) {
	w.Helper()
	var all []byte
	for _, name := range []string{"bowline.db", "bowline.db-wal"} {
		text, err := os.ReadFile(filepath.Join(w.o.Dir, name))
		if err != nil && !os.IsNotExist(err) {
			w.Fatal(err)
		}
		all = append(all, text...)
	}
	for _, sealed := range w.seen {
		const part = 24
		for at := 0; at+part <= len(sealed); at += part {
			if bytes.Contains(all, sealed[at:at+part]) {
				n++
				break
			}
		}
	}
	return n
}

// refresh replaces all tokens, by longer and shorter ones.
func (w *wipes) refresh(instance bowline.ID) {
	w.Helper()
	lease := store.Lease{Now: storetest.Start, Until: storetest.Start.Add(1)}
	list, err := w.s.ClaimRenewals(w.Context(), lease, []store.WantRenewals{{Lane: store.Lane{Instance: instance, IntegrationKey: "mqjo"}, Limit: 100}})
	if err != nil || len(list) != 60 {
		w.Fatal(len(list), err)
	}
	var outcomes []store.RenewalOutcome
	for i, u := range list {
		g := sized(100+i, []int{9000, 40, 1500, 1500}[i%4])
		outcomes = append(outcomes, store.RenewalOutcome{Renewal: u, Given: &g})
	}
	if lost, err := w.s.FinishRenewals(w.Context(), outcomes); err != nil || len(lost) != 0 {
		w.Fatal(len(lost), err)
	}
}

// end takes a connection to its end here.
func (w *wipes) end(c bowline.Connection, by bowline.Trigger) {
	w.Helper()
	storetest.Write(w.T, w.s, func(ctx context.Context, tx *store.Tx) error {
		co, err := tx.LockCompany(ctx, c.InstanceID, c.CompanyID)
		if err != nil {
			return err
		}
		now, err := tx.Connection(ctx, c.InstanceID, c.CompanyID, c.ID)
		if err != nil {
			return err
		}
		ch := store.Change{Actor: bowline.ActorCustomer, Now: storetest.Start}
		if err := tx.MoveConnection(ctx, co, &now, bowline.TriggerLink, ch); err != nil {
			return err
		}
		return tx.MoveConnection(ctx, co, &now, by, ch)
	})
}

// endAll has the providers confirm the end of all grants.
func (w *wipes) endAll() {
	w.Helper()
	units, err := w.s.ClaimRevocations(w.Context(), store.Lease{Now: storetest.Start, Until: storetest.Start.Add(1)}, 100)
	if err != nil || len(units) != 60 {
		w.Fatal(len(units), err)
	}
	for _, unit := range units {
		done := store.RevocationOutcome{Revocation: unit[0], At: storetest.Start, Outcome: store.WhollyEnded}
		if held, err := w.s.FinishRevocation(w.Context(), done); err != nil || !held {
			w.Fatal(held, err)
		}
	}
}

// TestLogIsGoneAfterAStop: what is in SQLite's log is carried over when the store
// is closed, and the log is not left beside the file.
func TestLogIsGoneAfterAStop(t *testing.T) {
	t.Parallel()
	o := storetest.Options(t, store.SQLite)
	s := storetest.OpenWith(t, o)
	instance := storetest.NewInstance(t, s)
	if _, err := s.Instances(t.Context()); err != nil { // by somebody who only reads
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(o.Dir, "bowline.db-wal")); !os.IsNotExist(err) {
		t.Errorf("the log is there: %v", err)
	}
	list, err := storetest.OpenWith(t, o).Instances(t.Context())
	if err != nil || len(list) != 1 || list[0].ID != instance {
		t.Errorf("%d instances, %v", len(list), err)
	}
}
