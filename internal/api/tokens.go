package api

import (
	"context"
	"time"

	"github.com/bowline/bowline/internal/auth"
)

// AccessToken is a company access token (platform-api section 1.3).
type AccessToken struct {
	AccessToken string `json:"accessToken" doc:"Send it as Authorization: Bearer, for this company only."`
	ExpiresIn   int    `json:"expiresIn" doc:"Lifetime in seconds."`
	TokenType   string `json:"tokenType" doc:"Always Bearer."`
}

// OldAccessToken is the answer of the old path, which old clients know.
type OldAccessToken struct {
	AccessToken string `json:"accessToken" doc:"Send it as Authorization: Bearer, for this company only. Good for one hour."`
}

type (
	tokenOutput    struct{ Body AccessToken }
	oldTokenOutput struct{ Body OldAccessToken }
)

func (a *API) companyToken(ctx context.Context, in *CompanyPath) (*tokenOutput, error) {
	text, err := a.issueToken(ctx, *in, auth.TokenLifetime)
	if err != nil {
		return nil, err
	}
	return &tokenOutput{AccessToken{AccessToken: text, ExpiresIn: int(auth.TokenLifetime.Seconds()), TokenType: "Bearer"}}, nil
}

func (a *API) oldCompanyToken(ctx context.Context, in *CompanyPath) (*oldTokenOutput, error) {
	text, err := a.issueToken(ctx, *in, auth.OldTokenLifetime)
	if err != nil {
		return nil, err
	}
	return &oldTokenOutput{OldAccessToken{AccessToken: text}}, nil
}

func (a *API) issueToken(ctx context.Context, in CompanyPath, lifetime time.Duration) (string, error) {
	company, err := a.readCompany(ctx, in)
	if err != nil {
		return "", err
	}
	return a.Auth.IssueToken(company.InstanceID, company.ID, lifetime)
}
