package api_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/api"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// linkURLs finds the Link URLs of an answer, with their passwords.
var linkURLs = regexp.MustCompile(`"(redirect|linkUrl)":"([^"?]*)(?:\?(link\.otp|otp)=([0-9A-HJKMNP-TV-Z]{6}))?"`)

// TestOneTimeLinks: with the setting on, every Link URL that any answer shows
// has a password of its own, good once, and events have none.
func TestOneTimeLinks(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		var passwords *auth.OneTime
		h := newHarness(t, s, func(o *api.Options) {
			passwords = auth.NewOneTime(s, []byte("a key"), o.Now)
			o.OneTime = passwords
		})
		company := h.company(`{"name":"Harbour Bakery"}`)
		plain := h.call("GET", "/companies/"+company, "")
		if found := linkURLs.FindAllStringSubmatch(plain.body, -1); len(found) != 1 || found[0][3] != "" {
			t.Errorf("with the setting off: %q", found)
		}
		h.must(200, "PUT", "/settings/link", `{"oneTimeLinks":true}`) // counts at once
		connection := h.connection(company, "mqjo")
		h.company(`{"name":"Hill Cafe"}`)

		one, conn := "/companies/"+company, "/companies/"+company+"/connections/"+connection
		issued := map[string]bool{}
		for _, tt := range []struct {
			method, target, body string
			links                int
		}{
			{"GET", one, "", 2},
			{"GET", one, "", 2},
			{"GET", "/companies", "", 3},
			{"GET", "/companies?query=name%3Dnobody", "", 0},
			{"PATCH", one, `{"description":"Bread"}`, 2},
			{"PUT", one, `{"name":"Harbour Bakery"}`, 2},
			{"POST", "/companies", `{"name":"Forge"}`, 1},
			{"GET", conn, "", 1},
			{"GET", one + "/connections", "", 1},
			{"PUT", conn + "/authorization", `{"accessToken":"` + goodToken + `"}`, 1},
			{"PATCH", conn, `{"status":"Unlinked"}`, 1},
		} {
			got := h.call(tt.method, tt.target, tt.body)
			found := linkURLs.FindAllStringSubmatch(got.body, -1)
			if got.status != 200 || len(found) != tt.links {
				t.Errorf("%s %s: %d, %d Link URLs, want %d: %s", tt.method, tt.target, got.status, len(found), tt.links, got.body)
			}
			for _, f := range found {
				want := map[string]string{"redirect": "link.otp", "linkUrl": "otp"}[f[1]]
				if f[3] != want || issued[f[4]] {
					t.Errorf("%s %s: %s", tt.method, tt.target, f[0])
				}
				issued[f[4]] = true
			}
		}
		password := linkURLs.FindStringSubmatch(h.call("GET", conn, "").body)[4]
		for _, want := range []bowline.Code{"", bowline.CodeUnauthorized} {
			if err := passwords.Spend(t.Context(), bowline.ID(company), password); bowline.CodeOf(err) != want {
				t.Errorf("spend: %v, want %q", err, want)
			}
		}
		list, err := s.Events(t.Context(), h.instance, 0, 100)
		if err != nil || len(list) == 0 {
			t.Fatal(len(list), err)
		}
		for _, e := range list {
			if strings.Contains(string(e.Payload), "otp=") {
				t.Errorf("event %s holds a password: %s", e.EventType, e.Payload)
			}
		}
	})
}
