package simulator

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// exact is Exact Online, one app and one host for each country. Everything
// after the Me call is unverified.
func exact() []profile {
	var out []profile
	for _, country := range []struct{ key, name, host string }{
		{"qudb", "Exact Online (Netherlands)", "start.exactonline.nl"},
		{"pbbf", "Exact Online (UK)", "start.exactonline.co.uk"},
	} {
		host := country.host
		out = append(out, profile{
			key: country.key, name: country.name,
			register:  entraLike(country.key),
			authorize: []string{host + "/api/oauth2/auth"}, tokens: []string{host + "/api/oauth2/token"},
			codeTTL: 3 * time.Minute, accessTTL: 10 * time.Minute, refreshTTL: 30 * 24 * time.Hour, grace: 10 * time.Minute,
			tokenType: "bearer", denyAtAPI: true,
			tenantID: digitTenant(country.key, 7),
			check: func(c *call) *fault {
				if again := c.query("force_login"); again != "" && again != "0" && again != "1" {
					return badRequest("invalid_request", "force_login is 0 or 1.")
				}
				return nil
			},
			mount: func(s *Simulator, p *provider) { mountExact(s, p, host) },
		})
	}
	return out
}

// entraLike is a client id in GUID form, with braces left out.
func entraLike(key string) func(*Simulator) Client {
	return func(s *Simulator) Client {
		return Client{ID: s.uuid("client id " + key), Secret: "sim" + s.hex("client secret "+key, 12)}
	}
}

func mountExact(s *Simulator, p *provider, host string) {
	s.api("GET "+host+"/api/v1/current/Me", p, func(c *call, _ *grant) {
		c.exactResults([]map[string]any{{"CurrentDivision": numeral(p.tenantID(c.s, 0))}}, "")
	})
	s.api("GET "+host+"/api/v1/{division}/system/Divisions", p, func(c *call, _ *grant) {
		division := c.r.PathValue("division")
		found, rows := division == p.tenantID(c.s, 0), []map[string]any{}
		only, filtered := strings.CutPrefix(c.query("$filter"), "Code eq ")
		all := c.s.listed(p)
		number, part, more := c.paged(all, "$skiptoken")
		for _, t := range all {
			found = found || t.id == division
			shown := !filtered && slices.Contains(part, t)
			if shown || filtered && t.id == only {
				rows = append(rows, map[string]any{"Code": numeral(t.id), "Description": c.named(t), "CustomerName": "Robin Sample"})
			}
		}
		if !found {
			c.refuseCall(fault{status: http.StatusForbidden, code: "forbidden", text: "No right on this division."})
			return
		}
		next := ""
		if more && !filtered {
			next = c.pageAt("$skiptoken", number+1)
		}
		c.exactResults(rows, next)
	})
}

// exactResults answers in the older OData form; in Atom unless JSON is asked for.
// next is where the list goes on, "" for nowhere.
func (c *call) exactResults(rows []map[string]any, next string) {
	if !wantsJSON(c.r) {
		c.w.header.Set("Content-Type", "application/atom+xml")
		c.finish(http.StatusOK, []byte(`<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Results</title></feed>`))
		return
	}
	d := map[string]any{"results": rows}
	if next != "" {
		d["__next"] = next
	}
	c.writeJSON(http.StatusOK, map[string]any{"d": d})
}

// numeral writes an id of digits as a JSON number.
func numeral(id string) int64 {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
