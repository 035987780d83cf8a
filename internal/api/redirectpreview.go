package api

import (
	"context"
	"errors"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/rest"
)

// RedirectPreviewCreate is a redirect URL that somebody is writing.
type RedirectPreviewCreate struct {
	RedirectURL         string         `json:"redirectUrl" maxLength:"2048" doc:"The redirect URL with its placeholders."`
	AllowedRedirectURLs []string       `json:"allowedRedirectUrls,omitempty" maxItems:"100" doc:"URLs whose origins a placeholder in the host may lead to."`
	Sample              RedirectSample `json:"sample,omitempty" doc:"What to fill the placeholders with."`
}

// RedirectSample is what placeholders are filled with; what is left out is made
// up.
type RedirectSample struct {
	Params         map[string]string `json:"params,omitempty" doc:"Parameters of your own in the Link URL."`
	CompanyID      string            `json:"companyId,omitempty" maxLength:"100" doc:"Id of the company."`
	CompanyName    string            `json:"companyName,omitempty" maxLength:"200" doc:"Name of the business inside the platform."`
	IntegrationKey string            `json:"integrationKey,omitempty" maxLength:"10" doc:"Integration that the customer connects."`
}

// RedirectPreview says where customers would go.
type RedirectPreview struct {
	Results  []RedirectPreviewResult  `json:"results" doc:"One for each end of a visit; none while the URL cannot be taken apart."`
	Warnings []RedirectPreviewWarning `json:"warnings" doc:"Placeholders that will most likely stay empty, and more of the kind."`
	Error    string                   `json:"error,omitempty" doc:"Why the URL could not be saved, or where the sample values lead nowhere."`
}

// RedirectPreviewResult is one end of a visit.
type RedirectPreviewResult struct {
	Case string `json:"case" enum:"connected,several,skipped,cancelled,failed,notSupported" doc:"How the visit ended: one connection, several (the URL tells of the last), finished without a new one, cancelled, failed, or software that is not supported."`
	URL  string `json:"url" doc:"Where the customer goes; empty with refused."`

	Refused bool `json:"refused,omitempty" doc:"The host is not on the list, so that the customer is answered with 400."`
}

// RedirectPreviewWarning is about one placeholder, or about the URL.
type RedirectPreviewWarning struct {
	Code    string `json:"code" enum:"unknownToken,mistypedToken,openIdToken,plainHttp" doc:"What it is about."`
	Token   string `json:"token,omitempty" doc:"Name of the placeholder."`
	Meant   string `json:"meant,omitempty" doc:"Name that it may have been meant for."`
	Message string `json:"message" doc:"For people."`
}

type redirectPreviewOutput struct{ Body RedirectPreview }

// previewRedirect always answers: a URL that is being written is wrong most of
// the time.
func (a *API) previewRedirect(ctx context.Context, in *struct{ Body RedirectPreviewCreate }) (*redirectPreviewOutput, error) {
	sample, instance := in.Body.Sample, auth.From(ctx).Instance
	draft := link.RedirectDraft{
		Template: in.Body.RedirectURL, Allowed: in.Body.AllowedRedirectURLs, Instance: instance,
		Company: bowline.ID(sample.CompanyID), CompanyName: sample.CompanyName, Params: sample.Params,
	}
	if draft.Company == "" {
		draft.Company = bowline.NewID(a.Now())
	}
	if draft.CompanyName == "" {
		draft.CompanyName = "Sample Company Ltd"
	}
	offered, err := a.offered(ctx)
	if err != nil {
		return nil, err
	}
	draft.Integration = sampleIntegration(offered, sample.IntegrationKey)
	out := &redirectPreviewOutput{RedirectPreview{Results: []RedirectPreviewResult{}, Warnings: []RedirectPreviewWarning{}}}
	if draft.Template == "" { // customers see a closing page
		return out, nil
	}
	cases, warnings, err := link.PreviewRedirect(draft)
	var refusal *bowline.Error
	switch {
	case errors.As(err, &refusal) && refusal.Code == bowline.CodeInvalid:
		out.Body.Error = rest.Said(ctx, refusal.Message)
	case err != nil:
		return nil, err
	}
	for _, c := range cases {
		out.Body.Results = append(out.Body.Results, RedirectPreviewResult(c))
	}
	for _, w := range warnings {
		w.Message = rest.Said(ctx, w.Message)
		out.Body.Warnings = append(out.Body.Warnings, RedirectPreviewWarning(w))
	}
	return out, nil
}

// sampleIntegration is the one with the key, else the first that customers can
// choose, else any.
func sampleIntegration(from *catalog.Catalog, key string) catalog.Integration {
	if in, ok := from.Get(key); ok {
		return in
	}
	var first catalog.Integration
	for _, in := range from.All() {
		if in.Enabled {
			return in
		}
		if first.Key == "" {
			first = in
		}
	}
	return first
}
