package probe

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/safehttp"
)

// Limits of one probe.
const (
	limit      = 15 * time.Second // for all of its calls
	maxAnswer  = 256 << 10        // bytes
	maxText    = 200              // runes of a name or an id
	maxTenants = 500
)

// Client makes probes. It is safe for concurrent use.
type Client struct {
	// HTTP carries every request and is required; in the product it is
	// safehttp's client, which follows no redirects.
	HTTP *http.Client
}

// Tenant is a business that credentials reach.
type Tenant struct {
	// ID identifies the business for good.
	ID string
	// Name is what people call it; the id where the provider does not say.
	Name string
}

// Result is who answered to right credentials. TenantID and CompanyName are ""
// where the entry has no path to them, the name also where the answer holds
// none.
type Result struct {
	TenantID    string
	CompanyName string
	// Tenants are the businesses to choose from, where the entry lists them:
	// one or more, each once. A single one also stands in TenantID and
	// CompanyName.
	Tenants []Tenant
}

// Probe asks the provider of an integration with credentials, given by values
// as Credentials.Check returns them. Errors are *Error, also when ctx ends.
func (c *Client) Probe(ctx context.Context, in catalog.Integration, values map[string]string) (Result, error) {
	if in.Credentials == nil {
		return Result{}, &Error{Reason: Misconfigured, cause: "the integration has no credentials"}
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	known := map[string]string{}
	for name, value := range in.Credentials.Whole(values) {
		known["field."+name] = value
	}
	var last answer
	for _, call := range in.Credentials.Calls() {
		var err error
		if last, err = c.prepare(ctx, call, known); err != nil {
			return Result{}, err
		}
	}
	return identify(in.Credentials.Probe, last, known)
}

// call makes one call and judges its answer.
func (c *Client) call(ctx context.Context, call *catalog.ProbeCall, known map[string]string) (answer, error) {
	r, err := request(call, known)
	if err != nil {
		return answer{}, err
	}
	response, err := c.HTTP.Do(r.WithContext(ctx))
	if err != nil {
		return answer{}, unanswered(err, call)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	got := answer{status: response.StatusCode, format: call.Answer, body: body}
	tooLarge := errors.Is(err, safehttp.ErrTooLarge) || len(body) > maxAnswer
	if err != nil || tooLarge {
		got.body = nil
	}
	if refused := mapped(call, &got); refused != nil {
		return got, refused
	}
	switch {
	case got.status != call.Status:
		return got, refusal(got.status, call)
	case tooLarge:
		return got, got.invalid("the answer is too large")
	case err != nil:
		return got, &Error{Reason: Unavailable, Status: got.status, cause: "the answer broke off"}
	case len(call.Keep)+len(call.Expect) > 0 && got.document() == nil:
		return got, got.invalid("the answer is not valid " + strings.ToUpper(got.format))
	}
	for _, condition := range call.Expect {
		if !got.all(condition) {
			return got, got.invalid("the answer is not as expected")
		}
	}
	return got, nil
}

// identify takes from the last answer whose credentials they are. An entry that
// points anywhere wants a document: a page that answers everybody is no proof.
func identify(p catalog.Probe, last answer, known map[string]string) (Result, error) {
	if p.Tenants != nil {
		return list(*p.Tenants, last, known)
	}
	path := func(text string) bool { return text != "" && !strings.Contains(text, "${") }
	if (path(p.CompanyName) || path(p.TenantID)) && last.document() == nil {
		return Result{}, last.invalid("the answer is not valid " + strings.ToUpper(last.format))
	}
	found := Result{CompanyName: line(said(p.CompanyName, last, known)), TenantID: line(said(p.TenantID, last, identity(known)))}
	if p.TenantID != "" && found.TenantID == "" {
		return Result{}, last.invalid("the answer names no business")
	}
	if _, isObject := last.document().(map[string]any); path(p.CompanyName) && !isObject && found.CompanyName == "" && found.TenantID == "" {
		return Result{}, last.invalid("the answer is not an object")
	}
	return found, nil
}

// said is what a path leads to, or a text with its variables filled in.
func said(text string, from answer, known map[string]string) string {
	if strings.Contains(text, "${") {
		return catalog.FillProbe(text, known, func(s string) string { return s })
	}
	return from.text(text)
}

// identity returns the values with those of fields in lower case: names of
// sites and companies mean the same however they are typed.
func identity(known map[string]string) map[string]string {
	lower := make(map[string]string, len(known))
	for name, value := range known {
		if strings.HasPrefix(name, "field.") {
			value = strings.ToLower(value)
		}
		lower[name] = value
	}
	return lower
}

// list reads the businesses to choose from.
func list(p catalog.ProbeTenants, last answer, known map[string]string) (Result, error) {
	if last.document() == nil {
		return Result{}, last.invalid("the answer is not valid " + strings.ToUpper(last.format))
	}
	within := ""
	if p.Within != "" {
		within = line(said(p.Within, last, identity(known))) + "/"
	}
	var found Result
	for _, item := range items(last.document(), p.Items) {
		t := Tenant{ID: line(text(first(item, p.ID))), Name: line(text(first(item, p.Name)))}
		if t.ID == "" || slices.ContainsFunc(found.Tenants, func(other Tenant) bool { return other.ID == within+t.ID }) {
			continue
		}
		if t.Name == "" {
			t.Name = t.ID
		}
		t.ID = within + t.ID
		if found.Tenants = append(found.Tenants, t); len(found.Tenants) > maxTenants {
			return Result{}, last.invalid("the answer lists too many businesses")
		}
	}
	switch len(found.Tenants) {
	case 0:
		return Result{}, &Error{Reason: NoTenants, Status: last.status, cause: "the answer lists no business"}
	case 1:
		found.TenantID, found.CompanyName = found.Tenants[0].ID, found.Tenants[0].Name
	}
	return found, nil
}
