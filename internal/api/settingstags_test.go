package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestSettingsAreNotUndoneUnseen: of two who read the same settings, the second one
// to change them hears of it, where they ask.
func TestSettingsAreNotUndoneUnseen(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for _, test := range []struct{ method, target, first, second string }{
			{"PUT", "/settings/link", `{"sourceTypes":{"banking":{"enabled":false}}}`, `{"sourceTypes":{"commerce":{"enabled":false}}}`},
			{"PUT", "/settings/branding", `{"primaryColor":"#00bb55"}`, `{"secondaryColor":"#00bb55"}`},
			{"PUT", "/profile", `{"name":"Hill","redirectUrl":""}`, `{"name":"Test","redirectUrl":"https://app.example.com"}`},
			{"POST", "/corsSettings", `{"allowedOrigins":["https://a.example"]}`, `{"allowedOrigins":["https://b.example"]}`},
		} {
			h := newHarness(t, s)
			read := func() string {
				t.Helper()
				tag := h.call("GET", test.target, "").header.Get("ETag")
				if len(tag) < 3 || tag[0] != '"' || tag[len(tag)-1] != '"' {
					t.Fatalf("%s: no strong tag: %s", test.target, tag)
				}
				return tag
			}
			sends := func(want int, body string, match ...string) answer {
				t.Helper()
				var header []string
				if len(match) > 0 {
					header = []string{"If-Match", strings.Join(match, ", ")}
				}
				h.clock.advance(time.Second)
				got := h.call(test.method, test.target, body, header...)
				if got.status != want {
					t.Fatalf("%s with If-Match %q: %d %s, want %d", test.target, match, got.status, got.body, want)
				}
				return got
			}
			mine := read()
			first := sends(200, test.first, mine).header.Get("ETag")
			if first != read() || first == mine {
				t.Errorf("%s: the answer has the tag %s, the settings have %s", test.target, first, read())
			}
			refused := sends(412, test.second, mine)
			for _, want := range []string{`"statusCode":412`, `changed these settings on 2026-03-04T05:06:08Z`, `"canBeRetried":"False"`, "First key"} {
				if !strings.Contains(refused.body, want) {
					t.Errorf("%s: the refusal lacks %s: %s", test.target, want, refused.body)
				}
			}
			if read() != first {
				t.Errorf("%s: a refusal changed something", test.target)
			}
			sends(412, test.second, "W/"+first) // strong comparison
			sends(412, test.second, strings.Trim(first, `"`))
			sends(412, test.second, `""`)
			sends(200, test.first, mine, first)
			if read() != first {
				t.Errorf("%s: what changes nothing has another tag", test.target)
			}
			sends(200, test.second, "*")
			sends(200, test.first) // as it always was
		}
	})
}

// TestRestoreWhatWasReplaced: who takes a change back names what it replaced, and
// does not take back somebody else's.
func TestRestoreWhatWasReplaced(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		h := newHarness(t, s)
		put := func(body string) (version string) {
			t.Helper()
			h.clock.advance(time.Second)
			return strings.Trim(h.call("PUT", "/settings/link", body).header.Get("ETag"), `"`)
		}
		mine := put(`{"securedBy":false}`)
		theirs := put(`{"securedBy":false,"handOver":false}`)
		if got := h.call("POST", "/settings/history/"+mine+"/restore", "", "If-Match", `"`+mine+`"`); got.status != 412 {
			t.Errorf("a change below a newer one was taken back: %d %s", got.status, got.body)
		}
		if now := h.must(200, "GET", "/settings/link", ""); now["securedBy"] != false || now["handOver"] != false {
			t.Errorf("the refusal changed something: %v", now)
		}
		got := h.call("POST", "/settings/history/"+theirs+"/restore", "", "If-Match", `"`+theirs+`"`)
		if got.status != 200 || got.header.Get("ETag") == `"`+theirs+`"` {
			t.Fatalf("restore: %d %s", got.status, got.body)
		}
		if now := h.must(200, "GET", "/settings/link", ""); now["securedBy"] != false || now["handOver"] != true {
			t.Errorf("after the restore: %v", now)
		}
	})
}
