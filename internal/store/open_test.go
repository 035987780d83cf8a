package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// onEach runs test for every engine with options for an empty database.
func onEach(t *testing.T, test func(t *testing.T, o store.Options)) {
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			test(t, storetest.Options(t, engine))
		})
	}
}

func TestRacingOpensMigrateOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o store.Options) {
		var group sync.WaitGroup
		for range 5 {
			group.Go(func() {
				s, err := store.Open(t.Context(), o)
				if err != nil {
					t.Error(err)
					return
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		s := storetest.OpenWith(t, o)
		storetest.Add(t, s, storetest.NewCompany(storetest.NewInstance(t, s), "x"))
	})
}

func TestReopenFindsWhatWasWritten(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o store.Options) {
		first, err := store.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		company := storetest.Add(t, first, storetest.NewCompany(storetest.NewInstance(t, first), "x"))
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := first.Company(t.Context(), company.InstanceID, company.ID); !errors.Is(err, store.ErrClosed) {
			t.Errorf("read after close: %v", err)
		}
		if err := first.Write(t.Context(), func(*store.Tx) error { return nil }); !errors.Is(err, store.ErrClosed) {
			t.Errorf("write after close: %v", err)
		}
		second := storetest.OpenWith(t, o)
		if _, err := second.Company(t.Context(), company.InstanceID, company.ID); err != nil {
			t.Error(err)
		}
		if err := second.Ping(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestOpenRefusesAnotherKeyset(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o store.Options) {
		storetest.OpenWith(t, o)
		o.Sealer = storetest.NewSealer(t)
		if _, err := store.Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "does not belong to this database") {
			t.Errorf("error is %v", err)
		}
	})
}

func TestOpenRefusesOtherURLsWithoutRepeatingThem(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"mysql://u:hunter2@h/d", "postgres://u:hunter2@h:x/d"} {
		_, err := store.Open(t.Context(), store.Options{URL: url, Sealer: storetest.NewSealer(t)})
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("error is %v", err)
		}
	}
}

func TestFilesBelongToTheirOwnerOnly(t *testing.T) {
	t.Parallel()
	o := storetest.Options(t, store.SQLite)
	o.Dir = filepath.Join(o.Dir, "a b?c#d%e") // and odd names work
	s := storetest.OpenWith(t, o)
	storetest.NewInstance(t, s)
	entries, err := os.ReadDir(o.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) < 3 { // the database, its log and the log's index
		t.Errorf("only %d files", len(entries))
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", entry.Name(), info.Mode())
		}
	}
}

func TestGroupCommitSurvivesGoexit(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	instance := storetest.NewInstance(t, s)
	lost := storetest.NewCompany(instance, "lost")
	errs := make(chan error)
	go func() {
		errs <- s.Write(t.Context(), func(tx *store.Tx) error {
			if err := tx.InsertCompany(t.Context(), lost); err != nil {
				return err
			}
			runtime.Goexit()
			return nil
		})
	}()
	if err := <-errs; err == nil {
		t.Error("write succeeded")
	}
	if _, err := s.Company(t.Context(), instance, lost.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after the exit: %v", err)
	}
	storetest.Add(t, s, storetest.NewCompany(instance, "next"))
}

func TestAbandonedWriteNeverRuns(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, store.SQLite)
	inside, leave := make(chan struct{}), make(chan struct{})
	first := make(chan error, 1)
	go func() {
		first <- s.Write(context.Background(), func(*store.Tx) error {
			close(inside)
			<-leave
			return nil
		})
	}()
	<-inside
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ran := false
	err := s.Write(ctx, func(*store.Tx) error { ran = true; return nil })
	close(leave)
	if err := <-first; err != nil {
		t.Error(err)
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
	if err := s.Close(); err != nil { // waits for the queue
		t.Error(err)
	}
	if ran {
		t.Error("the abandoned write ran")
	}
}

func TestSecretsAreNotInTheFile(t *testing.T) {
	t.Parallel()
	o := storetest.Options(t, store.SQLite)
	s := storetest.OpenWith(t, o)
	instance := storetest.NewInstance(t, s)
	conn := storetest.Add(t, s, storetest.NewCompany(instance, "visible-name"), bowline.Accounting).DataConnections[0]
	storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		a := storetest.NewAuthorization(conn, "state")
		a.Status = bowline.AuthorizationChoosing
		g := bowline.Grant{ConnectionID: conn.ID, AccessToken: "hunter2-access", RefreshToken: "hunter2-refresh"}
		_, err := tx.PutSecret(ctx, "cookie", []byte("hunter2-cookie"))
		return errors.Join(err,
			tx.ClaimAuthorization(ctx, a), tx.PutAuthorizationGrant(ctx, a.ID, g), tx.PutGrant(ctx, g),
			tx.PutProfile(ctx, instance, bowline.Profile{AlertAuthHeader: "hunter2-header"}),
			tx.InsertConsumer(ctx, bowline.Consumer{ID: bowline.NewID(storetest.Start), InstanceID: instance, Secret: "hunter2-hook",
				Headers: map[string]string{"a": "hunter2-header"}, ClientCertificate: "hunter2-certificate"}),
			tx.PutIntegrationSetup(ctx, bowline.IntegrationSetup{
				InstanceID: instance, Key: "acme", Clients: map[string]bowline.Client{"": {ID: "hunter2-client", Secret: "hunter2-secret", PrivateKey: "hunter2-pem"}},
				Values: map[string]string{"a": "hunter2-value"},
			}),
			tx.InsertAPIKey(ctx, bowline.APIKey{ID: bowline.NewID(storetest.Start), InstanceID: instance, Secret: "hunter2-key", Hash: "h"}))
	})
	seen := false
	for _, file := range []string{"bowline.db", "bowline.db-wal"} {
		content, err := os.ReadFile(filepath.Join(o.Dir, file))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), "hunter2") {
			t.Errorf("%s holds a secret in clear", file)
		}
		seen = seen || strings.Contains(string(content), "visible-name")
	}
	if !seen {
		t.Error("the scan does not find what is in clear")
	}
}
