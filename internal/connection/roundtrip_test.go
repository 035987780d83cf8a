package connection_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestExportIsEverything: what is exported of a grant makes the same grant in
// another database, apart from what only the sign-in needed.
func TestExportIsEverything(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		here, there := newSignIns(t, s), newSignIns(t, storetest.Open(t, s.Engine()))
		grant := bowline.Grant{
			AccessToken: "at-B", RefreshToken: "rt-B", TokenType: "Bearer", Scopes: []string{"openid", "https://books.example/all"},
			IssuedAt: here.Now(), ExpiresAt: here.Now().Add(time.Hour), RefreshExpiresAt: here.Now().Add(30 * 24 * time.Hour),
			IDToken: "id", Claims: map[string]any{"sub": "1"},
		}
		id := here.linked("mqjo", "org-2", grant)
		members, err := here.Export(t.Context(), here.target(id))
		if err != nil || members["scope"] != "openid https://books.example/all" || members["refreshExpiresIn"] != "2592000" {
			t.Errorf("exported %v, %v", members, err)
		}
		read, authorize := there.elsewhere()
		if _, err := authorize(members); err != nil {
			t.Fatal(err)
		}
		c, err := read()
		if err != nil {
			t.Fatal(err)
		}
		was, err := s.Grant(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		is, err := there.Store.Grant(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(was, is, cmpopts.IgnoreFields(bowline.Grant{}, "ConnectionID", "Version", "IDToken", "Claims"), cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	})
}

// TestAuthorizeReadsMembers: what cannot be meant is refused, by its name alone.
func TestAuthorizeReadsMembers(t *testing.T) {
	t.Parallel()
	l := newSignIns(t, storetest.Open(t, store.SQLite))
	read, authorize := l.elsewhere()
	for member, values := range map[string][]string{
		"scope":            {`a "b"`, `a\b`, "livres é", "a\u00a0b", "a\nb", " "},
		"refreshExpiresIn": {"soon", "0", "-1", "1e9", "99999999999"},
	} {
		for _, value := range values {
			_, err := authorize(map[string]string{"accessToken": "at-B", "refreshToken": "rt-B", member: value})
			if bowline.CodeOf(err) != bowline.CodeInvalid || !strings.Contains(err.Error(), "The member "+member+" "+says(member, value)) {
				t.Errorf("%s %q: %v", member, value, err)
			}
		}
	}
	if _, err := authorize(map[string]string{"accessToken": "at-B", "refreshToken": "rt-B", "scope": "a  b", "refreshExpiresIn": "86400"}); err != nil {
		t.Fatal(err)
	}
	c, err := read()
	if err != nil {
		t.Fatal(err)
	}
	g, err := l.Store.Grant(t.Context(), c.ID)
	if err != nil || !slices.Equal(g.Scopes, []string{"a", "b"}) || !g.RefreshExpiresAt.Equal(l.Now().Add(24*time.Hour)) || !g.ExpiresAt.IsZero() {
		t.Errorf("%+v %v %v, %v", g.Scopes, g.RefreshExpiresAt, g.ExpiresAt, err)
	}
}

func says(member, value string) string {
	switch {
	case strings.Contains(value, "\n"):
		return "is not usable."
	case member == "scope":
		return "must be scopes as RFC 6749 has them, with spaces between."
	}
	return "must be a number of seconds."
}
