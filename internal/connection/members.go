package connection

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
)

// Members of an update of authorization that OAuth integrations understand.
const (
	memberAccessToken      = "accessToken"
	memberRefreshToken     = "refreshToken"
	memberExpiresIn        = "expiresIn"        // seconds, as a string
	memberRefreshExpiresIn = "refreshExpiresIn" // seconds, as a string
	memberScope            = "scope"            // RFC 6749 section 3.3
	memberTenantID         = "tenantId"
)

// memberOrganization stands for memberTenantID where customers are asked for
// something else under that name.
const memberOrganization = "organizationId"

// tenantMember is the member that names the organisation.
func tenantMember(in catalog.Integration) string {
	if slices.Contains(in.KeptNames(), memberTenantID) {
		return memberOrganization
	}
	return memberTenantID
}

// maxMember bounds one value, in bytes; real tokens stay far below.
const maxMember = 16 << 10

// parse reads the members into a grant. Neither names nor values of members are
// repeated in errors: a token may stand in the wrong place.
func (s *Service) parse(in catalog.Integration, members map[string]string) (oauth.Grant, error) {
	accepted := slices.Concat([]string{
		memberAccessToken, memberRefreshToken, memberExpiresIn, memberRefreshExpiresIn, memberScope, tenantMember(in),
	}, in.KeptNames())
	for name, value := range members {
		if !slices.Contains(accepted, name) {
			return oauth.Grant{}, bowline.Errorf(bowline.CodeInvalid, "This integration accepts the members %s.", strings.Join(accepted, ", "))
		}
		if len(value) > maxMember || strings.ContainsFunc(value, isControl) {
			return oauth.Grant{}, bowline.Errorf(bowline.CodeInvalid, "The member %s is not usable.", name)
		}
	}
	values, missing := in.KeptValues(members)
	if missing != "" {
		return oauth.Grant{}, bowline.Errorf(bowline.CodeInvalid, "The member %s is required, and has to look as the provider sends it.", missing)
	}
	if members[memberAccessToken] == "" {
		return oauth.Grant{}, bowline.Errorf(bowline.CodeInvalid, "The member %s is required.", memberAccessToken)
	}
	grant := oauth.Grant{
		AccessToken:  oauth.Secret(members[memberAccessToken]),
		RefreshToken: oauth.Secret(members[memberRefreshToken]),
		TokenType:    "Bearer",
		Values:       values,
	}
	now := s.Now().UTC()
	life, err := seconds(members, memberExpiresIn)
	if err == nil && life > 0 {
		grant.IssuedAt, grant.ExpiresAt = now, now.Add(life) // as far as we know
	}
	if err == nil {
		if life, err = seconds(members, memberRefreshExpiresIn); life > 0 && grant.RefreshToken != "" {
			grant.RefreshExpiresAt = now.Add(life)
		}
	}
	if text := members[memberScope]; err == nil && text != "" && saysScope(in) {
		if grant.Scopes = strings.FieldsFunc(text, func(r rune) bool { return r == ' ' }); !areScopes(grant.Scopes) {
			err = bowline.Errorf(bowline.CodeInvalid, "The member %s must be scopes as RFC 6749 has them, with spaces between.", memberScope)
		}
	}
	if err != nil {
		return oauth.Grant{}, err
	}
	return grant, nil
}

// seconds reads a member that is a duration; 0 without it.
func seconds(members map[string]string, name string) (time.Duration, error) {
	text := members[name]
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 || n > math.MaxInt32 {
		return 0, bowline.Errorf(bowline.CodeInvalid, "The member %s must be a number of seconds.", name)
	}
	return time.Duration(n) * time.Second, nil
}

// saysScope says whether memberScope is about scopes: an integration may keep
// something of the provider's under that name.
func saysScope(in catalog.Integration) bool { return !slices.Contains(in.KeptNames(), memberScope) }

// areScopes says whether a member can say all of them.
func areScopes(scopes []string) bool {
	wrong := func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }
	return len(scopes) > 0 && !slices.ContainsFunc(scopes, func(s string) bool { return s == "" || strings.ContainsFunc(s, wrong) })
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
