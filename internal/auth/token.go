package auth

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/bowline/bowline"
)

// Lifetimes of company access tokens (platform-api sections 1.3 and 3).
const (
	TokenLifetime    = 24 * time.Hour
	OldTokenLifetime = time.Hour
)

// tokenPrefix makes company access tokens recognizable.
const tokenPrefix = "bwt_"

// tokenBinding keeps anything else that is sealed under the same keyset from
// passing as a token.
const tokenBinding = "company-token"

// maxToken is far beyond the length of a token of ours, in bytes.
const maxToken = 1024

// token is what a company access token says, sealed.
type token struct {
	Instance bowline.ID `json:"i"`
	Company  bowline.ID `json:"c"`
	Issued   int64      `json:"t"` // seconds since 1970
	Expires  int64      `json:"x"`
}

// IssueToken returns a company access token. It is not stored: it works on
// every replica until it expires, and is worth nothing once its company is
// deleted.
func (a *Authenticator) IssueToken(instance, company bowline.ID, lifetime time.Duration) (string, error) {
	now := a.now()
	plain, err := json.Marshal(token{
		Instance: instance, Company: company, Issued: now.Unix(), Expires: now.Add(lifetime).Unix(),
	})
	if err != nil {
		return "", fmt.Errorf("issue company access token: %w", err)
	}
	sealed, err := a.sealer.SealText(string(plain), tokenBinding)
	if err != nil {
		return "", fmt.Errorf("issue company access token: %w", err)
	}
	return tokenPrefix + sealed, nil
}

func (a *Authenticator) byToken(text string) (Caller, error) {
	sealed, ok := strings.CutPrefix(text, tokenPrefix)
	if !ok || len(text) > maxToken {
		return Caller{}, errBadToken
	}
	plain, err := a.sealer.OpenText(sealed, tokenBinding)
	if err != nil {
		return Caller{}, errBadToken
	}
	var t token
	if err := json.Unmarshal([]byte(plain), &t); err != nil || t.Company == "" || t.Instance == "" {
		return Caller{}, errBadToken
	}
	if a.now().Unix() >= t.Expires {
		return Caller{}, errBadToken
	}
	return Caller{Instance: t.Instance, Company: t.Company}, nil
}
