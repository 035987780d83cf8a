package sandbox

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// The provider is proven by clients that were written elsewhere: x/oauth2 for
// the code, refresh and PKCE, go-oidc for discovery, keys and ID tokens.
func TestIndependentClientsCompleteEveryKind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ id, scope string }{
		{testClient, "accounting.read"}, {"sandbox-bank", "banking.read"}, {"sandbox-aiwb", "commerce.read"},
	} {
		t.Run(c.id, func(t *testing.T) {
			t.Parallel()
			b := start(t)
			ctx := context.Background()
			provider, err := oidc.NewProvider(ctx, b.issuer)
			if err != nil {
				t.Fatal(err)
			}
			config := oauth2.Config{
				ClientID: c.id, ClientSecret: ClientSecret(testKey, c.id), Endpoint: provider.Endpoint(), RedirectURL: testRedirect,
				Scopes: []string{"openid", "profile", "email", "phone", "address", "offline_access", c.scope},
			}
			verifier := oauth2.GenerateVerifier()
			address := config.AuthCodeURL("the-state", oauth2.S256ChallengeOption(verifier), oidc.Nonce("the-nonce"))
			answer := b.walk(address, url.Values{"account": {"robin"}})
			if answer.Get("state") != "the-state" || answer.Get("iss") != b.issuer {
				t.Fatalf("state or iss wrong: %v", answer)
			}

			token, err := config.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(verifier))
			if err != nil {
				t.Fatal(err)
			}
			rawID, _ := token.Extra("id_token").(string)
			id, err := provider.VerifierContext(ctx, &oidc.Config{ClientID: c.id, Now: b.clock.Now}).Verify(ctx, rawID)
			if err != nil {
				t.Fatal(err)
			}
			if id.Nonce != "the-nonce" || id.Issuer != b.issuer {
				t.Errorf("nonce %q, issuer %q", id.Nonce, id.Issuer)
			}
			if err := id.VerifyAccessToken(token.AccessToken); err != nil {
				t.Errorf("at_hash: %v", err)
			}
			info, err := provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
			if err != nil {
				t.Fatal(err)
			}
			if info.Subject != id.Subject || info.Email != "robin.ellery@example.com" || !info.EmailVerified {
				t.Errorf("userinfo does not belong to the ID token: %+v", info)
			}

			// Refresh through the library, then again with the old token.
			fresh, err := config.TokenSource(ctx, &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
			if err != nil {
				t.Fatal(err)
			}
			if fresh.RefreshToken == token.RefreshToken || fresh.AccessToken == token.AccessToken {
				t.Error("refresh returned an old token")
			}
			_, err = config.TokenSource(ctx, &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
			var refused *oauth2.RetrieveError
			if !errors.As(err, &refused) || refused.ErrorCode != "invalid_grant" {
				t.Errorf("reuse of a refresh token: %v, want invalid_grant", err)
			}
		})
	}
}

// walk goes through the pages as a browser does: sign-in, consent with
// everything ticked, Allow.
func (b *bench) walk(address string, who url.Values) url.Values {
	b.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), "GET", address, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	signIn := b.do(req)
	if signIn.StatusCode != http.StatusOK {
		b.t.Fatalf("sign-in page: %d", signIn.StatusCode)
	}
	form := hiddenInputs(signIn.body)
	for k, v := range who {
		form[k] = v
	}
	step := b.post("/authorize", form)
	location, err := url.Parse(step.Header.Get("Location"))
	if err != nil || step.StatusCode != http.StatusSeeOther {
		b.t.Fatalf("after sign-in: %d %v", step.StatusCode, err)
	}
	consent := b.get("/consent?" + location.RawQuery)
	if consent.StatusCode != http.StatusOK {
		b.t.Fatalf("consent page: %d", consent.StatusCode)
	}
	form = hiddenInputs(consent.body)
	form["organisation"] = ticked(consent.body)
	form.Set("decision", "allow")
	return b.answer(b.post("/authorize", form))
}

func TestDiscoveryNamesWhatThereIs(t *testing.T) {
	t.Parallel()
	b := start(t)
	provider, err := oidc.NewProvider(context.Background(), b.issuer)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Revocation string   `json:"revocation_endpoint"`
		Challenges []string `json:"code_challenge_methods_supported"`
		Iss        bool     `json:"authorization_response_iss_parameter_supported"`
		Scopes     []string `json:"scopes_supported"`
	}
	if err := provider.Claims(&doc); err != nil {
		t.Fatal(err)
	}
	if doc.Revocation != b.issuer+"/revoke" || !slices.Equal(doc.Challenges, []string{"S256"}) || !doc.Iss || !slices.Equal(doc.Scopes, allScopes) {
		t.Errorf("unexpected metadata: %+v", doc)
	}
}

func TestKeysAndTokensOutliveARestart(t *testing.T) {
	t.Parallel()
	b := start(t)
	before := b.connect()
	code := b.code()
	kid := b.p.keys.public.KeyID
	b.restart()
	if b.p.keys.public.KeyID != kid {
		t.Error("the signing key changed")
	}
	b.tokens(b.token(redeemForm(code)))
	if res := b.api("/userinfo", before.AccessToken); res.StatusCode != http.StatusOK {
		t.Errorf("access token after restart: %d", res.StatusCode)
	}
	b.tokens(b.refresh(before.RefreshToken))
}
