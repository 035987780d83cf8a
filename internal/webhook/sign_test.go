package webhook_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"
	svix "github.com/svix/svix-webhooks/go"

	"github.com/bowline/bowline/internal/webhook"
)

// verifier is a library with which consumers check what they receive.
type verifier interface {
	Verify(payload []byte, headers http.Header) error
	VerifyIgnoringTimestamp(payload []byte, headers http.Header) error
}

// verifiers are those libraries, each knowing one secret.
func verifiers(t testing.TB, secret string) map[string]verifier {
	t.Helper()
	reference, err := standard.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	vendor, err := svix.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]verifier{"reference": reference, "vendor": vendor}
}

func key(t testing.TB, secret string) []byte {
	t.Helper()
	parsed, err := webhook.ParseSecret(secret)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// TestSignKnownAnswer is the vector of webhooks.md section 10.
func TestSignKnownAnswer(t *testing.T) {
	t.Parallel()
	const secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"
	body := []byte(`{"ok":true}`)
	got := webhook.Sign([][]byte{key(t, secret)}, "msg_bowline0001", time.Unix(1760000000, 999_999_999), body)
	want := map[string]string{
		"webhook-id": "msg_bowline0001", "webhook-timestamp": "1760000000",
		"webhook-signature": "v1,P2EhXaE1LFmwi4LrqYO81KpjYM8E5dAkKJo3OFWbuXQ=",
	}
	if len(got) != len(want) {
		t.Errorf("headers %v", got)
	}
	for name, value := range want {
		if got.Get(name) != value {
			t.Errorf("%s: %q instead of %q", name, got.Get(name), value)
		}
	}
	for name, library := range verifiers(t, secret) {
		if err := library.VerifyIgnoringTimestamp(body, got); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := library.Verify(body, got); err == nil {
			t.Errorf("%s accepts a message of October 2025", name)
		}
	}
}

func TestSignIsRefusedOnceTamperedWith(t *testing.T) {
	t.Parallel()
	secret, body, now := webhook.NewSecret(), []byte(`{"eventType":"connection.connected","name":"Café"}`), time.Now()
	signed := webhook.Sign([][]byte{key(t, secret)}, "msg_1", now, body)
	for name, library := range verifiers(t, secret) {
		if err := library.Verify(body, signed); err != nil {
			t.Errorf("%s refuses what is right: %v", name, err)
		}
		if err := library.Verify(append([]byte(" "), body...), signed); err == nil {
			t.Errorf("%s accepts another body", name)
		}
		for header, value := range map[string]string{
			"webhook-id":        "msg_2",
			"webhook-timestamp": strconv.FormatInt(now.Unix()+1, 10),
			"webhook-signature": strings.Replace(signed.Get("webhook-signature"), "v1,", "v1a,", 1),
		} {
			other := signed.Clone()
			other.Set(header, value)
			if err := library.Verify(body, other); err == nil {
				t.Errorf("%s accepts another %s", name, header)
			}
		}
	}
	for name, library := range verifiers(t, webhook.NewSecret()) {
		if err := library.Verify(body, signed); err == nil {
			t.Errorf("%s accepts the signature of another consumer", name)
		}
	}
}

// TestSignTimeIsThatOfTheAttempt holds the receivers' tolerance of five minutes
// in both directions, with room for a slow machine.
func TestSignTimeIsThatOfTheAttempt(t *testing.T) {
	t.Parallel()
	secret, body := webhook.NewSecret(), []byte(`{}`)
	for offset, accepted := range map[time.Duration]bool{
		-301 * time.Second: false, -200 * time.Second: true, 200 * time.Second: true, 360 * time.Second: false,
	} {
		signed := webhook.Sign([][]byte{key(t, secret)}, "msg_1", time.Now().Add(offset), body)
		for name, library := range verifiers(t, secret) {
			if err := library.Verify(body, signed); (err == nil) != accepted {
				t.Errorf("%s, %s off: %v", name, offset, err)
			}
		}
	}
}

// TestSignWithFormerSecret is a rotation: who knows either secret accepts.
func TestSignWithFormerSecret(t *testing.T) {
	t.Parallel()
	present, former, stranger := webhook.NewSecret(), webhook.NewSecret(), webhook.NewSecret()
	body := []byte(`{"ok":true}`)
	signed := webhook.Sign([][]byte{key(t, present), key(t, former)}, "msg_1", time.Now(), body)
	both := strings.Split(signed.Get("webhook-signature"), " ")
	if len(both) != 2 || len(signed["Webhook-Signature"]) != 1 {
		t.Fatalf("signatures %q", signed["Webhook-Signature"])
	}
	alone := webhook.Sign([][]byte{key(t, present)}, "msg_1", time.Unix(seconds(t, signed), 0), body)
	if alone.Get("webhook-signature") != both[0] {
		t.Error("the present secret does not sign first")
	}
	for secret, accepted := range map[string]bool{present: true, former: true, stranger: false} {
		for name, library := range verifiers(t, secret) {
			if err := library.Verify(body, signed); (err == nil) != accepted {
				t.Errorf("%s: %v, accepted should be %v", name, err, accepted)
			}
		}
	}
}

func seconds(t *testing.T, signed http.Header) int64 {
	t.Helper()
	at, err := strconv.ParseInt(signed.Get("webhook-timestamp"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestParseSecret(t *testing.T) {
	t.Parallel()
	of := func(length int) string { return base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0xfb}, length)) }
	for _, row := range []struct {
		text   string
		length int // 0: refused
	}{
		{"whsec_" + of(23), 0},
		{"whsec_" + of(24), 24},
		{"whsec_" + of(32), 32},
		{"whsec_" + of(75), 75},
		{"whsec_" + of(76), 0},
		{of(32), 0},
		{"", 0},
		{"whsec_", 0},
		{"WHSEC_" + of(32), 0},
		{"whsk_" + of(64), 0},
		{"whpk_" + of(32), 0},
		{"whsec_whsec_" + of(32), 0},
		{"whsec_" + strings.TrimRight(of(32), "="), 0},
		{"whsec_" + of(32) + "=", 0},
		{"whsec_" + of(32) + " ", 0},
		{" whsec_" + of(32), 0},
		{"whsec_" + of(24) + "\n", 0},
		{"whsec_" + of(24)[:16] + "\r\n" + of(24)[16:], 0},
		{"whsec_" + base64.URLEncoding.EncodeToString(bytes.Repeat([]byte{0xfb}, 32)), 0},
		{"whsec_" + of(32)[:42] + "9=", 0}, // bits behind the last byte
	} {
		got, err := webhook.ParseSecret(row.text)
		if len(got) != row.length || (err == nil) != (row.length > 0) {
			t.Errorf("%q: %d bytes, %v", row.text, len(got), err)
		}
		if err != nil && (!errors.Is(err, webhook.ErrSecret) || err.Error() != webhook.ErrSecret.Error()) {
			t.Errorf("%q: %v tells more than it should", row.text, err)
		}
	}
}

func TestNewSecret(t *testing.T) {
	t.Parallel()
	one, other := webhook.NewSecret(), webhook.NewSecret()
	if one == other {
		t.Error("two secrets are the same")
	}
	if got := key(t, one); len(got) != 32 {
		t.Errorf("%d bytes", len(got))
	}
}

// FuzzParseSecret holds that what we take, the consumers' libraries take as the
// same key.
func FuzzParseSecret(f *testing.F) {
	f.Add("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX")
	f.Add("whsec_")
	f.Add("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRY=\n")
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := webhook.ParseSecret(text)
		if err != nil {
			return
		}
		if again := "whsec_" + base64.StdEncoding.EncodeToString(parsed); again != text {
			t.Errorf("%q and %q are one key", text, again)
		}
		signed := webhook.Sign([][]byte{parsed}, "msg_1", time.Unix(1760000000, 0), []byte(`{}`))
		for name, library := range verifiers(t, text) {
			if err := library.VerifyIgnoringTimestamp([]byte(`{}`), signed); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// FuzzSign holds that both libraries accept whatever is signed, with either of
// two keys, and no other body.
func FuzzSign(f *testing.F) {
	f.Add([]byte("0123456789abcdef01234567"), []byte("former-former-former-form"), "msg_bowline0001", int64(1760000000), []byte(`{"ok":true}`))
	f.Add([]byte{}, []byte{0}, "msg_", int64(0), []byte{})
	f.Add(bytes.Repeat([]byte{0xff}, 75), bytes.Repeat([]byte{1}, 64), "m", int64(-1), []byte("\x00\xff."))
	f.Fuzz(func(t *testing.T, present, former []byte, id string, at int64, body []byte) {
		if id == "" {
			return // no message is without one
		}
		signed := webhook.Sign([][]byte{present, former}, id, time.Unix(at, 0), body)
		for _, known := range [][]byte{present, former} {
			reference, _ := standard.NewWebhookRaw(known)
			vendor, _ := svix.NewWebhookRaw(known)
			for name, library := range map[string]verifier{"reference": reference, "vendor": vendor} {
				if err := library.VerifyIgnoringTimestamp(body, signed); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				if library.VerifyIgnoringTimestamp(append(body[:len(body):len(body)], ' '), signed) == nil {
					t.Errorf("%s accepts another body", name)
				}
			}
		}
	})
}

func BenchmarkSign(b *testing.B) {
	keys, body := [][]byte{key(b, webhook.NewSecret())}, bytes.Repeat([]byte("x"), 1000)
	b.ReportAllocs()
	for b.Loop() {
		webhook.Sign(keys, "msg_0199a0e000007000800000000000", time.Unix(1760000000, 0), body)
	}
}
