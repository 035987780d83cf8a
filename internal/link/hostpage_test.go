package link_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/link"
)

// hostPage plays a page of the fintech that embeds the journey, and writes down
// which callbacks it would have fired.
type hostPage struct {
	*world
	options string
	told    []string
	bearer  bool // it has a company access token
	only    bool // and the Connections SDK
}

const hostOrigin = "https://app.fintech.example"

func (p *hostPage) embedded() link.Browser {
	b := p.browser
	b.Embedded, b.Bearer, b.Only, b.Origin, b.Cookies = true, p.bearer, p.only, hostOrigin, link.Cookies{}
	return b
}

func (p *hostPage) heard(v link.View) link.View {
	for _, e := range v.Events {
		word := string(e.Type)
		switch {
		case e.Error != nil:
			if e.Error.ErrorCode == 409 && (e.Error.Message == "" || !e.Error.UserRecoverable) {
				p.t.Errorf("a mismatch is told as %+v", e.Error)
			}
			word += fmt.Sprint(" ", e.Error.ErrorCode)
		case e.Connection != nil && (e.Connection.ConnectionID == "" || e.Connection.IntegrationKey == "" || e.Connection.SourceID == "" ||
			e.Connection.IntegrationID == "" || e.Connection.PlatformName == "" || e.Connection.SourceType == ""):
			p.t.Errorf("%s lacks something: %+v", e.Type, e.Connection)
		case e.Type == link.EventConsent && !strings.Contains(e.Text, "#"):
			p.t.Errorf("the consent's text is %q", e.Text)
		}
		p.told = append(p.told, word)
	}
	return v
}

func (p *hostPage) load(resume string) link.View {
	p.t.Helper()
	boot := p.service.BootEmbedded
	if p.only {
		boot = p.service.BootConnections
	}
	v, cookies, err := boot(p.t.Context(), p.company, link.Action{
		Action: link.ActBoot, Options: json.RawMessage(p.options), Resume: resume,
	}, p.embedded())
	must(p.t, err)
	if len(cookies) > 0 {
		p.t.Error("a host page was given a cookie, which it cannot keep")
	}
	return p.heard(v)
}

func (p *hostPage) do(v link.View, a link.Action) link.View {
	p.t.Helper()
	a.Flow, a.Options = v.Flow, json.RawMessage(p.options)
	next, cookies, err := p.service.Act(p.t.Context(), p.company, a, p.embedded())
	must(p.t, err)
	if len(cookies) > 0 {
		p.t.Error("a host page was given a cookie, which it cannot keep")
	}
	return p.heard(next)
}

// check asks for news; ok says whether there were any.
func (p *hostPage) check(v link.View) (link.View, bool) {
	p.t.Helper()
	next, _, err := p.service.Act(p.t.Context(), p.company, link.Action{
		Flow: v.Flow, Action: link.ActCheck, Options: json.RawMessage(p.options),
	}, p.embedded())
	if errors.Is(err, link.ErrNothingNew) {
		return v, false
	}
	must(p.t, err)
	return p.heard(next), true
}

func (p *hostPage) toTab() link.View {
	p.t.Helper()
	v := p.do(p.load(""), link.Action{Action: link.ActConnect, SourceType: bowline.Accounting})
	v = p.do(v, link.Action{Action: link.ActChoose, IntegrationKey: accounting})
	v = p.do(v, link.Action{Action: link.ActAccept})
	if v.Step != link.StepHandoff || v.Handoff.Mode != link.HandoffTab {
		p.t.Fatalf("after the consent: step %s, %+v", v.Step, v.Handoff)
	}
	return v
}

// tab opens the address of a hand-off in a tab of the same browser, and plays
// the customer there.
func (p *hostPage) tab(address, account, decision string) link.Return {
	p.t.Helper()
	u, err := url.Parse(address)
	must(p.t, err)
	target, cookie, view, err := p.service.OpenTicket(p.t.Context(), u.Query().Get("ticket"))
	must(p.t, err)
	if view != nil {
		p.t.Fatalf("the ticket led to %s: %+v", view.Step, view.Error)
	}
	p.browser.Cookies[cookie.Name] = cookie.Value
	return p.complete(p.signIn(target, account, decision))
}
