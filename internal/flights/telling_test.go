package flights_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/notice"
	"github.com/bowline/bowline/internal/renewal"
	"github.com/bowline/bowline/internal/simulator"
)

// untold says of which providers no notices are taken.
func untold(f *flight) string {
	if f.in.Notices == nil {
		return "The provider sends no notice that a grant has ended to an address of its app's operator, as far as we could find out."
	}
	return ""
}

// notify has a notice arrive, and returns the status that it is answered with.
func (f *flight) notify(k *renewal.Keeper, n simulator.Notice) int {
	f.Helper()
	h := &notice.Handler{Options: notice.Options{
		Store: f.store, Catalog: func(context.Context, bowline.ID) (*catalog.Catalog, error) { return f.catalog, nil },
		Links: bowline.NewLinks(origin), Now: f.Now, Logger: slog.New(slog.DiscardHandler), Wake: k.Wake,
	}}
	mux := http.NewServeMux()
	h.Mount(mux)
	r := httptest.NewRequestWithContext(f.Context(), n.Method, n.URL, bytes.NewReader(n.Body))
	r.Header = n.Header
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	return w.Code
}

// noticeOf is what the provider sends about a connection's organization.
func (f *flight) noticeOf(c bowline.Connection) simulator.Notice {
	f.Helper()
	n, ok := f.sim.Notice(f.key, bowline.NewLinks(origin).Notice(f.key, f.instance), c.TenantID)
	if !ok {
		f.Fatal("the emulator sends no notices")
	}
	return n
}

func flyTold(f *flight) {
	f = f.apart()
	c := f.anyConnected()
	k := f.keeper()
	f.turn(k, c)
	f.pass(10 * minute)
	planned := f.planned(c)
	n := f.noticeOf(c)
	if f.in.Notices.Signature != nil {
		forged := n
		forged.Body = bytes.Replace(n.Body, []byte(c.TenantID), []byte(c.TenantID+"1"), 1)
		if status := f.notify(k, forged); status != http.StatusUnauthorized {
			f.Errorf("a notice that is not what was signed is answered with %d", status)
		}
		if !f.planned(c).Equal(planned) {
			f.Error("a notice that was refused has a connection looked at")
		}
	}
	if status := f.notify(k, n); status != http.StatusNoContent && status != http.StatusOK {
		f.Fatalf("the notice is answered with %d", status)
	}
	if at := f.planned(c); at.After(f.Now()) {
		f.Errorf("after the notice nobody looks at the connection for %v", at.Sub(f.Now()))
	}
	f.turn(k, c)
	if now := f.read(c); now.Status != bowline.Linked || len(now.DataConnectionErrors) > 0 {
		f.Fatalf("a notice alone makes the connection %s: %s", now.Status, f.lastWords())
	}
	f.sim.Revoke(f.key)
	f.pass(10 * minute)
	since := f.Now()
	n = f.noticeOf(c)
	f.notify(k, n)
	for turns := 0; f.read(c).Status == bowline.Linked && turns < 10; turns++ {
		f.turn(k, c)
	}
	f.lost(c)
	if took := f.Now().Sub(since); took > 3*minute {
		f.Errorf("it took %v", took)
	}
	f.off(simulator.KeyRemoved)
	f.comesBack(c, f.reconnect(c, f.first()))
	if status := f.notify(k, n); status >= 300 {
		f.Errorf("the notice, come again, is answered with %d", status)
	}
	f.turn(k, c)
	if now := f.read(c); now.Status != bowline.Linked {
		f.Errorf("the notice, come again, makes the connection %s: %s", now.Status, f.lastWords())
	}
}

// planned is when a connection is looked after next.
func (f *flight) planned(c bowline.Connection) time.Time {
	f.Helper()
	u, err := f.store.RenewalOf(f.Context(), c.ID)
	must(f.T, err)
	return u.DueAt
}
