package oauth

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"

	"github.com/bowline/bowline/internal/catalog"
)

// Userinfo reads the person's claims, under OpenID names (OpenID Connect Core
// section 5.3). When g holds verified claims, the answer must be about the
// same person. Numbers are json.Number, as sent. ErrUnsupported when there is
// no endpoint, otherwise errors are *Error.
func (c *Client) Userinfo(ctx context.Context, in catalog.Integration, g Grant) (map[string]any, error) {
	const op = "read userinfo"
	in = in.ForInputs(g.Values)
	server, err := c.endpoints(ctx, op, in.OAuth)
	if err != nil {
		return nil, err
	}
	if server.UserinfoURL == "" {
		return nil, ErrUnsupported
	}
	document, err := c.ask(ctx, op, in, catalog.Call{URL: server.UserinfoURL, Headers: map[string]Secret{"Authorization": catalog.BearerAuthorization}}, g.variables())
	if err != nil {
		return nil, err
	}
	claims, ok := document.(map[string]any)
	if !ok {
		return nil, &Error{Op: op, Reason: Invalid, cause: errors.New("the answer is not an object")}
	}
	claims = renamed(claims, in.Claims)
	if subject, known := g.Claims["sub"]; known && (catalog.Text(subject) == "" || catalog.Text(claims["sub"]) != catalog.Text(subject)) {
		return nil, &Error{Op: op, Reason: Invalid, cause: errors.New("the answer is about another person")}
	}
	return claims, nil
}

// ask makes a call of the provider's API and reads the JSON document that
// answers it.
func (c *Client) ask(ctx context.Context, op string, in catalog.Integration, call catalog.Call, values catalog.Values) (any, error) {
	m, err := c.apiMessage(op, in, call, values)
	if err != nil {
		return nil, err
	}
	decoded, _, err := c.put(ctx, m)
	return decoded, err
}

// apiMessage is compose for a call that carries the access token unless the entry
// says otherwise.
func (c *Client) apiMessage(op string, in catalog.Integration, call catalog.Call, values catalog.Values) (message, error) {
	call.Authentication = cmp.Or(call.Authentication, catalog.AuthBearer)
	m, err := c.compose(op, in, call, values)
	m.status = call.Status
	return m, err
}

// put sends a message to the provider's API, and reads the JSON document that
// answers it.
func (c *Client) put(ctx context.Context, m message) (any, answer, error) {
	got, err := c.deliver(ctx, m)
	if err != nil {
		return nil, answer{}, err
	}
	op, in := m.op, m.in
	answered, _ := readToken(got, in.OAuth) // any body: the status decides
	ours := cmp.Or(own(got, in), answered.errorCode)
	said, means := meant(in, catalog.AtAPI, got.status, ours)
	switch {
	case got.good(m.status) && (!means || ours == ""):
	case got.good(m.status): // an error with the status of a success
		return nil, got, &Error{Op: op, Reason: said, Status: got.status, Code: otherCode, Named: true, Detail: detail(answered.errorText, m.secrets()...)}
	default:
		reason, code := classify(answered.errorCode, got.status)
		if got.status < 400 {
			reason = Invalid
		}
		if means {
			reason = said
		}
		return nil, got, &Error{Op: op, Reason: reason, Status: got.status, Code: code, Named: means, RetryAfter: got.retry, Detail: detail(answered.errorText, m.secrets()...)}
	}
	decoded, err := document(op, got)
	return decoded, got, err
}

// own is the provider's own code of an error, "" where the entry names no place
// for it.
func own(got answer, in catalog.Integration) string {
	if in.Failures.Code == "" && in.Failures.CodeOtherwise == "" {
		return ""
	}
	decoded, err := document("", got)
	if err != nil {
		return ""
	}
	code := ""
	if in.Failures.Code != "" {
		code = catalog.Text(catalog.At(decoded, in.Failures.Code))
	}
	if code == "" && in.Failures.CodeOtherwise != "" {
		code = catalog.Text(catalog.At(decoded, in.Failures.CodeOtherwise))
	}
	return code
}

// document decodes an answer.
func document(op string, got answer) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(got.body))
	// Ids can be integers beyond what a float holds.
	decoder.UseNumber()
	var decoded any
	if decoder.Decode(&decoded) != nil || decoder.More() {
		return nil, &Error{Op: op, Reason: Invalid, Status: got.status, cause: errors.New("the answer is not valid JSON")}
	}
	return decoded, nil
}
