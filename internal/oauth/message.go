package oauth

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/bowline/bowline/internal/catalog"
)

// message is a request to the provider that is ready to go.
type message struct {
	op      string
	in      catalog.Integration
	method  string
	address string
	// format is catalog.FormatForm, catalog.FormatJSON or "" for the query.
	format string
	body   map[string]string
	// headers holds Authorization too, where the token is it.
	headers map[string]string
	// authentication is how the client shows who it is.
	authentication string
	// status is what a good answer of the API has, 0 for any success.
	status int
}

// compose makes a message of a call that the entry describes.
func (c *Client) compose(op string, in catalog.Integration, call catalog.Call, values catalog.Values) (message, error) {
	address, err := filled(op, call.URL, values)
	if err != nil {
		return message{}, err
	}
	m := message{op: op, in: in, method: cmp.Or(call.Method, http.MethodGet), address: address, format: call.Format,
		body: catalog.FillParams(call.Params, values), headers: map[string]string{}, authentication: call.Authentication}
	if m.format == "" && m.method == http.MethodPost {
		m.format = catalog.FormatForm
	}
	templates := []map[string]Secret{call.Headers}
	if m.authentication == catalog.AuthBearer {
		templates = []map[string]Secret{in.API.Headers, {"Authorization": in.API.Authorization}, call.Headers}
	}
	for _, headers := range templates {
		if err := m.fill(headers, values); err != nil {
			return message{}, err
		}
	}
	if m.authentication == catalog.AuthBearer {
		m.login(values)
	}
	return m, nil
}

// fill sets headers of the entry. One that is empty or has a variable without a
// value takes away what was there.
func (m message) fill(headers map[string]Secret, values catalog.Values) error {
	for name, template := range headers {
		value, err := catalog.FillText(template.Reveal(), values)
		if err != nil || template == "" {
			delete(m.headers, http.CanonicalHeaderKey(name))
			continue
		}
		if !printable(value) {
			return &Error{Op: m.op, Reason: Invalid, cause: errors.New("a value cannot stand in a header")}
		}
		m.headers[http.CanonicalHeaderKey(name)] = value
	}
	return nil
}

// login sets the headers of a second sign-in.
func (m message) login(values catalog.Values) {
	for name, value := range m.in.API.LoginHeaders(values) {
		m.headers[http.CanonicalHeaderKey(name)] = value
	}
}

// deliver sends a message with the client's credentials as the entry wants them
// (RFC 6749 section 2.3). It is sent once: neither we nor net/http repeat a
// POST of which the provider may have seen a byte.
func (c *Client) deliver(ctx context.Context, m message) (answer, error) {
	o := m.in.OAuth
	if m.body == nil {
		m.body = map[string]string{}
	}
	switch m.authentication {
	case catalog.Post:
		m.body["client_id"], m.body["client_secret"] = o.ClientID, o.ClientSecret.Reveal()
	case catalog.SecretOnly:
		m.body["client_secret"] = o.ClientSecret.Reveal()
	case catalog.None:
		m.body["client_id"] = o.ClientID
	case catalog.PrivateKeyJWT:
		assertion, err := c.assertion(m)
		if err != nil {
			return answer{}, err
		}
		m.body["client_assertion_type"], m.body["client_assertion"] = assertionType, assertion
	}
	request, err := m.request(ctx)
	if err != nil {
		return answer{}, err
	}
	if m.authentication == catalog.Basic || m.authentication == "" {
		request.SetBasicAuth(url.QueryEscape(o.ClientID), url.QueryEscape(o.ClientSecret.Reveal()))
	}
	return c.send(m.op, request)
}

func (m message) request(ctx context.Context) (*http.Request, error) {
	var body []byte
	address, media := m.address, ""
	switch {
	case m.format == catalog.FormatJSON:
		body, media = mustJSON(m.body), "application/json"
	case m.format == catalog.FormatForm:
		body, media = []byte(m.values().Encode()), "application/x-www-form-urlencoded"
	case len(m.body) > 0:
		join := "?"
		if strings.Contains(address, "?") {
			join = "&"
		}
		address += join + m.values().Encode()
	}
	request, err := http.NewRequestWithContext(ctx, m.method, address, bytes.NewReader(body))
	if err != nil {
		return nil, &Error{Op: m.op, Reason: Misconfigured, cause: errors.New("endpoint is not a URL")}
	}
	if body == nil {
		request.Body, request.GetBody, request.ContentLength = http.NoBody, nil, 0
	}
	if media != "" {
		request.Header.Set("Content-Type", media)
	}
	for name, value := range m.headers {
		request.Header.Set(name, value)
	}
	return request, nil
}

func (m message) values() url.Values {
	values := make(url.Values, len(m.body))
	for name, value := range m.body {
		values.Set(name, value)
	}
	return values
}

// mustJSON encodes texts, which cannot fail.
func mustJSON(body map[string]string) []byte {
	text, err := json.Marshal(body)
	if err != nil {
		return []byte("{}")
	}
	return text
}

// secrets are the texts of a message that no error may repeat.
func (m message) secrets() []string {
	secrets := []string{m.in.OAuth.ClientSecret.Reveal()}
	for name, value := range m.body {
		switch name {
		case "grant_type", "redirect_uri", "client_id", "client_assertion_type": // errors are told by these
		default:
			secrets = append(secrets, value)
		}
	}
	for _, value := range m.headers {
		_, token, _ := strings.Cut(value, " ")
		secrets = append(secrets, value, token)
	}
	return secrets
}
