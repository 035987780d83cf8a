package store_test

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestCatalogMigrationKeepsWhatIsThere takes a database of the version before,
// with an instance in it, and opens it with this one.
func TestCatalogMigrationKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o store.Options) {
		instance, company := bowline.NewID(storetest.Start), bowline.NewID(storetest.Start)
		migrateTo(t, o, 2, []string{
			`INSERT INTO instances (id, name, created) VALUES ('` + string(instance) + `', 'Acme', 1)`,
			`INSERT INTO profiles (instance_id, profile) VALUES ('` + string(instance) + `', '{"name":"Acme"}')`,
			`INSERT INTO link_settings (instance_id, settings, branding) VALUES ('` + string(instance) + `', '{"oneTimeLinks":true}', '')`,
			`INSERT INTO companies (id, instance_id, name, description, created, created_by, products, tags, relations)
				VALUES ('` + string(company) + `', '` + string(instance) + `', 'Harbour Bakery', '', 1, '', '', '', '')`,
		})
		s := storetest.OpenWith(t, o)
		page, err := s.Link(t.Context(), company)
		if err != nil || page.Company.Name != "Harbour Bakery" || page.Profile.Name != "Acme" || !page.Settings.OneTimeLinks {
			t.Errorf("what was there: %+v, %v", page.Company, err)
		}
		if revision, err := s.SetupRevision(t.Context()); err != nil || revision != 0 {
			t.Errorf("revision of nothing: %d, %v", revision, err)
		}
		storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.PutIntegrationSetup(ctx, bowline.IntegrationSetup{InstanceID: instance, Key: "acme", Values: map[string]string{"a": "b"}})
		})
		setups, err := s.IntegrationSetups(t.Context(), instance)
		if err != nil || len(setups) != 1 || setups[0].Values["a"] != "b" {
			t.Errorf("a setup after the migration: %d, %v", len(setups), err)
		}
	})
}

// TestWebhookMigrationTellsNobodyOfThePast: what was recorded before there were
// deliveries is there to be replayed, and is not sent by itself.
func TestWebhookMigrationTellsNobodyOfThePast(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o store.Options) {
		instance, old := bowline.NewID(storetest.Start), bowline.NewID(storetest.Start)
		migrateTo(t, o, 3, []string{
			`INSERT INTO instances (id, name, created) VALUES ('` + string(instance) + `', 'Acme', 1)`,
			`INSERT INTO events (id, instance_id, company_id, connection_id, event_type, generated, payload)
				VALUES ('` + string(old) + `', '` + string(instance) + `', '', '', 'connection.created', 1772357400000000, '{}')`,
		})
		s := storetest.OpenWith(t, o)
		c := storetest.AddConsumer(t, s, storetest.NewConsumer(instance, "https://a.example"))
		fresh := storetest.NewEvent(instance, storetest.Start)
		storetest.AddEvents(t, s, fresh)
		revision, err := s.ConsumersRevision(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		told, _, err := s.FanOut(t.Context(), store.FanOut{
			Revision: revision, Now: storetest.Start, Until: storetest.Start.Add(1), Limit: 10,
			Match: func(*bowline.Event) []store.Target { return []store.Target{{Consumer: c.ID, Leased: true}} },
		})
		if err != nil || len(told) != 1 || told[0].Event.ID != fresh.ID {
			t.Errorf("told of %d events, %v", len(told), err)
		}
		n, err := s.ReplayMissing(t.Context(), store.Bulk{Consumer: c, Since: storetest.Start.Add(-bowline.ReplayReach), Now: storetest.Start})
		if err != nil || n.Messages != 1 {
			t.Errorf("replayed %+v, %v", n, err)
		}
	})
}

// TestGrantMigrationPlansWhatIsThere: grants of before are due at once, those of
// one family as one, and take their place in the ledger as they are renewed.
func TestGrantMigrationPlansWhatIsThere(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o store.Options) {
		instance, company, family := bowline.NewID(storetest.Start), bowline.NewID(storetest.Start), bowline.NewID(storetest.Start)
		rows := []string{
			`INSERT INTO instances (id, name, created) VALUES ('` + string(instance) + `', 'Acme', 1)`,
			`INSERT INTO companies (id, instance_id, name, description, created, created_by, products, tags, relations)
				VALUES ('` + string(company) + `', '` + string(instance) + `', 'Harbour Bakery', '', 1, '', '', '', '')`,
		}
		var ids []bowline.ID
		for _, of := range []bowline.ID{"", family, family} {
			id := bowline.NewID(storetest.Start)
			rows = append(rows, grantRows(t, o, instance, company, id, of)...)
			ids = append(ids, id)
		}
		migrateTo(t, o, 5, rows)
		s := storetest.OpenWith(t, o)
		lane := store.Lane{Instance: instance, IntegrationKey: "mqjo"}
		claimed, err := s.ClaimRenewals(t.Context(), store.Lease{Now: storetest.Start, Until: storetest.Start.Add(1)},
			[]store.WantRenewals{{Lane: lane, Limit: 10}})
		if err != nil || len(claimed) != 2 {
			t.Fatalf("claimed %d, %v", len(claimed), err)
		}
		members := map[bowline.ID]int{}
		var outcomes []store.RenewalOutcome
		for _, u := range claimed {
			members[u.ID] = len(u.Members)
			outcomes = append(outcomes, store.RenewalOutcome{Renewal: u, RunAt: storetest.Start, Unused: true})
		}
		if members[ids[0]] != 1 || members[family] != 2 {
			t.Errorf("members are %v", members)
		}
		if lost, err := s.FinishRenewals(t.Context(), outcomes); len(lost) > 0 || err != nil {
			t.Errorf("lost %d, %v", len(lost), err)
		}
		if g, err := s.Grant(t.Context(), ids[0]); err != nil || g.RefreshToken != "rt" || g.Family != "" {
			t.Errorf("grant of before is of family %q, %v", g.Family, err)
		}
		records, err := s.TokenHistory(t.Context(), ids[0])
		if err != nil || len(records) != 1 || records[0].Refresh != store.TokenDigest(lane, "rt") || records[0].Access != store.TokenDigest(lane, "at") {
			t.Errorf("ledger of what was there: %+v, %v", records, err)
		}
	})
}

// TestRenewalNamesMigrationFindsWhatIsThere: a renewal of before is found by its
// id and by the refresh token that may be met again.
func TestRenewalNamesMigrationFindsWhatIsThere(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o store.Options) {
		instance, company := bowline.NewID(storetest.Start), bowline.NewID(storetest.Start)
		former, later := bowline.NewID(storetest.Start), bowline.NewID(storetest.Start)
		lane := store.Lane{Instance: instance, IntegrationKey: "mqjo"}
		digest, err := hex.DecodeString(store.TokenDigest(lane, "rt"))
		if err != nil {
			t.Fatal(err)
		}
		rows := []string{
			`INSERT INTO instances (id, name, created) VALUES ('` + string(instance) + `', 'Acme', 1)`,
			`INSERT INTO companies (id, instance_id, name, description, created, created_by, products, tags, relations)
				VALUES ('` + string(company) + `', '` + string(instance) + `', 'Harbour Bakery', '', 1, '', '', '', '')`,
		}
		rows = append(rows, grantRows(t, o, instance, company, former, former)...)
		rows = append(rows, grantRows(t, o, instance, company, later, later)[0])
		rows = append(rows, `INSERT INTO renewals (place, id, lane, run_at, due_at, holder, fence, given, version, failures, checked_at, asked_at,
			issued_at, used_at, uses, refresh_digest, owned_digest, former)
			VALUES (7, '`+string(former)+`', '`+string(instance)+`/mqjo', 0, 0, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, `+blob(o, digest)+`, `+blob(o, digest)+`, '')`)
		migrateTo(t, o, 8, rows)
		s := storetest.OpenWith(t, o)
		if u, err := s.Renewal(t.Context(), former); err != nil || len(u.Members) != 1 || u.Members[0].Connection != former {
			t.Errorf("the renewal of before: %d members, %v", len(u.Members), err)
		}
		storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.PutGrant(ctx, bowline.Grant{ConnectionID: later, AccessToken: "at2", RefreshToken: "rt", Family: bowline.NewID(storetest.Start)})
		})
		if u, err := s.RenewalOf(t.Context(), later); err != nil || u.ID != former || len(u.Members) != 2 {
			t.Errorf("who comes with its refresh token lives on %q, with %d members, %v", u.ID, len(u.Members), err)
		}
	})
}

// TestDirectoryOrderMigrationTellsStraightBlocks: of those in which a company lies
// behind one that was created later, or at once under a later id, more is read.
func TestDirectoryOrderMigrationTellsStraightBlocks(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o store.Options) {
		rows := []string{`INSERT INTO instances (id, name, created) VALUES ('i', 'Acme', 1)`}
		for _, b := range []struct {
			block   int
			created [2]int
			ids     [2]string
		}{
			{0, [2]int{1, 2}, [2]string{"b0", "a0"}}, {1, [2]int{2, 1}, [2]string{"a1", "b1"}},
			{2, [2]int{5, 5}, [2]string{"a2", "b2"}}, {3, [2]int{5, 5}, [2]string{"b3", "a3"}},
		} {
			for i, id := range b.ids {
				rows = append(rows, fmt.Sprintf(`INSERT INTO companies (id, instance_id, name, description, created, created_by, products, tags, relations)
					VALUES ('%s', 'i', '', '', %d, '', '', '', '')`, id, b.created[i]),
					fmt.Sprintf(`INSERT INTO directory (realm, place, company_id, mask, created, name, last_sync, words, marks)
					VALUES (1, %d, '%s', 1, %d, '', 0, '', '')`, b.block<<13+7*i, id, b.created[i]))
			}
			rows = append(rows, fmt.Sprintf(`INSERT INTO directory_blocks (realm, block, first_created, last_created) VALUES (1, %d, %d, %d)`,
				b.block, min(b.created[0], b.created[1]), max(b.created[0], b.created[1])))
		}
		rows = append(rows[:1:1], append([]string{`INSERT INTO directory_heads (instance_id) VALUES ('i')`}, rows[1:]...)...)
		migrateTo(t, o, 9, rows)
		got := storetest.Dump(t, storetest.OpenWith(t, o))["directory_blocks"]
		slices.Sort(got)
		if want := []string{"1|0|1|2|1", "1|1|1|2|0", "1|2|5|5|1", "1|3|5|5|0"}; !slices.Equal(got, want) {
			t.Errorf("blocks are %q, want %q", got, want)
		}
	})
}

// grantRows are a connection, and a grant as it was stored before there were
// renewals.
func grantRows(t *testing.T, o store.Options, instance, company, id, family bowline.ID) []string {
	t.Helper()
	sealed, err := o.Sealer.Seal([]byte(`{"accessToken":"at`+string(family)+`","refreshToken":"rt`+string(family)+`"}`), "grants", string(id), "sealed")
	if err != nil {
		t.Fatal(err)
	}
	return []string{
		`INSERT INTO connections (id, instance_id, company_id, integration_id, integration_key, source_id, source_type,
			platform_name, status, created, errors, info, tenant_id, tenant_name, company_name, version)
			VALUES ('` + string(id) + `', '` + string(instance) + `', '` + string(company) + `', '', 'mqjo', '', 'Accounting', '', 'Linked', 1, '', '', '', '', '', 1)`,
		`INSERT INTO grants (connection_id, instance_id, sealed, expires_at, version, family)
			VALUES ('` + string(id) + `', '` + string(instance) + `', ` + blob(o, sealed) + `, 0, 1, '` + string(family) + `')`,
	}
}

// blob writes bytes as SQL of the engine.
func blob(o store.Options, b []byte) string {
	if o.URL != "" {
		return fmt.Sprintf(`'\x%x'`, b)
	}
	return fmt.Sprintf(`X'%x'`, b)
}

// migrateTo makes the schema of an older version, and rows in it.
func migrateTo(t *testing.T, o store.Options, version int64, rows []string) {
	t.Helper()
	dialect, folder := goose.DialectSQLite3, store.SQLite
	var db *sql.DB
	if o.URL != "" {
		dialect, folder = goose.DialectPostgres, store.Postgres
		config, err := pgxpool.ParseConfig(o.URL) // knows the parameters of the pool
		if err != nil {
			t.Fatal("the database's URL cannot be read")
		}
		db = stdlib.OpenDB(*config.ConnConfig)
	} else {
		var err error
		if db, err = sql.Open("sqlite", "file:"+filepath.Join(o.Dir, "bowline.db")); err != nil {
			t.Fatal(err)
		}
	}
	defer func() { _ = db.Close() }()
	provider, err := goose.NewProvider(dialect, db, os.DirFS(filepath.Join("migrations", folder)),
		goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if _, err := db.ExecContext(t.Context(), row); err != nil {
			t.Fatal(err)
		}
	}
}
