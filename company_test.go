package bowline

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestCleanCompanyName(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, ascii, unicode string }{
		{"Harbour (Bakery)[2]", "Harbour Bakery2", "Harbour Bakery2"}, // platform-api section 1.1
		{"  Fish & Chips, No. 1! ", "Fish & Chips, No. 1!", "Fish & Chips, No. 1!"},
		{"O'Hara - who? @home", "O'Hara - who? @home", "O'Hara - who? @home"},
		{"Café Zoë", "Caf Zo", "Café Zoë"},
		{"Cafe\u0301 (2)", "Cafe 2", "Cafe\u0301 2"}, // a combining mark
		{"パン屋・東京店 #3", "3", "パン屋東京店 3"},
		{"दुकान नं १", "", "दुकान नं १"}, // vowel signs are marks, too
		{"Müller & Söhne™ €5 ½ 🥐", "Mller & Shne 5", "Müller & Söhne 5"},
		{"a\u00a0b\u200bc\u202ed\x00e\xff", "abcde", "abcde"}, // other spaces, controls, broken text
		{"<script>", "script", "script"},
		{"🚀🧁👩‍👩‍👧‍👦🏴‍☠️ Bakery", "Bakery", "Bakery"},  // what belongs to a sign goes with it
		{"Fish 🐟 Chips", "Fish  Chips", "Fish Chips"}, // and leaves no gap where people type it
		{"Fish  Chips\n2", "Fish  Chips\n2", "Fish  Chips\n2"},
		{"Ink™️ 1️⃣ Shop", "Ink 1 Shop", "Ink 1 Shop"},
		{"\u0301 Zoe\u0301\u0323", "Zoe", "Zoe\u0301\u0323"},
		{"क्\u200dा", "", "क्ा"}, // joiners go, what they join stays
		{"(){}[]", "", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		if got := CleanCompanyName(tt.in, false); got != tt.ascii {
			t.Errorf("CleanCompanyName(%q, false) = %q, want %q", tt.in, got, tt.ascii)
		}
		if got := CleanCompanyName(tt.in, true); got != tt.unicode {
			t.Errorf("CleanCompanyName(%q, true) = %q, want %q", tt.in, got, tt.unicode)
		}
	}
}

// FuzzCleanCompanyName wants that what was cleaned is clean, begins with no
// mark, and has no white space at its ends.
func FuzzCleanCompanyName(f *testing.F) {
	for _, name := range []string{"🏴‍☠️ Bakery", " a 🧁 b ", "e\u0301", "1️⃣", "\xff"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, unicodeLetters := range []bool{false, true} {
			got := CleanCompanyName(name, unicodeLetters)
			if again := CleanCompanyName(got, unicodeLetters); again != got {
				t.Errorf("%q became %q and then %q", name, got, again)
			}
			if first, _ := utf8.DecodeRuneInString(got); unicode.Is(unicode.M, first) {
				t.Errorf("%q became %q, which begins with a mark", name, got)
			}
			if strings.TrimSpace(got) != got {
				t.Errorf("%q became %q", name, got)
			}
		}
	})
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
