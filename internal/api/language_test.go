package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/french"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// inFrench sends a request as the Portal does when it is in French. It also
// returns what is noted of it for the log of requests.
func (h *harness) inFrench(caller auth.Caller, method, target, body string) (answer, rest.Trail) {
	h.t.Helper()
	r := httptest.NewRequestWithContext(h.t.Context(), method, "http://127.0.0.1"+target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if body == "" {
		r.Body = http.NoBody
		r.Header.Del("Content-Type")
	}
	var trail rest.Trail
	w := httptest.NewRecorder()
	rest.Correlate(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := rest.Speak(auth.With(r.Context(), &caller), french.Say)
		h.api.StaffHandler().ServeHTTP(w, r.WithContext(ctx))
		trail = rest.TrailOf(r.Context())
	}), nil).ServeHTTP(w, r)
	return answer{w.Code, w.Header(), w.Body.String()}, trail
}

// TestPeopleReadFrench looks at each kind of sentence that an answer may hold.
func TestPeopleReadFrench(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	ada, ana := h.person("ada", bowline.RoleAdministrator), h.person("ana", bowline.RoleAnalyst)
	const at = "/webhooks/eventTypes"
	for _, row := range []struct {
		who                  auth.Caller
		method, target, body string
		status               int
		french, english      string
	}{
		{ada, "GET", at, "", 200, "Une entreprise a été créée.", `"description":"A company was created.","recorded"`},
		{ada, "GET", "/integrations/gbol/guide", "", 200, "Identifiant client", "Client ID"},
		{ana, "GET", "/users", "", 403, "Votre rôle (Analyse) ne permet pas de voir ou gérer les utilisateurs.", "cannot"},
		{ada, "POST", "/companies", `{"name":""}`, 400, `"message":"`, "letter or digit"},
		{ada, "POST", "/companies", `{"name":7}`, 400, "un texte est attendu", "expected"},
		{ada, "GET", "/requests?limit=0", "", 400, "un nombre d’au moins 1 est attendu", "expected"},
		{ada, "POST", "/companies", `{`, 400, "Le corps n’est pas du JSON valide", "The body"},
		{ada, "PUT", "/companies", `{}`, 405, "Ce chemin ne connaît pas cette méthode.", "The path"},
		{ada, "GET", "/companies/" + unknownID, "", 404, "Aucune entreprise n’a l’identifiant " + unknownID, "exists"},
		{ada, "GET", "/settings/link", "", 200, `"warnings":[`, "customers are not asked"},
		{ada, "POST", "/settings/redirects/preview", `{"redirectUrl":"https://a.example/{"}`, 200, "contient une accolade { sans celle qui la ferme", "without its"},
		{ada, "POST", "/settings/redirects/preview", `{"redirectUrl":"http://a.example/{CompanyId}"}`, 200, "Vouliez-vous dire {companyId}", "Use https"},
	} {
		got, trail := h.inFrench(row.who, row.method, row.target, row.body)
		if got.status != row.status || !strings.Contains(got.body, row.french) || strings.Contains(got.body, row.english) {
			t.Errorf("%s %s: %d %s", row.method, row.target, got.status, got.body)
		}
		if (trail.Message != "") != (row.status >= 400 && row.status != 405) || strings.ContainsAny(trail.Message, "éèà’\u00a0") {
			t.Errorf("%s %s is logged as %q", row.method, row.target, trail.Message)
		}
	}
}

// TestTheAPIStaysEnglish, whatever language its caller would like.
func TestTheAPIStaysEnglish(t *testing.T) {
	t.Parallel()
	h := newHarness(t, storetest.Open(t, store.SQLite))
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/companies/"+unknownID, nil)
	r.Header.Set("Authorization", basic(h.key))
	r.Header.Set("Accept-Language", "fr-CA")
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	if w.Code != 404 || !strings.Contains(w.Body.String(), "No company exists with ID") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
