package catalog

import (
	"strings"
)

// Notices say how a provider tells by itself that a customer has ended a grant
// there. What it tells is a hint: it makes us ask the provider at once, and
// nothing ends for it alone.
type Notices struct {
	// Event is the dotted path to the kind of a notice, and Events are the kinds
	// that are about the end of a grant.
	Event  string   `json:"event"`
	Events []string `json:"events"`
	// Tenant is the dotted path to the organisation, as TenantVariable has it.
	Tenant string `json:"tenant"`
	// Signature says how notices show who sent them.
	Signature *Signature `json:"signature"`
	// Landing is the query parameter with the organisation, where the provider
	// tells by sending the customer's browser to us. Nothing shows who sent it.
	Landing string `json:"landing"`
	// Register says where an operator enters the address for notices, and where
	// the key of their signature is found: Markdown on one line.
	Register string `json:"register"`
}

// Signature is an HMAC (RFC 2104) over what a notice holds.
type Signature struct {
	Header string `json:"header"`
	// Algorithm is HMACSHA256.
	Algorithm string `json:"algorithm"`
	// Encoding is EncodingHex or EncodingBase64.
	Encoding string `json:"encoding"`
	// Signed is what the HMAC is made of: ${notice.url}, ${notice.body} and
	// ${notice.time}.
	Signed string `json:"signed"`
	// Value and Time name parts of the header, as in "t=1700000000,v1=abc". The
	// value may be there several times. "" for a header that is the signature, and
	// for no time.
	Value string `json:"value"`
	Time  string `json:"time"`
	// Seconds is how old the time may be, and how far ahead.
	Seconds int `json:"seconds"`
	// Key is what the operator entered.
	Key Secret `json:"key"`
}

// The values of Signature.
const (
	HMACSHA256     = "hmacSha256"
	EncodingHex    = "hex"
	EncodingBase64 = "base64"
)

// The variables of Signature.Signed.
const (
	NoticeURL  = "notice.url" // the address, as the operator registered it
	NoticeBody = "notice.body"
	NoticeTime = "notice.time"
)

// Ready says whether an operator has entered what signatures are checked with.
func (s *Signature) Ready() bool {
	return s != nil && s.Key != "" && !strings.Contains(s.Key.Reveal(), "${")
}

// checkNotices adds faults for notices that could not be believed, or led to
// nothing.
func (d *document) checkNotices(in Integration) {
	n := in.Notices
	if n == nil {
		return
	}
	place := at{"notices"}
	if !in.told() {
		d.faultf(place, "need a tenant or tenants, by whose id they are told apart")
	}
	if in.Company == nil && in.Tenants == nil && in.OAuth.UserinfoURL == "" {
		d.faultf(place, "need a call that says whether a grant still stands: company, tenants or oauth.userinfoUrl")
	}
	switch posted := n.Event != "" || n.Events != nil || n.Tenant != "" || n.Signature != nil; {
	case posted && n.Landing != "":
		d.faultf(place, "come to us in one way: event, events, tenant and signature, or landing")
	case posted && (n.Event == "" || n.Events == nil || n.Tenant == "" || n.Signature == nil):
		d.faultf(place, "need event, events, tenant and signature")
	case !posted && n.Landing == "":
		d.faultf(place, "need event, events, tenant and signature, or landing")
	}
	if s := n.Signature; s != nil {
		if !strings.Contains(s.Signed, "${"+NoticeBody+"}") {
			d.faultf(place.with("signature").with("signed"), "must hold ${%s}, or anybody could write it", NoticeBody)
		}
		if (s.Time != "") != strings.Contains(s.Signed, "${"+NoticeTime+"}") {
			d.faultf(place.with("signature").with("time"), "goes together with ${%s}", NoticeTime)
		}
		if s.Time != "" && s.Value == "" {
			d.faultf(place.with("signature").with("value"), "must name the signature beside the time")
		}
	}
}

// told says whether it is known which organisation a grant is for.
func (in Integration) told() bool { return in.Tenant != nil || in.Tenants != nil }
