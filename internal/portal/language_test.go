package portal_test

import (
	"strings"
	"testing"
)

// TestRefusalsSpeakTheLanguageOfTheApp: the app names one language, and other
// clients have lists. What is no French is English.
func TestRefusalsSpeakTheLanguageOfTheApp(t *testing.T) {
	t.Parallel()
	d, _ := founded(t, "http://127.0.0.1:8080")
	const english, french = "The e-mail address or the password is not right.", "L’adresse courriel ou le mot de passe n’est pas le bon."
	for _, row := range []struct{ language, want string }{
		{"fr-CA", french}, {"fr", french}, {"FR-ca, en;q=0.8", french}, {" fr;q=1", french},
		{"", english}, {"en-US", english}, {"en-CA, fr-CA;q=0.9", english}, {"frr", english}, {"*", english}, {";,", english},
	} {
		got := d.visitor().send("POST", "/portal/session", `{"email":"nobody@example.com","password":"nothing at all 7"}`, "Accept-Language", row.language)
		if got.Code != 401 || !strings.Contains(got.Body.String(), `"error":"`+row.want+`"`) {
			t.Errorf("%q: %d %s", row.language, got.Code, got.Body)
		}
	}
	for path, want := range map[string]string{
		"/portal/session": "Connectez-vous.", "/portal/api/companies": "Connectez-vous.",
	} {
		if got := d.visitor().send("GET", path, "", "Accept-Language", "fr-CA"); !strings.Contains(got.Body.String(), want) {
			t.Errorf("%s: %s", path, got.Body)
		}
	}
	other := d.visitor()
	other.site = "cross-site"
	if got := other.send("POST", "/portal/session", `{}`, "Accept-Language", "fr-CA"); !strings.Contains(got.Body.String(), "nos propres pages") {
		t.Errorf("from elsewhere: %s", got.Body)
	}
	if got := d.visitor().send("PUT", "/portal/session", "", "Accept-Language", "fr-CA"); got.Code != 405 || !strings.Contains(got.Body.String(), "ne connaît pas cette méthode") {
		t.Errorf("another method: %d %s", got.Code, got.Body)
	}
}
