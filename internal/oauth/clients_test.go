package oauth

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bowline/bowline/internal/catalog"
)

// regional is the provider's entry with a client for each region.
func (p *provider) regional(t testing.TB) catalog.Integration {
	t.Helper()
	dir := t.TempDir()
	text := strings.ReplaceAll(`
key: regn
name: Regional
sourceType: Other
logo: {monogram: R, color: "#3b5b8c"}
dataTypes: [Invoices]
inputs:
  - {name: region, label: Region, options: [{value: eu, label: Europe}, {value: us, label: America}]}
oauth:
  issuer: ISSUER
  scopes: [openid, "app.${client.id}"]
claims: {givenName: given_name}
setup: {clientPer: region}
`, "ISSUER", p.URL)
	if err := os.WriteFile(filepath.Join(dir, "regn.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	files, err := catalog.Load(catalog.Options{Dir: dir, OmitSandbox: true})
	if err != nil {
		t.Fatal(err)
	}
	in, _ := files.With(map[string]catalog.Registration{"regn": {Clients: map[string]catalog.Client{
		"eu": {ID: "client", Secret: "client-secret+/%"}, "us": {ID: "other", Secret: "other-secret"},
	}}}).Get("regn")
	return in
}

// TestClientOfAnOption signs in where each region has a client of its own: all
// of the sign-in is that client's, the id_token and the scopes included.
func TestClientOfAnOption(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	c := newClient(t, Options{})
	r := p.request()
	r.Integration, r.Values = p.regional(t), catalog.Values{"input.region": "eu"}
	cb := p.visit(t, c, r)
	p.mu.Lock()
	asked := p.grants[cb.Code]
	p.mu.Unlock()
	if asked.Get("client_id") != "client" || asked.Get("scope") != "openid app.client" {
		t.Errorf("asked %v", asked)
	}
	given, err := c.Exchange(t.Context(), r, cb)
	if err != nil || given.Claims["given_name"] != "Robin" {
		t.Errorf("claims %v, %v", given.Claims, err)
	}
}
