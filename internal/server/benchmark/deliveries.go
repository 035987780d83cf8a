package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/bowline/bowline/internal/webhook"
)

// drainLimit is how long a backlog may take to be sent.
const drainLimit = 2 * time.Minute

// pollEvery is how often somebody looks whether a backlog is gone. When it was
// gone the sink knows by itself.
const pollEvery = 2 * time.Millisecond

// drained is what sending a backlog came to.
type drained struct {
	rate float64       // deliveries a second, the first tenth left out
	cpu  time.Duration // of this process, sink included, for one delivery
}

// drain starts Bowline on a place with a backlog and waits until the sink has
// accepted count messages. It fails when an event came twice to one endpoint,
// for then the rate would count work that nobody wanted.
func drain(ctx context.Context, p place, s *sink, count int) (drained, error) {
	s.take()
	sys, err := startSystem(ctx, p)
	if err != nil {
		return drained{}, err
	}
	warm, before, until := count/10, expense{}, time.Now().Add(drainLimit)
	for got := int64(0); got < int64(count); got = s.accepted.Load() {
		if before.at.IsZero() && got >= int64(warm) {
			before = spent()
			warm = int(s.accepted.Load())
		}
		if time.Now().After(until) {
			return drained{}, errors.Join(fmt.Errorf("%d of %d deliveries after %s", got, count, drainLimit), sys.close())
		}
		time.Sleep(pollEvery)
	}
	after := spent()
	if err := sys.close(); err != nil {
		return drained{}, err
	}
	list := s.take()
	if err := noneTwice(list, count); err != nil {
		return drained{}, err
	}
	last := list[len(list)-1].at
	if before.at.IsZero() || !last.After(before.at) {
		return drained{}, errors.New("too few events to measure")
	}
	rest := count - warm
	return drained{rate: float64(rest) / last.Sub(before.at).Seconds(), cpu: (after.cpu - before.cpu) / time.Duration(rest)}, nil
}

// noneTwice wants each message and each event of an endpoint once.
func noneTwice(list []delivery, count int) error {
	type told struct{ path, event string }
	events, messages := map[told]bool{}, map[string]bool{}
	for _, d := range list {
		events[told{d.path, d.event}], messages[d.message] = true, true
	}
	if len(list) != count || len(events) != count || len(messages) != count {
		return fmt.Errorf("%d deliveries of %d messages and %d events instead of %d", len(list), len(messages), len(events), count)
	}
	return nil
}

// drains measures how fast a backlog is sent, on an engine, to that many
// consumers: each event becomes as many messages.
func (b *bench) drains(ctx context.Context, e engine, consumers int) (figure, error) {
	s, err := openSink(ctx, nil, nil)
	if err != nil {
		return figure{}, err
	}
	defer s.close()
	p, err := b.prepared(ctx, e)
	if err != nil {
		return figure{}, err
	}
	defer p.drop(ctx)
	var list []endpoint
	for n := range consumers {
		list = append(list, endpoint{url: fmt.Sprintf("%s/%d", s.url, n)})
	}
	if err := p.consumers(ctx, list); err != nil {
		return figure{}, err
	}
	var rates []float64
	for n := range b.rounds + 1 {
		if err := p.backlog(ctx, b.events/consumers); err != nil {
			return figure{}, err
		}
		var got drained
		err := b.profiled(fmt.Sprintf("deliveries-%d-%s", consumers, e.name), n > 0, func() error {
			got, err = drain(ctx, p.place, s, b.events/consumers*consumers)
			return err
		})
		if err != nil {
			return figure{}, fmt.Errorf("send a backlog on %s: %w", e.name, err)
		}
		b.tell(fmt.Sprintf("deliveries to %d on %s", consumers, e.name), outcome{rate: got.rate, cpu: got.cpu})
		if n > 0 {
			rates = append(rates, got.rate)
		}
	}
	return summarize(rates), nil
}

// ceiling is what the sink can take from this machine: bodies as long as ours,
// signed and posted by net/http with nothing stored.
func (b *bench) ceiling(ctx context.Context) (figure, error) {
	s, err := openSink(ctx, nil, nil)
	if err != nil {
		return figure{}, err
	}
	defer s.close()
	poster, err := newPoster(b.workers)
	if err != nil {
		return figure{}, err
	}
	defer poster.close()
	posts := load{workers: b.workers, prepare: func(int) (func() error, func(), error) {
		return func() error { return poster.post(ctx, s.url+"/ceiling") }, func() {}, nil
	}}
	var rates []float64
	for n := range b.rounds + 1 {
		got, err := posts.rate(ctx, b.span)
		if err != nil {
			return figure{}, fmt.Errorf("post to the sink: %w", err)
		}
		b.tell("deliveries, floor", got)
		if n > 0 { // the first one opens the connections
			rates = append(rates, got.rate)
		}
	}
	return summarize(rates), nil
}

// poster sends events with net/http, as a program would that keeps nothing.
type poster struct {
	client *http.Client
	key    []byte
	body   []byte
}

func newPoster(connections int) (*poster, error) {
	event, err := newEvent("0199a0e0-0000-7000-8000-000000000000")
	if err != nil {
		return nil, err
	}
	body, err := encodeEvent(event)
	if err != nil {
		return nil, err
	}
	key, err := webhook.ParseSecret(webhook.NewSecret())
	return &poster{
		client: &http.Client{Timeout: callLimit, Transport: &http.Transport{MaxIdleConns: connections, MaxIdleConnsPerHost: connections}},
		key:    key, body: body,
	}, err
}

func (p *poster) close() { p.client.CloseIdleConnections() }

// post signs and sends one event, and returns once it is accepted. The context
// bounds the whole load, which must not break off a request.
func (p *poster) post(ctx context.Context, url string) error {
	signature := webhook.Sign([][]byte{p.key}, fmt.Sprintf("msg_%d", sequence.Add(1)), time.Now(), p.body)
	return p.send(ctx, url, signature, p.body)
}

// send posts a body and returns once it is accepted.
func (p *poster) send(ctx context.Context, url string, header http.Header, body []byte) error {
	request, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header = header
	if header.Get("Content-Type") == "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := p.client.Do(request)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, response.Body)
	if err = errors.Join(err, response.Body.Close()); err == nil && response.StatusCode/100 != 2 {
		err = fmt.Errorf("status %d", response.StatusCode)
	}
	return err
}
