package transfer_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
	"github.com/bowline/bowline/internal/transfer"
)

var now = time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)

// filled is an instance with two companies, one of which has connections.
func filled(t *testing.T, s *store.Store) (bowline.ID, []bowline.ID) {
	t.Helper()
	instance := storetest.NewInstance(t, s)
	c := storetest.NewCompany(instance, "Harbour <Bakery>")
	c.Tags, c.Products, c.Description = map[string]string{"region": "emea"}, []string{"lending"}, "Bread & more"
	company := storetest.Add(t, s, c)
	storetest.Add(t, s, storetest.NewCompany(instance, "Empty"))
	var ids []bowline.ID
	for i, grant := range []bowline.Grant{
		{AccessToken: "at-1", RefreshToken: "rt-1", TokenType: "Bearer", Scopes: []string{"a"}, ExpiresAt: now.Add(time.Hour), Extra: map[string]string{"callback.realmId": "1"}},
		{AccessToken: "at-2", RefreshToken: "rt-2", Family: "family"}, {AccessToken: "at-2", RefreshToken: "rt-2", Family: "family"}, {},
	} {
		conn := storetest.NewConnection(company, "qhyg")
		conn.Status, conn.IntegrationKey, conn.SourceType = "", "qhyg", bowline.Banking
		ids = append(ids, conn.ID)
		write(t, s, func(tx *store.Tx) error {
			locked, err := tx.LockCompany(t.Context(), instance, company.ID)
			if err != nil {
				return err
			}
			ch := store.Change{Actor: "key:k", Reason: "A test.", Now: now}
			if err := tx.MoveConnection(t.Context(), locked, &conn, bowline.TriggerCreate, ch); err != nil {
				return err
			}
			if grant.AccessToken == "" {
				return nil
			}
			conn.Identify(bowline.Tenant{ID: string(rune('a' + i)), Name: "Harbour"}, "Harbour Ltd")
			if err := tx.InsertConsent(t.Context(), bowline.Consent{
				ID: bowline.NewID(now), InstanceID: instance, CompanyID: company.ID, ConnectionID: conn.ID, IntegrationKey: "qhyg",
				Kind: bowline.ConsentConnect, Text: "I **agree**.", TextVersion: "v", Locale: "en-US", DataTypes: []string{"Invoices"}, GrantedAt: now, GrantedFrom: "192.0.2.7", UserAgent: "Test",
			}); err != nil {
				return err
			}
			grant.ConnectionID = conn.ID
			if err := tx.PutGrant(t.Context(), grant); err != nil {
				return err
			}
			return tx.MoveConnection(t.Context(), locked, &conn, bowline.TriggerLink, ch)
		})
	}
	return instance, ids
}

func write(t *testing.T, s *store.Store, do func(*store.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), do); err != nil {
		t.Fatal(err)
	}
}

// TestAnInstanceMoves from one database into another: with its grants nothing is
// different there, without them what was linked waits for its customers.
func TestAnInstanceMoves(t *testing.T) {
	t.Parallel()
	cat, err := catalog.Load(catalog.Options{OmitSandbox: true})
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, func(t *testing.T, from *store.Store) {
		instance, ids := filled(t, from)
		for _, grants := range []bool{true, false} {
			var file bytes.Buffer
			n, err := transfer.Export{Store: from, Instance: instance, Grants: grants, Now: now}.Write(t.Context(), &file)
			if err != nil || n != 2 || strings.Count(file.String(), "\n") != 4 {
				t.Fatal(n, err)
			}
			if has := strings.Contains(file.String(), "rt-1"); has != grants {
				t.Errorf("tokens in the file: %v", has)
			}
			if grants { // the first time
				exported(t, from, instance, ids)
			}
			to := storetest.Open(t, from.Engine())
			there := storetest.NewInstance(t, to)
			in := transfer.Import{Store: to, Instance: there, Catalog: cat, Now: func() time.Time { return now }}
			done, err := in.Read(t.Context(), bytes.NewReader(file.Bytes()))
			if lost := map[bool]int{true: 0, false: 3}[grants]; err != nil || done != (transfer.Result{Companies: 2, Unlinked: lost}) {
				t.Fatalf("%+v %v", done, err)
			}
			if again, err := in.Read(t.Context(), bytes.NewReader(file.Bytes())); err != nil || again.Skipped != 2 || again.Companies != 0 {
				t.Errorf("again: %+v %v", again, err)
			}
			same(t, from, to, instance, there, grants)
			for _, id := range ids[:3] {
				got, err := to.Grant(t.Context(), id)
				if grants != (err == nil) || grants && !strings.HasPrefix(got.AccessToken, "at-") {
					t.Errorf("grant: %v", err)
				}
			}
			cut := file.Bytes()[:file.Len()-3]
			if _, err := in.Read(t.Context(), bytes.NewReader(cut)); err == nil {
				t.Error("a file that was cut is accepted")
			}
		}
	})
}

// exported checks that the history of what has tokens, and of nothing else, says
// that they were exported.
func exported(t *testing.T, s *store.Store, instance bowline.ID, ids []bowline.ID) {
	t.Helper()
	for i, id := range ids {
		lines, err := s.History(t.Context(), instance, id)
		if err != nil {
			t.Fatal(err)
		}
		last := lines[len(lines)-1]
		if noted := last.Trigger == bowline.TriggerNote && strings.Contains(last.Reason, "exported"); noted != (i < 3) {
			t.Errorf("connection %d: its history ends with %+v", i, last)
		}
	}
}

// TestExportedTokensHaveOneOwner: a refresh token that left with a file, after its
// use replaced others, comes back to those who live on it.
func TestExportedTokensHaveOneOwner(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		instance, ids := filled(t, s)
		u, free, err := s.ClaimRenewal(t.Context(), store.Lease{Now: now, Until: now.Add(time.Minute), Holder: 7}, ids[0], false)
		if err != nil || !free {
			t.Fatal(free, err)
		}
		given := bowline.Grant{AccessToken: "at-next", RefreshToken: "rt-next"}
		lost, err := s.FinishRenewals(t.Context(), []store.RenewalOutcome{{Renewal: u, Given: &given}})
		if err != nil || len(lost) > 0 {
			t.Fatal(lost, err)
		}
		var file bytes.Buffer
		if _, err := (transfer.Export{Store: s, Instance: instance, Grants: true, Now: now}).Write(t.Context(), &file); err != nil || !strings.Contains(file.String(), "rt-next") {
			t.Fatal(err)
		}
		given.ConnectionID = ids[3]
		write(t, s, func(tx *store.Tx) error { return tx.PutGrant(t.Context(), given) })
		if u, err := s.RenewalOf(t.Context(), ids[3]); err != nil || len(u.Members) != 2 {
			t.Errorf("%d live on what was exported, %v", len(u.Members), err)
		}
	})
}

// TestImportRefusesTwo: a file that has two active connections of a kind of which
// a company has one is refused, and nothing of that company is stored; what comes
// without its tokens is not active.
func TestImportRefusesTwo(t *testing.T) {
	t.Parallel()
	cat, err := catalog.Load(catalog.Options{OmitSandbox: true})
	if err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, func(t *testing.T, from *store.Store) {
		instance, _ := filled(t, from)
		for _, grants := range []bool{true, false} {
			var file bytes.Buffer
			if _, err := (transfer.Export{Store: from, Instance: instance, Grants: grants, Now: now}).Write(t.Context(), &file); err != nil {
				t.Fatal(err)
			}
			for source, refused := range map[string]bool{"Accounting": grants, "BankFeed": grants, "Commerce": false} {
				to := storetest.Open(t, from.Engine())
				there := storetest.NewInstance(t, to)
				in := transfer.Import{Store: to, Instance: there, Catalog: cat, Now: func() time.Time { return now }}
				_, err := in.Read(t.Context(), strings.NewReader(strings.ReplaceAll(file.String(), `"Banking"`, `"`+source+`"`)))
				companies, _, readErr := to.Companies(t.Context(), store.CompanyList{InstanceID: there, Page: bowline.Page{Number: 1, Size: 10}})
				if readErr != nil {
					t.Fatal(readErr)
				}
				if (err != nil) != refused || refused && (len(companies) > 0 || !strings.Contains(err.Error(), "two active")) {
					t.Errorf("%s, with tokens %t: %d companies, %v", source, grants, len(companies), err)
				}
			}
		}
	})
}

// same compares everything but the instance.
func same(t *testing.T, from, to *store.Store, here, there bowline.ID, grants bool) {
	t.Helper()
	read := func(s *store.Store, instance bowline.ID) (all []any) {
		companies, _, err := s.Companies(t.Context(), store.CompanyList{InstanceID: instance, Page: bowline.Page{Number: 1, Size: 10}})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, companies)
		for _, c := range companies[0].DataConnections {
			consents, err := s.Consents(t.Context(), instance, c.ID)
			if err != nil {
				t.Fatal(err)
			}
			history, err := s.History(t.Context(), instance, c.ID)
			if err != nil {
				t.Fatal(err)
			}
			if !grants {
				history = slices.DeleteFunc(slices.Clone(history), func(h bowline.ConnectionHistory) bool { return h.Trigger == bowline.TriggerUnlink })
			}
			all = append(all, consents, history)
		}
		return all
	}
	ignore := []cmp.Option{
		cmpopts.IgnoreFields(bowline.Company{}, "InstanceID"), cmpopts.IgnoreFields(bowline.Consent{}, "InstanceID"),
		cmpopts.IgnoreFields(bowline.ConnectionHistory{}, "InstanceID"), cmpopts.IgnoreFields(bowline.Connection{}, "InstanceID", "Version"), cmpopts.EquateEmpty(),
	}
	if !grants {
		ignore = append(ignore, cmpopts.IgnoreFields(bowline.Connection{}, "Status"))
	}
	if diff := cmp.Diff(read(from, here), read(to, there), ignore...); diff != "" {
		t.Error(diff)
	}
}
