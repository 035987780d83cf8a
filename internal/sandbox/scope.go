package sandbox

import (
	"slices"
	"strings"
)

// allScopes is every scope there is, in the order in which it is published.
var allScopes = []string{"openid", "profile", "email", "phone", "address", "offline_access",
	"accounting.read", "banking.read", "commerce.read"}

// scopes is a set of granted scopes, without duplicates.
type scopes []string

func (s scopes) has(name string) bool { return slices.Contains(s, name) }

// String is the form of the `scope` parameter, RFC 6749 section 3.3.
func (s scopes) String() string { return strings.Join(s, " ") }

// covers reports whether every one of the others is among these.
func (s scopes) covers(others scopes) bool {
	return !slices.ContainsFunc(others, func(o string) bool { return !s.has(o) })
}

// profileClaims are the claims behind the scope `profile`, OpenID Connect
// Core section 5.4.
var profileClaims = []string{"name", "family_name", "given_name", "middle_name", "nickname", "preferred_username",
	"profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at"}

var claimsOf = map[string][]string{
	"profile": profileClaims,
	"email":   {"email", "email_verified"},
	"phone":   {"phone_number", "phone_number_verified"},
	"address": {"address"},
}

// claims picks the claims of a person that the scopes allow, `sub` included.
// A claim without a value is left out, as OpenID Connect Core section 5.3.2
// asks.
func (s scopes) claims(subject string, of map[string]any) map[string]any {
	out := map[string]any{"sub": subject}
	for _, scope := range s {
		for _, name := range claimsOf[scope] {
			if v, ok := of[name]; ok {
				out[name] = v
			}
		}
	}
	return out
}
