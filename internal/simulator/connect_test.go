package simulator

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestEveryKeyIsFlown wants a plan for each key with OAuth, and no other.
func TestEveryKeyIsFlown(t *testing.T) {
	t.Parallel()
	var flown, emulated []string
	for _, p := range plans {
		flown = append(flown, p.key)
	}
	s := New(Options{RedirectURI: func(string) string { return "" }})
	for _, key := range s.Keys() {
		if s.OAuth(key) {
			emulated = append(emulated, key)
		}
	}
	slices.Sort(flown)
	if !slices.Equal(flown, emulated) {
		t.Errorf("flown %v, emulated %v", flown, emulated)
	}
}

func TestEveryKeyConnects(t *testing.T) {
	t.Parallel()
	for _, p := range plans {
		t.Run(p.key, func(t *testing.T) {
			t.Parallel()
			f := board(t, p)
			f.connect()
			f.usable("after the exchange")
			if f.refreshToken() == "" {
				t.Fatal("no refresh token")
			}
			f.pass(9*time.Minute + 45*time.Second) // late enough for Exact
			old := f.refreshToken()
			if r := f.renewed(); r.status != http.StatusOK {
				t.Fatalf("refresh: %d %s", r.status, r.body)
			}
			if kept := f.refreshToken() == old; kept != p.keeps {
				t.Errorf("the refresh token stays the same: %t, want %t", kept, p.keeps)
			}
			f.usable("after a refresh")
			f.s.Revoke(p.key)
			if r := f.use(); r.status != http.StatusUnauthorized && r.status != http.StatusForbidden {
				t.Errorf("after the customer took access back: %d %s", r.status, r.body)
			}
			if r := f.again(f.refreshToken()); r.status == http.StatusOK && p.key != "rwuv" || strings.Contains(r.body, "access_token") {
				t.Errorf("refresh after the customer took access back: %d %s", r.status, r.body)
			}
		})
	}
}

// usable makes the first call and wants the company's name in it.
func (f *flight) usable(when string) {
	f.Helper()
	want := f.says
	if want == "" {
		want = first
	}
	if r := f.use(); r.status != http.StatusOK || !strings.Contains(r.body, want) {
		f.Errorf("%s: %d %s", when, r.status, r.body)
	}
}

func TestSayingNo(t *testing.T) {
	t.Parallel()
	for _, p := range plans {
		t.Run(p.key, func(t *testing.T) {
			t.Parallel()
			f := board(t, p)
			back, err := f.visit(Decision{Deny: true})
			if err != nil || back.Get("error") != "access_denied" || back.Get("state") != f.state() || back.Has(f.code) {
				t.Errorf("%v %v", back, err)
			}
		})
	}
}

// TestWrongRole lets a person try who may not: either the provider says so at
// once, or the API does.
func TestWrongRole(t *testing.T) {
	t.Parallel()
	for _, p := range plans {
		t.Run(p.key, func(t *testing.T) {
			t.Parallel()
			f := board(t, p)
			back, err := f.visit(Decision{WrongRole: true})
			if err != nil {
				t.Fatal(err)
			}
			late := slices.Contains([]string{"trji", "rqwd", "qudb", "pbbf", "fbrh", "pdvj", "tgff"}, p.key)
			if !late {
				if back.Get("error") != "access_denied" {
					t.Errorf("%v", back)
				}
				return
			}
			f.back = back
			f.tokens = f.redeem(nil, nil).object(t)
			if r := f.use(); r.status != http.StatusForbidden {
				t.Errorf("%d %s", r.status, r.body)
			}
		})
	}
}

// TestOthersAreTurnedAway tries the mistakes that every provider refuses.
func TestOthersAreTurnedAway(t *testing.T) {
	t.Parallel()
	for _, p := range plans {
		t.Run(p.key, func(t *testing.T) {
			t.Parallel()
			f := board(t, p)
			for _, wrong := range []struct{ name, value string }{
				{"client_id", "nobody"}, {"application_id", "nobody"}, {"redirect_uri", callback + p.key + "/"}, {"redirect_uri", "https://evil.example/"},
				{"response_type", "token"}, {"scope", "everything"},
			} {
				if wrong.name == "client_id" && p.key == "qkdj" || wrong.name == "application_id" && p.key != "qkdj" ||
					wrong.name == "scope" && p.key == "rqwd" {
					continue // not what tells apps apart; scopes are not looked at
				}
				f.authMore = map[string][]string{wrong.name: {wrong.value}}
				back, err := f.visit(Decision{})
				shown := wrong.name != "response_type" && wrong.name != "scope"
				if shown && err == nil || !shown && (err != nil || back.Get("error") == "") {
					t.Errorf("%s=%s: %v %v", wrong.name, wrong.value, back, err)
				}
			}
			f.authMore = nil
			f.connect()
			if r := f.redeem(nil, nil); strings.Contains(r.body, "access_token") || r.status == http.StatusOK && p.key != "rwuv" {
				t.Errorf("the code works twice: %d %s", r.status, r.body)
			}
			f.tokens["access_token"] = "nonsense"
			if r := f.use(); p.scheme != "-" && r.status != http.StatusUnauthorized {
				t.Errorf("nonsense is let in: %d %s", r.status, r.body)
			}
		})
	}
}

// TestProof tries the other way to prove oneself, and a wrong secret.
func TestProof(t *testing.T) {
	t.Parallel()
	for _, p := range plans {
		t.Run(p.key, func(t *testing.T) {
			t.Parallel()
			f := board(t, p)
			back, err := f.visit(Decision{})
			if err != nil {
				t.Fatal(err)
			}
			f.back = back
			other := *f
			other.basic = !f.basic
			if r := other.redeem(nil, nil); strings.Contains(r.body, "access_token") {
				t.Errorf("the client may prove itself in both ways: %s", r.body)
			}
			wrong := *f
			wrong.client.Secret = "guessed"
			if r := wrong.redeem(nil, nil); strings.Contains(r.body, "access_token") {
				t.Errorf("a wrong secret works: %s", r.body)
			}
			encoded := *f
			encoded.json = !f.json
			r := encoded.redeem(nil, nil)
			either := slices.Contains([]string{"vxvy", "jcrp"}, p.key)
			if got := strings.Contains(r.body, "access_token"); got != either {
				t.Errorf("the other encoding works: %t (%s)", got, r.body)
			}
			if either {
				return
			}
			if r := f.redeem(nil, nil); r.status != http.StatusOK || !strings.Contains(r.body, "access_token") {
				t.Errorf("the mistakes of others burn the code: %d %s", r.status, r.body)
			}
		})
	}
}

// TestThingsEnd lets codes, access tokens and refresh tokens run out.
func TestThingsEnd(t *testing.T) {
	t.Parallel()
	for key, life := range map[string]time.Duration{"tgff": time.Minute, "pdvj": 2 * time.Minute, "rwuv": 2 * time.Minute, "qudb": 3 * time.Minute,
		"vxvy": 5 * time.Minute, "zsth": 5 * time.Minute, "exgd": 5 * time.Minute, "pbtz": 10 * time.Minute, "fbrh": 15 * time.Minute} {
		f := board(t, planOf(t, key))
		back, err := f.visit(Decision{})
		if err != nil {
			t.Fatal(err)
		}
		f.back = back
		f.pass(life)
		if r := f.redeem(nil, nil); strings.Contains(r.body, "access_token") {
			t.Errorf("%s: a code of %s still works", key, life)
		}
		f.pass(-time.Second)
		if r := f.redeem(nil, nil); !strings.Contains(r.body, "access_token") {
			t.Errorf("%s: a code younger than %s does not work: %s", key, life, r.body)
		}
	}
	for key, life := range map[string]time.Duration{"tgff": 5 * time.Minute, "qudb": 10 * time.Minute, "pdvj": 20 * time.Minute,
		"gbol": 30 * time.Minute, "qhyg": time.Hour, "rwuv": time.Hour, "qkdj": time.Hour, "ugxp": 2 * time.Hour, "vxvy": 12 * time.Hour,
		"zsth": 30 * 24 * time.Hour} {
		f := aboard(t, key)
		f.pass(life - time.Second)
		f.usable(key + " just before its end")
		f.pass(time.Second)
		if r := f.use(); r.status == http.StatusOK {
			t.Errorf("%s: an access token of %s still works", key, life)
		}
	}
	for key, life := range map[string]time.Duration{"pdvj": 7 * 24 * time.Hour, "qudb": 30 * 24 * time.Hour, "tgff": 31 * 24 * time.Hour,
		"gbol": 60 * 24 * time.Hour, "qhyg": 100 * 24 * time.Hour, "ugxp": 180 * 24 * time.Hour, "qkdj": 365 * 24 * time.Hour} {
		f := aboard(t, key)
		f.pass(life)
		if r := f.again(f.refreshToken()); r.status == http.StatusOK {
			t.Errorf("%s: a refresh token of %s still works", key, life)
		}
	}
}
