package connection_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// newSignIns is a lender at a provider with two sign-ins: tokens that end in -B
// reach org-2, all others org-1 and org-3.
func newSignIns(t *testing.T, s *store.Store) *lender {
	t.Helper()
	l := newLender(t, s, nil, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.Header.Get("Authorization"), "-B") {
			_, _ = io.WriteString(w, `{"organisations":[{"id":"org-2","name":"Hill"}],"companyName":"Hill Ltd"}`)
			return
		}
		_, _ = io.WriteString(w, `{"organisations":[{"id":"org-1","name":"Harbour"},{"id":"org-3","name":"Quay"}],"companyName":"Harbour Ltd"}`)
	})
	l.OAuth = oauth.NewClient(oauth.Options{HTTP: &http.Client{Transport: l.Upstream}, Now: l.Now})
	return l
}

// elsewhere is a pending connection of another company.
func (l *lender) elsewhere() (at func() (bowline.Connection, error), authorize func(map[string]string) (bowline.Connection, error)) {
	l.t.Helper()
	target := l.target("")
	target.Company = storetest.Add(l.t, l.Store, storetest.NewCompany(l.instance, "B")).ID
	c, err := l.Create(l.t.Context(), target, "mqjo")
	if err != nil {
		l.t.Fatal(err)
	}
	target.Connection = c.ID
	at = func() (bowline.Connection, error) {
		return l.Store.Connection(l.t.Context(), l.instance, target.Company, c.ID)
	}
	return at, func(members map[string]string) (bowline.Connection, error) {
		return l.Authorize(l.t.Context(), target, members)
	}
}

// TestAnothersRefreshToken links nobody, neither with an access token of one's
// own nor after it was replaced, and leaves its owner what it has. Whoever shows
// an access token of the same sign-in lives on it as well.
func TestAnothersRefreshToken(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		l := newSignIns(t, s)
		owner := l.linked("mqjo", "org-1", bowline.Grant{AccessToken: "at-A", RefreshToken: "rt-A", TokenType: "Bearer", ExpiresAt: l.Now().Add(time.Hour)})
		read, authorize := l.elsewhere()
		_, err := authorize(map[string]string{"accessToken": "at-B", "refreshToken": "rt-A", "expiresIn": "3600"})
		if bowline.CodeOf(err) != bowline.CodeConflict || !strings.Contains(err.Error(), "refresh token") || strings.Contains(err.Error(), "rt-A") {
			t.Errorf("another's refresh token: %v", err)
		}
		if g, err := s.Grant(t.Context(), owner); err != nil || g.AccessToken != "at-A" || g.RefreshToken != "rt-A" {
			t.Errorf("the owner has %q, %v", g.AccessToken, err)
		}
		c, err := read()
		if err != nil || c.Status != bowline.PendingAuth {
			t.Errorf("the other one is %s, %v", c.Status, err)
		}
		lines, err := s.History(t.Context(), l.instance, c.ID)
		if err != nil || len(lines) != 2 || lines[1].Trigger != bowline.TriggerNote || !strings.Contains(lines[1].Reason, "another connection") {
			t.Errorf("its history is %+v, %v", lines, err)
		}
		// Another organization of the same sign-in, by the same tokens.
		c, err = authorize(map[string]string{"accessToken": "at-A", "refreshToken": "rt-A", "tenantId": "org-3"})
		if err != nil || c.Status != bowline.Linked || c.TenantID != "org-3" {
			t.Errorf("the same tokens: %s %s, %v", c.Status, c.TenantID, err)
		}
	})
}
