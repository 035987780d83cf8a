package bowline

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestNextAttempt(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	delays := []time.Duration{
		5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 10 * time.Hour,
	}
	for i, delay := range delays {
		least, ok := NextAttempt(i+1, at, 0)
		if !ok || least.Sub(at) != delay {
			t.Errorf("after attempt %d: %v, %v, want %v", i+1, least.Sub(at), ok, delay)
		}
		most, _ := NextAttempt(i+1, at, 1)
		if extra := most.Sub(least); extra <= 0 || extra > 30*time.Second || extra > delay/10 {
			t.Errorf("jitter after attempt %d is up to %v", i+1, extra)
		}
		for _, odd := range []float64{-1, 2} {
			if next, _ := NextAttempt(i+1, at, odd); next.Before(least) || next.After(most) {
				t.Errorf("jitter of %v leads to %v", odd, next.Sub(at))
			}
		}
	}
	for _, n := range []int{-1, 0, 8, 9} {
		if next, ok := NextAttempt(n, at, 0); ok || !next.IsZero() {
			t.Errorf("there is an attempt after %d", n)
		}
	}
}

// TestConsumerHealth: hours at which attempts end, + for a success; the last
// hour is the one at which the consumer is disabled, if any.
func TestConsumerHealth(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	for _, test := range []struct {
		about    string
		attempts string
		disabled int // hour, or -1
	}{
		{"healthy", "+0 +1 +200", -1},
		{"one message", "0 0 0 1 3 8 18 28", -1},
		{"five days", "0 13 24 48 72 96 119 120", 120},
		{"five days, not less", "0 13 119", -1},
		{"a success clears it", "0 13 100 +101 121 140", -1},
		{"and it begins anew", "0 13 +101 110 123 229 230", 230},
		{"two bad moments far apart", "0 0 150 150", -1},
		{"one a week", "0 168 336", -1},
		{"close together", "0 1 2 3 11", -1},
		{"within a day counts", "0 24 120", 120},
	} {
		var h ConsumerHealth
		disabled := -1
		for field := range strings.FieldsSeq(test.attempts) {
			text, success := strings.CutPrefix(field, "+")
			var hour int
			if _, err := fmt.Sscan(text, &hour); err != nil {
				t.Fatal(err)
			}
			var disable bool
			if h, disable = h.After(success, at.Add(time.Duration(hour)*time.Hour)); disable && disabled < 0 {
				disabled = hour
			}
		}
		if disabled != test.disabled {
			t.Errorf("%s: disabled at %d, want %d", test.about, disabled, test.disabled)
		}
	}
}

func TestMessageIDs(t *testing.T) {
	t.Parallel()
	id := NewID(time.Now())
	header := MessageHeader(id)
	if !strings.HasPrefix(header, "msg_") || strings.Contains(header, ".") {
		t.Errorf("header is %s", header)
	}
	for _, text := range []string{header, string(id)} {
		if got, err := ParseMessageID(text); err != nil || got != id {
			t.Errorf("%s is %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "msg_", "msg_" + string(id), header + "0", "msg_" + strings.Repeat("z", 32)} {
		if _, err := ParseMessageID(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestDeliveryOptions(t *testing.T) {
	t.Parallel()
	valid := func() Consumer {
		return Consumer{URL: "https://sink.example/hooks", EventTypes: []string{"company.created"}}
	}
	for _, test := range []struct {
		about string
		edit  func(*Consumer)
		ok    bool
	}{
		{"plain", func(*Consumer) {}, true},
		{"header", func(c *Consumer) { c.Headers = map[string]string{"Authorization": "Bearer x", "X-Codat-ClientId": "1"} }, true},
		{"host", func(c *Consumer) { c.Headers = map[string]string{"hOsT": "x"} }, false},
		{"signature", func(c *Consumer) { c.Headers = map[string]string{"Webhook-Signature": "x"} }, false},
		{"svix", func(c *Consumer) { c.Headers = map[string]string{"svix-id": "x"} }, false},
		{"content", func(c *Consumer) { c.Headers = map[string]string{"Content-Length": "1"} }, false},
		{"transport", func(c *Consumer) { c.Headers = map[string]string{"Transfer-Encoding": "chunked"} }, false},
		{"twice", func(c *Consumer) { c.Headers = map[string]string{"A": "1", "a": "2"} }, false},
		{"smuggled", func(c *Consumer) { c.Headers = map[string]string{"A": "1\r\nHost: x"} }, false},
		{"no name", func(c *Consumer) { c.Headers = map[string]string{"a b": "1"} }, false},
		{"long value", func(c *Consumer) { c.Headers = map[string]string{"A": strings.Repeat("x", 4097)} }, false},
		{"rate", func(c *Consumer) { c.RateLimit = 5 }, true},
		{"negative rate", func(c *Consumer) { c.RateLimit = -1 }, false},
		{"no certificate", func(c *Consumer) { c.ClientCertificate = "hunter2" }, false},
		{"empty source", func(c *Consumer) { c.Transformation.Enabled = true }, false},
		{"long source", func(c *Consumer) { c.Transformation.Source = strings.Repeat("x", MaxTransformation+1) }, false},
	} {
		c := valid()
		test.edit(&c)
		if err := c.Validate(false); (err == nil) != test.ok || err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", test.about, err)
		}
	}
}

func TestClientCertificateDoesNotPrintItself(t *testing.T) {
	t.Parallel()
	c := Consumer{ClientCertificate: "hunter2", FormerSecret: "hunter2", Headers: map[string]string{"a": "hunter2"}}
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{fmt.Sprintf("%v %+v %#v %s", c, c, c, c.ClientCertificate), fmt.Sprintf("%#v", c.ClientCertificate), string(text)} {
		if strings.Contains(shown, "hunter2") {
			t.Errorf("it shows %s", shown)
		}
	}
}
