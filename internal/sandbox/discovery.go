package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

// discoveryDocument writes the provider's metadata, OpenID Connect Discovery
// 1.0 section 3 with the additions of RFC 8414 and RFC 9207.
func (p *Provider) discoveryDocument() ([]byte, error) {
	methods := []string{"client_secret_basic", "client_secret_post"}
	claims := slices.Concat([]string{"sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash"},
		claimsOf["profile"], claimsOf["email"], claimsOf["phone"], claimsOf["address"])
	b, err := json.Marshal(map[string]any{
		"issuer":                                         p.issuer,
		"authorization_endpoint":                         p.issuer + "/authorize",
		"token_endpoint":                                 p.issuer + "/token",
		"revocation_endpoint":                            p.issuer + "/revoke",
		"userinfo_endpoint":                              p.issuer + "/userinfo",
		"jwks_uri":                                       p.issuer + "/jwks",
		"scopes_supported":                               allScopes,
		"claims_supported":                               claims,
		"claim_types_supported":                          []string{"normal"},
		"claims_parameter_supported":                     false,
		"response_types_supported":                       []string{"code"},
		"response_modes_supported":                       []string{"query"},
		"grant_types_supported":                          []string{"authorization_code", "refresh_token"},
		"subject_types_supported":                        []string{"public"},
		"id_token_signing_alg_values_supported":          []string{"ES256"},
		"token_endpoint_auth_methods_supported":          methods,
		"revocation_endpoint_auth_methods_supported":     methods,
		"code_challenge_methods_supported":               []string{"S256"},
		"authorization_response_iss_parameter_supported": true,
		// Absent would mean true, OpenID Connect Discovery section 3.
		"request_parameter_supported":     false,
		"request_uri_parameter_supported": false,
	})
	if err != nil {
		return nil, fmt.Errorf("write discovery document: %w", err)
	}
	return b, nil
}

// How long caches may keep what never changes while the process lives: a
// document that a new version may change, and one whose address would change.
const (
	keepBriefly = "public, max-age=300"
	keepForGood = "public, max-age=31536000, immutable"
)

func static(contentType, keep string, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", keep)
		w.Write(body) //nolint:errcheck // the client has gone; there is nobody to tell
	}
}
