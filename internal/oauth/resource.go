package oauth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bowline/bowline/internal/catalog"
)

// Caps of what providers tell about organisations.
const (
	maxTenants  = 500
	maxTenantID = 200
	maxName     = 200
)

// Userinfo reads the person's claims, under OpenID names (OpenID Connect Core
// section 5.3). When g holds verified claims, the answer must be about the
// same person. Numbers are json.Number, as sent. ErrUnsupported when there is no endpoint, otherwise errors are
// *Error.
func (c *Client) Userinfo(ctx context.Context, in catalog.Integration, g Grant) (map[string]any, error) {
	const op = "read userinfo"
	server, err := c.endpoints(ctx, op, in.OAuth)
	if err != nil {
		return nil, err
	}
	if server.UserinfoURL == "" {
		return nil, ErrUnsupported
	}
	document, err := c.resource(ctx, op, server.UserinfoURL, g.AccessToken)
	if err != nil {
		return nil, err
	}
	claims, ok := document.(map[string]any)
	if !ok {
		return nil, &Error{Op: op, Reason: Invalid, cause: errors.New("the answer is not an object")}
	}
	claims = renamed(claims, in.Claims)
	if subject, known := g.Claims["sub"]; known && claims["sub"] != subject {
		return nil, &Error{Op: op, Reason: Invalid, cause: errors.New("the answer is about another person")}
	}
	return claims, nil
}

// Tenants lists the organisations that the grant reaches, in the provider's
// order, each once and at most 500; nil for an integration without tenants.
// Entries without a usable id are left out. Errors are *Error.
func (c *Client) Tenants(ctx context.Context, in catalog.Integration, g Grant) ([]Tenant, error) {
	const op = "list tenants"
	if in.Tenants == nil {
		return nil, nil
	}
	document, err := c.resource(ctx, op, in.Tenants.URL, g.AccessToken)
	if err != nil {
		return nil, err
	}
	items, ok := at(document, in.Tenants.Items).([]any)
	if !ok {
		return nil, &Error{Op: op, Reason: Invalid, cause: errors.New("the answer holds no list")}
	}
	tenants, seen := []Tenant{}, map[string]bool{}
	for _, item := range items {
		id := text(at(item, in.Tenants.ID))
		if !usableID(id) || seen[id] {
			continue
		}
		if len(tenants) == maxTenants {
			c.logger.WarnContext(ctx, "a grant reaches more organisations than are offered", "integration", in.Key, "limit", maxTenants)
			break
		}
		seen[id] = true
		name := ""
		if in.Tenants.Name != "" {
			name = clean(text(at(item, in.Tenants.Name)), maxName)
		}
		if name == "" {
			name = clean(id, maxName)
		}
		tenants = append(tenants, Tenant{ID: id, Name: name})
	}
	return tenants, nil
}

// usableID refuses ids that could not be kept, shown and put into a URL as
// they are.
func usableID(id string) bool {
	return id != "" && id != "." && id != ".." && utf8.RuneCountInString(id) <= maxTenantID && clean(id, maxTenantID) == id
}

// CompanyName reads the name of the connected business, cleaned and at most
// 200 runes; "" for an integration that has no such call, and when the answer
// holds no name. tenantID is ignored where the call does not need it. Errors
// are *Error.
func (c *Client) CompanyName(ctx context.Context, in catalog.Integration, g Grant, tenantID string) (string, error) {
	const op = "read company name"
	if in.Company == nil {
		return "", nil
	}
	endpoint := in.Company.URL
	if strings.Contains(endpoint, catalog.TenantVariable) {
		if !usableID(tenantID) {
			return "", &Error{Op: op, Reason: Invalid, cause: errors.New("no tenant was chosen")}
		}
		endpoint = withTenant(endpoint, tenantID)
	}
	document, err := c.resource(ctx, op, endpoint, g.AccessToken)
	if err != nil {
		return "", err
	}
	return clean(text(at(document, in.Company.Name)), maxName), nil
}

// withTenant fills the id in so that it stays one segment of the path or one
// value of the query.
func withTenant(endpoint, id string) string {
	path, query, asked := strings.Cut(endpoint, "?")
	// The path escape leaves what has a meaning in queries only, and the
	// other way round.
	path = strings.ReplaceAll(path, catalog.TenantVariable, url.PathEscape(id))
	if !asked {
		return path
	}
	return path + "?" + strings.ReplaceAll(query, catalog.TenantVariable, url.QueryEscape(id))
}

// resource reads a JSON document with the access token.
func (c *Client) resource(ctx context.Context, op, endpoint string, token Secret) (any, error) {
	got, err := c.get(ctx, op, endpoint, token)
	if err != nil {
		return nil, err
	}
	if !got.ok() {
		answered, _ := readToken(got, " ") // any body: the status decides
		reason, code := classify(answered.errorCode, got.status)
		if got.status < 400 {
			reason = Invalid
		}
		return nil, &Error{Op: op, Reason: reason, Status: got.status, Code: code, Detail: detail(answered.errorText, token.Reveal())}
	}
	decoder := json.NewDecoder(bytes.NewReader(got.body))
	// Ids can be integers beyond what a float holds.
	decoder.UseNumber()
	var document any
	if decoder.Decode(&document) != nil || decoder.More() {
		return nil, &Error{Op: op, Reason: Invalid, Status: got.status, cause: errors.New("the answer is not valid JSON")}
	}
	return document, nil
}

// at follows a dotted path through objects and, by number, arrays. An empty
// path is the value itself; nil when the path leads nowhere.
func at(value any, path string) any {
	if path == "" {
		return value
	}
	for _, part := range strings.Split(path, ".") {
		switch container := value.(type) {
		case map[string]any:
			value = container[part]
		case []any:
			index, err := strconv.Atoi(part)
			if err != nil || index < 0 || index >= len(container) {
				return nil
			}
			value = container[index]
		default:
			return nil
		}
	}
	return value
}

// text returns a string, or a number as it was written; "" for anything else.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}
