package simulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// Decision is what a person does on a provider's consent page.
type Decision struct {
	// Deny says no.
	Deny bool
	// WrongRole says yes, as somebody who may not: no administrator, no adviser.
	WrongRole bool
	// Tenants are ids or names ticked on the provider's own screen; empty for
	// the first. Where nothing can be chosen it must be empty.
	Tenants []string
}

// maxMoves is how often Visit follows the provider's own redirects.
const maxMoves = 5

// pageTitle is where a page says what it is about.
var pageTitle = regexp.MustCompile(`<h1>([^<]*)</h1>`)

// Visit does what a person does in the browser at the provider: opens the
// authorization URL, signs in and decides. It gives the URL that the browser is
// sent to, which may carry an error. An error of its own means that the provider
// showed a page that leads nowhere, as for a wrong client id or redirect URI;
// it holds what the page said.
func (s *Simulator) Visit(ctx context.Context, authorizeURL string, d Decision) (callback string, err error) {
	here := s.real(authorizeURL)
	for range maxMoves {
		response, err := s.browse(ctx, http.MethodGet, here, nil)
		if err != nil {
			return "", fmt.Errorf("open the authorization page: %w", err)
		}
		if response.next == "" {
			response, err = s.browse(ctx, http.MethodPost, here, d.form())
		}
		if err != nil {
			return "", fmt.Errorf("decide on the authorization page: %w", err)
		}
		if response.next == "" {
			return "", errors.New("simulator: the provider's page leads nowhere")
		}
		target, err := url.Parse(response.next)
		if err != nil || target.Scheme != "https" || !s.route.knows(target.Host) {
			return response.next, nil
		}
		here = response.next
	}
	return "", errors.New("simulator: the provider redirects for ever")
}

// real turns an address below Options.Base into the one it stands for.
func (s *Simulator) real(address string) string {
	if rest, ok := strings.CutPrefix(address, s.o.Base+"/"); ok && s.o.Base != "" {
		return "https://" + rest
	}
	return address
}

func (d Decision) form() url.Values {
	form := url.Values{"decision": {"allow"}, "tenant": d.Tenants}
	switch {
	case d.Deny:
		form.Set("decision", "deny")
	case d.WrongRole:
		form.Set("decision", "not-admin")
	}
	return form
}

// moved is what a browser makes of an answer.
type moved struct{ next string }

func (s *Simulator) browse(ctx context.Context, method, address string, form url.Values) (moved, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return moved{}, err
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := s.RoundTripper(nil).RoundTrip(request)
	if err != nil {
		return moved{}, err
	}
	defer func() { _ = response.Body.Close() }()
	page, err := io.ReadAll(response.Body)
	if err != nil {
		return moved{}, err
	}
	switch {
	case response.StatusCode >= 300 && response.StatusCode < 400:
		return moved{response.Header.Get("Location")}, nil
	case response.StatusCode >= 400:
		says := ""
		if title := pageTitle.FindSubmatch(page); title != nil {
			says = ": " + string(title[1])
		}
		return moved{}, fmt.Errorf("simulator: the provider answers %d%s", response.StatusCode, says)
	}
	return moved{}, nil
}
