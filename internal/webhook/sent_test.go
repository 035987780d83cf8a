package webhook

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// sent is what is told of the latest attempt of a message.
func (b *bench) sent(c bowline.Consumer, m bowline.Message) (*SentRequest, bowline.Attempt) {
	b.t.Helper()
	a, err := b.store.Attempt(b.t.Context(), b.instance, m.ID, b.attempts(m)[0].ID)
	if err != nil {
		b.t.Fatal(err)
	}
	_, e, err := b.store.Message(b.t.Context(), b.instance, m.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	stored, err := b.store.Consumer(b.t.Context(), b.instance, c.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	history, err := b.store.ConsumerHistory(b.t.Context(), b.instance, c.ID, 50)
	if err != nil {
		b.t.Fatal(err)
	}
	return Sent(&stored, history, &e, &a), a
}

// compare holds what is told against what arrived.
func compare(t *testing.T, r *SentRequest, g got) {
	t.Helper()
	if r == nil {
		t.Fatal("nothing is told")
	}
	if r.Method != g.method || r.Body != g.body || r.Length != len(g.body) {
		t.Errorf("told %s %d %s, came %s %s", r.Method, r.Length, r.Body, g.method, g.body)
	}
	var names []string
	for _, h := range r.Headers {
		names = append(names, http.CanonicalHeaderKey(h.Name))
		if came := g.header.Get(h.Name); !h.Hidden && came != h.Value || h.Hidden && (came == "" || h.Value != "") {
			t.Errorf("%s is told as %q, came as %q", h.Name, h.Value, came)
		}
	}
	for name := range g.header {
		if !slices.Contains(names, name) && name != "Accept-Encoding" { // of the transport
			t.Errorf("%s came and is not told", name)
		}
	}
}

// TestSentIsWhatArrived compares what is told of an attempt with what the
// receiver got, with and without a transformation.
func TestSentIsWhatArrived(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b *bench) {
		own := func(c *bowline.Consumer) {
			c.Headers = map[string]string{"Authorization": "Basic sekret", "x-desk": "north"}
			c.URL += "?key=sekret"
		}
		plain := b.consumer("/plain", own)
		script := func(name string) func(*bowline.Consumer) {
			return func(c *bowline.Consumer) {
				c.Transformation = bowline.Transformation{Source: name, Enabled: true}
			}
		}
		same, other, long := b.consumer("/same", script("same")), b.consumer("/other", script("other")), b.consumer("/long", script("long"))
		cancelled, broken := b.consumer("/cancel", script("cancel")), b.consumer("/broken", script("broken"))
		b.sink.answers(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Request-Id", "r\x80-1")
			w.Header().Set("Set-Cookie", "session=sekret")
			w.Header().Set("Location", "https://login.example/in?token=sekret")
			w.Header().Set("Server", strings.Repeat("s", 2*bowline.MaxStoredHeader))
			_, _ = w.Write([]byte("<b>fine</b>"))
		})
		b.run(func(o *Options) {
			o.Transform = func(_ context.Context, source string, in Transformable) (Transformed, error) {
				out := Transformed{Method: in.Method, URL: in.URL, Payload: in.Payload}
				switch source {
				case "other":
					out.Method, out.Payload = http.MethodPut, json.RawMessage(`{"text":"<Harbour> & \u0000"}`)
				case "long":
					out.Payload = json.RawMessage(`{"a":"` + strings.Repeat("é", bowline.MaxStoredRequest) + `"}`)
				case "cancel":
					out.Cancel = true
				case "broken":
					out.Method = http.MethodGet
				}
				return out, nil
			}
		})
		b.event()
		for _, c := range []bowline.Consumer{plain, same, other, long, cancelled} {
			b.until("delivery to "+c.URL, b.settled(c, 1, bowline.MessageSuccess))
		}
		b.until("failure", b.settled(broken, 1, bowline.MessageAttempting))
		for _, test := range []struct {
			c           bowline.Consumer
			path        string
			transformed bool
		}{{plain, "/plain", false}, {same, "/same", false}, {other, "/other", true}} {
			r, a := b.sent(test.c, b.messages(test.c)[0])
			compare(t, r, b.sink.at(test.path)[0])
			if r.Transformed != test.transformed || r.Doubtful || strings.Contains(r.URL, "sekret") {
				t.Errorf("%s: %+v", test.path, r)
			}
			kept := *a.Exchange
			if answer := kept.Answer; len(answer) != 4 || answer["location"] != "https://login.example/in" || answer["x-request-id"] != "r-1" ||
				len(answer["server"]) != bowline.MaxStoredHeader || answer["content-type"] == "" {
				t.Errorf("%s: the answer keeps %v", test.path, answer)
			}
			if kept.Answer = nil; !test.transformed && (kept.Body != "" || kept.Method != "" || kept.Signature != "") {
				t.Errorf("%s: keeps %+v", test.path, kept)
			}
		}
		r, _ := b.sent(long, b.messages(long)[0])
		whole := b.sink.at("/long")[0]
		if r.Length != len(whole.body) || !strings.HasPrefix(whole.body, r.Body) || len(r.Body) < bowline.MaxStoredRequest-2 || len(r.Body) > bowline.MaxStoredRequest {
			t.Errorf("of %d bytes %d are kept, and %d told", len(whole.body), len(r.Body), r.Length)
		}
		if i := slices.IndexFunc(r.Headers, func(h bowline.Header) bool { return h.Name == "webhook-signature" }); i < 0 || r.Headers[i].Value != whole.header.Get("webhook-signature") {
			t.Errorf("signature of a long one: %v", r.Headers)
		}
		for _, c := range []bowline.Consumer{cancelled, broken} {
			if r, a := b.sent(c, b.messages(c)[0]); r != nil || !a.Exchange.Unmade {
				t.Errorf("nothing went to %s, and it is told as %+v", c.URL, r)
			}
		}
	})
}

// TestSentKnowsWhatItCannotKnow: a secret that is gone signs nothing any more,
// and headers that were changed are told with doubt.
func TestSentKnowsWhatItCannotKnow(t *testing.T) {
	t.Parallel()
	now := storetest.Start
	c := storetest.NewConsumer(bowline.NewID(now), "https://a.example")
	c.Version, c.FormerSecret, c.FormerUntil = 3, "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", now.Add(time.Hour)
	e := storetest.NewEvent(c.InstanceID, now)
	line := func(what string, after time.Duration, actor bowline.Actor) bowline.ConsumerChange {
		return bowline.ConsumerChange{What: what, At: now.Add(after), Actor: actor}
	}
	for name, test := range map[string]struct {
		history    []bowline.ConsumerChange
		kept       *bowline.Exchange
		at         time.Duration
		doubtful   bool
		signatures int
	}{
		"never changed":       {nil, &bowline.Exchange{}, 0, false, 2},
		"former secret ended": {nil, &bowline.Exchange{}, time.Hour, false, 1},
		"changed later":       {[]bowline.ConsumerChange{line(bowline.ConsumerUpdated, time.Minute, "key:a")}, &bowline.Exchange{}, 0, true, 2},
		"changed before":      {[]bowline.ConsumerChange{line(bowline.ConsumerUpdated, -time.Minute, "key:a")}, &bowline.Exchange{}, 0, false, 2},
		"changed only just":   {[]bowline.ConsumerChange{line(bowline.ConsumerUpdated, -time.Second, "key:a")}, &bowline.Exchange{}, 0, true, 2},
		"known to be later":   {[]bowline.ConsumerChange{line(bowline.ConsumerUpdated, -time.Second, "key:a")}, &bowline.Exchange{Version: 3}, 0, false, 2},
		"of another version":  {[]bowline.ConsumerChange{line(bowline.ConsumerRotated, time.Second, "key:a")}, &bowline.Exchange{Version: 2}, 0, false, 0},
		"given up":            {[]bowline.ConsumerChange{line(bowline.ConsumerDisabled, time.Minute, bowline.ActorSystem)}, &bowline.Exchange{}, 0, false, 2},
		"secret replaced":     {[]bowline.ConsumerChange{line(bowline.ConsumerRotated, time.Minute, "key:a")}, &bowline.Exchange{}, 0, false, 0},
		"signature kept":      {[]bowline.ConsumerChange{line(bowline.ConsumerRotated, time.Minute, "key:a")}, &bowline.Exchange{Body: "{", Length: 9, Signature: "v1,a"}, 0, false, 1},
	} {
		r := Sent(&c, test.history, &e, &bowline.Attempt{MessageID: bowline.NewID(now), At: now.Add(test.at), Exchange: test.kept})
		signatures := 0
		for _, h := range r.Headers {
			if h.Name == "webhook-signature" {
				signatures = len(strings.Fields(h.Value))
			}
		}
		if r.Doubtful != test.doubtful || signatures != test.signatures {
			t.Errorf("%s: doubtful %v with %d signatures", name, r.Doubtful, signatures)
		}
	}
	if Sent(&c, nil, &e, &bowline.Attempt{}) != nil {
		t.Error("an attempt of an older version is told")
	}
}

// TestSettingsSettle: only for a moment after a change it is noted which version
// an attempt was made with.
func TestSettingsSettle(t *testing.T) {
	t.Parallel()
	b := newBench(t, storetest.Open(t, store.SQLite))
	c := b.consumer("/a", nil)
	changed := c
	changed.Headers, changed.Updated = map[string]string{"x-a": "b"}, b.clock.now()
	storetest.Write(t, b.store, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.UpdateConsumer(ctx, changed); err != nil {
			return err
		}
		return tx.AppendConsumerHistory(ctx, b.instance, bowline.ConsumerChange{
			ID: bowline.NewID(b.clock.now()), ConsumerID: c.ID, At: b.clock.now(), What: bowline.ConsumerUpdated, Actor: "key:a",
		})
	})
	b.run(nil)
	for i, want := range []int64{2, 0} {
		b.event()
		b.until("delivery", b.settled(c, i+1, bowline.MessageSuccess))
		r, a := b.sent(c, b.messages(c)[i])
		if r.Doubtful || a.Exchange.Version != want {
			t.Errorf("attempt %d: %+v, %+v", i+1, r, a.Exchange)
		}
		compare(t, r, b.sink.at("/a")[i])
		b.clock.advance(settling)
	}
}
