package bowline

import "testing"

func TestAllowedOriginsValidate(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"https://app.example.com", "https://app.example.com"},
		{"HTTPS://App.Example.com/", "https://app.example.com"},
		{"http://localhost:3000", "http://localhost:3000"},
		{"https://app.example.com/page", ""},
		{"https://app.example.com?x=1", ""},
		{"https://user@app.example.com", ""},
		{"app.example.com", ""},
		{"*", ""},
		{"null", ""},
		{"javascript:alert(1)", ""},
		{"file:///etc/passwd", ""},
		{"", ""},
	}
	for _, tt := range tests {
		a := AllowedOrigins{AllowedOrigins: []string{tt.in}}
		err := a.Validate()
		if (err == nil) != (tt.want != "") {
			t.Errorf("%q: error %v, want ok %v", tt.in, err, tt.want != "")
		} else if err == nil && a.AllowedOrigins[0] != tt.want {
			t.Errorf("%q becomes %q, want %q", tt.in, a.AllowedOrigins[0], tt.want)
		}
	}
}

func TestProfileValidate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		profile Profile
		ok      bool
	}{
		{"no redirect", Profile{Name: "Lender"}, true},
		{"static redirect", Profile{Name: "Lender", RedirectURL: "https://lender.example/done"}, true},
		{"tokens", Profile{Name: "Lender", RedirectURL: "https://lender.example/{companyId}?s={statusCode}"}, true},
		{"token in the host", Profile{Name: "Lender", RedirectURL: "https://{site}/", WhiteListURLs: []string{"https://lender.example"}}, true},
		{"token in the host, nothing allowed", Profile{Name: "Lender", RedirectURL: "https://{site}/"}, false},
		{"reserved token in the host", Profile{Name: "Lender", RedirectURL: "https://{platform}.lender.example/", WhiteListURLs: []string{"https://x.lender.example"}}, false},
		{"brace left open", Profile{Name: "Lender", RedirectURL: "https://lender.example/{companyId"}, false},
		{"allowed URL with a user", Profile{Name: "Lender", WhiteListURLs: []string{"https://lender.example@evil.example"}}, false},
		{"no name", Profile{}, false},
		{"script", Profile{Name: "Lender", RedirectURL: "javascript:alert(1)"}, false},
		{"relative", Profile{Name: "Lender", RedirectURL: "//evil.example"}, false},
		{"bad logo", Profile{Name: "Lender", LogoURL: "data:text/html,x"}, false},
	}
	for _, tt := range tests {
		if err := tt.profile.Validate(); (err == nil) != tt.ok {
			t.Errorf("%s: error %v, want ok %v", tt.name, err, tt.ok)
		}
	}
}

func TestLegacyEventTypesBecomeCompact(t *testing.T) {
	t.Parallel()
	c := Consumer{URL: "https://a.example/h", EventTypes: []string{"Dataset data changed", "company.created"}}
	if err := c.Validate(false); err != nil {
		t.Fatal(err)
	}
	if c.EventTypes[0] != "DatasetDataChanged" || c.EventTypes[1] != "company.created" {
		t.Errorf("event types are stored as %q", c.EventTypes)
	}
}

func TestConsumerValidate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		consumer Consumer
		http     bool
		ok       bool
	}{
		{"plain", Consumer{URL: "https://a.example/h", EventTypes: []string{"connection.connected"}}, false, true},
		{"legacy names", Consumer{URL: "https://a.example/h", EventTypes: []string{"Dataset data changed", "DatasetDataChanged"}}, false, true},
		{"open patterns", Consumer{URL: "https://a.example/h", EventTypes: []string{"invoices.write.successful", "lending.read.completed"}}, false, true},
		{"unknown type", Consumer{URL: "https://a.example/h", EventTypes: []string{"company.updated"}}, false, false},
		{"empty pattern", Consumer{URL: "https://a.example/h", EventTypes: []string{".read.completed"}}, false, false},
		{"no types", Consumer{URL: "https://a.example/h"}, false, false},
		{"http", Consumer{URL: "http://a.example/h", EventTypes: []string{"company.created"}}, false, false},
		{"http allowed", Consumer{URL: "http://a.example/h", EventTypes: []string{"company.created"}}, true, true},
		{"credentials", Consumer{URL: "https://u:p@a.example/h", EventTypes: []string{"company.created"}}, false, false},
		{"tag", Consumer{URL: "https://a.example/h", EventTypes: []string{"company.created"}, CompanyTags: []string{"desk:north"}}, false, true},
		{"bad tag", Consumer{URL: "https://a.example/h", EventTypes: []string{"company.created"}, CompanyTags: []string{"desk"}}, false, false},
	}
	for _, tt := range tests {
		if err := tt.consumer.Validate(tt.http); (err == nil) != tt.ok {
			t.Errorf("%s: error %v, want ok %v", tt.name, err, tt.ok)
		}
	}
}
