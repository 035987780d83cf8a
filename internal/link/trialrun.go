package link

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/trace"
)

// TrialStep is one thing that a trial tried.
type TrialStep struct {
	Name    string `json:"name"`
	Outcome string `json:"outcome"` // StepOK, StepFailed or StepSkipped
	// Detail says more: what was found, why it failed, why it was left out.
	Detail string `json:"detail,omitempty"`
}

// The outcomes of a TrialStep.
const (
	StepOK      = "ok"
	StepFailed  = "failed"
	StepSkipped = "skipped"
)

// The names of a TrialStep, in the order in which they come.
const (
	stepRedirect = "redirect"
	stepCallback = "callback"
	stepExchange = "exchange"
	stepRefresh  = "refresh"
	stepTenants  = "organizations"
	stepCompany  = "company name"
	stepUserinfo = "user"
	stepRevoke   = "revoke"
	stepProbe    = "credentials"
)

// maxListed is how many organisations are named.
const maxListed = 5

// trialRun tries out one integration and writes down what happens.
type trialRun struct {
	service  *Service
	in       catalog.Integration
	recorder *trace.Recorder
	steps    []TrialStep
}

// newTrialRun tells the recorder of every secret that is known beforehand.
func (s *Service) newTrialRun(ctx context.Context, in catalog.Integration, instance bowline.ID, inputs map[string]string) (*trialRun, error) {
	run := &trialRun{service: s, in: in, recorder: &trace.Recorder{Now: s.Now}}
	setups, err := s.Store.IntegrationSetups(ctx, instance)
	if err != nil {
		return nil, err
	}
	clients := []bowline.Client{{Secret: in.OAuth.ClientSecret.Reveal(), PrivateKey: in.OAuth.PrivateKey.Reveal()}}
	for _, setup := range setups {
		if setup.Key != in.Key {
			continue
		}
		clients = slices.AppendSeq(clients, maps.Values(setup.Clients))
		for _, field := range in.Setup.Fields {
			if field.Secret {
				run.recorder.Secret(setup.Values[field.Name])
			}
		}
	}
	for _, client := range clients {
		run.recorder.Secret(client.Secret, client.PrivateKey)
	}
	fields := in.Inputs
	if in.Credentials != nil {
		fields = in.Credentials.Fields
	}
	for _, field := range fields {
		if field.Secret {
			run.recorder.Secret(inputs[field.Name], field.Whole(inputs[field.Name]))
		}
	}
	return run, nil
}

// record is what is kept of the run.
func (t *trialRun) record() trialRecord {
	return trialRecord{Steps: t.steps, Hops: t.recorder.Hops(), Dropped: t.recorder.Dropped()}
}

// status is what the steps come to.
func (t *trialRun) status() bowline.TrialStatus {
	if slices.ContainsFunc(t.steps, func(s TrialStep) bool { return s.Outcome == StepFailed }) {
		return bowline.TrialFailed
	}
	return bowline.TrialDone
}

// step writes down one step. The words of the provider are shown: this is what
// an operator looks for. They are masked like the hops.
func (t *trialRun) step(name string, err error, found string) bool {
	var failed *oauth.Error
	switch {
	case err == nil:
		t.steps = append(t.steps, TrialStep{name, StepOK, t.recorder.Mask(found)})
		return true
	case errors.Is(err, oauth.ErrUnsupported):
		t.skip(name, "The integration has no such call.")
		return false
	case errors.As(err, &failed) && failed.Detail != "":
		found = fmt.Sprintf("%v: the provider says: %s", err, failed.Detail)
	default:
		found = err.Error()
	}
	t.steps = append(t.steps, TrialStep{name, StepFailed, t.recorder.Mask(found)})
	return false
}

func (t *trialRun) skip(name, why string) {
	t.steps = append(t.steps, TrialStep{name, StepSkipped, why})
}

// signedIn goes on from the callback, as far as it leads, and ends the grant
// where nobody else can be using it.
func (t *trialRun) signedIn(ctx context.Context, a trialAttempt, query url.Values) {
	cb, err := oauth.ParseCallback(t.in, query)
	if err == nil {
		t.recorder.Secret(cb.Code)
		err = cb.Err()
	}
	if err == nil && t.service.Now().Sub(a.StartedAt) > attemptLife {
		err = errors.New("the sign-in took too long")
	}
	if !t.step(stepCallback, err, "") {
		return
	}
	given, err := t.service.OAuth.Exchange(ctx, t.service.trialRequest(t.in, a), cb)
	t.keepSecret(given)
	if !t.step(stepExchange, err, describeGrant(given)) {
		return
	}
	given = t.refresh(ctx, given)
	t.look(ctx, given)
	if t.in.Disconnect != nil { // and a trial cannot know of those
		t.skip(stepRevoke, "It is the person's grant, on which other connections may live. Remove the app at the provider if there are none.")
		return
	}
	// The time for the rest may be used up; that for this call is its own.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), courtesyLimit)
	defer cancel()
	t.step(stepRevoke, t.service.OAuth.Revoke(ctx, t.in, given), "")
}

func (t *trialRun) keepSecret(g oauth.Grant) {
	t.recorder.Secret(g.AccessToken.Reveal(), g.RefreshToken.Reveal(), g.IDToken.Reveal())
}

func describeGrant(g oauth.Grant) string {
	parts := []string{"no refresh token"}
	if g.RefreshToken != "" {
		parts[0] = "with a refresh token"
	}
	if !g.ExpiresAt.IsZero() {
		parts = append(parts, "the access token ends at "+g.ExpiresAt.Format("2006-01-02 15:04:05 UTC"))
	}
	if len(g.Scopes) > 0 {
		parts = append(parts, "scopes "+strings.Join(g.Scopes, " "))
	}
	return strings.Join(parts, "; ")
}

// refresh refreshes once, where the provider's rules permit it by now. What it
// returns is the grant to go on with.
func (t *trialRun) refresh(ctx context.Context, given oauth.Grant) oauth.Grant {
	from := oauth.RefreshFrom(t.in, given)
	switch {
	case t.in.OAuth.Refresh.Never:
		t.skip(stepRefresh, "The access token does not end.")
		return given
	case given.RefreshToken == "":
		t.skip(stepRefresh, "The provider gave no refresh token.")
		return given
	case t.service.Now().Before(from):
		t.skip(stepRefresh, "The provider would refuse it before "+from.Format("15:04:05 UTC")+".")
		return given
	}
	renewed, err := t.service.OAuth.Refresh(ctx, t.in, given)
	t.keepSecret(renewed)
	if !t.step(stepRefresh, err, describeGrant(renewed)) {
		return given
	}
	renewed.Claims, renewed.Scopes = given.Claims, given.Scopes
	return renewed
}

// look asks who is behind the grant.
func (t *trialRun) look(ctx context.Context, given oauth.Grant) {
	tenants := []oauth.Tenant{{}}
	if t.in.Tenants == nil && t.in.Tenant == nil {
		t.skip(stepTenants, "The integration has none to choose from.")
	} else {
		found, err := t.service.OAuth.Tenants(ctx, t.in, given)
		if err == nil && len(found) == 0 {
			err = errors.New("the grant reaches no organization")
		}
		if t.step(stepTenants, err, listTenants(found)) {
			tenants = found
		}
	}
	if t.in.Company == nil {
		t.skip(stepCompany, "The integration does not ask for it.")
	} else {
		name, err := t.service.OAuth.CompanyName(ctx, t.in, given, tenants[0])
		t.step(stepCompany, err, name)
	}
	claims, err := t.service.OAuth.Userinfo(ctx, t.in, given)
	t.step(stepUserinfo, err, "claims "+strings.Join(slices.Sorted(maps.Keys(claims)), " "))
}

func listTenants(all []oauth.Tenant) string {
	var names []string
	for _, tenant := range all[:min(len(all), maxListed)] {
		names = append(names, tenant.Name)
	}
	text := fmt.Sprintf("%d: %s", len(all), strings.Join(names, ", "))
	if len(all) > maxListed {
		text += ", …"
	}
	return text
}

// probe asks with typed credentials.
func (t *trialRun) probe(ctx context.Context, values map[string]string) {
	found, err := t.service.Probe.Probe(ctx, t.in, values)
	detail := found.CompanyName
	if len(found.Tenants) > 0 {
		detail = listTenants(tenantsOf(found.Tenants))
	}
	t.step(stepProbe, err, detail)
}

func tenantsOf(found []probe.Tenant) []oauth.Tenant {
	all := make([]oauth.Tenant, len(found))
	for i, tenant := range found {
		all[i] = oauth.Tenant{ID: tenant.ID, Name: tenant.Name}
	}
	return all
}
