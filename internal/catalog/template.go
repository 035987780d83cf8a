package catalog

import (
	"errors"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
)

// Values are what the variables of a template stand for, by full name: values
// of inputs ("input.region", and "input.region.host" for what the chosen option
// sets), of the chosen row ("row.id"), kept ones ("callback.realmId",
// "token.api_domain", "claim.sub"), of a first call ("each.id"), of the chosen
// organisation ("tenant.id"), and of the grant ("grant.accessToken").
type Values map[string]string

// With returns the values with others on top.
func (v Values) With(others Values) Values {
	all := make(Values, len(v)+len(others))
	for name, value := range v {
		all[name] = value
	}
	for name, value := range others {
		all[name] = value
	}
	return all
}

// The ways in which a template cannot be filled. Neither holds a value.
var (
	// ErrUnset is a variable without a value.
	ErrUnset = errors.New("a variable of the catalog entry has no value")
	// ErrUnfit is a value that cannot stand where the template has it.
	ErrUnfit = errors.New("a value cannot stand where the catalog entry has it")
)

// FillText replaces the variables of a text. Values are put in as they are, so
// one that looks like a variable stays text. It returns ErrUnset when one has
// no value.
func FillText(template string, v Values) (string, error) {
	return fillWith(template, v, func(value string) string { return value })
}

func fillWith(template string, v Values, form func(string) string) (string, error) {
	var err error
	filled := variable.ReplaceAllStringFunc(template, func(whole string) string {
		value := v[whole[2:len(whole)-1]]
		if value == "" {
			err = ErrUnset
		}
		return form(value)
	})
	return filled, err
}

// hostName is a DNS name of at least two labels (RFC 1123 section 2.1). An
// address of digits only is none.
var hostName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

// FillURL replaces the variables of a URL so that each value stays within the
// host, the segment of the path or the parameter of the query that the template
// has for it. A variable in front of all stands for an origin. It returns
// ErrUnset, or ErrUnfit for a value that would not stay in its place.
func FillURL(template string, v Values) (string, error) {
	if !strings.Contains(template, "${") {
		return template, nil
	}
	scheme, host, rest := SplitHost(template)
	if front := variable.FindString(template); front != "" && strings.HasPrefix(template, front) {
		origin := v[front[2:len(front)-1]]
		if origin == "" {
			return "", ErrUnset
		}
		u, err := url.Parse(origin)
		if err != nil || u.Scheme != "https" && !loopback(u) || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
			return "", ErrUnfit
		}
		scheme, host, rest = u.Scheme+"://", u.Host, strings.TrimPrefix(template, front)
	}
	filled, err := fillWith(host, v, strings.ToLower)
	if err != nil {
		return "", err
	}
	if filled != host && (len(filled) > 253 || !hostName.MatchString(filled)) {
		return "", ErrUnfit
	}
	path, query, asked := strings.Cut(rest, "?")
	if path, err = fillPath(path, v); err != nil {
		return "", err
	}
	if asked {
		if query, err = fillWith(query, v, url.QueryEscape); err != nil {
			return "", err
		}
		query = "?" + query
	}
	return scheme + filled + path + query, nil
}

func fillPath(path string, v Values) (string, error) {
	path, err := fillWith(path, v, url.PathEscape) // a slash within a value does not end its segment
	if err != nil {
		return "", err
	}
	unfit := false
	for _, segment := range strings.Split(path, "/") {
		plain, err := url.PathUnescape(segment)
		unfit = unfit || err != nil || plain == "." || plain == ".."
	}
	if unfit {
		return "", ErrUnfit
	}
	return path, nil
}

func loopback(u *url.URL) bool {
	addr, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && err == nil && addr.IsLoopback()
}

// FillParams fills parameters. One whose variables have no value is left out.
func FillParams[T ~string](params map[string]T, v Values) map[string]string {
	filled := make(map[string]string, len(params))
	for name, template := range params {
		if value, err := FillText(string(template), v); err == nil {
			filled[name] = value
		}
	}
	return filled
}
