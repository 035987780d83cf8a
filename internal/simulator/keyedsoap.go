package simulator

import (
	"encoding/xml"
	"io"
	"net/http"
	"slices"
	"strings"
)

// soapNode is an element of a SOAP request.
type soapNode struct {
	XMLName xml.Name
	Attr    []xml.Attr `xml:",any,attr"`
	Text    string     `xml:",chardata"`
	Nodes   []soapNode `xml:",any"`
}

func (n *soapNode) child(space, name string) *soapNode {
	if n == nil {
		return nil
	}
	for i := range n.Nodes {
		if c := &n.Nodes[i]; c.XMLName.Local == name && (space == "*" || c.XMLName.Space == space) {
			return c
		}
	}
	return nil
}

func (n *soapNode) text() string {
	if n == nil {
		return ""
	}
	return strings.TrimSpace(n.Text)
}

func (n *soapNode) attribute(name string) string {
	if n != nil {
		for _, a := range n.Attr {
			if a.Name.Local == name {
				return a.Value
			}
		}
	}
	return ""
}

const (
	soapSpace = "http://schemas.xmlsoap.org/soap/envelope/"
	wsseSpace = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
)

// soap reads a SOAP 1.1 request: its header, which may be absent, and the one
// operation in its body; nil when the request is none.
func soap(r *http.Request) (header, operation *soapNode) {
	body, _ := io.ReadAll(r.Body) // from memory
	var envelope soapNode
	if r.Method != http.MethodPost || !isXML(r) || xml.Unmarshal(body, &envelope) != nil || envelope.XMLName != (xml.Name{Space: soapSpace, Local: "Envelope"}) {
		return nil, nil
	}
	inner := envelope.child(soapSpace, "Body")
	if inner == nil || len(inner.Nodes) != 1 {
		return nil, nil
	}
	return envelope.child(soapSpace, "Header"), &inner.Nodes[0]
}

func sendSOAP(w http.ResponseWriter, status int, body string) {
	sendXML(w, status, `<soap:Envelope xmlns:soap="`+soapSpace+`"><soap:Body>`+body+`</soap:Body></soap:Envelope>`)
}

// sendFault answers with a SOAP 1.1 fault, which has status 500.
func sendFault(w http.ResponseWriter, code, text string) {
	sendSOAP(w, http.StatusInternalServerError, "<soap:Fault><faultcode>"+code+"</faultcode><faultstring>"+escaped(text)+"</faultstring></soap:Fault>")
}

// workday is the SOAP interface of one tenant, for an integration system user.
func workday(s *Simulator) keyed {
	const space = "urn:com.workday/bsvc"
	d := &desk{s, "rvam", map[string]string{
		"hostname": "wd3-impl-services1.workday.com", "tenant": "harbour", "username": "ISU_Bowline@harbour", "password": s.secret("rvam password"),
	}, map[string]string{"tenant": "maple", "username": "ISU_Bowline@maple", "password": s.secret("other rvam password")}}
	services := []string{"Financial_Management", "Human_Resources", "Resource_Management", "Revenue_Management", "Cash_Management"}
	return d.served(Client{}, []string{"*.workday.com", "*.myworkday.com"}, func(w http.ResponseWriter, r *http.Request) {
		path := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if r.Host != d.values["hostname"] || len(path) < 3 || path[0] != "ccx" || path[1] != "service" || path[2] != d.values["tenant"] {
			nowhere(w)
			return
		}
		header, operation := soap(r)
		name, asks := "", false
		if operation != nil {
			name, asks = strings.CutSuffix(operation.XMLName.Local, "_Request")
		}
		switch {
		case operation == nil || !asks || operation.XMLName.Space != space:
			sendFault(w, "SOAP-ENV:Client.validationError", "Validation error occurred. The request is not valid.")
		case !d.workdayUser(r, header):
			sendFault(w, "SOAP-ENV:Client.authenticationError", "invalid username or password")
		case len(path) != 5 || !slices.Contains(services, path[3]) || !strings.HasPrefix(path[4], "v"):
			sendFault(w, "SOAP-ENV:Client.processingError", "The web service or version is invalid for the requested operation")
		case d.is(MissingPermission):
			sendFault(w, "SOAP-ENV:Server.processingError", "Processing error occurred. The task submitted is not authorized.")
		default:
			sendSOAP(w, http.StatusOK, `<wd:`+name+`_Response xmlns:wd="`+space+`" wd:version="`+escaped(path[4])+
				`"><wd:Response_Results><wd:Total_Results>1</wd:Total_Results><wd:Total_Pages>1</wd:Total_Pages><wd:Page_Results>1</wd:Page_Results><wd:Page>1</wd:Page></wd:Response_Results></wd:`+name+`_Response>`)
		}
	})
}

// workdayUser wants the user's name, with the tenant, and password: in a
// WS-Security token, as public clients send them, or in HTTP Basic, which the
// fact sheet names. Whether the SOAP services take Basic is unverified.
func (d *desk) workdayUser(r *http.Request, header *soapNode) bool {
	if user, password, ok := r.BasicAuth(); ok {
		return d.right(user, "username") && d.right(password, "password")
	}
	token := header.child(wsseSpace, "Security").child(wsseSpace, "UsernameToken")
	password := token.child(wsseSpace, "Password")
	return d.right(token.child(wsseSpace, "Username").text(), "username") && d.right(password.text(), "password") &&
		strings.HasSuffix(password.attribute("Type"), "#PasswordText")
}

// clearBooks is a SOAP service that takes a key in the header. All but the key
// itself is unverified and comes from public clients, which put it into an
// attribute or an element.
func clearBooks(s *Simulator) keyed {
	const space = "https://secure.clearbooks.co.uk/api/accounting/soap/"
	d := &desk{s, "jhch", map[string]string{"apiKey": s.hex("jhch key", 32)}, map[string]string{"apiKey": s.hex("other jhch key", 32)}}
	return d.served(Client{}, []string{"secure.clearbooks.co.uk"}, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/accounting/soap/" {
			nowhere(w)
			return
		}
		header, operation := soap(r)
		authenticate := header.child(space, "authenticate")
		sent := authenticate.attribute("apiKey")
		if sent == "" {
			sent = authenticate.child("*", "apiKey").text()
		}
		switch {
		case operation == nil || operation.XMLName.Space != space:
			sendFault(w, "SOAP-ENV:Client", "Bad Request")
		case !d.right(sent, "apiKey"):
			sendFault(w, "SOAP-ENV:Client", "The API key is not valid.")
		case d.is(MissingPermission):
			sendFault(w, "SOAP-ENV:Client", "The API key may not do this.")
		case operation.XMLName.Local != "listAccountCodes":
			sendFault(w, "SOAP-ENV:Server", "The procedure is not present.")
		default:
			sendSOAP(w, http.StatusOK, `<cb:listAccountCodesResponse xmlns:cb="`+space+`"><createAccountCodesReturn>`+
				`<cb:AccountCode id="1001001" account_name="Revenue" group_name="Revenue"/></createAccountCodesReturn></cb:listAccountCodesResponse>`)
		}
	})
}

// kashFlow is a SOAP service that takes name and password with every call and
// says in Status whether they were right. All of this is unverified and comes
// from public clients.
func kashFlow(s *Simulator) keyed {
	const space = "KashFlow"
	d := &desk{s, "wvzu", map[string]string{"username": "harbourlane", "password": s.secret("wvzu password")},
		map[string]string{"username": "maplepine", "password": s.secret("other wvzu password")}}
	return d.served(Client{}, []string{"securedwebapp.com"}, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/service.asmx" {
			nowhere(w)
			return
		}
		_, operation := soap(r)
		if operation == nil || operation.XMLName.Space != space || strings.Trim(r.Header.Get("SOAPAction"), `"`) != space+"/"+operation.XMLName.Local {
			sendFault(w, "soap:Client", "Server did not recognize the value of HTTP Header SOAPAction.")
			return
		}
		name, result, status, detail := operation.XMLName.Local, "", "OK", ""
		switch {
		case !d.right(operation.child(space, "UserName").text(), "username") || !d.right(operation.child(space, "Password").text(), "password"):
			status, detail = "NO", "Incorrect username or password"
		case d.is(MissingPermission):
			status, detail = "NO", "The IP address of this request is not allowed to use the API"
		case name == "GetCompanyDetails":
			result = "<GetCompanyDetailsResult><CompanyName>" + escaped(d.business()) + "</CompanyName><CurrencyName>Pounds</CurrencyName></GetCompanyDetailsResult>"
		case name == "GetCurrencies":
			result = "<GetCurrenciesResult/>"
		default:
			sendFault(w, "soap:Client", "Server did not recognize the value of HTTP Header SOAPAction.")
			return
		}
		sendSOAP(w, http.StatusOK, "<"+name+`Response xmlns="`+space+`">`+result+"<Status>"+status+"</Status><StatusDetail>"+escaped(detail)+"</StatusDetail></"+name+"Response>")
	})
}
