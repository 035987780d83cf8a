package flights_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/renewal"
)

// gate keeps the first refresh from reaching its provider until it is opened.
type gate struct {
	next    http.RoundTripper
	once    sync.Once
	arrived chan struct{} // closed when it has come
	open    chan struct{} // to be closed
}

// holdRefresh puts a gate between the flight's client and the provider.
func (f *flight) holdRefresh() *gate {
	g := &gate{next: f.sim.RoundTripper(nil), arrived: make(chan struct{}), open: make(chan struct{})}
	f.client = oauth.NewClient(oauth.Options{HTTP: &http.Client{Transport: g}, Now: f.Now})
	return g
}

// RoundTrip implements http.RoundTripper.
func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		return g.next.RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if bytes.Contains(body, []byte("refresh_token")) {
		g.once.Do(func() { close(g.arrived) })
		select {
		case <-g.open:
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	return g.next.RoundTrip(r)
}

func flyRace(f *flight) {
	f = f.apart()
	c, old := f.connected()
	f.pass(f.facts.life + minute)
	gate := f.holdRefresh()
	first, second := f.keeper(), f.keeper()
	const callers = 3 // of each worker
	grants, errs := make([]bowline.Grant, 2*callers), make([]error, 2*callers)
	var early, late sync.WaitGroup
	ask := func(all *sync.WaitGroup, k *renewal.Keeper, i int) {
		all.Go(func() { grants[i], errs[i] = f.fresh(k, c, "") })
	}
	for i := range callers {
		ask(&early, first, i)
	}
	answered := make(chan struct{})
	go func() {
		early.Wait()
		close(answered)
	}()
	select {
	case <-gate.arrived:
	case <-answered:
		f.Fatalf("the provider is not asked: %v", errors.Join(errs...))
	}
	// The first has sent its request, and the second comes: it has to wait.
	hurried, cancel := context.WithTimeout(f.Context(), 50*time.Millisecond)
	defer cancel()
	_, _, err := second.Fresh(hurried, f.instance, c.CompanyID, c.ID, renewal.FreshOptions{})
	if err == nil {
		f.Error("who does not wait gets a token")
	}
	for i := range callers {
		ask(&late, second, callers+i)
	}
	close(gate.open)
	<-answered
	late.Wait()
	must(f.T, errors.Join(errs...))
	if n := f.requests(renews); n != 1 {
		f.Errorf("the provider was asked %d times", n)
	}
	stored := f.grant(c)
	for _, g := range grants {
		if oauth.Secret(g.AccessToken) != stored.AccessToken || stored.AccessToken == old.AccessToken {
			f.Error("not all got the new token, or it is not what is stored")
		}
	}
	if err := f.alive(c, stored); err != nil {
		f.Errorf("the new token does not work: %v: %s", err, f.lastWords())
	}
	f.due(stored)
	f.refreshed(c, stored)
}
