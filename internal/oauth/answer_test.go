package oauth

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/safehttp"
)

// What token endpoints were seen to answer, or could.
func TestTokenAnswers(t *testing.T) {
	t.Parallel()
	const form = "application/x-www-form-urlencoded"
	for name, c := range map[string]struct {
		reply   reply
		expires time.Duration
		scopes  []string
		refresh string
	}{
		"plain":             {jsonReply(200, `{"access_token":"A","token_type":"Bearer","expires_in":3600,"refresh_token":"R2"}`), time.Hour, nil, "R2"},
		"lower case type":   {jsonReply(200, `{"access_token":"A","token_type":"bearer"}`), 0, nil, "R1"},
		"no type":           {jsonReply(200, `{"access_token":"A"}`), 0, nil, "R1"},
		"text expiry":       {jsonReply(200, `{"access_token":"A","expires_in":"3600"}`), time.Hour, nil, "R1"},
		"float expiry":      {jsonReply(200, `{"access_token":"A","expires_in":3599.97}`), 3599 * time.Second, nil, "R1"},
		"exponent expiry":   {jsonReply(200, `{"access_token":"A","expires_in":3.6e3}`), time.Hour, nil, "R1"},
		"null members":      {jsonReply(200, `{"access_token":"A","expires_in":null,"refresh_token":null,"scope":null,"error":null}`), 0, nil, "R1"},
		"zero expiry":       {jsonReply(200, `{"access_token":"A","expires_in":0}`), 0, nil, "R1"},
		"negative expiry":   {jsonReply(200, `{"access_token":"A","expires_in":-5}`), 0, nil, "R1"},
		"huge expiry":       {jsonReply(200, `{"access_token":"A","expires_in":1e300}`), maxLife, nil, "R1"},
		"nonsense expiry":   {jsonReply(200, `{"access_token":"A","expires_in":{"in":"NaN"}}`), 0, nil, "R1"},
		"not a number":      {jsonReply(200, `{"access_token":"A","expires_in":"NaN"}`), 0, nil, "R1"},
		"empty refresh":     {jsonReply(200, `{"access_token":"A","refresh_token":""}`), 0, nil, "R1"},
		"scope":             {jsonReply(200, `{"access_token":"A","scope":"a  b"}`), 0, []string{"a", "b"}, "R1"},
		"scope with commas": {jsonReply(200, `{"access_token":"A","scope":"a,b c"}`), 0, []string{"a", "b", "c"}, "R1"},
		"scope list":        {jsonReply(200, `{"access_token":"A","scope":["a","b\u0007"]}`), 0, []string{"a"}, "R1"},
		"wrong media type":  {reply{status: 200, media: "text/html", body: ` {"access_token":"A"} `}, 0, nil, "R1"},
		"no media type":     {reply{status: 201, body: `{"access_token":"A"}`}, 0, nil, "R1"},
		"byte order mark":   {jsonReply(200, "\xef\xbb\xbf"+`{"access_token":"A"}`), 0, nil, "R1"},
		"form":              {reply{status: 200, media: form, body: "access_token=A&expires_in=60&scope=a+b&refresh_token=R2"}, time.Minute, []string{"a", "b"}, "R2"},
		"form as text":      {reply{status: 200, media: "text/plain; charset=utf-8", body: "access_token=A"}, 0, nil, "R1"},
		"strange members":   {jsonReply(200, `{"access_token":"A","Access_Token":"B","id_token":[],"x":{"y":[1]}}`), 0, nil, "R1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t)
			p.script("/token", c.reply)
			now := time.Date(2025, 3, 4, 0, 0, 0, 0, time.FixedZone("", 3600))
			in := p.integration()
			in.OAuth.ScopeSeparator = ","
			got, err := newClient(t, Options{Now: func() time.Time { return now }}).Refresh(t.Context(), in, Grant{RefreshToken: "R1"})
			if err != nil {
				t.Fatal(err)
			}
			wanted := Grant{AccessToken: "A", RefreshToken: Secret(c.refresh), TokenType: "Bearer", Scopes: c.scopes, IssuedAt: now.UTC()}
			if c.expires != 0 {
				wanted.ExpiresAt = now.Add(c.expires).UTC()
			}
			if !cmp.Equal(wanted, got) {
				t.Errorf("got %#v %s %s", got, got.AccessToken.Reveal(), got.RefreshToken.Reveal())
			}
			if !got.ExpiresAt.IsZero() && got.ExpiresAt.Location() != time.UTC {
				t.Error("expiry is not UTC")
			}
		})
	}
}

func TestTokenFailures(t *testing.T) {
	t.Parallel()
	const html = "<html><body>client-secret refresh-one</body></html>"
	for name, c := range map[string]struct {
		reply  reply
		reason Reason
		code   string
		detail string
	}{
		"refused":             {jsonReply(400, `{"error":"invalid_grant","error_description":"Token is gone"}`), Refused, "invalid_grant", "Token is gone"},
		"refused with 401":    {jsonReply(401, `{"error":"invalid_grant"}`), Refused, "invalid_grant", ""},
		"refused with 200":    {jsonReply(200, `{"error":"invalid_grant"}`), Refused, "invalid_grant", ""},
		"refused in a form":   {reply{status: 400, media: "text/plain", body: "error=invalid_grant&error_description=a+b"}, Refused, "invalid_grant", "a b"},
		"client":              {jsonReply(401, `{"error":"invalid_client"}`), Misconfigured, "invalid_client", ""},
		"not for this client": {jsonReply(400, `{"error":"unauthorized_client"}`), Misconfigured, "unauthorized_client", ""},
		"scope":               {jsonReply(400, `{"error":"invalid_scope"}`), Misconfigured, "invalid_scope", ""},
		"bare 401":            {reply{status: 401, media: "text/html", body: html}, Misconfigured, "", ""},
		"own code with 403":   {jsonReply(403, `{"error":"app_disabled"}`), Misconfigured, "other", "app_disabled"},
		"own code":            {jsonReply(400, `{"error":"<b>app</b> disabled"}`), Misconfigured, "other", "<b>app</b> disabled"},
		"own code with 200":   {jsonReply(200, `{"error":"app_disabled","message":"Call us"}`), Invalid, "other", "Call us"},
		"object":              {jsonReply(400, `{"error":{"code":7,"message":"No"}}`), Misconfigured, "other", "No"},
		"down":                {reply{status: 503, media: "text/html", body: html}, Unavailable, "", ""},
		"down, with a code":   {jsonReply(500, `{"error":"invalid_grant"}`), Unavailable, "invalid_grant", ""},
		"busy":                {jsonReply(429, `{"error":"slow_down"}`), Unavailable, "slow_down", ""},
		"temporarily":         {jsonReply(400, `{"error":"temporarily_unavailable"}`), Unavailable, "temporarily_unavailable", ""},
		"redirect":            {reply{status: 307, header: http.Header{"Location": {"https://evil.example/"}}}, Invalid, "", ""},
		"html":                {reply{status: 200, media: "text/html", body: html}, Invalid, "", ""},
		"empty":               {reply{status: 200, media: "application/json"}, Invalid, "", ""},
		"array":               {jsonReply(200, `[]`), Invalid, "", ""},
		"cut":                 {jsonReply(200, `{"access_token":"refresh-one`), Invalid, "", ""},
		"two documents":       {jsonReply(200, `{"access_token":"A"}{}`), Invalid, "", ""},
		"deep":                {jsonReply(200, `{"access_token":"A","x":`+strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)+`}`), Invalid, "", ""},
		"no token":            {jsonReply(200, `{"token_type":"Bearer"}`), Invalid, "", ""},
		"token is a number":   {jsonReply(200, `{"access_token":7}`), Invalid, "", ""},
		"mac token":           {jsonReply(200, `{"access_token":"A","token_type":"mac"}`), Invalid, "", ""},
		"token with a break":  {jsonReply(200, `{"access_token":"A\r\nX: y"}`), Invalid, "", ""},
		"long token":          {jsonReply(200, `{"access_token":"`+strings.Repeat("A", maxToken+1)+`"}`), Invalid, "", ""},
		"endless":             {jsonReply(200, `{"access_token":"`+strings.Repeat("A", 2<<20)+`"}`), Invalid, "", ""},
		"echo": {
			jsonReply(400, `{"error":"invalid_grant","error_description":"bad refresh-one from client-secret+/% aka client-secret%2B%2F%25\u0000\u202e\nend"}`),
			Refused, "invalid_grant", "bad [removed] from [removed] aka [removed] end",
		},
		"long words": {
			jsonReply(400, `{"error":"invalid_grant","error_description":"`+strings.Repeat("é", 5000)+`"}`),
			Refused, "invalid_grant", strings.Repeat("é", 200),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t)
			p.script("/token", c.reply)
			_, err := newClient(t, Options{}).Refresh(t.Context(), p.integration(), Grant{RefreshToken: "refresh-one"})
			e := want(t, err, c.reason, c.code)
			if e.Detail != c.detail {
				t.Errorf("detail %q, want %q", e.Detail, c.detail)
			}
			if c.detail != "" && strings.Contains(err.Error(), c.detail) {
				t.Errorf("the error tells the provider's words: %v", err)
			}
			if e.Status != c.reply.status && name != "endless" {
				t.Errorf("status %d", e.Status)
			}
			if hits, _, _ := p.seen("/token"); hits != 1 {
				t.Errorf("asked %d times", hits)
			}
		})
	}
}

// A code is worth one attempt, also when the connection breaks under it.
func TestCodeIsSentOnce(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	hits := make(chan struct{}, 10)
	breaking := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		hits <- struct{}{}
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	}), ReadHeaderTimeout: time.Minute}
	var lc net.ListenConfig
	listener, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { defer close(done); _ = breaking.Serve(listener) }()
	t.Cleanup(func() { _ = breaking.Close(); <-done })
	r := p.request()
	r.Integration.OAuth.TokenURL = "http://" + listener.Addr().String() + "/token"
	_, err = newClient(t, Options{}).Exchange(t.Context(), r, Callback{Code: "the-code", State: r.State, Issuer: p.URL})
	want(t, err, Unavailable, "")
	if len(hits) != 1 {
		t.Errorf("the code was sent %d times", len(hits))
	}
}

func TestConnectionFailures(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	in := p.integration()
	in.OAuth.TokenURL = "http://127.0.0.1:1/token"
	_, err := newClient(t, Options{}).Refresh(t.Context(), in, Grant{RefreshToken: "refresh-one"})
	want(t, err, Unavailable, "")

	// The guard's refusal is for the operator to settle.
	guarded := newClient(t, Options{HTTP: safehttp.New(safehttp.Options{})})
	_, err = guarded.Refresh(t.Context(), p.integration(), Grant{RefreshToken: "refresh-one"})
	var e *Error
	if !errors.As(err, &e) || e.Reason != Misconfigured || !errors.Is(err, safehttp.ErrBlocked) {
		t.Errorf("blocked: %v", err)
	}

	release := make(chan struct{})
	p.hold["/token"] = release
	slow := newClient(t, Options{HTTP: p.Client()})
	slow.http.Timeout = 30 * time.Millisecond
	_, err = slow.Refresh(t.Context(), p.integration(), Grant{RefreshToken: "refresh-one"})
	want(t, err, Unavailable, "")
	close(release)

	_, err = newClient(t, Options{}).Refresh(t.Context(), p.integration(), Grant{RefreshToken: ""})
	want(t, err, Refused, "")
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reply  reply
		reason Reason
	}{
		"done":                {reply{status: 200}, ""},
		"no content":          {reply{status: 204}, ""},
		"already gone":        {jsonReply(400, `{"error":"invalid_token"}`), ""},
		"already gone, grant": {jsonReply(400, `{"error":"invalid_grant"}`), ""},
		"client":              {jsonReply(401, `{"error":"invalid_client"}`), Misconfigured},
		"kind of token":       {jsonReply(400, `{"error":"unsupported_token_type"}`), Misconfigured},
		"down":                {reply{status: 503}, Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t)
			p.script("/revoke", c.reply)
			if err := newClient(t, Options{}).Revoke(t.Context(), p.integration(), Grant{RefreshToken: "refresh-one"}); ReasonOf(err) != c.reason || err != nil && c.reason == "" {
				t.Errorf("%v, want %q", err, c.reason)
			}
		})
	}
	p := newProvider(t)
	p.discover["revocation_endpoint"] = nil
	if err := newClient(t, Options{}).Revoke(t.Context(), p.integration(), Grant{RefreshToken: "refresh-one"}); !errors.Is(err, ErrUnsupported) {
		t.Error(err)
	}
}

func FuzzReadToken(f *testing.F) {
	f.Add([]byte(`{"access_token":"A","expires_in":"1e9","scope":["a"],"error":{"message":"x"}}`), "application/json")
	f.Add([]byte("access_token=A&scope=a+b"), "text/plain")
	f.Add([]byte("\xef\xbb\xbf{}"), "")
	f.Fuzz(func(t *testing.T, body []byte, media string) {
		got, err := readToken(answer{status: 200, media: media, body: body}, catalog.OAuth{ScopeSeparator: ","})
		if err != nil {
			return
		}
		if got.expires.in < 0 || got.expires.in > maxLife || len(got.scope) > maxScopes {
			t.Fatalf("%+v", got)
		}
		if got.valid() == nil && (got.accessToken == "" || strings.ContainsAny(got.accessToken+got.refreshToken, "\r\n\x00")) {
			t.Fatalf("%+v is valid", got)
		}
		if text := detail(got.errorText); len([]rune(text)) > maxDetail || strings.ContainsAny(text, "\r\n\x00\u202e") {
			t.Fatalf("detail %q", text)
		}
	})
}
