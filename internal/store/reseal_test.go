package store_test

import (
	"context"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/seal"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestResealFreesTheOldKey rotates the keyset and proves that a keyset without
// the old key then opens everything.
func TestResealFreesTheOldKey(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o store.Options) {
		before := newKeyset(t)
		after, err := seal.Rotate(before)
		if err != nil {
			t.Fatal(err)
		}
		o.Sealer = parse(t, before)
		s := storetest.OpenWith(t, o)
		conn := fillSealed(t, s)

		o.Sealer = parse(t, after)
		s = storetest.OpenWith(t, o)
		total := 0
		for {
			n, err := s.Reseal(t.Context(), 2)
			if err != nil {
				t.Fatal(err)
			}
			if n == 0 {
				break
			}
			total += n
		}
		// grant, kept grant, three of a consumer, hand-over, two setups, trial,
		// revocation, end of the erasures, sign-in, secret, check value
		if total != 14 {
			t.Errorf("resealed %d values", total)
		}
		if g, err := s.Grant(t.Context(), conn); err != nil || g.AccessToken != "at" || g.Version != 1 {
			t.Errorf("grant after reseal: %v %v", g.Version, err)
		}
		if h, err := s.HandOverByCode(t.Context(), "code"); err != nil || len(h.State) == 0 {
			t.Errorf("hand-over after reseal: %v", err)
		}
		for _, instance := range instances(t, s) {
			setups, err := s.IntegrationSetups(t.Context(), instance.ID)
			if err != nil || len(setups) != 3 || setups[0].Clients[""].Secret != "plain" || setups[2].Values["a"] != "plain" {
				t.Errorf("setups after reseal: %d, %v", len(setups), err)
			}
		}
		consumers, err := s.AllConsumers(t.Context())
		if err != nil || len(consumers) != 1 || consumers[0].Secret != "whsec_new" || consumers[0].FormerSecret != "whsec_old" || consumers[0].Headers["a"] != "hunter2-reseal" {
			t.Errorf("consumers after reseal: %d, %v", len(consumers), err)
		}
		if list, err := s.ClaimRevocations(t.Context(), store.Lease{Now: storetest.Start, Until: storetest.Start}, 9); err != nil || len(list) != 1 || list[0][0].Grant.AccessToken != "ended" {
			t.Errorf("what is to be ended after reseal: %d, %v", len(list), err)
		}
		if secret, err := s.Secret(t.Context(), "cookie"); err != nil || string(secret) != "plain" {
			t.Errorf("secret after reseal: %v", err)
		}
		// The old keyset opens nothing any more, not even the check value.
		o.Sealer = parse(t, before)
		if _, err := store.Open(t.Context(), o); err == nil {
			t.Error("the old keyset still opens the database")
		}
	})
}

func instances(t *testing.T, s *store.Store) []store.Instance {
	t.Helper()
	list, err := s.Instances(t.Context())
	if err != nil || len(list) == 0 {
		t.Fatalf("%d instances, %v", len(list), err)
	}
	return list
}

func parse(t *testing.T, text string) *seal.Sealer {
	t.Helper()
	sealer, err := seal.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return sealer
}

func fillSealed(t *testing.T, s *store.Store) (connection bowline.ID) {
	t.Helper()
	instance := storetest.NewInstance(t, s)
	conn := storetest.Add(t, s, storetest.NewCompany(instance, "x"), bowline.Accounting).DataConnections[0]
	storetest.Write(t, s, func(ctx context.Context, tx *store.Tx) error {
		a := storetest.NewAuthorization(conn, "state")
		a.Status = bowline.AuthorizationChoosing
		if err := tx.ClaimAuthorization(ctx, a); err != nil {
			return err
		}
		g := bowline.Grant{ConnectionID: conn.ID, AccessToken: "at"}
		if err := tx.PutAuthorizationGrant(ctx, a.ID, g); err != nil {
			return err
		}
		if err := tx.PutGrant(ctx, g); err != nil {
			return err
		}
		if err := tx.InsertHandOver(ctx, storetest.NewHandOver(conn, bowline.HandOverDevice, "code")); err != nil {
			return err
		}
		for _, setup := range []bowline.IntegrationSetup{
			{Key: "acme", Clients: map[string]bowline.Client{"": {Secret: "plain"}}}, {Key: "bare"}, {Key: "corp", Values: map[string]string{"a": "plain"}},
		} {
			setup.InstanceID = instance
			if err := tx.PutIntegrationSetup(ctx, setup); err != nil {
				return err
			}
		}
		c := storetest.NewConsumer(instance, "https://a.example")
		c.Secret, c.Headers = "whsec_old", map[string]string{"a": "hunter2-reseal"}
		if err := tx.InsertConsumer(ctx, c); err != nil {
			return err
		}
		if err := tx.RotateConsumerSecret(ctx, instance, c.ID, "whsec_new", storetest.Start, storetest.Start); err != nil {
			return err
		}
		if err := tx.EndGrant(ctx, store.Revocation{Instance: instance, Grant: bowline.Grant{AccessToken: "ended"}, Created: storetest.Start}); err != nil {
			return err
		}
		co, err := tx.LockCompany(ctx, instance, conn.CompanyID)
		if err != nil {
			return err
		}
		pending := storetest.NewConnection(co, bowline.Commerce)
		for _, move := range []bowline.Trigger{bowline.TriggerCreate, bowline.TriggerDelete} {
			pending.Status = map[bowline.Trigger]bowline.Status{bowline.TriggerDelete: bowline.PendingAuth}[move]
			if err := tx.MoveConnection(ctx, co, &pending, move, store.Change{Now: storetest.Start}); err != nil {
				return err
			}
		}
		if err := tx.InsertTrial(ctx, storetest.NewTrial(instance)); err != nil {
			return err
		}
		sso := &bowline.SSO{Issuer: "https://op.example", ClientID: "a", ClientSecret: "plain"}
		if err := tx.PutSignIn(ctx, bowline.SignIn{Password: true, SSO: sso}); err != nil {
			return err
		}
		_, err = tx.PutSecret(ctx, "cookie", []byte("plain"))
		return err
	})
	return conn.ID
}

func newKeyset(t *testing.T) string {
	t.Helper()
	text, err := seal.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return text
}
