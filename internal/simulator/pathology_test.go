package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

// everywhere runs a test for each key to which a pathology applies, with it
// switched on before the journey.
func everywhere(t *testing.T, p Pathology, check func(f *flight)) {
	t.Helper()
	n := 0
	for _, plan := range plans {
		if !Applies(plan.key, p) {
			continue
		}
		n++
		t.Run(string(p)+"/"+plan.key, func(t *testing.T) {
			t.Parallel()
			f := board(t, plan)
			f.s.Switch(plan.key, p, true)
			check(f)
		})
	}
	if n == 0 {
		t.Errorf("%s applies nowhere", p)
	}
}

// returned is what came back from the provider, with the code not yet redeemed.
func (f *flight) returned() {
	f.Helper()
	back, err := f.visit(Decision{})
	if err != nil || back.Get(f.code) == "" {
		f.Fatalf("%v %v", back, err)
	}
	f.back = back
}

func TestTokenBodies(t *testing.T) {
	t.Parallel()
	everywhere(t, FormTokens, func(f *flight) {
		f.returned()
		r := f.redeem(nil, nil)
		values, err := url.ParseQuery(r.body)
		if err != nil || values.Get("access_token") == "" || r.header.Get("Content-Type") != "application/x-www-form-urlencoded" {
			f.Errorf("%q %v", r.body, err)
		}
	})
	everywhere(t, StringNumbers, func(f *flight) {
		f.connect()
		numbers := 0
		for name, value := range f.tokens {
			text, isText := value.(string)
			if _, err := strconv.Atoi(text); isText && err == nil {
				numbers++
			} else if !isText && value != true && value != false && name != "user" {
				f.Errorf("%s is %v", name, value)
			}
		}
		if numbers == 0 {
			f.Errorf("no numbers in %v", f.tokens)
		}
	})
}

func TestSingleUse(t *testing.T) {
	t.Parallel()
	everywhere(t, SingleUseRefresh, func(f *flight) {
		f.connect()
		f.pass(9*time.Minute + 45*time.Second)
		old := f.refreshToken()
		f.renewed()
		grace := map[string]bool{"qudb": true, "pbbf": true, "gbol": true}[f.key]
		if r := f.again(old); (r.status == http.StatusOK) != grace {
			f.Errorf("used twice: %d %s", r.status, r.body)
		}
		f.pass(9*time.Minute + 45*time.Second)
		if r := f.renewed(); r.status != http.StatusOK {
			f.Errorf("the newest: %d %s", r.status, r.body)
		}
		if r := f.again(old); r.status == http.StatusOK {
			f.Error("the first one works although the one after it was used")
		}
	})
	for key, grace := range map[string]time.Duration{"qudb": 10 * time.Minute, "gbol": 30 * time.Minute} {
		f := aboard(t, key)
		f.pass(9*time.Minute + 45*time.Second)
		old := f.refreshToken()
		f.renewed()
		f.pass(grace - time.Second)
		if r := f.again(old); r.status != http.StatusOK {
			t.Errorf("%s within its grace: %d %s", key, r.status, r.body)
		}
		f.pass(time.Second)
		if r := f.again(old); r.status == http.StatusOK {
			t.Errorf("%s after its grace: %d", key, r.status)
		}
	}
	f := aboard(t, "fbrh")
	old := f.refreshToken()
	f.renewed()
	if r := f.again(old); r.status != http.StatusOK {
		t.Errorf("FreeAgent voids used refresh tokens by nature: %s", r.body)
	}
	f = aboard(t, "qhyg")
	old = f.refreshToken()
	f.pass(24 * time.Hour)
	if f.renewed(); f.refreshToken() == old {
		t.Error("QuickBooks keeps a refresh token for more than a day")
	}
}

func TestLostAnswers(t *testing.T) {
	t.Parallel()
	everywhere(t, LostExchange, func(f *flight) {
		f.returned()
		if r := f.redeem(nil, nil); !isLost(r) {
			f.Errorf("%d %s %v", r.status, r.body, r.err)
		}
		if r := f.redeem(nil, nil); strings.Contains(r.body, "access_token") || r.err != nil {
			f.Errorf("the code was not spent: %s %v", r.body, r.err)
		}
		f.connect() // once only
	})
	everywhere(t, LostRefresh, func(f *flight) {
		f.connect()
		f.pass(9*time.Minute + 45*time.Second)
		if r := f.again(f.refreshToken()); !isLost(r) {
			f.Errorf("%d %s %v", r.status, r.body, r.err)
		}
		strict := map[string]bool{"vxvy": true, "fqly": true, "tgff": true}[f.key]
		if r := f.again(f.refreshToken()); (r.status != http.StatusOK) != strict {
			f.Errorf("the old one afterwards: %d %s", r.status, r.body)
		}
	})
	everywhere(t, NoRefreshToken, func(f *flight) {
		f.connect()
		f.pass(9*time.Minute + 45*time.Second)
		r := f.again(f.refreshToken())
		if r.status != http.StatusOK || r.object(f.T)["refresh_token"] != nil {
			f.Errorf("%d %s", r.status, r.body)
		}
		f.pass(9*time.Minute + 45*time.Second)
		if r := f.again(f.refreshToken()); r.status != http.StatusOK {
			f.Errorf("the one that was used: %d %s", r.status, r.body)
		}
	})
}

func TestOrganisations(t *testing.T) {
	t.Parallel()
	everywhere(t, NoTenants, func(f *flight) {
		f.connect()
		if r := f.use(); r.status != http.StatusOK || strings.Contains(r.body, first) {
			f.Errorf("%d %s", r.status, r.body)
		}
	})
	everywhere(t, ManyTenants, func(f *flight) {
		f.connect()
		r := f.use()
		whole := strings.Contains(r.body, "Company 150")
		goesOn := strings.Contains(r.body, "page=2") || strings.Contains(r.body, "skiptoken=2")
		if strings.Count(r.body, "Company ") < 58 || whole == goesOn {
			f.Errorf("%d organisations, and more: %t", strings.Count(r.body, "Company "), goesOn)
		}
	})
	everywhere(t, RenamedTenants, func(f *flight) {
		f.connect()
		f.usable("the first time")
		if strings.Contains(f.use().body, "renamed") && f.use().status == http.StatusOK {
			return
		}
		f.Error("the name stays")
	})
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	everywhere(t, Storm, func(f *flight) {
		f.connect()
		for range 3 {
			if r := f.use(); r.status != http.StatusTooManyRequests || r.header.Get("Retry-After") == "" {
				f.Errorf("%d %v", r.status, r.header)
			}
		}
		f.usable("after the storm")
	})
	everywhere(t, TokenStorm, func(f *flight) {
		f.returned()
		for range 3 {
			if r := f.redeem(nil, nil); r.status != http.StatusTooManyRequests || r.header.Get("Retry-After") == "" {
				f.Errorf("%d %v", r.status, r.header)
			}
		}
		if r := f.redeem(nil, nil); r.status != http.StatusOK {
			f.Errorf("after the storm: %d %s", r.status, r.body)
		}
	})
	everywhere(t, ThrottledAs403, func(f *flight) {
		f.connect()
		if r := f.use(); r.status != http.StatusForbidden || r.object(f.T)["Name"] != "RateLimitError" {
			f.Errorf("%d %s", r.status, r.body)
		}
	})
	everywhere(t, ErrorWith200, func(f *flight) {
		f.returned()
		if r := f.redeem(nil, nil); r.status != http.StatusOK || r.object(f.T)["error"] != "Access Denied" {
			f.Errorf("%d %s", r.status, r.body)
		}
	})
	everywhere(t, Broken, func(f *flight) {
		f.connect()
		if r := f.use(); r.status != http.StatusInternalServerError || !strings.Contains(r.header.Get("Content-Type"), "text/html") {
			f.Errorf("%d %s", r.status, r.body)
		}
		f.s.Switch(f.key, Broken, false)
		f.usable("when it is repaired")
	})
	everywhere(t, TokenBroken, func(f *flight) {
		f.returned()
		if r := f.redeem(nil, nil); r.status != http.StatusInternalServerError || !strings.HasPrefix(r.body, "<html>") {
			f.Errorf("%d %s", r.status, r.body)
		}
	})
	everywhere(t, PlanLapsed, func(f *flight) {
		f.connect()
		if r := f.again(f.refreshToken()); r.status != http.StatusForbidden {
			f.Errorf("refresh: %d %s", r.status, r.body)
		}
		if r := f.use(); r.status != http.StatusForbidden {
			f.Errorf("call: %d %s", r.status, r.body)
		}
	})
	everywhere(t, EarlyRefreshRefused, func(f *flight) {
		f.connect()
		f.pass(9*time.Minute + 29*time.Second)
		if r := f.again(f.refreshToken()); r.status != http.StatusUnauthorized {
			f.Errorf("early: %d %s", r.status, r.body)
		}
		f.pass(time.Second)
		if r := f.again(f.refreshToken()); r.status != http.StatusOK {
			f.Errorf("in time: %d %s", r.status, r.body)
		}
	})
}

func TestRevocationInMidFlow(t *testing.T) {
	t.Parallel()
	everywhere(t, RevokedBeforeExchange, func(f *flight) {
		f.returned()
		if r := f.redeem(nil, nil); strings.Contains(r.body, "access_token") || !strings.Contains(r.body, "invalid_") && !strings.Contains(r.body, "not valid") {
			f.Errorf("%d %s", r.status, r.body)
		}
	})
	everywhere(t, RevokedBeforeTenants, func(f *flight) {
		f.connect()
		if r := f.use(); r.status != http.StatusUnauthorized && r.status != http.StatusForbidden {
			f.Errorf("%d %s", r.status, r.body)
		}
	})
}

func TestClocks(t *testing.T) {
	t.Parallel()
	for p, want := range map[Pathology]time.Duration{ClockAhead: skew, ClockBehind: -skew} {
		everywhere(t, p, func(f *flight) {
			f.connect() // codes and tokens live as long as ever
			f.usable("with a wrong clock")
			date, err := http.ParseTime(f.use().header.Get("Date"))
			if err != nil || date.Sub(f.Now()) != want {
				f.Errorf("Date %s at %s: %v", date, f.Now(), err)
			}
		})
	}
	f := board(t, planOf(t, "fqly"))
	f.s.Switch("fqly", ClockAhead, true)
	f.connect()
	want := strconv.FormatInt(f.Now().Add(skew+30*time.Minute).Unix(), 10)
	if got := f.tokens["access_token_expiration"]; got == nil || want != strings.TrimSpace(toText(got)) {
		t.Errorf("expires at %v, want %s", got, want)
	}
}

func toText(v any) string {
	if s, ok := v.(interface{ String() string }); ok {
		return s.String()
	}
	return ""
}

// TestSwitchesStay wants native pathologies on, others off, and none where it
// does not belong.
func TestSwitchesStay(t *testing.T) {
	t.Parallel()
	s := New(Options{RedirectURI: func(string) string { return "" }})
	for _, plan := range plans {
		for _, p := range Pathologies() {
			if s.on(plan.key, p) != (Native(plan.key, p) && Applies(plan.key, p)) {
				t.Errorf("%s %s is %t from the start", plan.key, p, s.on(plan.key, p))
			}
			if Native(plan.key, p) && !Applies(plan.key, p) {
				t.Errorf("%s is native to %s and does not apply", p, plan.key)
			}
		}
	}
	s.Switch("fbrh", ThrottledAs403, true)
	s.Switch("nobody", LostExchange, true)
	if s.on("fbrh", ThrottledAs403) || s.on("nobody", LostExchange) {
		t.Error("a pathology is on where it does not belong")
	}
	s.Switch("qudb", EarlyRefreshRefused, false)
	if s.on("qudb", EarlyRefreshRefused) {
		t.Error("a native pathology cannot be switched off")
	}
}
