package notice

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// Area is below what notices arrive.
const Area = "/hooks/"

const (
	// maxBody caps a notice. Those that we know of have some hundred bytes.
	maxBody = 256 << 10
	// maxTenantID is as long as an id of an organisation can be.
	maxTenantID = 200
	// apart is between two looks because of notices that are signed, and
	// apartUnsigned because of those that anybody can make.
	apart         = time.Minute
	apartUnsigned = 5 * time.Minute
)

// The outcomes that Options.Observe is told.
const (
	outcomeTaken   = "taken"   // the connections of an organisation are looked at
	outcomeNobody  = "nobody"  // nothing is connected to the organisation
	outcomeIgnored = "ignored" // it is about something else
	outcomeForged  = "forged"  // the signature is wrong, or too old
	outcomeInvalid = "invalid" // it cannot be understood
	outcomeBusy    = "busy"    // somebody has the connection in hand; it is to come again
)

// Options configure a Handler. All but Observe are required.
type Options struct {
	Store *store.Store
	// Catalog returns the catalog as the operator of an instance has set it up.
	Catalog func(ctx context.Context, instance bowline.ID) (*catalog.Catalog, error)
	Links   bowline.Links
	Now     func() time.Time
	Logger  *slog.Logger
	// Wake has somebody look for what is due.
	Wake func()
	// Observe is told of each notice.
	Observe func(integration, outcome string)
	// Held is how long a notice waits for a connection that somebody has in hand;
	// 0 is five seconds.
	Held time.Duration
}

// Handler takes notices.
type Handler struct {
	Options
	turns turns
}

var (
	errNowhere = bowline.Errorf(bowline.CodeNotFound, "No notices are taken here. Check the address, and that the key of their signature is set up.")
	errForged  = bowline.Errorf(bowline.CodeUnauthorized, "The signature is not right.")
	errInvalid = bowline.Errorf(bowline.CodeInvalid, "The notice cannot be understood.")
	errBusy    = bowline.Errorf(bowline.CodeUnavailable, "The connection is being looked at; send the notice again.")
)

// Mount puts the handler at its addresses.
func (h *Handler) Mount(mux *http.ServeMux) {
	mux.HandleFunc("POST "+Area+"{integrationKey}/{instanceId}", h.post)
	mux.HandleFunc("GET "+Area+"{integrationKey}/{instanceId}", h.land)
	mux.Handle(Area, rest.Unmatched(mux, Area))
}

// at is where a notice was sent.
type at struct {
	instance bowline.ID
	in       catalog.Integration
}

// find looks up who is meant; false when no such notices are taken.
func (h *Handler) find(r *http.Request) (at, bool, error) {
	instance, err := bowline.ParseID(r.PathValue("instanceId"))
	if err != nil {
		return at{}, false, nil //nolint:nilerr // an address that leads nowhere
	}
	if is, err := h.Store.HasInstance(r.Context(), instance); err != nil || !is {
		return at{}, false, err
	}
	set, err := h.Catalog(r.Context(), instance)
	if err != nil {
		return at{}, false, err
	}
	in, ok := set.Get(r.PathValue("integrationKey"))
	return at{instance, in}, ok && in.Notices != nil, nil
}

// post takes a notice of a provider's server.
func (h *Handler) post(w http.ResponseWriter, r *http.Request) {
	to, ok, err := h.find(r)
	switch {
	case err != nil:
		rest.WriteError(w, r, err)
		return
	case !ok || !to.in.Notices.Signature.Ready():
		rest.WriteError(w, r, errNowhere)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		h.observe(to.in, outcomeInvalid)
		rest.WriteError(w, r, errInvalid)
		return
	}
	outcome, err := h.take(r.Context(), to, r.Header, body)
	h.observe(to.in, outcome)
	if err != nil {
		rest.WriteError(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// take checks a notice, and does what it is about.
func (h *Handler) take(ctx context.Context, to at, header http.Header, body []byte) (outcome string, err error) {
	n := to.in.Notices
	if !signed(*n.Signature, header, h.Links.Notice(to.in.Key, to.instance), body, h.Now()) {
		h.Logger.WarnContext(ctx, "a notice whose signature is not right", "integration", to.in.Key, "instance", to.instance)
		return outcomeForged, errForged
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber() // ids can be integers beyond what a float holds
	var document any
	if decoder.Decode(&document) != nil || decoder.More() {
		return outcomeInvalid, errInvalid
	}
	if !slices.Contains(n.Events, catalog.Text(catalog.At(document, n.Event))) {
		return outcomeIgnored, nil
	}
	tenant := catalog.Text(catalog.At(document, n.Tenant))
	if !isTenant(tenant) {
		return outcomeInvalid, errInvalid
	}
	return h.once(ctx, store.Hurry{
		Lane: store.Lane{Instance: to.instance, IntegrationKey: to.in.Key}, TenantID: tenant, Apart: apart,
	})
}

// isTenant says whether a text can be an organization's id: one that every
// database can compare with.
func isTenant(text string) bool {
	return text != "" && len(text) <= maxTenantID && utf8.ValidString(text) && !strings.ContainsRune(text, 0)
}

// heldPause is between looks whether a connection is free.
const heldPause = 250 * time.Millisecond

// once is hurry, once for all notices about the same organisation that wait for it.
func (h *Handler) once(ctx context.Context, hurry store.Hurry) (outcome string, err error) {
	return h.turns.take(ctx, about{hurry.Lane, hurry.TenantID, hurry.Calm}, func(ctx context.Context) (string, error) {
		return h.hurry(ctx, hurry)
	})
}

// hurry has the connections of an organisation looked at. What somebody has in
// hand is waited for, and in the end the provider is asked to come again.
func (h *Handler) hurry(ctx context.Context, hurry store.Hurry) (outcome string, err error) {
	limit := h.Held
	if limit == 0 {
		limit = 5 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		hurry.Now = h.Now().UTC()
		found, held, err := h.Store.HurryRenewals(context.WithoutCancel(ctx), hurry)
		switch {
		case err != nil:
			return outcomeInvalid, err
		case found == 0:
			return outcomeNobody, nil
		case found > held:
			h.Wake()
		}
		if held == 0 || hurry.Calm { // waiting would tell anybody that somebody is connected
			h.Logger.InfoContext(ctx, "a provider's notice has connections looked at", "integration", hurry.IntegrationKey, "connections", found,
				"correlationId", rest.CorrelationID(ctx))
			return outcomeTaken, nil
		}
		select {
		case <-time.After(heldPause):
		case <-ctx.Done():
			return outcomeBusy, errBusy
		}
	}
}

func (h *Handler) observe(in catalog.Integration, outcome string) {
	if h.Observe != nil {
		h.Observe(in.Key, outcome)
	}
}

// land takes the browser of a customer who has disconnected at the provider.
// Anybody can come here, with any organization: so it tells nothing, and has
// nobody asked more often than now and then.
func (h *Handler) land(w http.ResponseWriter, r *http.Request) {
	to, ok, err := h.find(r)
	switch {
	case err != nil:
		rest.WriteError(w, r, err)
		return
	case !ok || to.in.Notices.Landing == "":
		rest.WriteError(w, r, errNowhere)
		return
	}
	if tenant := r.URL.Query().Get(to.in.Notices.Landing); isTenant(tenant) && r.Method != http.MethodHead {
		outcome, err := h.once(r.Context(), store.Hurry{
			Lane: store.Lane{Instance: to.instance, IntegrationKey: to.in.Key}, TenantID: tenant, Apart: apartUnsigned, Calm: true,
		})
		h.observe(to.in, outcome)
		if err != nil && !errors.Is(err, errBusy) {
			rest.WriteError(w, r, err)
			return
		}
	} else {
		h.observe(to.in, outcomeIgnored)
	}
	h.goodbye(w, r, to.in.Name)
}
