package bowline

// Product is what a company may be enabled for (platform-api section 1.1).
type Product struct {
	ID   string
	Name string
}

// Products lists the product identifiers that a company can be given. Other
// identifiers are unknown (404).
var Products = []Product{
	{"assess", "Assess"},
	{"bank-feeds", "Bank Feeds"},
	{"expenses", "Expenses"},
	{"lending", "Lending"},
	{"payables", "Payables"},
	{"payroll", "Payroll"},
	{"spend-insights", "Spend Insights"},
}

// FindProduct returns the product with the given identifier.
func FindProduct(id string) (Product, bool) {
	for _, p := range Products {
		if p.ID == id {
			return p, true
		}
	}
	return Product{}, false
}
