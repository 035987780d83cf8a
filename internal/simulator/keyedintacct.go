package simulator

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	intacctHost = "api.intacct.com"
	intacctPath = "/ia/xml/xmlgw.phtml"
	// A session has an endpoint of its own. That its host differs, and how it
	// is called, is unverified.
	intacctSessionHost = "api-p02.intacct.com"
	intacctSessionLife = 2 * time.Hour // unverified
)

// intacctRequest is what the XML gateway reads: the operator's sender in
// control, then a login or a session, then functions.
type intacctRequest struct {
	XMLName xml.Name `xml:"request"`
	Control struct {
		SenderID   string `xml:"senderid"`
		Password   string `xml:"password"`
		ControlID  string `xml:"controlid"`
		UniqueID   string `xml:"uniqueid"`
		DTDVersion string `xml:"dtdversion"`
	} `xml:"control"`
	Operation struct {
		Authentication struct {
			Login *struct {
				UserID    string `xml:"userid"`
				CompanyID string `xml:"companyid"`
				Password  string `xml:"password"`
			} `xml:"login"`
			SessionID string `xml:"sessionid"`
		} `xml:"authentication"`
		Functions []intacctFunction `xml:"content>function"`
	} `xml:"operation"`
}

type intacctFunction struct {
	ControlID  string    `xml:"controlid,attr"`
	APISession *struct{} `xml:"getAPISession"`
	Query      *struct {
		Object   string   `xml:"object"`
		Fields   []string `xml:"select>field"`
		PageSize int      `xml:"pagesize"`
	} `xml:"query"`
}

// intacctObjects can be queried; one for each of the modules that a connection
// needs to read, besides the entities.
var intacctObjects = strings.Fields(`LOCATIONENTITY USERINFO COMPANYPREF CHECKINGACCOUNT SAVINGSACCOUNT CREDITCARD GLACCOUNT GLBATCH GLENTRY
	APBILL APPYMT VENDOR ARINVOICE ARPYMT CUSTOMER PROJECT ITEM ICITEM SODOCUMENT PODOCUMENT CONTRACT TAXDETAIL LOCATION DEPARTMENT`)

// intacct is Sage Intacct's XML gateway.
func intacct(s *Simulator) keyed {
	d := &desk{s, "knfz", map[string]string{
		"senderId": "bowline_sender", "senderPassword": s.secret("knfz sender"),
		"companyId": "harbour-co", "userId": "ws_connection", "userPassword": s.secret("knfz user"),
	}, map[string]string{"companyId": "maple-co", "userPassword": s.secret("other knfz user")}}
	sessions := map[string]time.Time{}
	return d.served(Client{ID: d.values["senderId"], Secret: d.values["senderPassword"]}, []string{intacctHost, intacctSessionHost},
		func(w http.ResponseWriter, r *http.Request) { d.intacct(w, r, sessions) })
}

func (d *desk) intacct(w http.ResponseWriter, r *http.Request, sessions map[string]time.Time) {
	body, _ := io.ReadAll(r.Body) // from memory
	var request intacctRequest
	switch {
	case r.URL.Path != intacctPath:
		nowhere(w)
		return
	case r.Method != http.MethodPost || !isXML(r):
		http.Error(w, "Only XML is accepted.", http.StatusUnsupportedMediaType)
		return
	case xml.Unmarshal(body, &request) != nil:
		sendXML(w, http.StatusOK, intacctFailure("XL03000003", "The request is not well-formed."))
		return
	}
	control := request.Control
	if control.SenderID != d.values["senderId"] || control.Password != d.values["senderPassword"] {
		sendXML(w, http.StatusOK, intacctFailure("XL03000006", "Incorrect Intacct XML Partner ID or password."))
		return
	}
	if control.DTDVersion != "3.0" || control.ControlID == "" {
		sendXML(w, http.StatusOK, intacctFailure("XL03000005", "The control block is not valid."))
		return
	}
	head := "<response><control><status>success</status><senderid>" + escaped(control.SenderID) + "</senderid><controlid>" + escaped(control.ControlID) +
		"</controlid><uniqueid>false</uniqueid><dtdversion>3.0</dtdversion></control><operation><authentication><status>"
	if !d.intacctSignedIn(r.Host, request, sessions) {
		sendXML(w, http.StatusOK, head+"failure</status></authentication>"+intacctError("XL03000006", "Sign-in information is incorrect")+"</operation></response>")
		return
	}
	answer := head + "success</status><userid>" + escaped(d.values["userId"]) + "</userid><companyid>" + escaped(d.values["companyId"]) + "</companyid></authentication>"
	for _, f := range request.Operation.Functions {
		answer += d.intacctResult(f, sessions)
	}
	sendXML(w, http.StatusOK, answer+"</operation></response>")
}

// intacctSignedIn accepts a login at the common address, and a session at its
// own.
func (d *desk) intacctSignedIn(host string, request intacctRequest, sessions map[string]time.Time) bool {
	authentication := request.Operation.Authentication
	if login := authentication.Login; login != nil {
		return host == intacctHost && strings.EqualFold(login.CompanyID, d.values["companyId"]) && // case: unverified
			d.right(login.UserID, "userId") && d.right(login.Password, "userPassword")
	}
	ends, known := sessions[authentication.SessionID]
	return host == intacctSessionHost && known && d.now().Before(ends) && !d.is(KeyRemoved)
}

func (d *desk) intacctResult(f intacctFunction, sessions map[string]time.Time) string {
	result := func(status, function, rest string) string {
		return "<result><status>" + status + "</status><function>" + function + "</function><controlid>" + escaped(f.ControlID) + "</controlid>" + rest + "</result>"
	}
	switch {
	case f.APISession != nil:
		id, ends := d.mint(""), d.now().Add(intacctSessionLife)
		sessions[id] = ends
		return result("success", "getAPISession", "<data><api><sessionid>"+escaped(id)+"</sessionid><endpoint>https://"+intacctSessionHost+intacctPath+
			"</endpoint><sessiontimeout>"+ends.UTC().Format(time.RFC3339)+"</sessiontimeout></api></data>")
	case f.Query != nil && !known(intacctObjects, f.Query.Object):
		return result("failure", "query", intacctError("DL02000001", "Query Failed Object definition "+f.Query.Object+" not found"))
	case f.Query != nil && d.is(MissingPermission) && f.Query.Object != "LOCATIONENTITY":
		// The code comes from public reports and is unverified.
		return result("failure", "query", intacctError("PL04000005", "You do not have permission for API operation READ_BY_QUERY on objects of type "+strings.ToLower(f.Query.Object)))
	case f.Query != nil:
		return result("success", "query", d.intacctData(f))
	}
	return result("failure", "unknown", intacctError("XL03000009", "The function is not known."))
}

func known(all []string, one string) bool {
	for _, o := range all {
		if o == one {
			return true
		}
	}
	return false
}

// intacctData lists the entities; other objects are there, and empty.
func (d *desk) intacctData(f intacctFunction) string {
	rows := 0
	var list strings.Builder
	if f.Query.Object == "LOCATIONENTITY" {
		d.calls[d.key]++
		rows = map[bool]int{true: 150, false: len(firstNames)}[d.is(ManyTenants)]
		switch {
		case d.is(NoTenants): // a login with access to the top level alone
			rows = 0
		case d.is(OneTenant):
			rows = 1
		}
		for i := range rows {
			list.WriteString("<LOCATIONENTITY>" + d.intacctEntity(i, f.Query.Fields) + "</LOCATIONENTITY>")
		}
	}
	return fmt.Sprintf(`<data listtype=%q totalcount="%d" offset="0" count="%d" numremaining="0">%s</data>`, f.Query.Object, rows, rows, list.String())
}

// intacctEntity has the fields that were asked for, and no others.
func (d *desk) intacctEntity(i int, fields []string) string {
	name := "Company " + strconv.Itoa(i+1)
	switch {
	case i == 0:
		name = d.business()
	case i < len(firstNames) && !d.is(OtherBusiness):
		name = firstNames[i]
	}
	if n := d.calls[d.key]; n > 1 && d.is(RenamedTenants) {
		name += " (renamed " + strconv.Itoa(n-1) + ")"
	}
	all := map[string]string{"LOCATIONID": strconv.Itoa(100 * (i + 1)), "NAME": name, "RECORDNO": strconv.Itoa(i + 1), "STATUS": "active"}
	out := ""
	for _, field := range fields {
		out += "<" + field + ">" + escaped(all[field]) + "</" + field + ">"
	}
	return out
}

func intacctError(number, text string) string {
	return "<errormessage><error><errorno>" + number + "</errorno><description></description><description2>" + escaped(text) + "</description2><correction></correction></error></errormessage>"
}

// intacctFailure is an answer that did not get beyond the control block.
func intacctFailure(number, text string) string {
	return "<response><control><status>failure</status></control>" + intacctError(number, text) + "</response>"
}
