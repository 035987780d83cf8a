package bowline

import (
	"strings"
	"testing"
)

func TestCleanCompanyName(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"Harbour (Bakery)[2]", "Harbour Bakery2"}, // platform-api section 1.1
		{"  Fish & Chips, No. 1! ", "Fish & Chips, No. 1!"},
		{"O'Hara - who? @home", "O'Hara - who? @home"},
		{"Café Zoë", "Caf Zo"},
		{"<script>", "script"},
		{"(){}[]", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := CleanCompanyName(tt.in); got != tt.want {
			t.Errorf("CleanCompanyName(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestCompanyValidate(t *testing.T) {
	t.Parallel()
	tags := func(n int, key, value string) map[string]string {
		m := map[string]string{}
		for i := range n {
			m[key+strings.Repeat("x", i)] = value
		}
		return m
	}
	tests := []struct {
		name    string
		company Company
		ok      bool
	}{
		{"plain", Company{Name: "A"}, true},
		{"no name", Company{}, false},
		{"longest name", Company{Name: strings.Repeat("a", 250)}, true},
		{"name too long", Company{Name: strings.Repeat("a", 251)}, false},
		{"ten tags", Company{Name: "A", Tags: tags(10, "k", "v")}, true},
		{"eleven tags", Company{Name: "A", Tags: tags(11, "k", "v")}, false},
		{"longest key", Company{Name: "A", Tags: map[string]string{strings.Repeat("é", 27): ""}}, true},
		{"key too long", Company{Name: "A", Tags: map[string]string{strings.Repeat("k", 28): ""}}, false},
		{"empty key", Company{Name: "A", Tags: map[string]string{"": "v"}}, false},
		{"longest value", Company{Name: "A", Tags: map[string]string{"k": strings.Repeat("v", 100)}}, true},
		{"value too long", Company{Name: "A", Tags: map[string]string{"k": strings.Repeat("v", 101)}}, false},
		{"description too long", Company{Name: "A", Description: strings.Repeat("d", 2001)}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := tt.company.Validate()
			if (err == nil) != tt.ok {
				t.Fatalf("Validate() = %v, want ok %v", err, tt.ok)
			}
			if err != nil && CodeOf(err) != CodeInvalid {
				t.Errorf("code %s, want %s", CodeOf(err), CodeInvalid)
			}
		})
	}
}
