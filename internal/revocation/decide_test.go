package revocation

import (
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/store"
)

func TestDecide(t *testing.T) {
	t.Parallel()
	plain := catalog.Integration{}
	account := catalog.Integration{OAuth: catalog.OAuth{RevokeEnds: catalog.EndsAccount}}
	several := catalog.Integration{Disconnect: &catalog.Call{}}
	unlinked := store.Revocation{Reason: store.RevokeUnlinked, TenantID: "t"}
	unknown := store.Revocation{Reason: store.RevokeUnlinked}
	unused := store.Revocation{Reason: store.RevokeUnused}
	late := store.Revocation{Reason: store.RevokeLate, TenantID: "t"}
	family := store.Relatives{Family: &store.Relative{}}
	for name, c := range map[string]struct {
		in     catalog.Integration
		row    store.Revocation
		others store.Relatives
		shared bool
		want   deed
	}{
		"the only one":                      {in: plain, row: unlinked, want: revoke},
		"its tenant elsewhere":              {in: plain, row: unlinked, shared: true, want: revoke},
		"during a sign-in":                  {in: plain, row: unlinked, others: store.Relatives{Signing: true}, want: revoke},
		"family lives":                      {in: plain, row: unlinked, others: family, want: keep},
		"family was ended":                  {in: plain, row: unlinked, others: store.Relatives{Ended: true}, want: nothing},
		"family was ended, and more came":   {in: plain, row: late, others: store.Relatives{Ended: true}, want: revoke},
		"unused":                            {in: plain, row: unused, want: revoke},
		"account":                           {in: account, row: unlinked, want: revoke},
		"account, family lives":             {in: account, row: unlinked, others: family, want: keep},
		"account, linked elsewhere":         {in: account, row: unlinked, shared: true, want: keep},
		"account, during a sign-in":         {in: account, row: unlinked, others: store.Relatives{Signing: true}, want: wait},
		"account, not known":                {in: account, row: unknown, want: revokeUnshared},
		"account, unused":                   {in: account, row: unused, want: revokeUnshared},
		"account, unused, another sign-in":  {in: account, row: unused, others: store.Relatives{Signing: true}, want: revokeUnshared},
		"several":                           {in: several, row: unlinked, want: disconnect},
		"several, family lives":             {in: several, row: unlinked, others: family, want: disconnect},
		"several, linked elsewhere":         {in: several, row: unlinked, shared: true, want: keep},
		"several, during a sign-in":         {in: several, row: unlinked, others: store.Relatives{Signing: true}, want: wait},
		"several, organisation is not told": {in: several, row: unknown, want: keep},
		"several, unused":                   {in: several, row: unused, want: disconnectEach},
	} {
		if got := decide(c.in, c.row, c.others, c.shared); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestMayLive(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	now := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
	told := bowline.Grant{RefreshToken: "rt", RefreshExpiresAt: now.Add(60 * day)}
	plain := bowline.Grant{RefreshToken: "rt"}
	for name, c := range map[string]struct {
		refresh catalog.Refresh
		days    int // until the customer has to agree again
		grant   bowline.Grant
		want    time.Duration
	}{
		"told":                        {grant: told, want: 60 * day},
		"told, and idle before":       {grant: told, refresh: catalog.Refresh{IdleDays: 45}, want: 60 * day},
		"idle":                        {grant: plain, refresh: catalog.Refresh{IdleDays: 100, EndDays: 1825}, want: 100 * day},
		"idle, and used since":        {grant: bowline.Grant{RefreshToken: "rt", IssuedAt: now.Add(50 * day)}, refresh: catalog.Refresh{IdleDays: 100}, want: 150 * day},
		"ends":                        {grant: plain, refresh: catalog.Refresh{EndDays: 90}, want: 90 * day},
		"consent ends":                {grant: plain, days: 180, want: 180 * day},
		"nothing is known":            {grant: plain, want: 365 * day},
		"no refresh token":            {grant: bowline.Grant{}, refresh: catalog.Refresh{IdleDays: 100}, want: 365 * day},
		"it may be asked for a month": {grant: plain, refresh: catalog.Refresh{IdleDays: 7}, want: 30 * day},
	} {
		in := catalog.Integration{OAuth: catalog.OAuth{Refresh: c.refresh}, Limits: catalog.Limits{ConsentDays: c.days}}
		if got := mayLive(in, store.Revocation{Grant: c.grant, Created: now}); !got.Equal(now.Add(c.want)) {
			t.Errorf("%s: %s, want %s", name, got.Sub(now), c.want)
		}
	}
}

func TestPause(t *testing.T) {
	t.Parallel()
	before := time.Duration(0)
	for failed := 1; failed < 100; failed++ {
		p := pause(failed, 0)
		if p < min(before, longPause) || p > longPause+longPause/5 || failed == 1 && p < firstPause {
			t.Errorf("after %d: %s, before %s", failed, p, before)
		}
		before = p * 5 / 6
	}
	if p := pause(1, 2*time.Hour); p < 2*time.Hour {
		t.Errorf("the provider wants two hours and gets %s", p)
	}
}
