package webhook

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestRateLimit delays what is too much and drops nothing.
func TestRateLimit(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	const perSecond, n = 20, 11
	c := b.consumer("/a", func(c *bowline.Consumer) { c.RateLimit = perSecond })
	b.run(nil)
	begun := time.Now()
	for range n {
		b.event()
	}
	b.until("everything arrived", b.settled(c, n, bowline.MessageSuccess))
	if least := (n - 1) * time.Second / perSecond; time.Since(begun) < least {
		t.Errorf("%d messages took %v, want at least %v", n, time.Since(begun), least)
	}
}

// newCertificate returns a key and a certificate that it signed itself, pasted
// together.
func newCertificate(t *testing.T) (pasted string, certificate *x509.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "bowline"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	if certificate, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})) + "\n" +
		string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), certificate
}

// TestClientCertificate: each consumer's own goes to that consumer only. The
// sink's certificate is unknown to us, so that a delivery fails; what counts is
// which transport a consumer is given, and what that has to show.
func TestClientCertificate(t *testing.T) {
	t.Parallel()
	pasted, certificate := newCertificate(t)
	d := New(Options{})
	with := storetest.NewConsumer(bowline.NewID(storetest.Start), "https://a.example")
	with.ClientCertificate = bowline.ClientCertificate(pasted)
	without := storetest.NewConsumer(with.InstanceID, "https://b.example")
	d.take(t.Context(), []bowline.Consumer{with, without}, d.judged.Load())
	first := d.endpoints[with.ID].settings.Load()
	if plain := d.endpoints[without.ID].settings.Load(); plain.transport != d.transport || first.transport == d.transport || !first.ownTransport {
		t.Error("the certificate is not its consumer's own")
	}
	with.URL = "https://c.example"
	d.take(t.Context(), []bowline.Consumer{with, without}, d.judged.Load())
	if again := d.endpoints[with.ID].settings.Load(); again.transport != first.transport {
		t.Error("another change makes new connections")
	}
	with.ClientCertificate = ""
	d.take(t.Context(), []bowline.Consumer{with, without}, d.judged.Load())
	if d.endpoints[with.ID].settings.Load().transport != d.transport {
		t.Error("a certificate that was taken away is still shown")
	}
	pair, err := bowline.ClientCertificate(pasted).Pair()
	if err != nil || !certificate.Equal(pair.Leaf) {
		t.Errorf("the pair is not what was pasted: %v", err)
	}
	other, _ := newCertificate(t)
	key, _ := pem.Decode([]byte(other))
	_, rest := pem.Decode([]byte(pasted))
	if _, err := bowline.ClientCertificate(string(pem.EncodeToMemory(key)) + string(rest)).Pair(); err == nil {
		t.Error("a key that is not the certificate's was taken")
	}
}

// TestUnknownServerCertificate: a delivery does not go to whoever cannot prove
// who they are, and the record says so without the library's text.
func TestUnknownServerCertificate(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	reached := make(chan struct{}, 1)
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached <- struct{}{} }))
	t.Cleanup(server.Close)
	c := b.consumer("/", func(c *bowline.Consumer) { c.URL = server.URL })
	b.run(nil)
	b.event()
	b.until("a failed attempt", b.settled(c, 1, bowline.MessageAttempting))
	if a := b.attempts(b.messages(c)[0])[0]; a.Error != "the server's certificate was not accepted" || a.StatusCode != 0 {
		t.Errorf("attempt is %+v", a)
	}
	if len(reached) > 0 {
		t.Error("it was told nevertheless")
	}
}

// TestPrune keeps attempts for a month and messages for three, in several steps.
func TestPrune(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		b.clock.set(time.Now()) // the ids of one process never go back
		c := b.consumer("/a", nil)
		d, _ := b.run(nil)
		const n = pruneStep + 20
		var events []bowline.Event
		for range n {
			events = append(events, storetest.NewEvent(b.instance, b.clock.now()))
		}
		storetest.AddEvents(t, b.store, events...)
		b.until("everything arrived", b.settled(c, n, bowline.MessageSuccess))
		prune := func() {
			t.Helper()
			if err := d.Prune(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		m := b.messages(c)[0]
		for _, test := range []struct {
			after              time.Duration
			messages, attempts int
		}{{0, n, 1}, {bowline.AttemptsKept + time.Hour, n, 0}, {bowline.MessagesKept, 0, 0}} {
			b.clock.advance(test.after)
			prune()
			if now := len(b.messages(c)); now != test.messages {
				t.Errorf("after %v: %d messages, want %d", test.after, now, test.messages)
			}
			if test.messages > 0 && len(b.attempts(m)) != test.attempts {
				t.Errorf("after %v: %d attempts, want %d", test.after, len(b.attempts(m)), test.attempts)
			}
		}
		if left, err := b.store.Events(t.Context(), b.instance, 0, 10); err != nil || len(left) != 0 {
			t.Errorf("%d events are left, %v", len(left), err)
		}
	})
}
