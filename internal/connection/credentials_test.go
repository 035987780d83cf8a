package connection_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestAuthorizeWithCredentials hands over the fields of a form: only those that
// the provider accepts are kept, and no answer repeats one.
func TestAuthorizeWithCredentials(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b := newBench(t, s)
		id := b.create(t, "wvtc")
		right := map[string]string{"store": "harbour-lane", "key": "shop_abcd1234"}
		for name, c := range map[string]struct {
			members map[string]string
			status  int64
			code    bowline.Code
			says    string
		}{
			"tokens":      {members, 0, bowline.CodeInvalid, "accepts the members store, key."},
			"missing":     {map[string]string{"store": "harbour-lane"}, 0, bowline.CodeInvalid, "The member key is required."},
			"malformed":   {map[string]string{"store": "harbour-lane", "key": "hush hush"}, 0, bowline.CodeInvalid, "The member key is not usable."},
			"refused":     {right, 401, bowline.CodeInvalid, "refused the credentials"},
			"unavailable": {right, 503, bowline.CodeUnavailable, "cannot be reached"},
			"something":   {right, 204, bowline.CodeInvalid, "did not confirm"},
		} {
			b.status.Store(c.status)
			_, err := b.Authorize(t.Context(), b.target(id), c.members)
			if bowline.CodeOf(err) != c.code || !strings.Contains(fmt.Sprint(err), c.says) {
				t.Errorf("%s: %v", name, err)
			}
			if text := fmt.Sprint(err); strings.Contains(text, "hush") || strings.Contains(text, "shop_abcd") || strings.Contains(text, "harbour-lane") {
				t.Errorf("%s: the error repeats a value: %v", name, err)
			}
		}
		b.status.Store(0)
		conn, err := b.Authorize(t.Context(), b.target(id), right)
		if err != nil || conn.Status != bowline.Linked || conn.TenantID != "shop-1" || conn.CompanyName != "Harbour Shop" {
			t.Fatalf("%+v %v", conn, err)
		}
		grant, err := s.Grant(t.Context(), id)
		if err != nil || grant.Extra["key"] != "shop_abcd1234" || grant.AccessToken != "" {
			t.Errorf("kept %d fields: %v", len(grant.Extra), err)
		}
	})
}
