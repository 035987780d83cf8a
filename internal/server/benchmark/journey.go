package main

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// The customer of every journey: a demo account of the sandbox provider with
// one organisation, so that there is nothing to choose.
const (
	integration = "mqjo"
	person      = "robin"
)

// browserHeader is what a browser sends with an action of the hosted page.
const browserHeader = "Content-Type: application/json\r\nSec-Fetch-Site: same-origin\r\nUser-Agent: benchmark\r\n"

// journey takes one company from its creation to a linked connection, with the
// requests that a browser makes, and checks by the API that it is linked. The
// provider is Bowline's own sandbox: one POST answers its sign-in and consent
// pages together, as it allows programs to do; everything from there on is as
// with any provider.
func (s *system) journey(c *client) (company string, err error) {
	company, err = s.newCompany(c)
	if err != nil {
		return "", err
	}
	c.cookies = c.cookies[:0] // a browser that was never here
	target, err := s.throughLink(c, company)
	if err != nil {
		return "", err
	}
	result, err := s.throughProvider(c, target)
	if err != nil {
		return "", err
	}
	page, err := c.expect(200, call{method: "GET", path: result, header: "User-Agent: benchmark\r\n"})
	if err != nil {
		return "", err
	}
	if !bytes.Contains(page.body, []byte(`"step":"success"`)) {
		return "", fmt.Errorf("the result page does not show success: %.600s", page.body)
	}
	c.cookies = c.cookies[:0]
	return company, s.requireLinked(c, company)
}

// throughLink goes from the Link URL to the provider's and returns that.
func (s *system) throughLink(c *client, company string) (string, error) {
	page, err := c.expect(200, call{method: "GET", path: "/link/company/" + company, header: "User-Agent: benchmark\r\n"})
	if err != nil {
		return "", err
	}
	flow, err := member(page.body, "flow")
	if err != nil {
		return "", err
	}
	var view reply
	for _, action := range []string{
		`"action":"connect","sourceType":"Accounting"`,
		`"action":"choose","integrationKey":"` + integration + `"`,
		`"action":"accept"`,
	} {
		view, err = c.expect(200, call{
			method: "POST", path: "/link/companies/" + company + "/journey", header: browserHeader,
			body: `{"flow":"` + flow + `",` + action + `}`,
		})
		if err != nil {
			return "", err
		}
		if flow, err = member(view.body, "flow"); err != nil {
			return "", err
		}
	}
	return member(view.body, "url")
}

// throughProvider signs in and agrees at the provider, brings the code back
// and returns where the result is shown.
func (s *system) throughProvider(c *client, target string) (string, error) {
	path, query, ok := strings.Cut(strings.TrimPrefix(target, s.url), "?")
	if !ok || path == target {
		return "", errors.New("the hand-over leads to another host")
	}
	answer, err := c.expect(303, call{
		method: "POST", path: path, header: "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n",
		body: query + "&account=" + person + "&decision=allow",
	})
	if err != nil {
		return "", err
	}
	back, err := c.expect(303, call{method: "GET", path: strings.TrimPrefix(answer.location, s.url), header: "User-Agent: benchmark\r\n"})
	return strings.TrimPrefix(back.location, s.url), err
}

func (s *system) requireLinked(c *client, company string) error {
	got, err := c.expect(200, call{method: "GET", path: "/api/companies/" + company + "/connections", header: s.header})
	if err != nil {
		return err
	}
	if status, err := member(got.body, "status"); err != nil || status != "Linked" {
		return fmt.Errorf("the connection is %q, not Linked (%w)", status, err)
	}
	return nil
}

// fileBytes adds up scripts and styles, as they travel to a browser that
// understands brotli: those of a first screen, and then those of later ones that
// are not among them. Where the page has the first ones in it, they weigh about
// the same.
func fileBytes(c *client, firstScreen, rest []string) (first, later int, err error) {
	seen := map[string]bool{}
	size := func(addresses []string) (total int, err error) {
		for _, address := range addresses {
			if seen[address] {
				continue
			}
			seen[address] = true
			got, err := c.expect(200, call{method: "GET", path: address, header: "Accept-Encoding: br\r\n"})
			if err != nil {
				return 0, err
			}
			total += len(got.body)
		}
		return total, nil
	}
	if first, err = size(firstScreen); err == nil {
		later, err = size(rest)
	}
	return first, later, err
}
