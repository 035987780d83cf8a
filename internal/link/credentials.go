package link

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/probe"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// form is what a credentials screen shows beside its fields.
type form struct {
	typed   map[string]string
	faults  map[string]catalog.FieldFault
	problem string // about the form as a whole
}

// credentialsView draws the form. What was typed comes back with it, secrets
// never.
func (s *Service) credentialsView(pg page, conn bowline.Connection, in catalog.Integration, f form) (View, error) {
	v, err := s.view(pg, proof{Step: StepCredentials, SourceType: conn.SourceType, Integration: in.Key, Connection: conn.ID})
	if err != nil {
		return View{}, err
	}
	v.Credentials = &CredentialsView{Integration: s.tileOf(conn), Problem: f.problem, CanHandOver: pg.canHandOver()}
	fields := in.Inputs
	if in.Credentials != nil {
		fields = in.Credentials.Fields
	} else {
		v.Credentials.Leads = true
	}
	for _, field := range fields {
		shown := CredentialField{
			Name: field.Name, Label: field.Label, Help: field.Help, Secret: field.Secret, Optional: field.Optional,
			Prefix: field.Prefix, Suffix: field.Suffix, Placeholder: field.Placeholder, DocsURL: field.Docs,
		}
		for _, o := range field.Options {
			shown.Options = append(shown.Options, FieldOption{Value: o.Value, Label: o.Label})
		}
		if !field.Secret {
			shown.Value = f.typed[field.Name]
		}
		if len(field.Options) == 1 && !field.Optional {
			shown.Value = field.Options[0].Value // nothing to choose
		}
		if fault, wrong := f.faults[field.Name]; wrong {
			shown.Problem = pg.set.words.Credentials.fault(fault, field)
		}
		v.Credentials.Fields = append(v.Credentials.Fields, shown)
	}
	return v, nil
}

// submitCredentials checks what was typed, first by itself and then with the
// software. Right credentials link; wrong ones are shown on the same screen and
// recorded as a failed attempt (link.md 1.3.7).
func (s *Service) submitCredentials(ctx context.Context, h hop) (View, []Cookie, error) {
	conn, ok := findConnection(h.pg.company, h.proof.Connection)
	if !ok {
		return s.toHome(ctx, h)
	}
	if conn.Status == bowline.Linked {
		return drawn(s.connectedView(ctx, h.pg, conn, h.proof))
	}
	in, ok := s.catalogOf(conn.InstanceID).Get(conn.IntegrationKey)
	if ok && in.Enabled && len(in.Inputs) > 0 {
		return s.submitInputs(ctx, h, conn, in)
	}
	if !ok || !in.Enabled || !in.UsesCredentials() {
		v, err := s.failed(ctx, h.pg, &failure{reason: reasonMisconfigured, connection: conn})
		return v, nil, err
	}
	values, faults := in.Credentials.Check(h.action.Fields)
	shown := form{typed: values, faults: faults}
	if len(faults) > 0 {
		v, err := s.credentialsView(h.pg, conn, in, shown)
		return v, nil, err
	}
	if err := s.tries.allow(h.pg.company.ID, s.Now()); err != nil {
		v, err := s.credentialsAgain(h.pg, conn, in, shown, failedTry{reasonTooMany, rest.CorrelationID(ctx)})
		return v, nil, err
	}
	v, err := s.tryCredentials(ctx, h.pg, conn, in, shown)
	return v, nil, err
}

// tryCredentials asks the software, records what came of it and shows it. The
// browser may leave meanwhile: what was begun is brought to its end.
func (s *Service) tryCredentials(ctx context.Context, pg page, conn bowline.Connection, in catalog.Integration, shown form) (View, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), exchangeLimit)
	defer cancel()
	a, err := s.claim(ctx, attempt{
		State: oauth.NewToken(), Instance: pg.company.InstanceID, Company: pg.company.ID, Connection: conn.ID,
		Integration: in.Key, Visit: pg.visit, StartedAt: s.Now(), Hop: oauth.NewToken(), // for the choice that may follow
	})
	if errors.Is(err, store.ErrNotFound) { // the company or the connection was deleted meanwhile
		return s.errorView(pg, conn, reasonGone, rest.CorrelationID(ctx))
	}
	if err != nil {
		return View{}, err
	}
	found, err := s.Probe.Probe(ctx, in, shown.typed)
	reason := ""
	switch {
	case err != nil:
		reason = credentialsReason(err)
		a, err = s.fail(ctx, a, problem{reason: reason, detail: statusText(err), cause: err})
	default:
		a, reason, err = s.acceptCredentials(ctx, in, a, conn, accepted{shown.typed, found})
	}
	if err != nil {
		return View{}, err
	}
	if pg, err = s.reload(ctx, pg); err != nil {
		return View{}, err
	}
	if reason == reasonCredentials || reason == reasonPermission || reason == reasonUnavailable {
		code, _ := outcomeOf(reason)
		pg.visit.Last = &touched{Connection: conn.ID, Authorization: a.ID, Code: code}
		return s.credentialsAgain(pg, conn, in, shown, failedTry{reason, a.CorrelationID})
	}
	return s.resultView(ctx, pg, a)
}

// failedTry is why the form is shown again.
type failedTry struct{ reason, correlationID string }

// credentialsAgain shows the form with what is wrong, and tells the host page.
func (s *Service) credentialsAgain(pg page, conn bowline.Connection, in catalog.Integration, shown form, why failedTry) (View, error) {
	shown.problem = pg.set.words.Credentials.problem(why.reason, filler(in.Name, pg.set.client.Name))
	v, err := s.credentialsView(pg, conn, in, shown)
	s.tellOf(pg, bowline.VisitStep{SourceType: conn.SourceType, Step: string(StepCredentials), Cause: causeOf(why.reason)})
	_, message := outcomeOf(why.reason)
	return withEvents(v, eventError(errorCodeOf(why.reason), message, why.correlationID, true)), err
}

// accepted are credentials that the software accepted, and whose they are.
type accepted struct {
	values map[string]string
	found  probe.Result
}

// acceptCredentials goes on with right credentials. Where they reach several
// businesses, a reconnection goes to the one that it had, and anything else is
// for the customer to choose. It returns the reason why there is no connection,
// "" when there is one or may still be.
func (s *Service) acceptCredentials(ctx context.Context, in catalog.Integration, a bowline.Authorization, conn bowline.Connection, got accepted) (bowline.Authorization, string, error) {
	grant := bowline.Grant{ConnectionID: a.ConnectionID, Family: a.ID, Extra: got.values}
	var tenants []bowline.Tenant
	for _, t := range got.found.Tenants {
		tenants = append(tenants, bowline.Tenant{ID: t.ID, Name: t.Name})
	}
	if len(tenants) < 2 {
		a, err := s.keepCredentials(ctx, in, a, grant, bowline.Tenant{ID: got.found.TenantID, Name: got.found.CompanyName})
		return a, "", err
	}
	before := among(tenants, []string{conn.TenantID})
	switch {
	case conn.TenantID == "":
		a, err := s.holdChoice(ctx, a, grant, tenants)
		return a, "", err
	case len(before) == 0:
		a, err := s.fail(ctx, a, mismatchOf(tenants...))
		return a, reasonMismatch, err
	}
	a, err := s.keepCredentials(ctx, in, a, grant, before[0])
	return a, "", err
}

// keepCredentials links with credentials that the software accepted, after the
// steps that the integration wants done first.
func (s *Service) keepCredentials(ctx context.Context, in catalog.Integration, a bowline.Authorization, grant bowline.Grant, tenant bowline.Tenant) (bowline.Authorization, error) {
	if len(in.After) > 0 {
		return s.holdGrant(ctx, a, grant, []bowline.Tenant{tenant})
	}
	return s.linkCredentials(ctx, a, grant, tenant)
}

// linkCredentials is link for an integration without a sign-in: there is no
// grant that would have to be given back.
func (s *Service) linkCredentials(ctx context.Context, a bowline.Authorization, grant bowline.Grant, tenant bowline.Tenant) (bowline.Authorization, error) {
	ctx, cancel := recording(ctx)
	defer cancel()
	now, from := s.Now(), a.Status
	linked := a
	linked.Status, linked.Outcome, linked.FinishedAt, linked.Tenants = bowline.AuthorizationLinked, 200, &now, nil
	if in, ok := s.catalogOf(a.InstanceID).Get(a.IntegrationKey); ok {
		grant = s.scheduled(in, grant)
	}
	b := bond{linked, from, grant, tenant, tenant.Name}
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		done, err := s.attach(ctx, tx, b)
		if err == nil {
			linked = done
		}
		return err
	})
	switch {
	case errors.Is(err, errMismatch):
		return s.fail(ctx, a, mismatchOf(tenant))
	case errors.Is(err, errConnected):
		return s.fail(ctx, a, problem{reason: reasonConnected})
	}
	return s.settled(ctx, linked, err)
}

// fault is what a field says about a typed value.
func (w credentialsWords) fault(f catalog.FieldFault, field catalog.Field) string {
	switch f {
	case catalog.FieldMissing:
		return w.Missing
	case catalog.FieldTooLong:
		return strings.ReplaceAll(w.TooLong, "{n}", strconv.Itoa(field.MaxLength))
	}
	return w.Malformed
}

// problem is what the form says about a failed try.
func (w credentialsWords) problem(reason string, fill names) string {
	switch reason {
	case reasonCredentials:
		return fill.Replace(w.Refused)
	case reasonPermission:
		return fill.Replace(w.Permission)
	case reasonTooMany:
		return fill.Replace(w.TooMany)
	}
	return fill.Replace(w.Unavailable)
}

// credentialsReason turns a failed probe into a reason of ours.
func credentialsReason(err error) string {
	switch probe.ReasonOf(err) {
	case probe.Refused:
		return reasonCredentials
	case probe.Permission:
		return reasonPermission
	case probe.NoTenants:
		return reasonNoTenants
	case probe.Misconfigured:
		return reasonMisconfigured
	case probe.Invalid:
		return reasonInvalid
	}
	return reasonUnavailable
}

// statusText names the status that a probe was answered with; it holds nothing
// of what the provider wrote.
func statusText(err error) string {
	var e *probe.Error
	if errors.As(err, &e) && e.Status >= http.StatusMultipleChoices { // some refuse under 200
		return http.StatusText(e.Status)
	}
	return ""
}
