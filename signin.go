package bowline

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of how people sign in (link.md 5.6).
const (
	MaxSignInMessage = 250
	MaxSSOMember     = 512 // characters of each text
	MaxGroupMappings = 100
)

// SignIn says how people sign in. It belongs to the deployment, as they do.
type SignIn struct {
	Password bool   // e-mail address and password
	Message  string // shown on the sign-in page
	SSO      *SSO   // nil: none

	Version int64
	// Tested is the latest test of the sign-in service as it is set now; nil
	// before one.
	Tested *SignInTest
}

// SSO is a sign-in service that speaks OpenID Connect.
type SSO struct {
	Issuer       string   `json:"issuer"`
	ClientID     string   `json:"clientId"`
	ClientSecret string   `json:"-"` // sealed at rest, never shown
	Label        string   `json:"label"`
	GroupsClaim  string   `json:"groupsClaim"`
	Scopes       []string `json:"scopes"` // beside openid, email and profile
	// TrustEmail says that the service vouches for every address that it tells,
	// although it does not say so of each. What it says not to vouch for is never
	// trusted.
	TrustEmail bool           `json:"trustEmail"`
	Mapping    []GroupMapping `json:"mapping"`
}

// String never prints the secret.
func (s SSO) String() string { return "SSO[" + s.Issuer + "]" }

// GoString never prints the secret.
func (s SSO) GoString() string { return s.String() }

// GroupMapping gives the people of a group a role.
type GroupMapping struct {
	Group      string `json:"group"`
	Role       Role   `json:"role"`
	InstanceID *ID    `json:"instanceId"` // nil: every instance
}

// SignInTest is what a test of the sign-in service has shown.
type SignInTest struct {
	At            time.Time `json:"at"`
	OK            bool      `json:"ok"`
	Problem       string    `json:"problem,omitempty"` // a sentence
	Email         string    `json:"email,omitempty"`
	EmailVerified bool      `json:"emailVerified"`
	Groups        []string  `json:"groups,omitempty"`
	Role          Role      `json:"role,omitempty"`  // the highest that they would have
	Given         Role      `json:"given,omitempty"` // of which, from administrators
}

// DefaultSignIn is how people sign in before anybody decides.
func DefaultSignIn() SignIn { return SignIn{Password: true} }

// Validate refuses settings that nobody could sign in with, or that no service
// could be found by. Whether the service answers is for a test to say.
func (s *SignIn) Validate() error {
	if utf8.RuneCountInString(s.Message) > MaxSignInMessage {
		return Errorf(CodeInvalid, "message must have at most %d characters.", MaxSignInMessage)
	}
	if s.SSO == nil {
		if !s.Password {
			return Errorf(CodeInvalid, "One way to sign in must stay on: password or sso.")
		}
		return nil
	}
	return s.SSO.validate()
}

func (s *SSO) validate() error {
	s.Issuer = strings.TrimSpace(s.Issuer)
	u, err := url.Parse(s.Issuer)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && !loopback(u) {
		return Errorf(CodeInvalid, "sso.issuer must be an https URL, such as https://login.example.com.")
	}
	if s.ClientID == "" {
		return Errorf(CodeInvalid, "sso.clientId must not be empty.")
	}
	if s.GroupsClaim == "" {
		s.GroupsClaim = "groups"
	}
	if strings.TrimSpace(s.Label) == "" {
		s.Label = "Single sign-on"
	}
	for _, text := range append([]string{s.Issuer, s.ClientID, s.ClientSecret, s.Label, s.GroupsClaim}, s.Scopes...) {
		if utf8.RuneCountInString(text) > MaxSSOMember {
			return Errorf(CodeInvalid, "A text of sso is longer than %d characters.", MaxSSOMember)
		}
	}
	for _, scope := range s.Scopes {
		if scope == "" || strings.ContainsAny(scope, " \t\r\n\"\\") {
			return Errorf(CodeInvalid, "sso.scopes holds single words.")
		}
	}
	if len(s.Mapping) > MaxGroupMappings || len(s.Scopes) > MaxGroupMappings {
		return Errorf(CodeInvalid, "sso.mapping has at most %d lines.", MaxGroupMappings)
	}
	for _, m := range s.Mapping {
		if strings.TrimSpace(m.Group) == "" || utf8.RuneCountInString(m.Group) > MaxSSOMember || !m.Role.Known() {
			return Errorf(CodeInvalid, "Each line of sso.mapping names a group and one of our roles.")
		}
	}
	return nil
}

// loopback says whether an http URL stays on this machine: developers try things
// out there.
func loopback(u *url.URL) bool {
	host := u.Hostname()
	return u.Scheme == "http" && (host == "localhost" || host == "127.0.0.1" || host == "::1")
}

// SameService says whether a test of one holds for the other: who asks whom, and
// what is made of the answer.
func (s *SSO) SameService(o *SSO) bool {
	if s == nil || o == nil {
		return s == o
	}
	return s.Issuer == o.Issuer && s.ClientID == o.ClientID && s.ClientSecret == o.ClientSecret && s.GroupsClaim == o.GroupsClaim &&
		s.TrustEmail == o.TrustEmail
}

// RolesOf returns the role that groups give in each of the instances; those in
// which they give none are left out. The highest wins.
func (s *SSO) RolesOf(groups []string, instances []ID) map[ID]Role {
	member := map[string]bool{}
	for _, g := range groups {
		member[g] = true
	}
	roles := map[ID]Role{}
	for _, m := range s.Mapping {
		if !member[m.Group] {
			continue
		}
		for _, id := range instances {
			if m.InstanceID == nil || *m.InstanceID == id {
				roles[id] = HighestRole(roles[id], m.Role)
			}
		}
	}
	return roles
}
