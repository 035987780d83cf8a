package probe

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/bowline/bowline/internal/catalog"
)

// hostName is a DNS name of at least two labels (RFC 1123 section 2.1), as it
// must be where a customer has a part in it. An address of digits only is none.
var hostName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

const maxHost = 253

// request fills the templates of a call with what is known.
func request(call *catalog.ProbeCall, known map[string]string) (*http.Request, error) {
	target, err := address(call.URL, known)
	if err != nil {
		return nil, err
	}
	content, body := body(call, known)
	r, err := http.NewRequest(call.Method, target, bytes.NewReader(body)) //nolint:noctx // the caller adds the context
	if err != nil {
		return nil, &Error{Reason: Misconfigured, cause: "the address is not a URL"}
	}
	if body == nil {
		r.Body, r.GetBody = http.NoBody, nil
	}
	r.Header.Set("User-Agent", "Bowline")
	r.Header.Set("Accept", "application/json")
	if call.Answer == catalog.AnswerXML {
		r.Header.Set("Accept", "application/xml, text/xml")
	}
	if content != "" {
		r.Header.Set("Content-Type", content)
	}
	return r, authorize(r, call, known)
}

// authorize sets the headers of the entry.
func authorize(r *http.Request, call *catalog.ProbeCall, known map[string]string) error {
	for name, template := range call.Headers {
		value := fill(template, known)
		if !headerValue(value) {
			return &Error{Reason: Refused, cause: "a value cannot stand in a header"}
		}
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	if call.Bearer != "" {
		value := fill(call.Bearer, known)
		if !headerValue(value) {
			return &Error{Reason: Refused, cause: "a value cannot stand in a header"}
		}
		r.Header.Set("Authorization", "Bearer "+value)
	}
	if b := call.Basic; b != nil {
		username := fill(b.Username, known)
		if strings.Contains(username, ":") { // RFC 7617 section 2: the password would begin there
			return &Error{Reason: Refused, cause: "a user name holds a colon"}
		}
		r.SetBasicAuth(username, fill(b.Password, known))
	}
	return nil
}

// body encodes the body of a call, nil for none. Values are put in before the
// encoding, so they stay values. A parameter without a value is left out.
func body(call *catalog.ProbeCall, known map[string]string) (contentType string, body []byte) {
	switch {
	case call.Form != nil:
		form := url.Values{}
		for name, template := range call.Form {
			if value := fill(template, known); value != "" {
				form.Set(name, value)
			}
		}
		return "application/x-www-form-urlencoded", []byte(form.Encode())
	case call.JSON != nil:
		// A tree of texts and of what came from JSON always encodes.
		text, _ := json.Marshal(call.JSON.Fill(func(s string) string { return fill(catalog.Secret(s), known) }))
		return "application/json", text
	case call.XML != nil:
		return "application/xml; charset=utf-8", call.XML.Fill(func(s string) string { return fill(catalog.Secret(s), known) })
	}
	return "", nil
}

func fill(template catalog.Secret, known map[string]string) string {
	return catalog.FillProbe(template.Reveal(), known, func(s string) string { return s })
}

// headerValue refuses what would end a header line or is no text.
func headerValue(value string) bool {
	return !strings.ContainsFunc(value, func(r rune) bool { return unicode.IsControl(r) || r == unicode.ReplacementChar })
}

// address fills the URL. Values stay within the label, segment or parameter
// that the template has for them. Only a whole address can stand in front.
func address(template string, known map[string]string) (string, error) {
	origin, rest := front(template)
	if origin != "" {
		if origin = known[origin]; !catalog.IsAddress(origin) {
			return "", &Error{Reason: Refused, cause: "a value is not the address of a website"}
		}
	} else {
		var scheme, host string
		scheme, host, rest = catalog.SplitHost(template)
		filled := catalog.FillProbe(host, known, strings.ToLower)
		if filled != host && (len(filled) > maxHost || !hostName.MatchString(withoutPort(host, filled))) {
			return "", &Error{Reason: Refused, cause: "a value cannot stand in a host name"}
		}
		origin = scheme + filled
	}
	path, query, asked := strings.Cut(rest, "?")
	open := false // a value that a segment cannot hold
	path = catalog.FillProbe(path, known, func(value string) string {
		open = open || value == "" || strings.ContainsAny(value, `/\`)
		return url.PathEscape(value)
	})
	for _, segment := range strings.Split(path, "/") {
		plain, err := url.PathUnescape(segment)
		open = open || err != nil || plain == "." || plain == ".."
	}
	if open {
		return "", &Error{Reason: Refused, cause: "a value cannot stand in a path"}
	}
	if asked {
		query = "?" + catalog.FillProbe(query, known, url.QueryEscape)
	}
	return origin + path + query, nil
}

// front cuts off a variable that a URL begins with; name is "" without one.
func front(template string) (name, rest string) {
	if names := catalog.ProbeVariables(template); len(names) > 0 {
		if rest, found := strings.CutPrefix(template, "${"+names[0]+"}"); found {
			return names[0], rest
		}
	}
	return "", template
}

// choosesHost says whether customers choose a part of the host.
func choosesHost(call *catalog.ProbeCall) bool {
	name, _ := front(call.URL)
	_, host, _ := catalog.SplitHost(call.URL)
	return strings.HasPrefix(name, "field.") || name == "" && len(catalog.ProbeVariables(host)) > 0
}

// withoutPort cuts the port off a filled host, if the template has one of its
// own: a customer's value cannot bring one along.
func withoutPort(template, filled string) string {
	if i := strings.LastIndex(template, ":"); i >= 0 && !strings.Contains(template[i:], "}") {
		return strings.TrimSuffix(filled, template[i:])
	}
	return filled
}
