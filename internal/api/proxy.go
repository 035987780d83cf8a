package api

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/connection"
	"github.com/bowline/bowline/internal/rest"
)

// proxyPattern is where proxied requests come in. It does not stand in the mux,
// which would clean paths that belong to the provider.
const proxyPattern = "/companies/{companyId}/connections/{connectionId}/proxy/{path}"

// proxyTarget is what the path of a proxied request says.
type proxyTarget struct {
	company, connection string
	path                string // of the provider's API, percent-encoded as it came
}

// proxied recognizes a proxied request.
func proxied(r *http.Request) (proxyTarget, bool) {
	if !strings.HasPrefix(r.URL.Path, "/companies/") {
		return proxyTarget{}, false
	}
	const parts = 7 // "", companies, its id, connections, its id, proxy, path
	s := strings.SplitN(r.URL.EscapedPath(), "/", parts)
	if len(s) < parts-1 || s[1] != "companies" || s[3] != "connections" || s[5] != "proxy" {
		return proxyTarget{}, false
	}
	to := proxyTarget{company: s[2], connection: s[4]}
	if len(s) == parts {
		to.path = "/" + s[parts-1]
	}
	return to, true
}

// answeredBy tells callers whose status and body they read.
const (
	answeredBy       = "Bowline-Answered-By"
	answeredProvider = "provider"
	answeredBowline  = "bowline"
)

// proxyPolicy keeps a browser that should ever show a provider's page as ours
// from running anything in it.
const proxyPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'"

// proxy answers a proxied request with what the provider says.
func (a *API) proxy(w http.ResponseWriter, r *http.Request, to proxyTarget) {
	r.Pattern = proxyPattern
	h := w.Header()
	h.Set(answeredBy, answeredBowline)
	methods := connection.ProxyMethods()
	if !slices.Contains(methods, r.Method) {
		h.Set("Allow", strings.Join(methods, ", "))
		rest.WriteJSON(w, http.StatusMethodNotAllowed, rest.Status(r.Context(), http.StatusMethodNotAllowed, "Method not allowed").In(r.Context()))
		return
	}
	caller, ok := a.identify(w, r, keyProxy, never)
	if !ok {
		return
	}
	body := &slowBody{Reader: r.Body, control: http.NewResponseController(w)}
	defer body.leave()
	answer, err := a.forward(r.WithContext(auth.With(r.Context(), &caller)), to, body)
	if err != nil {
		var limit *connection.LimitError
		if errors.As(err, &limit) {
			h.Set("Retry-After", strconv.FormatInt(int64((limit.After+time.Second-1)/time.Second), 10))
		}
		rest.WriteError(w, r, err)
		return
	}
	defer func() { _ = answer.Body.Close() }()
	for name, values := range answer.Header {
		h[name] = values
	}
	h.Set(answeredBy, answeredProvider)
	h.Set("Content-Security-Policy", proxyPolicy)
	if len(h["Content-Type"]) == 0 {
		h["Content-Type"] = nil // or net/http would guess one
	}
	if answer.Length >= 0 {
		h.Set("Content-Length", strconv.FormatInt(answer.Length, 10))
	}
	w.WriteHeader(answer.Status)
	if r.Method != http.MethodHead && !flow(w, answer) {
		panic(http.ErrAbortHandler) // the only way to show that the answer is not whole
	}
}

// forward hands a request to the connection service.
func (a *API) forward(r *http.Request, to proxyTarget, body *slowBody) (*connection.ProxyAnswer, error) {
	if r.Header.Get("Upgrade") != "" {
		return nil, bowline.Errorf(bowline.CodeInvalid, "A change of the protocol is not passed on.")
	}
	t, err := ConnectionPath{CompanyPath{to.company}, to.connection}.target(r.Context())
	if err != nil {
		return nil, err
	}
	// The server's limits are for requests of a known size. The service watches
	// that bytes keep moving.
	_ = body.control.SetReadDeadline(time.Time{})
	_ = body.control.SetWriteDeadline(time.Time{})
	// A provider may answer before it has the whole body. The server would read the
	// rest of it first, from a caller who may have stopped to send.
	_ = body.control.EnableFullDuplex()
	return a.Connections.Proxy(r.Context(), t, connection.ProxyRequest{
		Method: r.Method, Path: to.path, Query: r.URL.RawQuery, Header: r.Header,
		Body: body, Length: r.ContentLength,
		Here: a.Links.PublicURL + "/api/companies/" + string(t.Company) + "/connections/" + string(t.Connection) + "/proxy",
	})
}

// proxyPause is how long a caller may leave us waiting for the next bytes, in
// either direction.
const proxyPause = 30 * time.Second

// slowBody gives each read of a body its own deadline.
type slowBody struct {
	io.Reader
	control *http.ResponseController
	mu      sync.Mutex // guards the deadline, and what follows
	read    bool       // to its end
	left    bool       // nobody wants the rest
}

// Read reads within proxyPause.
func (b *slowBody) Read(p []byte) (int, error) {
	b.mu.Lock()
	if b.left {
		b.mu.Unlock()
		return 0, errLeft
	}
	_ = b.control.SetReadDeadline(time.Now().Add(proxyPause))
	b.mu.Unlock()
	n, err := b.Reader.Read(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	if errors.Is(err, io.EOF) && !b.left {
		b.read = true
		_ = b.control.SetReadDeadline(time.Time{}) // or reaching it would cancel the request
	}
	return n, err
}

// errLeft ends a body of which nobody wants the rest.
var errLeft = errors.New("the answer is through")

// leave ends the reading of what is left of a body when its request has been
// answered: the server, which reads on a while, would wait for whoever sends it.
func (b *slowBody) leave() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left = true; !b.read {
		_ = b.control.SetReadDeadline(time.Unix(1, 0))
	}
}

// flow passes a body on as it comes, and reports whether it came to its end.
func flow(w http.ResponseWriter, answer *connection.ProxyAnswer) bool {
	control := http.NewResponseController(w)
	buffer := make([]byte, 32<<10)
	for {
		n, err := answer.Body.Read(buffer)
		if n > 0 {
			_ = control.SetWriteDeadline(time.Now().Add(proxyPause))
			if _, err := w.Write(buffer[:n]); err != nil {
				return false
			}
			if answer.Length < 0 { // nobody knows when more comes
				_ = control.Flush()
			}
		}
		if err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

// proxyOperations describe proxied requests for the document.
func (a *API) proxyOperations(schemas huma.Registry) []huma.Operation {
	var operations []huma.Operation
	for _, method := range connection.ProxyMethods() {
		if method == http.MethodHead { // which goes with GET
			continue
		}
		id := "proxy-" + strings.ToLower(method)
		responses := errorResponses(with(errBody, 409, 502), schemas)
		responses["200"] = &huma.Response{
			Description: "What the provider answered; its status may be any.",
			Content:     map[string]*huma.MediaType{"*/*": {Schema: &huma.Schema{}}},
		}
		op := huma.Operation{
			Method: method, Path: proxyPattern, OperationID: id, Summary: "Send " + method + " to provider",
			Description: descriptions[id], Tags: []string{tagConnections}, Responses: responses,
			Security: []map[string][]string{{keyScheme: {}}}, Extensions: map[string]any{extensionMark: true},
		}
		for _, p := range []huma.Param{
			{Name: "companyId", Description: "The company's id."}, {Name: "connectionId", Description: "The connection's id."},
			{Name: "path", Description: "Path of the provider's API below its base. It may have several segments; parameters of the query go along."},
		} {
			p.In, p.Required, p.Schema = "path", true, &huma.Schema{Type: huma.TypeString}
			op.Parameters = append(op.Parameters, &p)
		}
		if method != http.MethodGet && method != http.MethodDelete {
			op.RequestBody = &huma.RequestBody{
				Description: "What the provider is sent.", Content: map[string]*huma.MediaType{"*/*": {Schema: &huma.Schema{}}},
			}
		}
		operations = append(operations, op)
	}
	return operations
}
