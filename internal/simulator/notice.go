package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// noticeKey is the name, among Client.Values, of what a provider signs its
// notices with.
const noticeKey = "noticeKey"

// Notice is a request by which a provider tells the operator of an app that a
// customer has removed it.
type Notice struct {
	Method, URL string
	Header      http.Header
	Body        []byte
}

// Notice is what the provider of a key sends to the address that the operator has
// registered with it, about the organisation with an id; false for a provider
// that sends nothing.
func (s *Simulator) Notice(key, address, tenant string) (Notice, bool) {
	p := s.providers[key]
	if p == nil || p.notice == nil {
		return Notice{}, false
	}
	return p.notice(noticeCall{s, p, address, tenant}), true
}

// noticeCall is what a notice is made of.
type noticeCall struct {
	s               *Simulator
	p               *provider
	address, tenant string
}

// withNoticeKey adds what notices are signed with to a registration.
func withNoticeKey(c Client, s *Simulator, prefix, key string) Client {
	c.Values = map[string]string{noticeKey: prefix + s.secret("notice key "+key)}
	return c
}

func (n noticeCall) sum(texts ...string) []byte {
	m := hmac.New(sha256.New, []byte(n.p.client.Values[noticeKey]))
	for _, text := range texts {
		m.Write([]byte(text))
	}
	return m.Sum(nil)
}

// squareNotice signs the address together with the body.
func squareNotice(n noticeCall) Notice {
	at := n.s.now().UTC().Format(time.RFC3339Nano)
	body := jsonOf(map[string]any{
		"merchant_id": n.tenant, "type": "oauth.authorization.revoked", "event_id": n.s.uuid("event " + n.tenant + at), "created_at": at,
		"data": map[string]any{"type": "revocation", "id": n.s.uuid("revocation " + n.tenant + at), "object": map[string]any{
			"revocation": map[string]any{"revoked_at": at, "revoker_type": "MERCHANT"}}},
	})
	return Notice{http.MethodPost, n.address, http.Header{
		"Content-Type":                  {"application/json"},
		"X-Square-Hmacsha256-Signature": {base64.StdEncoding.EncodeToString(n.sum(n.address, string(body)))},
	}, body}
}

// stripeNotice signs the time together with the body. While keys are replaced
// there are two signatures, and those of older kinds beside them.
func stripeNotice(n noticeCall) Notice {
	now := strconv.FormatInt(n.s.now().Unix(), 10)
	body := jsonOf(map[string]any{
		"id": "evt_1" + n.s.hex("event "+n.tenant+now, 20), "object": "event", "type": "account.application.deauthorized", "account": n.tenant,
		"created": n.s.now().Unix(), "data": map[string]any{"object": map[string]any{"id": n.p.client.ID, "object": "application", "name": "Bowline"}},
	})
	signature := hex.EncodeToString(n.sum(now, ".", string(body)))
	return Notice{http.MethodPost, n.address, http.Header{
		"Content-Type":     {"application/json; charset=utf-8"},
		"Stripe-Signature": {"t=" + now + ",v1=" + n.s.hex("former key", 64) + ",v1=" + signature + ",v0=" + n.s.hex("older kind", 64)},
	}, body}
}

// intuitNotice is the customer's browser on its way to the disconnect URL.
func intuitNotice(n noticeCall) Notice {
	return Notice{http.MethodGet, n.address + "?" + url.Values{"realmId": {n.tenant}}.Encode(), http.Header{"Accept": {"text/html"}}, nil}
}

// jsonOf encodes what always can be.
func jsonOf(document map[string]any) []byte {
	text, err := json.Marshal(document)
	if err != nil {
		return []byte("{}")
	}
	return text
}
