package sandbox

import (
	"crypto/subtle"
	"net/http"
	"strings"
)

// The demo shop is a second, smaller product: an API that wants a key instead
// of a sign-in, for programs that have to ask people for one.
const (
	// shopKey is the one right key. It opens invented data, so it is no secret
	// and stands in the help that people read.
	shopKey = "shop_demo2468"
	// shopHeader carries the key.
	shopHeader = "X-Shop-Key"
	// shopDomain is what the address of every shop ends in.
	shopDomain = ".shops.example"
)

// shops are the shops there are, by name, each with the organisation of the
// commerce product that it belongs to.
var shops = map[string]string{
	"harbour-lane": "c498b6e7-3648-445e-9afa-3a387f006745",
	"maple-pine":   "ab57f985-4332-43da-a75a-2e199b58ba8d",
}

// restingShop is always closed: its API answers 503 whoever asks.
const restingShop = "resting"

// shopAccount is the answer of GET {issuer}/shop/{host}/account.
type shopAccount struct {
	Shop shopInfo `json:"shop"`
}

type shopInfo struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Currency string `json:"currency"` // ISO 4217
}

// getShopAccount answers GET /shop/{host}/account. A shop that is not there is
// 404 whatever the key, as where each shop has an address of its own.
func (p *Provider) getShopAccount(w http.ResponseWriter, r *http.Request) {
	name, found := strings.CutSuffix(strings.ToLower(r.PathValue("host")), shopDomain)
	if found && name == restingShop {
		p.writeJSON(w, http.StatusServiceUnavailable, map[string]string{"error": "closed"})
		return
	}
	shop := p.demo.Products[Commerce].organisation(shops[name])
	if !found || shop == nil {
		p.writeJSON(w, http.StatusNotFound, map[string]string{"error": "no_such_shop"})
		return
	}
	if subtle.ConstantTimeCompare([]byte(r.Header.Get(shopHeader)), []byte(shopKey)) != 1 {
		p.writeJSON(w, http.StatusUnauthorized, map[string]string{"error": "wrong_key"})
		return
	}
	p.writeJSON(w, http.StatusOK, shopAccount{shopInfo{ID: shop.ID, Name: shop.CompanyName, Currency: shop.Currency}})
}
