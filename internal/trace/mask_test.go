package trace

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

const (
	known = `s3cr/t+"öld" & <new>`
	// opaque has the look of a token: 43 characters of base64url.
	opaque = "Zk3vT9q_xW1-aPb7RmYc0LdE5hNsUoJ2iGfQ8tVwXyA"
	aUUID  = "91832bd8-8cb9-4f0c-b3a1-5f2d7e6c9a04"
)

func jwt(header, claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(header)) + "." + encode([]byte(claims)) + "." + encode([]byte("signature of the token"))
}

var idToken = jwt(`{"alg":"RS256","kid":"key-1","typ":"JWT"}`, `{"sub":"hidden-subject","email":"owner@cafe.example","exp":1}`)

// TestNamesThatHide holds what is shown of members in all forms of text.
func TestNamesThatHide(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ in, want string }{
		// JSON
		{`{"access_token":"abc","token_type":"Bearer","expires_in":3600}`, `{"access_token":"[masked, 3 characters]","token_type":"Bearer","expires_in":3600}`},
		{`{"a":{"b":[{"clientSecret" : "x\"y"}]}}`, `{"a":{"b":[{"clientSecret" : "[masked, 4 characters]"}]}}`},
		{`{"pin":1234,"ok":1}`, `{"pin":"[masked, 4 characters]","ok":1}`},
		{`{"credentials":{"user":"me","n":12,"more":["x"]},"z":"y"}`, `{"credentials":{"user":"[masked, 2 characters]","n":"[masked, 2 characters]","more":["[masked, 1 characters]"]},"z":"y"}`},
		{`{"refresh_token":"cut of`, `{"refresh_token":"[masked, 6 characters]`},
		{`{"names":["token"],"secret":"v"}`, `{"names":["token"],"secret":"[masked, 1 characters]"}`},
		{`{"text":"{\"password\":\"x\"}"}`, `{"text":"{\"password\":\"[masked, 1 characters]\"}"}`},
		{`{"error":"invalid_grant","code":401,"errorCode":"E1","countryCode":"GB"}`, `{"error":"invalid_grant","code":401,"errorCode":"E1","countryCode":"GB"}`},
		{`{"acc\u0065ss_token":"abc"}`, `{"acc\u0065ss_token":"[masked, 3 characters]"}`},
		{`{"x_refresh_token_expires_in":8726400,"id_token":null}`, `{"x_refresh_token_expires_in":8726400,"id_token":null}`},
		{`{"token_endpoint":"https://a.example/token","token_endpoint_auth_methods_supported":["client_secret_basic"]}`, `{"token_endpoint":"https://a.example/token","token_endpoint_auth_methods_supported":["client_secret_basic"]}`},
		// text and markup
		{`went to /cb?code=a1&state=b2&x=1`, `went to /cb?code=[masked, 2 characters]&state=[masked, 2 characters]&x=1`},
		{`<input name="x" token='abc'>`, `<input name="x" token='[masked, 3 characters]'>`},
		{`password = hunter2; other = 1`, `password = [masked, 7 characters]; other = 1`},
		{`<c><ns:password type="t">p<w</ns:password><user>u</user></c>`, `<c><ns:password type="t">[masked, 3 characters]</ns:password><user>u</user></c>`},
		{`<sessionid><![CDATA[abc]]></sessionid><key/>x`, `<sessionid>[masked, 15 characters]</sessionid><key/>x`},
		{`<secret>cut`, `<secret>[masked, 3 characters]`},
		{"--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nabc\r\n--b--", "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n[masked, 3 characters]\r\n--b--"},
		{`https://me:pw@host.example/`, `https://[masked, 5 characters]@host.example/`},
		{`sent Authorization: Bearer abcdef12`, `sent Authorization: Bearer [masked, 8 characters]`},
		{`Bearer error="invalid_token", resource_metadata="https://a.example"`, `Bearer error="invalid_token", resource_metadata="https://a.example"`},
		// looks
		{"x " + opaque + ".", "x [masked, 43 characters]."},
		{strings.Repeat("0123456789abcdef", 2), "[masked, 32 characters]"},
		{"/v1/organisations/" + aUUID + "/x", "/v1/organisations/[masked, 38 characters]"},
		{"00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000000"},
		{strings.Repeat("=", 80), strings.Repeat("=", 80)},
		{"/v3/company/9130355377388383/companyinfo/9130355377388383", "/v3/company/9130355377388383/companyinfo/9130355377388383"},
		{"https://accounting.example.com/accounting/basis/preference/information_of_customers", "https://accounting.example.com/accounting/basis/preference/information_of_customers"},
		{"com.intuit.quickbooks.accounting openid profile offline_access", "com.intuit.quickbooks.accounting openid profile offline_access"},
		{"a " + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"me"}`)) + " b", "a [masked, 16 characters] b"},
		{`{"id_token":"` + idToken + `"}`, fmt.Sprintf(`{"id_token":"[masked JWT, %d characters, header alg=RS256 kid=key-1 typ=JWT, claims email exp sub]"}`, len(idToken))},
		// nothing to hide
		{`{"companyName":"Café Œuf & Söhne","address":"1 High Street","total":"12.50"}`, `{"companyName":"Café Œuf & Söhne","address":"1 High Street","total":"12.50"}`},
	} {
		if got := newMask(nil).text(text{text: row.in}, MaxBody); got != row.want {
			t.Errorf("%s\n got %s\nwant %s", row.in, got, row.want)
		}
	}
}

func TestFormsAndURLs(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"grant_type=authorization_code&code=a'b c;d&redirect_uri=https%3A%2F%2Fx.example":      "grant_type=authorization_code&code=[masked, 7 characters]&redirect_uri=https%3A%2F%2Fx.example",
		"https://x.example/a?client%5Fsecret=ab&scope=a.b+c#access_token=z":                    "https://x.example/a?client%5Fsecret=[masked, 2 characters]&scope=a.b+c#access_token=[masked, 1 characters]",
		"https://x.example/a?session=false&code_challenge_method=S256&response_type=code":      "https://x.example/a?session=false&code_challenge_method=S256&response_type=code",
		"https://x.example/a?u=https%3A%2F%2Fy.example%2F%3Ftoken%3Dabc%26z%3D1&token_type=x1": "https://x.example/a?u=https%3A%2F%2Fy.example%2F%3Ftoken%3D[masked, 3 characters]%26z%3D1&token_type=x1",
		"a=" + strings.ReplaceAll(opaque, "_", "%5F"):                                          "a=[masked, 45 characters]",
	} {
		if got := newMask(nil).text(text{text: in, form: true}, MaxBody); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("id:pw"))
	for _, row := range [][3]string{
		{"Authorization", basic, "Basic [masked, 8 characters]"},
		{"Authorization", "rawtoken", "[masked, 8 characters]"},
		{"Authorization", "Bearer " + idToken, "Bearer [masked JWT"},
		{"Cookie", "a=b", "[masked, 3 characters]"},
		{"Set-Cookie", "a=b; Path=/", "[masked, 11 characters]"},
		{"X-Some-Key", "abc", "[masked, 3 characters]"},
		{"X-Amz-Access-Token", "abc", "[masked, 3 characters]"},
		{"Client-Secret", "abc", "[masked, 3 characters]"},
		{"X-Shop-Hmac-Sha256", "abc", "[masked, 3 characters]"},
		{"Location", "https://a.example/?code=xy&a=b", "https://a.example/?code=[masked, 2 characters]&a=b"},
		{"X-Request-Id", aUUID, aUUID},
		{"X-Other", aUUID, "[masked, 36 characters]"},
		{"Content-Type", "application/json; charset=utf-8", "application/json; charset=utf-8"},
		{"Retry-After", "30", "30"},
	} {
		if got := newMask(nil).header(row[0], row[1]); got != row[2] && (!strings.HasSuffix(row[2], "JWT") || !strings.HasPrefix(got, row[2])) {
			t.Errorf("%s: %s: got %s, want %s", row[0], row[1], got, row[2])
		}
	}
}

// TestKnownSecretInEveryEncoding writes one secret in all ways, into every
// part of a hop.
func TestKnownSecretInEveryEncoding(t *testing.T) {
	t.Parallel()
	for name, encode := range encodings {
		for outer, again := range encodings {
			written := again("a " + encode("x "+known+" y") + " z")
			r := &Recorder{}
			r.Secret(known)
			r.hops = []*raw{{
				method: "GET", url: "https://h.example/?q=" + written, failed: written, kind: written,
				request:  message{headers: http.Header{"X-A": {written}}, body: []byte(written), size: int64(len(written))},
				response: message{headers: http.Header{written: {"x"}}, body: []byte(written), size: int64(len(written))},
			}}
			if where := surviving(t, r, known); where != "" {
				t.Errorf("%s in %s survives in %s", name, outer, where)
			}
		}
	}
}

func TestSecretsThatBecomeKnownLater(t *testing.T) {
	t.Parallel()
	r := &Recorder{}
	r.Note("callback", "https://h.example/cb?first=later-secret")
	r.Secret("later-secret")
	r.Note("other", "https://h.example/learned-by-its-name-17?refresh_token=learned-by-its-name-17")
	got, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"later-secret", "learned-by-its-name"} {
		if strings.Contains(string(got), secret) {
			t.Errorf("%s survives in %s", secret, got)
		}
	}
	for _, printed := range []string{fmt.Sprint(r), fmt.Sprintf("%#v", r), fmt.Sprintf("%+v", r), r.LogValue().String()} {
		if printed != "recording of 2 hops" {
			t.Errorf("printed as %q", printed)
		}
	}
}

// TestTheCutHidesTheWhole puts secrets across the end of what is shown.
func TestTheCutHidesTheWhole(t *testing.T) {
	t.Parallel()
	secret := strings.Repeat("several words ", 40)
	for shift := range 600 {
		body := strings.Repeat("é ", (MaxBody-shift)/3) + secret + strings.Repeat(" more", 5000)
		m := message{body: []byte(body)[:MaxBody+overlap], size: int64(len(body))}
		got := newMask([]string{secret}).body(m)
		if strings.Contains(got, "several") {
			t.Fatalf("shift %d: a part of the secret survives: %q", shift, got[len(got)-200:])
		}
		if !strings.Contains(got, fmt.Sprintf("[cut: the first %d of %d bytes]", MaxBody, len(body))) {
			t.Fatalf("the cut is not told: %q", got[len(got)-100:])
		}
	}
}

func TestWhatIsNotText(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		coding, body, want string
	}{
		{"", "\x89PNG\x00", "[5 bytes, not text]"},
		{"", "\xff\xfeabc", "[5 bytes, not text]"},
		{"gzip", "abc", "[3 bytes, not text]"},
		{"identity", "abc", "abc"},
		{"", "", ""},
	} {
		m := message{headers: http.Header{"Content-Encoding": {row.coding}}, body: []byte(row.body), size: int64(len(row.body))}
		if got := newMask(nil).body(m); got != row.want {
			t.Errorf("%q: got %q, want %q", row.body, got, row.want)
		}
	}
}

// TestHostileTextIsCheap feeds texts that make careless scanners quadratic.
func TestHostileTextIsCheap(t *testing.T) {
	t.Parallel()
	for _, piece := range []string{"key=", "<key ", "<key>", `"key":`, `{"key":[`, `\"`, "%25", "&amp;", "eyJh.", "=", "a", `form-data; name="key`, "bearer "} {
		body := strings.Repeat(piece, (MaxBody+overlap)/len(piece))
		r := &Recorder{hops: []*raw{{response: message{body: []byte(body), size: int64(len(body))}}}}
		r.Secret("something known")
		if got := len(r.Hops()[0].ResponseBody); got > 40*MaxBody {
			t.Errorf("%s: %d bytes shown", piece, got)
		}
	}
}

// TestShortSecretsPacked hides secrets that are too short for their look to
// give them away.
func TestShortSecretsPacked(t *testing.T) {
	t.Parallel()
	once := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	for in, want := range map[string]string{
		"x " + once("hunter2!") + " y":       "x [masked, 12 characters] y",
		"x " + once("me:hunter2!") + " y":    "x [masked, 16 characters] y",
		"x " + once(once("hunter2!")) + " y": "x [masked, 16 characters] y",
		"x 68756e7465723221 y":               "x [masked, 16 characters] y",
		"x " + once("another!") + " y":       "x YW5vdGhlciE= y",
		"x " + jwt(`{"alg":"none","kid":"hunter2!"}`, `{}`) + " y": "x [masked, " +
			fmt.Sprint(len(jwt(`{"alg":"none","kid":"hunter2!"}`, `{}`))) + " characters] y",
	} {
		if got := newMask([]string{"hunter2!"}).text(text{text: in}, MaxBody); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}
