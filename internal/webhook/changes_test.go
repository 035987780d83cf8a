package webhook

import (
	"context"
	"crypto/hmac"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestTransformation: what comes out of it is sent and signed, cancelled is a
// success, and what fails is a failed attempt.
func TestTransformation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		transform := func(source string) func(*bowline.Consumer) {
			return func(c *bowline.Consumer) { c.Transformation = bowline.Transformation{Source: source, Enabled: true} }
		}
		changed := b.consumer("/changed", transform("put"))
		cancelled := b.consumer("/cancelled", transform("cancel"))
		broken := b.consumer("/broken", transform("throw"))
		wrong := b.consumer("/wrong", transform("file"))
		inside := b.consumer("/inside", transform("metadata"))
		b.run(func(o *Options) {
			o.Transform = func(_ context.Context, source string, in Transformable) (Transformed, error) {
				out := Transformed{Method: in.Method, URL: in.URL, Payload: in.Payload}
				switch source {
				case "put":
					out.Method, out.URL, out.Payload = http.MethodPut, b.sink.URL+"/elsewhere?key=hunter2", []byte(`{"mine":true}`)
				case "cancel":
					out.Cancel = true
				case "throw":
					return Transformed{}, errors.New("line 3: boom")
				case "file":
					out.URL = "file:///etc/passwd"
				case "metadata":
					out.URL = "https://169.254.169.254/"
				}
				return out, nil
			}
		})
		b.event()
		b.until("changed", b.settled(changed, 1, bowline.MessageSuccess))
		b.until("cancelled", b.settled(cancelled, 1, bowline.MessageSuccess))
		for c, want := range map[*bowline.Consumer]string{
			&broken: "transformation: line 3: boom", &wrong: "transformation: url must be", &inside: "blocked: address not allowed",
		} {
			b.until("a failed attempt", b.settled(*c, 1, bowline.MessageAttempting))
			if a := b.attempts(b.messages(*c)[0])[0]; a.Success || !strings.HasPrefix(a.Error, want) {
				t.Errorf("attempt is %+v, want %q", a, want)
			}
		}
		sent := b.sink.at("/elsewhere")
		key, _ := ParseSecret(changed.Secret)
		if len(sent) != 1 || sent[0].body != `{"mine":true}` {
			t.Fatalf("sent %+v", sent)
		}
		want := Sign([][]byte{key}, sent[0].id, b.clock.now(), []byte(sent[0].body)).Get("webhook-signature")
		if !hmac.Equal([]byte(want), []byte(sent[0].header.Get("webhook-signature"))) {
			t.Error("the signature is not that of what was sent")
		}
		if a := b.attempts(b.messages(changed)[0])[0]; a.URL != b.sink.URL+"/elsewhere" {
			t.Errorf("recorded URL is %s", a.URL)
		}
		if len(b.sink.at("/cancelled")) != 0 {
			t.Error("cancelled, and sent")
		}
	})
}

// TestRedirectsAreFailures: they are not followed either.
func TestRedirectsAreFailures(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	c := b.consumer("/a", nil)
	b.sink.answers(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/b", http.StatusTemporaryRedirect)
	})
	b.run(nil)
	b.event()
	b.until("a failed attempt", b.settled(c, 1, bowline.MessageAttempting))
	if len(b.sink.at("/b")) != 0 {
		t.Error("the redirect was followed")
	}
}

// TestRotation: two signatures for a day, then one.
func TestRotation(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	c := b.consumer("/a", nil)
	b.run(nil)
	fresh := NewSecret()
	storetest.Write(t, b.store, func(ctx context.Context, tx *store.Tx) error {
		return tx.RotateConsumerSecret(ctx, b.instance, c.ID, fresh, b.clock.now().Add(24*time.Hour), b.clock.now())
	})
	for i, want := range []int{2, 1} {
		b.event()
		b.until("delivery", func() bool { return len(b.sink.at("/a")) == i+1 })
		g := b.sink.at("/a")[i]
		if n := len(strings.Fields(g.header.Get("webhook-signature"))); n != want {
			t.Errorf("%d signatures, want %d", n, want)
		}
		key, _ := ParseSecret(fresh)
		if first := Sign([][]byte{key}, g.id, b.clock.now(), []byte(g.body)).Get("webhook-signature"); !strings.HasPrefix(g.header.Get("webhook-signature"), first) {
			t.Error("the new secret does not sign first")
		}
		// Only then, or its lease would end before the outcome is stored.
		b.until("recorded", b.settled(c, i+1, bowline.MessageSuccess))
		b.clock.advance(24 * time.Hour)
	}
}

// TestResendRecoverAndExample reach the consumer without waiting for a look.
func TestResendRecoverAndExample(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		c := b.consumer("/a", nil)
		b.run(nil)
		b.event()
		b.until("success", b.settled(c, 1, bowline.MessageSuccess))
		b.sink.answers(fail(http.StatusInternalServerError))
		m := b.messages(c)[0]
		storetest.Write(t, b.store, func(ctx context.Context, tx *store.Tx) error { return tx.Resend(ctx, b.instance, m.ID, b.clock.now()) })
		b.until("resent", func() bool { return b.messages(c)[0].Attempts == 2 })
		if m = b.messages(c)[0]; m.Status != bowline.MessageSuccess || m.NextAttempt != nil || b.sink.at("/a")[0].id != b.sink.at("/a")[1].id {
			t.Errorf("resent in vain: %+v", m)
		}
		b.event()
		b.until("a failed attempt", func() bool { l := b.messages(c); return len(l) == 2 && l[1].Attempts == 1 })
		next := *b.messages(c)[1].NextAttempt
		if n, err := b.store.Recover(t.Context(), store.Bulk{Consumer: c, Since: storetest.Start.Add(-time.Hour), Now: b.clock.now()}); err != nil || n.Messages != 1 {
			t.Fatalf("recovered %+v, %v", n, err)
		}
		b.until("recovered in vain", func() bool { return b.messages(c)[1].Attempts == 2 })
		if m := b.messages(c)[1]; !m.NextAttempt.Equal(next) {
			t.Errorf("the schedule moved from %v to %v", next, m.NextAttempt)
		}
		b.sink.answers(nil)
		example := storetest.NewEvent(b.instance, b.clock.now())
		storetest.Write(t, b.store, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.InsertExample(ctx, c.ID, example, b.clock.now())
			return err
		})
		b.until("example", func() bool { l := b.messages(c); return len(l) == 3 && l[2].Status == bowline.MessageSuccess })
		if a := b.attempts(b.messages(c)[2])[0]; a.Kind != bowline.AttemptExample {
			t.Errorf("attempt is %+v", a)
		}
	})
}
