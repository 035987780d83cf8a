package bowline

import "testing"

func TestSlug(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Harbour Lending":       "harbour-lending",
		"  A&B -- Ltd. ":        "a-b-ltd",
		"Crédit Übersee Straße": "credit-ubersee-strasse",
		"Cre\u0301dit":          "credit",
		"ŁÓDŹ Bank №7":          "lodz-bank-7",
		"株式会社":                  "",
		"株式会社 Bank":             "bank",
		"../../evil?x=#y":       "evil-x-y",
		"İstanbul":              "istanbul",
		"":                      "",
	} {
		if got := Slug(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestLinkURLs(t *testing.T) {
	t.Parallel()
	const company, connection = ID("c"), ID("d")
	l := NewLinks("https://x.example/")
	for got, want := range map[string]string{
		l.Company(company):                              "https://x.example/link/company/c",
		l.CompanyOnce(company, "ABC123"):                "https://x.example/link/company/c?link.otp=ABC123",
		l.BrandedCompany("Harbour Lending", company):    "https://x.example/link/harbour-lending/company/c",
		l.BrandedCompany("株式会社", company):               "https://x.example/link/company/c",
		l.ConnectionOnce(company, connection, "ABC123"): "https://x.example/link/companies/c/connections/d/start?otp=ABC123",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
