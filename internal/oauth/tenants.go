package oauth

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/bowline/bowline/internal/catalog"
)

// Caps of what providers tell about organisations.
const (
	maxTenants  = 5000
	maxTenantID = 200
	maxName     = 200
	maxValue    = 500 // bytes of a kept value
)

// Tenants lists the organisations that the grant reaches, in the provider's
// order and each once; nil for an integration that has no organisations. Entries
// without a usable id are left out. Errors are *Error.
func (c *Client) Tenants(ctx context.Context, in catalog.Integration, g Grant) ([]Tenant, error) {
	list, _, err := c.TenantList(ctx, in, g)
	return list, err
}

// TenantList is Tenants, and says whether the list is whole. One that is not,
// because it goes on for longer than anybody reads, says nothing about what it
// lacks.
func (c *Client) TenantList(ctx context.Context, in catalog.Integration, g Grant) (found []Tenant, whole bool, err error) {
	in = in.ForInputs(g.Values)
	switch {
	case in.Tenant != nil:
		found, err = told(*in.Tenant, g)
		return found, err == nil, err
	case in.Tenants == nil:
		return nil, true, nil
	}
	found, whole, err = c.list(ctx, in, in.Tenants.Call, g)
	if err != nil {
		return nil, false, err
	}
	if len(found) == 0 && in.Tenants.Otherwise != "" {
		call := in.Tenants.Call
		call.URL = in.Tenants.Otherwise
		return c.list(ctx, in, call, g)
	}
	return found, whole, nil
}

// told is the organisation that the callback or the token answer named.
func told(t catalog.Tenant, g Grant) ([]Tenant, error) {
	id, err := catalog.FillText(t.ID, g.Values)
	if err != nil || !usableID(id) {
		return nil, &Error{Op: "list tenants", Reason: Invalid, cause: errors.New("nobody told which organisation it is")}
	}
	name, err := catalog.FillText(t.Name, g.Values)
	if name = clean(name, maxName); err != nil || name == "" {
		name = clean(id, maxName)
	}
	return []Tenant{{ID: id, Name: name}}, nil
}

// list asks for the organisations, by one call or by one for each item of a
// call before.
func (c *Client) list(ctx context.Context, in catalog.Integration, call catalog.Call, g Grant) (tenants []Tenant, whole bool, err error) {
	const op = "list tenants"
	l := listing{c: c, op: op, in: in, calls: maxPages}
	before := []map[string]string{nil}
	if each := in.Tenants.Each; each != nil {
		items, err := l.read(ctx, list{call: each.Call, pages: each.Pages, items: each.Items}, g.variables())
		if err != nil {
			return nil, false, err
		}
		before = before[:0]
		for _, item := range items {
			if values := pick(item, each.Keep); len(values) == len(each.Keep) {
				before = append(before, values)
			}
		}
	}
	tenants, seen := []Tenant{}, map[string]bool{}
	for _, values := range before {
		variables := g.variables()
		for name, value := range values {
			variables["each."+name] = value
		}
		of := list{call: call, pages: in.Tenants.Pages, items: in.Tenants.Items, id: in.Tenants.ID}
		items, err := l.read(ctx, of, variables)
		if errors.Is(err, catalog.ErrUnset) && in.Tenants.Otherwise != "" {
			return nil, true, nil // what narrows the question is not known: ask the wider one
		}
		if err != nil {
			return nil, false, err
		}
		for _, item := range items {
			t, ok := tenantOf(*in.Tenants, item, values, variables)
			if !ok || seen[t.ID] {
				continue
			}
			if l.cut = l.cut || len(tenants) == maxTenants; len(tenants) == maxTenants {
				break
			}
			seen[t.ID] = true
			tenants = append(tenants, t)
		}
	}
	if l.cut {
		c.logger.WarnContext(ctx, "a grant reaches more organisations than are read", "integration", in.Key, "read", len(tenants))
	}
	return tenants, !l.cut, nil
}

// tenantOf reads one item, or says that it is none. known are the variables of
// the call that listed it.
func tenantOf(from catalog.Tenants, item any, before map[string]string, known catalog.Values) (Tenant, bool) {
	for path, wanted := range from.Where {
		if catalog.Text(catalog.At(item, path)) != wanted {
			return Tenant{}, false
		}
	}
	t := Tenant{ID: catalog.Text(catalog.At(item, from.ID))}
	if !usableID(t.ID) {
		return Tenant{}, false
	}
	if from.Name != "" {
		t.Name = clean(catalog.Text(catalog.At(item, from.Name)), maxName)
	}
	if t.Name == "" && from.NameOtherwise != "" {
		t.Name = clean(catalog.Text(catalog.At(item, from.NameOtherwise)), maxName)
	}
	if t.Name == "" {
		t.Name = clean(t.ID, maxName)
	}
	t.Values = pick(item, from.Keep)
	for name, value := range before {
		if t.Values == nil {
			t.Values = map[string]string{}
		}
		t.Values[name] = value
	}
	t.ID, t.Name = from.Identify(t.ID, t.Name, known.With(t.variables()))
	t.Name = clean(t.Name, maxName)
	return t, usableID(t.ID)
}

// pick reads the values at paths of an item; those that are not there, or not
// usable, are left out. Nil for none.
func pick(item any, paths map[string]string) map[string]string {
	var values map[string]string
	for name, path := range paths {
		value := catalog.Text(catalog.At(item, path))
		if value == "" || len(value) > maxValue || clean(value, maxValue) != value {
			continue
		}
		if values == nil {
			values = map[string]string{}
		}
		values[name] = value
	}
	return values
}

// usableID refuses ids that could not be kept, shown and put into a URL as
// they are.
func usableID(id string) bool {
	return id != "" && id != "." && id != ".." && utf8.RuneCountInString(id) <= maxTenantID && clean(id, maxTenantID) == id
}

// CompanyName reads the name of the connected business, cleaned and at most
// 200 runes; "" for an integration that has no such call, and when the answer
// holds no name. The tenant is ignored where the call does not need it. Errors
// are *Error.
func (c *Client) CompanyName(ctx context.Context, in catalog.Integration, g Grant, t Tenant) (string, error) {
	const op = "read company name"
	in = in.ForInputs(g.Values)
	if in.Company == nil {
		return "", nil
	}
	if !usableID(t.ID) && (t.ID != "" || strings.Contains(in.Company.URL, catalog.TenantVariable)) {
		return "", &Error{Op: op, Reason: Invalid, cause: errors.New("the tenant is not usable")}
	}
	document, err := c.ask(ctx, op, in, in.Company.Call, g.variables().With(t.variables()))
	if err != nil {
		return "", err
	}
	name := clean(catalog.Text(catalog.At(document, in.Company.Name)), maxName)
	if name == "" && in.Company.Otherwise != "" {
		name = clean(catalog.Text(catalog.At(document, in.Company.Otherwise)), maxName)
	}
	return name, nil
}
