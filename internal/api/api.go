package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/connection"
	"github.com/bowline/bowline/internal/link"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/script"
	"github.com/bowline/bowline/internal/store"
)

// Options are what the API needs. Everything without a note is required.
type Options struct {
	Store       *store.Store
	Auth        *auth.Authenticator
	Staff       *auth.Staff // the fintech's people; nil: there are none, and nothing serves them
	Connections *connection.Service
	Catalog     *catalog.Catalog // as the files have it
	Links       bowline.Links
	OneTime     *auth.OneTime    // passwords of Link URLs; nil issues none
	Now         func() time.Time // time.Now when nil
	Logger      *slog.Logger     // slog.Default when nil

	// Offer is the catalog as an instance has set it up; nil: Catalog as it is.
	Offer func(ctx context.Context, instance bowline.ID) (*catalog.Catalog, error)
	// OfferChanged is told of every change of a setup; nil: nobody is.
	OfferChanged func()

	// Journey runs the tests of integrations.
	Journey *link.Service

	// Transform runs the transformations of webhook consumers; nil: dry runs are
	// refused as unavailable.
	Transform func(ctx context.Context, source string, in script.Input) (script.Output, error)

	CompanyLimit      int  // companies per instance; 0 for no limit
	ConsumerLimit     int  // webhook consumers per instance; 0 for [bowline.MaxConsumers]
	InsecureConsumers bool // webhook consumers may have plain http URLs
	UnicodeNames      bool // names of companies keep letters beyond ASCII
}

// API serves the Platform API. It is safe for concurrent use.
type API struct {
	Options
	mux      *http.ServeMux
	document func() []byte // encoded at the first call: no start waits for it
	page     func() []byte // the reference page, likewise
	table    []Route
	access   map[string]access // by pattern of mux

	operationIDs map[string]string // by method and path

	counts connectionCounts // of integrations

	bulkTime     time.Duration // see there
	messageReach int           // of a list of messages; 0 is the store's own
}

// Route is one operation as it is served: what logs and tests call it by.
type Route struct {
	Method, Path, OperationID string
}

// New builds the API.
func New(o Options) *API {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.ConsumerLimit == 0 {
		o.ConsumerLimit = bowline.MaxConsumers
	}
	a := &API{Options: o, mux: http.NewServeMux(), access: map[string]access{}, operationIDs: map[string]string{}, bulkTime: bulkTime}
	schemas := huma.NewMapRegistry("#/components/schemas/", schemaName)
	registerAliases(schemas)
	h := humago.New(a.mux, huma.Config{
		OpenAPI:       newDocument(o.Links, schemas),
		Formats:       map[string]huma.Format{"application/json": {Marshal: rest.EncodeJSON, Unmarshal: unmarshal}},
		DefaultFormat: "application/json",
	})
	for _, r := range a.routes() {
		op := a.operation(r, schemas)
		r.register(h, op)
		a.table = append(a.table, Route{op.Method, op.Path, op.OperationID})
		a.access[r.pattern], a.operationIDs[r.pattern] = r.access, r.id
	}
	for _, op := range a.proxyOperations(schemas) {
		h.OpenAPI().AddOperation(&op)
		a.table = append(a.table, Route{op.Method, op.Path, op.OperationID})
	}
	a.mux.Handle(catchAll, rest.Unmatched(a.mux, catchAll))
	// Completed now, because requests are checked against the same schemas.
	complete(h.OpenAPI())
	a.document = sync.OnceValue(func() []byte { return must(encode(h.OpenAPI())) })
	a.page = sync.OnceValue(func() []byte { return must(referencePage(a.document())) })
	return a
}

const catchAll = "/"

// Document is the OpenAPI 3.1 document, indented JSON.
func (a *API) Document() []byte { return a.document() }

// must is for what depends on the source alone: a failure is a fault of the
// build, which the tests of the document would have met.
func must(text []byte, err error) []byte {
	if err != nil {
		panic("api: build the document: " + err.Error())
	}
	return text
}

// Routes lists every operation in the order of the route table.
func (a *API) Routes() []Route { return a.table }

// Handler serves the operations at their paths without any prefix; the server
// mounts it under /api and strips that.
func (a *API) Handler() http.Handler { return rest.Correlate(http.HandlerFunc(a.serve), a.Logger) }

// StaffHandler serves the same operations to people: the caller that stands in
// the context must be one. It never looks at the Authorization header, as Handler
// never looks at anything else, and takes no part in what browsers on other
// origins may read.
func (a *API) StaffHandler() http.Handler {
	return rest.Correlate(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.serve(w, r.WithContext(context.WithValue(r.Context(), staffMark{}, true)))
	}), a.Logger)
}

// staffMark is in the context of requests that came in by StaffHandler.
type staffMark struct{}

func byStaff(ctx context.Context) bool {
	marked, _ := ctx.Value(staffMark{}).(bool)
	return marked
}

// Header values that all answers share; nobody may append to them.
var (
	noStore = []string{"no-store"} // answers hold tokens and customers' data
	noSniff = []string{"nosniff"}
)

func (a *API) serve(w http.ResponseWriter, r *http.Request) {
	w.Header()["Cache-Control"], w.Header()["X-Content-Type-Options"] = noStore, noSniff
	if to, ok := proxied(r); ok { // whose path and query are the provider's
		a.proxy(w, r, to)
		return
	}
	// The mux would redirect such a path, with a page for browsers.
	if r.URL.Path == "" || path.Clean(r.URL.Path) != r.URL.Path {
		rest.WriteError(w, r, bowline.Errorf(bowline.CodeNotFound, "NotFound"))
		return
	}
	if r.URL.RawQuery != "" {
		if err := canonicalQuery(r); err != nil {
			rest.WriteError(w, r, err)
			return
		}
	}
	if r.Header.Get("Origin") != "" && !byStaff(r.Context()) && a.crossOrigin(w, r) {
		return
	}
	a.mux.ServeHTTP(w, r)
}

// authenticate puts the caller into the context, or answers in the operation's
// stead. A company access token is good for the operations that say so, and
// there for its own company. A person needs a role that allows the action.
func (a *API) authenticate(who access, action bowline.Action) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		caller, ok := a.identify(w, r, who, action)
		if !ok {
			return
		}
		a.restrictOrigin(w, r, caller)
		next(huma.WithContext(ctx, auth.With(r.Context(), &caller)))
	}
}

// identify returns the caller, or answers and reports false when the operation
// is not for them.
func (a *API) identify(w http.ResponseWriter, r *http.Request, who access, action bowline.Action) (auth.Caller, bool) {
	if byStaff(r.Context()) {
		return a.identifyStaff(w, r, action)
	}
	caller, err := a.Auth.FromRequest(r)
	known(r.Context(), caller)
	needs := who.permission()
	switch {
	case err != nil:
	case caller.Company != "" && (who != keyOrToken || !strings.EqualFold(r.PathValue("companyId"), string(caller.Company))):
		err = bowline.Errorf(bowline.CodeForbidden, "The company access token is not good for this.")
	case who == staffOnly:
		err = errStaffOnly
	case needs != "" && !caller.May(needs):
		err = bowline.Errorf(bowline.CodeForbidden, "This API key lacks the permission %s.", needs)
	}
	if err == nil {
		return caller, true
	}
	if bowline.CodeOf(err) == bowline.CodeUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="Platform API", charset="UTF-8"`)
	}
	rest.WriteError(w, r, err)
	return auth.Caller{}, false
}

// errNUL refuses what PostgreSQL cannot store.
var errNUL = errors.New("NUL character")

// unmarshal decodes a body. A NUL can stand in JSON as an escape only.
func unmarshal(data []byte, v any) error {
	for rest := data; ; {
		at := bytes.Index(rest, []byte(`\u0000`))
		if at < 0 {
			break
		}
		slashes := 0
		for at-1-slashes >= 0 && rest[at-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 { // else it is an escaped backslash before "u0000"
			return errNUL
		}
		rest = rest[at+1:]
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(v); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("data after the JSON value")
	}
	return nil
}
