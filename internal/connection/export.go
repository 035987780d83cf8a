package connection

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
)

// Export returns everything behind a connection in the form that Authorize
// takes: handed to another installation, it links a connection there. The access
// token is fresh, so that it can be confirmed. It is noted in the timeline before
// it is returned; errors are those of Credentials.
//
// Where the provider replaces refresh tokens, whichever side renews first ends
// the other's: unlinking or deleting here would end it at the provider, too.
func (s *Service) Export(ctx context.Context, t Target) (map[string]string, error) {
	r, err := s.reach(ctx, t, bowline.PermissionExport)
	if err != nil {
		return nil, err
	}
	if err := s.freshen(ctx, &r, ""); err != nil {
		return nil, err
	}
	if err := s.record(ctx, t, bowline.PermissionExport); err != nil {
		return nil, err
	}
	// Handed over to another connection here, it is still one token.
	if err := s.Store.HandOut(ctx, t.Connection); err != nil {
		return nil, err
	}
	return r.members(s.Now()), nil
}

func (r reached) members(now time.Time) map[string]string {
	if r.in.UsesCredentials() {
		members := r.fields()
		if r.in.Credentials.Probe.Tenants != nil {
			members[memberTenantID] = r.conn.TenantID
		}
		return members
	}
	members := r.values()
	members[memberAccessToken] = r.grant.AccessToken
	if r.grant.RefreshToken != "" {
		members[memberRefreshToken] = r.grant.RefreshToken
	}
	for name, end := range map[string]time.Time{memberExpiresIn: r.grant.ExpiresAt, memberRefreshExpiresIn: r.grant.RefreshExpiresAt} {
		if left := end.Sub(now); !end.IsZero() && left >= time.Second {
			members[name] = strconv.FormatInt(int64(left/time.Second), 10)
		}
	}
	if areScopes(r.grant.Scopes) && saysScope(r.in) {
		members[memberScope] = strings.Join(r.grant.Scopes, " ")
	}
	if r.conn.TenantID != "" {
		members[tenantMember(r.in)] = r.conn.TenantID
	}
	return members
}

// fields are what the customer typed, by the names of the form.
func (r reached) fields() map[string]string {
	fields := map[string]string{}
	for _, f := range r.in.Credentials.Fields {
		if value := r.grant.Extra[f.Name]; value != "" {
			fields[f.Name] = value
		}
	}
	return fields
}

// values are what the customer typed before the sign-in and what the provider
// told, by the names under which catalog.Integration.KeptValues takes them.
func (r reached) values() map[string]string {
	values := map[string]string{}
	for _, f := range r.in.Inputs {
		if value := r.grant.Extra["input."+f.Name]; value != "" {
			values[f.Name] = typedPart(f, value)
		}
	}
	for _, list := range []struct {
		prefix string
		kept   []catalog.Kept
	}{{"callback.", r.in.Keep.Callback}, {"token.", r.in.Keep.Token}} {
		for _, k := range list.kept {
			if value := r.grant.Extra[list.prefix+k.Name]; value != "" {
				values[k.Name] = value
			}
		}
	}
	return values
}

// typedPart is a whole value without what the form adds to it.
func typedPart(f catalog.Field, whole string) string {
	return strings.TrimSuffix(strings.TrimPrefix(whole, f.Prefix), f.Suffix)
}
