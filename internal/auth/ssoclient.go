package auth

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	urlpath "path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/bowline/bowline"
)

// SSOCallbackPath is where the sign-in service sends people back to.
const SSOCallbackPath = "/portal/sso/callback"

const (
	providerLife = 10 * time.Minute // of what a service says of itself
	ssoSkew      = time.Minute      // by which its clock may differ from ours
)

// signatures are those accepted of ID tokens: with "none" there is no signature,
// and with the HMAC family the client secret would be the key.
var signatures = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA,
}

// Causes for which single sign-on fails, as the sign-in page names them.
type ssoCause string

// SSOError says why single sign-on failed. Its cause is for the log.
type SSOError struct {
	Why ssoCause
	err error
}

// Error returns the private form.
func (e *SSOError) Error() string {
	return fmt.Sprintf("single sign-on: %s: %v", e.Why, e.err)
}

// Unwrap returns the private cause.
func (e *SSOError) Unwrap() error { return e.err }

// The causes. The sign-in page has a sentence for each.
const (
	SSODenied      ssoCause = "denied"      // the service or the person said no
	SSOUnavailable ssoCause = "unavailable" // the service cannot be reached
	SSOInvalid     ssoCause = "invalid"     // its answer is not what was asked for
	SSOStale       ssoCause = "stale"       // begun elsewhere, or too long ago
	SSONoAccess    ssoCause = "noAccess"    // no group of theirs has a role here
	SSOUnverified  ssoCause = "unverified"  // the service does not vouch for the address, or it is another identity's
	SSOOff         ssoCause = "off"         // there is no single sign-on
	SSOTaken       ssoCause = "taken"       // of linking: the identity, or its address, is a colleague's
	SSONotAnew     ssoCause = "notAnew"     // of linking: they did not sign in there just now
	SSONoAuthTime  ssoCause = "noAuthTime"  // of linking: the service does not tell when they did
)

func ssoFault(why ssoCause, err error) error { return &SSOError{why, err} }

// providers remembers what sign-in services say of themselves.
type providers struct {
	mu    sync.Mutex
	known map[string]knownProvider
}

type knownProvider struct {
	*oidc.Provider
	readAt time.Time
}

// provider finds a sign-in service by its issuer (OpenID Connect Discovery
// section 4). The service's keys are read by the same guarded client.
func (s *Staff) provider(ctx context.Context, issuer string) (*oidc.Provider, error) {
	s.providers.mu.Lock()
	known, ok := s.providers.known[issuer]
	s.providers.mu.Unlock()
	if age := s.Now().Sub(known.readAt); ok && age >= 0 && age < providerLife {
		return known.Provider, nil
	}
	// The provider keeps the context for later reads of its keys.
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), s.HTTP), issuer)
	if err != nil {
		return nil, ssoFault(SSOUnavailable, err)
	}
	s.providers.mu.Lock()
	defer s.providers.mu.Unlock()
	const most = 8
	if s.providers.known == nil || len(s.providers.known) >= most {
		s.providers.known = map[string]knownProvider{}
	}
	s.providers.known[issuer] = knownProvider{found, s.Now()}
	return found, nil
}

func (s *Staff) oauthConfig(p *oidc.Provider, sso *bowline.SSO) oauth2.Config {
	scopes := append([]string{oidc.ScopeOpenID, "email", "profile"}, sso.Scopes...)
	return oauth2.Config{
		ClientID: sso.ClientID, ClientSecret: sso.ClientSecret, Endpoint: p.Endpoint(),
		RedirectURL: s.Links.PublicURL + SSOCallbackPath, Scopes: slices.Compact(scopes),
	}
}

// ssoAttempt is what a browser keeps, sealed, between the way to the service and
// the way back.
type ssoAttempt struct {
	State    string     `json:"s"`
	Nonce    string     `json:"n"`
	Verifier string     `json:"v"`
	Return   string     `json:"r"`
	Until    int64      `json:"x"` // seconds since 1970
	Tester   bowline.ID `json:"t"` // the administrator who tests; empty for a sign-in
	Version  int64      `json:"w"` // of the settings that are tested
	Linker   bowline.ID `json:"l"` // the session of who wants to be known there; empty for others
}

// identity is what a service says of whoever signed in.
type identity struct {
	issuer, subject string
	email, name     string
	verified        bool // the service vouches for the address
	groups          []string
}

// ask exchanges the code and checks what the service says, by the rules of OpenID
// Connect Core section 3.1.3.7.
func (s *Staff) ask(ctx context.Context, sso *bowline.SSO, a ssoAttempt, code string) (identity, error) {
	p, err := s.provider(ctx, sso.Issuer)
	if err != nil {
		return identity{}, err
	}
	config := s.oauthConfig(p, sso)
	ctx = oidc.ClientContext(ctx, s.HTTP)
	token, err := config.Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		var refused *oauth2.RetrieveError
		if errors.As(err, &refused) { // whose text may quote the answer
			return identity{}, ssoFault(SSOInvalid, fmt.Errorf("the code was refused: %q", shortCode(refused.ErrorCode)))
		}
		return identity{}, ssoFault(SSOUnavailable, errors.New("the token endpoint does not answer"))
	}
	raw, _ := token.Extra("id_token").(string)
	checked, err := p.Verifier(&oidc.Config{
		ClientID: sso.ClientID, SupportedSigningAlgs: signatures, Now: func() time.Time { return s.Now().Add(-ssoSkew) },
	}).Verify(ctx, raw)
	if err != nil {
		return identity{}, ssoFault(SSOInvalid, errors.New("signature, issuer, audience or lifetime of the ID token is wrong"))
	}
	claims := map[string]any{}
	if err := checked.Claims(&claims); err != nil {
		return identity{}, ssoFault(SSOInvalid, errors.New("the claims are not an object"))
	}
	party, named := claims["azp"]
	switch {
	case subtle.ConstantTimeCompare([]byte(checked.Nonce), []byte(a.Nonce)) != 1:
		return identity{}, ssoFault(SSOInvalid, errors.New("the nonce is another request's"))
	case named && party != sso.ClientID || !named && len(checked.Audience) > 1:
		return identity{}, ssoFault(SSOInvalid, errors.New("the ID token was issued to another client"))
	case checked.AccessTokenHash != "" && checked.VerifyAccessToken(token.AccessToken) != nil:
		return identity{}, ssoFault(SSOInvalid, errors.New("the ID token belongs to another access token"))
	case checked.Subject == "":
		return identity{}, ssoFault(SSOInvalid, errors.New("the ID token names nobody"))
	}
	if a.Linker != "" {
		if err := s.signedInAnew(a, claims); err != nil {
			return identity{}, err
		}
	}
	if err := s.more(ctx, p, token, sso, claims); err != nil {
		return identity{}, err
	}
	return readIdentity(sso, checked.Subject, claims), nil
}

// more asks the UserInfo endpoint for what the ID token leaves out.
func (s *Staff) more(ctx context.Context, p *oidc.Provider, token *oauth2.Token, sso *bowline.SSO, claims map[string]any) error {
	if claims["email"] != nil && claims[sso.GroupsClaim] != nil || p.UserInfoEndpoint() == "" {
		return nil
	}
	info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return ssoFault(SSOUnavailable, errors.New("the UserInfo endpoint does not answer"))
	}
	if info.Subject != claims["sub"] { // OpenID Connect Core section 5.3.2
		return ssoFault(SSOInvalid, errors.New("the UserInfo endpoint tells of somebody else"))
	}
	said := map[string]any{}
	if err := info.Claims(&said); err != nil {
		return ssoFault(SSOInvalid, errors.New("the UserInfo answer is not an object"))
	}
	// An address and whether it is vouched for belong together.
	if claims["email"] == nil || claims["email_verified"] == nil && claims["email"] == said["email"] {
		claims["email"], claims["email_verified"] = said["email"], said["email_verified"]
	}
	for _, name := range []string{"name", sso.GroupsClaim} {
		if claims[name] == nil {
			claims[name] = said[name]
		}
	}
	return nil
}

func readIdentity(sso *bowline.SSO, subject string, claims map[string]any) identity {
	who := identity{issuer: sso.Issuer, subject: subject}
	who.email, _ = claims["email"].(string)
	if clean, err := bowline.CleanEmail(who.email); err != nil {
		who.email = ""
	} else {
		who.email = clean
	}
	// Some services write the truth as a text.
	said, told := claims["email_verified"]
	who.verified = said == true || said == "true" || (!told || said == nil) && sso.TrustEmail
	name, _ := claims["name"].(string)
	if clean, err := bowline.CleanUserName(name); err == nil {
		who.name = clean
	} else {
		who.name = nameOf(who.email)
	}
	who.groups = readGroups(claims[sso.GroupsClaim])
	return who
}

// readGroups takes the forms in which services name groups: a list, one text, or
// an object whose members they are.
func readGroups(claim any) []string {
	var groups []string
	switch claim := claim.(type) {
	case string:
		groups = []string{claim}
	case []any:
		for _, g := range claim {
			if text, ok := g.(string); ok {
				groups = append(groups, text)
			}
		}
	case map[string]any:
		for g := range claim {
			groups = append(groups, g)
		}
	}
	slices.Sort(groups)
	return groups
}

// shortCode is an error code of OAuth, cut so that it can be logged.
func shortCode(code string) string {
	const longest = 40
	if len(code) > longest {
		return code[:longest]
	}
	return code
}

// sealAttempt and openAttempt keep an attempt in the browser.
func (s *Staff) sealAttempt(a ssoAttempt) (string, error) {
	plain, err := json.Marshal(a)
	if err != nil {
		return "", err
	}
	return s.Sealer.SealText(string(plain), ssoBinding)
}

const ssoBinding = "sso-attempt"

func (s *Staff) openAttempt(cookie string) (ssoAttempt, error) {
	var a ssoAttempt
	plain, err := s.Sealer.OpenText(cookie, ssoBinding)
	if err == nil {
		err = json.Unmarshal([]byte(plain), &a)
	}
	if err != nil || s.Now().Unix() >= a.Until {
		return ssoAttempt{}, ssoFault(SSOStale, errors.New("the browser has no attempt, or one that is too old"))
	}
	return a, nil
}

// localPath returns a path of our own Portal to go on with, whatever a browser
// was told to bring along.
func localPath(path string) string {
	const portal, longest = "/portal/", 512
	u, err := url.Parse(path)
	strange := func(b byte) bool { return b <= ' ' || b == '\\' || b > '~' }
	switch {
	case err != nil || len(path) > longest || slices.ContainsFunc([]byte(path), strange),
		u.Scheme != "" || u.Host != "" || u.Path != urlpath.Clean(u.Path) && u.Path != portal,
		!strings.HasPrefix(u.Path, portal), strings.HasPrefix(u.Path, portal+"sso/"), strings.HasPrefix(u.Path, portal+"api/"):
		return portal
	}
	return u.String()
}
