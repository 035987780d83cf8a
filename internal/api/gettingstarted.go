package api

import (
	"context"

	"github.com/bowline/bowline/internal/auth"
)

// GettingStarted are the first steps with an instance.
type GettingStarted struct {
	Steps []GettingStartedStep `json:"steps" doc:"In the order in which they are best taken."`
}

// GettingStartedStep is one of them.
type GettingStartedStep struct {
	ID   string `json:"id" enum:"nameYourCompany,brandIt,createCompany,openLink,connect,addKey,addWebhook" doc:"Which one."`
	Done bool   `json:"done" doc:"Whether it was taken."`
}

type gettingStartedOutput struct{ Body GettingStarted }

func (a *API) getGettingStarted(ctx context.Context, _ *struct{}) (*gettingStartedOutput, error) {
	done, err := a.Store.Beginnings(ctx, auth.From(ctx).Instance, auth.UnaskedKeys)
	if err != nil {
		return nil, err
	}
	return &gettingStartedOutput{GettingStarted{[]GettingStartedStep{
		{"nameYourCompany", done.Named}, {"brandIt", done.Branded}, {"createCompany", done.Company}, {"openLink", done.Opened},
		{"connect", done.Connected}, {"addKey", done.Key}, {"addWebhook", done.Webhook},
	}}}, nil
}
