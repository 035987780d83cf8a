package api

import (
	"context"
	"time"

	"github.com/bowline/bowline"
)

// CompanyConsents is what was agreed to for a company's connections.
type CompanyConsents struct {
	Results []CompanyConsent `json:"results" doc:"The latest first."`
}

// CompanyConsent is what somebody agreed to for one connection.
type CompanyConsent struct {
	ID             bowline.ID          `json:"id"`
	ConnectionID   bowline.ID          `json:"connectionId"`
	IntegrationKey string              `json:"integrationKey"`
	PlatformName   string              `json:"platformName"`
	Kind           bowline.ConsentKind `json:"kind" doc:"connect: before a connection was made. additional: for a further use of what is linked."`
	GrantedAt      time.Time           `json:"grantedAt"`
	Locale         string              `json:"locale" doc:"BCP 47."`
	TextVersion    string              `json:"textVersion" doc:"SHA-256 of the text: equal texts have equal versions."`
	Text           string              `json:"text" doc:"All that stood on the screen, as Markdown."`
	DataTypes      []string            `json:"dataTypes"`
}

type consentsOutput struct{ Body CompanyConsents }

func (a *API) listConsents(ctx context.Context, in *CompanyPath) (*consentsOutput, error) {
	company, err := a.readCompany(ctx, *in)
	if err != nil {
		return nil, err
	}
	list, err := a.Store.CompanyConsents(ctx, company.InstanceID, company.ID)
	if err != nil {
		return nil, err
	}
	out := CompanyConsents{Results: []CompanyConsent{}}
	for _, c := range list {
		shown := CompanyConsent{
			c.ID, c.ConnectionID, c.IntegrationKey, c.PlatformName, c.Kind, c.GrantedAt, c.Locale, c.TextVersion, c.Text, c.DataTypes,
		}
		if shown.DataTypes == nil {
			shown.DataTypes = []string{}
		}
		out.Results = append(out.Results, shown)
	}
	return &consentsOutput{out}, nil
}
