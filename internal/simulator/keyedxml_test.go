package simulator

import (
	"encoding/xml"
	"strconv"
	"strings"
	"testing"
	"time"
)

var asXML = []string{"Content-Type", "application/xml"}

// gateway is a request to Sage Intacct: who asks, and what.
func (p *person) gateway(host, authentication, functions string) request {
	return request{method: "POST", url: "https://" + host + "/ia/xml/xmlgw.phtml", headers: asXML, body: `<?xml version="1.0"?><request><control><senderid>` +
		p.values["senderId"] + `</senderid><password>` + p.values["senderPassword"] + `</password><controlid>c</controlid><uniqueid>false</uniqueid><dtdversion>3.0</dtdversion></control>` +
		`<operation><authentication>` + authentication + `</authentication><content>` + functions + `</content></operation></request>`}
}

func (p *person) login(password string) string {
	return "<login><userid>" + p.values["userId"] + "</userid><companyid>" + strings.ToUpper(p.values["companyId"]) + "</companyid><password>" + password + "</password></login>"
}

type intacctAnswer struct {
	Control        string `xml:"control>status"`
	Authentication string `xml:"operation>authentication>status"`
	Errors         []string
	Results        []struct {
		Status   string   `xml:"status"`
		Session  string   `xml:"data>api>sessionid"`
		Endpoint string   `xml:"data>api>endpoint"`
		Error    string   `xml:"errormessage>error>errorno"`
		IDs      []string `xml:"data>LOCATIONENTITY>LOCATIONID"`
		Names    []string `xml:"data>LOCATIONENTITY>NAME"`
	} `xml:"operation>result"`
}

func (p *person) intacct(r request) intacctAnswer {
	p.Helper()
	body := p.wants(200, "", r)
	var a intacctAnswer
	if err := xml.Unmarshal([]byte(body), &a); err != nil {
		p.Fatalf("%v: %s", err, body)
	}
	return a
}

const entitiesQuery = `<function controlid="e"><query><object>LOCATIONENTITY</object><select><field>LOCATIONID</field><field>NAME</field></select></query></function>`

func TestIntacct(t *testing.T) {
	t.Parallel()
	p := visitor(t, "knfz")
	session := p.gateway("api.intacct.com", p.login(p.values["userPassword"]), `<function controlid="s"><getAPISession/></function>`)
	a := p.intacct(session)
	if a.Control != "success" || len(a.Results) != 1 || a.Results[0].Session == "" || !strings.HasSuffix(a.Results[0].Endpoint, ".intacct.com/ia/xml/xmlgw.phtml") {
		t.Fatalf("%+v", a)
	}
	host := strings.TrimSuffix(strings.TrimPrefix(a.Results[0].Endpoint, "https://"), "/ia/xml/xmlgw.phtml")
	in := "<sessionid>" + a.Results[0].Session + "</sessionid>"
	entities := func() intacctAnswer { return p.intacct(p.gateway(host, in, entitiesQuery)) }
	if a := entities(); strings.Join(a.Results[0].IDs, " ") != "100 200" || a.Results[0].Names[0] != "Harbour Lane Bakery" {
		t.Errorf("entities %+v", a)
	}
	for pathology, n := range map[Pathology]int{NoTenants: 0, OneTenant: 1, ManyTenants: 150} {
		p.s.Switch("knfz", pathology, true)
		if a := entities(); len(a.Results[0].IDs) != n {
			t.Errorf("%s: %d entities", pathology, len(a.Results[0].IDs))
		}
		p.s.Switch("knfz", pathology, false)
	}
	p.s.Switch("knfz", RenamedTenants, true)
	if first, second := entities().Results[0].Names[0], entities().Results[0].Names[0]; first == second {
		t.Errorf("the entity is still called %s", second)
	}
	p.storms(session)
	p.s.Switch("knfz", MissingPermission, true)
	a = p.intacct(p.gateway(host, in, entitiesQuery+`<function controlid="g"><query><object>GLACCOUNT</object><select><field>RECORDNO</field></select></query></function>`))
	if len(a.Results) != 2 || a.Results[0].Status != "success" || a.Results[1].Error != "PL04000005" {
		t.Errorf("without permission %+v", a)
	}
	p.s.Revoke("knfz")
	if a := entities(); a.Authentication != "failure" {
		t.Errorf("after the user was removed %+v", a)
	}
}

// TestIntacctRefuses: wrong senders fail in control, wrong users in
// authentication, and a session is good at its own address and for a while.
func TestIntacctRefuses(t *testing.T) {
	t.Parallel()
	now := time.Now()
	p := visitor(t, "knfz")
	p.s.now = func() time.Time { return now }
	const get = `<function controlid="s"><getAPISession/></function>`
	if a := p.intacct(p.gateway("api.intacct.com", p.login("wrong"), get)); a.Control != "success" || a.Authentication != "failure" {
		t.Errorf("a wrong password: %+v", a)
	}
	right := p.gateway("api.intacct.com", p.login(p.values["userPassword"]), get)
	in := "<sessionid>" + p.intacct(right).Results[0].Session + "</sessionid>"
	if a := p.intacct(p.gateway("api.intacct.com", in, entitiesQuery)); a.Authentication != "failure" {
		t.Errorf("a session at another address: %+v", a)
	}
	if a := p.intacct(p.gateway("api-p02.intacct.com", in, `<function controlid="x"><query><object>NOTHING</object></query></function>`)); a.Results[0].Error != "DL02000001" {
		t.Errorf("an unknown object: %+v", a)
	}
	now = now.Add(3 * time.Hour)
	if a := p.intacct(p.gateway("api-p02.intacct.com", in, entitiesQuery)); a.Authentication != "failure" {
		t.Errorf("an old session: %+v", a)
	}
	wrong := right
	wrong.body = strings.Replace(right.body, p.values["senderPassword"], "wrong", 1)
	if a := p.intacct(wrong); a.Control != "failure" || len(a.Results) != 0 {
		t.Errorf("a wrong sender: %+v", a)
	}
	p.wants(415, "", request{method: "POST", url: right.url, body: right.body, headers: []string{"Content-Type", "application/json"}})
	p.wants(404, "", request{method: "POST", url: "https://api.intacct.com/ia/api", body: right.body, headers: asXML})
}

// envelope is a SOAP request.
func envelope(header, body string) string {
	return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>` + header + `</s:Header><s:Body>` + body + `</s:Body></s:Envelope>`
}

func TestWorkday(t *testing.T) {
	t.Parallel()
	p := visitor(t, "rvam")
	const operation = `<wd:Get_Workday_Companies_Request xmlns:wd="urn:com.workday/bsvc"/>`
	token := func(password, kind string) string {
		return `<w:Security xmlns:w="` + wsseSpace + `"><w:UsernameToken><w:Username>` + p.values["username"] + `</w:Username><w:Password Type="x#` + kind + `">` + password + `</w:Password></w:UsernameToken></w:Security>`
	}
	right := request{method: "POST", url: "https://" + p.values["hostname"] + "/ccx/service/" + p.values["tenant"] + "/Financial_Management/v42.0",
		headers: asXML, body: envelope(token(p.values["password"], "PasswordText"), operation)}
	p.wants(200, "Get_Workday_Companies_Response", right)
	p.storms(right)
	for name, c := range map[string]struct {
		change func(r *request)
		status int
		part   string
	}{
		"basic": {func(r *request) {
			r.body, r.user, r.password = envelope("", operation), p.values["username"], p.values["password"]
		}, 200, "_Response"},
		"wrong":        {func(r *request) { r.body = envelope(token("wrong", "PasswordText"), operation) }, 500, "authenticationError"},
		"digest":       {func(r *request) { r.body = envelope(token(p.values["password"], "PasswordDigest"), operation) }, 500, "authenticationError"},
		"nobody":       {func(r *request) { r.body = envelope("", operation) }, 500, "authenticationError"},
		"broken":       {func(r *request) { r.body = "<" }, 500, "validationError"},
		"other tenant": {func(r *request) { r.url = strings.Replace(r.url, "/"+p.values["tenant"]+"/", "/other/", 1) }, 404, ""},
		"other host":   {func(r *request) { r.url = strings.Replace(r.url, "wd3", "wd5", 1) }, 404, ""},
		"no service":   {func(r *request) { r.url = strings.Replace(r.url, "Financial_Management", "Nothing", 1) }, 500, "invalid"},
	} {
		r := right
		c.change(&r)
		if status, body := p.ask(r); status != c.status || !strings.Contains(body, c.part) {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	p.s.Switch("rvam", MissingPermission, true)
	p.wants(500, "not authorized", right)
	p.s.Revoke("rvam")
	p.wants(500, "authenticationError", right)
}

func TestClearBooks(t *testing.T) {
	t.Parallel()
	p := visitor(t, "jhch")
	const space = `xmlns:c="https://secure.clearbooks.co.uk/api/accounting/soap/"`
	for i, header := range []string{`<c:authenticate ` + space + ` apiKey="KEY"/>`, `<c:authenticate ` + space + `><apiKey>KEY</apiKey></c:authenticate>`} {
		right := request{method: "POST", url: "https://secure.clearbooks.co.uk/api/accounting/soap/", headers: asXML,
			body: envelope(strings.Replace(header, "KEY", p.values["apiKey"], 1), `<c:listAccountCodes `+space+`/>`)}
		p.wants(200, "listAccountCodesResponse", right)
		wrong := right
		wrong.body = strings.Replace(right.body, p.values["apiKey"], "wrong"+strconv.Itoa(i), 1)
		p.wants(500, "Fault", wrong)
		if i == 0 {
			p.storms(right)
			p.s.Switch("jhch", MissingPermission, true)
			p.wants(500, "may not", right)
			p.s.Switch("jhch", MissingPermission, false)
		}
	}
	p.wants(500, "Fault", request{method: "POST", url: "https://secure.clearbooks.co.uk/api/accounting/soap/", headers: asXML, body: "x"})
}

func TestKashFlow(t *testing.T) {
	t.Parallel()
	p := visitor(t, "wvzu")
	right := request{method: "POST", url: "https://securedwebapp.com/api/service.asmx", headers: append([]string{"SOAPAction", `"KashFlow/GetCompanyDetails"`}, asXML...),
		body: envelope("", `<GetCompanyDetails xmlns="KashFlow"><UserName>`+p.values["username"]+`</UserName><Password>`+p.values["password"]+`</Password></GetCompanyDetails>`)}
	p.wants(200, "<Status>OK</Status>", right)
	p.storms(right)
	wrong := right
	wrong.body = strings.Replace(right.body, p.values["password"], "wrong", 1)
	p.wants(200, "<Status>NO</Status>", wrong)
	other := right
	other.headers = append([]string{"SOAPAction", `"KashFlow/GetCurrencies"`}, asXML...)
	p.wants(500, "SOAPAction", other)
	p.s.Switch("wvzu", MissingPermission, true)
	p.wants(200, "IP address", right)
	p.s.Revoke("wvzu")
	p.wants(200, "Incorrect", right)
}
