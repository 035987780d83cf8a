package simulator

import (
	"encoding/json"
	"encoding/xml"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// keyed is a provider without OAuth: a key, a login or a form.
type keyed struct {
	key     string       // integration key
	hosts   []string     // exact host names, or "*.example.com" for every host below it
	handler http.Handler // gets requests with the real Host and path, one at a time, under the simulator's lock
	client  Client       // what the operator, and the person who connects, type in: see Client.Values
	other   Client       // the same for another business, see OtherBusiness
}

// The pathologies of providers without OAuth alone.
const (
	// MissingPermission accepts the key or login, but not for what is asked.
	MissingPermission Pathology = "missing-permission"
	// KeyRemoved is the customer deleting the key or the user.
	KeyRemoved Pathology = "key-removed"
	// OneTenant leaves only the first organisation.
	OneTenant Pathology = "one-tenant"
	// OtherBusiness is a customer with another business, and a key or login of
	// that one: see Simulator.Client.
	OtherBusiness Pathology = "other-business"
)

// keyedProviders are the providers without OAuth. Storm and Broken are applied
// before their handlers are reached.
func keyedProviders(s *Simulator) []keyed {
	return []keyed{
		intacct(s), shopify(s), workday(s), bigCommerce(s), clearBooks(s),
		kashFlow(s), chargebee(s), chargify(s), recurly(s), prestaShop(s),
	}
}

// keyedApplies is Applies for the keys of keyedProviders.
func keyedApplies(key string, p Pathology) bool {
	switch p {
	case Storm, Broken, MissingPermission, KeyRemoved, OtherBusiness:
		return true
	case NoTenants, OneTenant, ManyTenants, RenamedTenants:
		return key == "knfz"
	}
	return false
}

// desk is what the handler of one provider works with.
type desk struct {
	*Simulator
	key    string
	values map[string]string // of the business whose turn it is
	other  map[string]string // what differs with the other one
}

func (d *desk) is(p Pathology) bool { return d.on(d.key, p) }

// business is the name of the business whose turn it is; label tells apart what
// is derived for one from what is for the other.
func (d *desk) business() string {
	if d.is(OtherBusiness) {
		return firstNames[1]
	}
	return firstNames[0]
}

func (d *desk) label(text string) string {
	if d.is(OtherBusiness) {
		return "other " + text
	}
	return text
}

// right compares what was sent with what the person was given, unless the
// person took it back.
func (d *desk) right(sent, name string) bool {
	return sent != "" && sent == d.values[name] && !d.is(KeyRemoved)
}

// basic wants HTTP Basic with the key as the user name and exactly this
// password.
func (d *desk) basic(r *http.Request, name, password string) bool {
	user, sent, ok := r.BasicAuth()
	return ok && d.right(user, name) && sent == password
}

// served makes a provider of a handler.
func (d *desk) served(client Client, hosts []string, handle func(http.ResponseWriter, *http.Request)) keyed {
	first, second := d.values, maps.Clone(d.values)
	maps.Copy(second, d.other)
	other := client
	client.Values, other.Values = first, second
	turn := func(w http.ResponseWriter, r *http.Request) {
		if d.values = first; d.is(OtherBusiness) {
			d.values = second
		}
		handle(w, r)
	}
	return keyed{key: d.key, hosts: hosts, handler: http.HandlerFunc(turn), client: client, other: other}
}

// sendJSON answers with a JSON document.
func sendJSON(w http.ResponseWriter, status int, document any) {
	body, err := json.Marshal(document)
	if err != nil {
		http.Error(w, "The answer cannot be written.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body) // into memory
}

// sendXML answers with an XML document.
func sendXML(w http.ResponseWriter, status int, document string) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + document)) // into memory
}

// isXML says whether a request claims to carry XML.
func isXML(r *http.Request) bool {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return slices.Contains([]string{"application/xml", "text/xml"}, strings.ToLower(strings.TrimSpace(kind)))
}

// escaped is text as it stands in XML.
func escaped(text string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(text)) // a builder takes everything
	return out.String()
}

// nowhere says that an address of a provider is not one that is emulated.
func nowhere(w http.ResponseWriter) { http.Error(w, "Not Found", http.StatusNotFound) }
