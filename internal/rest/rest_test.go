package rest_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/rest"
)

func serve(t *testing.T, handler http.HandlerFunc, r *http.Request) (w *httptest.ResponseRecorder, log string) {
	t.Helper()
	var buf bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&buf, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w = httptest.NewRecorder()
	rest.Correlate(handler, logger).ServeHTTP(w, r)
	return w, buf.String()
}

func TestErrorsBecomeEnvelopes(t *testing.T) {
	t.Parallel()
	private := errors.New("dial tcp 10.0.0.1: sekret")
	for _, test := range []struct {
		name   string
		err    error
		status int
		want   []string
		level  string
	}{
		{"invalid", bowline.Errorf(bowline.CodeInvalid, "No good."), 400, []string{`"error":"No good."`, `"canBeRetried":"False"`}, "DEBUG"},
		{"items", &bowline.Error{Code: bowline.CodeLimit, Message: "Full.", Items: []bowline.ValidationItem{{ItemID: "Company"}}}, 402,
			[]string{`"validation":{"errors":[{"itemId":"Company"}],"warnings":[]}`}, "DEBUG"},
		{"missing", bowline.Errorf(bowline.CodeNotFound, "Gone."), 404, []string{`"service":"PublicApi"`, `"detailedErrorCode":0`}, "DEBUG"},
		{"conflict", bowline.Errorf(bowline.CodeConflict, "Busy."), 409, []string{`"canBeRetried":"Unknown"`}, "DEBUG"},
		{"unavailable", &bowline.Error{Code: bowline.CodeUnavailable, Message: "Later.", Cause: private}, 503, []string{`"Later."`, `"canBeRetried":"True"`}, "ERROR"},
		{"ours", &bowline.Error{Code: bowline.CodeInternal, Message: "sekret sentence", Cause: private}, 500, []string{"on our side"}, "ERROR"},
		{"plain", private, 500, []string{"on our side", `"canBeRetried":"Unknown"`}, "ERROR"},
		{"wrapped", errors.Join(private, bowline.Errorf(bowline.CodeForbidden, "Not you.")), 403, []string{`"Not you."`}, "DEBUG"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w, log := serve(t, func(w http.ResponseWriter, r *http.Request) { rest.WriteError(w, r, test.err) }, httptest.NewRequest("GET", "/x", nil))
			id := w.Header().Get("X-Correlation-Id")
			if w.Code != test.status || w.Header().Get("Content-Type") != "application/json" || !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(id) {
				t.Errorf("status %d, headers %v", w.Code, w.Header())
			}
			for _, want := range append(test.want, `"correlationId":"`+id+`"`) {
				if !strings.Contains(w.Body.String(), want) {
					t.Errorf("%s is not in %s", want, w.Body)
				}
			}
			if strings.Contains(w.Body.String(), "sekret") || strings.Contains(w.Body.String(), "null") {
				t.Errorf("the caller sees %s", w.Body)
			}
			if strings.Count(log, "level=") != 1 || !strings.Contains(log, "level="+test.level) || !strings.Contains(log, id) {
				t.Errorf("log: %s", log)
			}
		})
	}
}

func TestCorrelateTwiceKeepsTheID(t *testing.T) {
	t.Parallel()
	var inner string
	w, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		before := rest.CorrelationID(r.Context())
		rest.Correlate(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if inner = rest.CorrelationID(r.Context()); inner != before {
				t.Errorf("%s became %s", before, inner)
			}
		}), nil).ServeHTTP(w, r)
	}, httptest.NewRequest("GET", "/", nil))
	if w.Header().Get("X-Correlation-Id") != inner || inner == "" {
		t.Errorf("header %q, context %q", w.Header().Get("X-Correlation-Id"), inner)
	}
}

func TestReadJSON(t *testing.T) {
	t.Parallel()
	type body struct {
		Name string `json:"name"`
		Deep struct {
			Count int `json:"count"`
		} `json:"deep"`
	}
	const jsonType = "application/json"
	for _, test := range []struct{ name, kind, body, want string }{
		{"good", jsonType, `{"name":"a"}`, ""},
		{"charset", jsonType + "; charset=utf-8", `{"name":"a"} `, ""},
		{"empty", jsonType, ``, "required"},
		{"form", "application/x-www-form-urlencoded", `name=sekret`, "Content-Type"},
		{"no type", "", `{}`, "Content-Type"},
		{"unknown member", jsonType, `{"sekret":1}`, "not known"},
		{"wrong type", jsonType, `{"deep":{"count":"sekret"}}`, "deep.count"},
		{"array", jsonType, `["sekret"]`, "wrong JSON type"},
		{"broken", jsonType, `{"name":"sekret`, "not valid JSON"},
		{"trailing", jsonType, `{"name":"a"}{"sekret":1}`, "one JSON value"},
		{"huge", jsonType, `{"name":"` + strings.Repeat("s", rest.MaxBody) + `"}`, "1 MiB"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest("POST", "/", strings.NewReader(test.body))
			r.Header.Set("Content-Type", test.kind)
			var got body
			err := rest.ReadJSON(httptest.NewRecorder(), r, &got)
			switch {
			case test.want == "" && (err != nil || got.Name != "a"):
				t.Errorf("%v %v", got, err)
			case test.want != "" && (bowline.CodeOf(err) != bowline.CodeInvalid || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "sekret")):
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestUnmatched(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /things/{id}", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("DELETE /things/{id}", func(http.ResponseWriter, *http.Request) {})
	mux.Handle("/", rest.Unmatched(mux, "/"))
	for _, test := range []struct {
		method, path, allow string
		status              int
	}{
		{"POST", "/things/1", "GET, HEAD, DELETE", 405},
		{"OPTIONS", "/things/1", "GET, HEAD, DELETE", 405},
		{"GET", "/nothing", "", 404},
		{"GET", "/things/1", "", 200},
	} {
		w, _ := serve(t, mux.ServeHTTP, httptest.NewRequest(test.method, test.path, nil))
		if w.Code != test.status || w.Header().Get("Allow") != test.allow {
			t.Errorf("%s %s: %d %q", test.method, test.path, w.Code, w.Header().Get("Allow"))
		}
		if test.status != 200 && !strings.Contains(w.Body.String(), `"statusCode":`) {
			t.Errorf("%s %s: %s", test.method, test.path, w.Body)
		}
	}
}

func TestPageLinks(t *testing.T) {
	t.Parallel()
	listing := rest.Listing{
		Path: "/companies", Page: bowline.Page{Number: 2, Size: 25},
		Params: []rest.Param{{Name: "query", Value: "name~a b&&id=1"}, {Name: "orderBy"}, {Name: "tags", Value: "é=+"}},
	}
	const tail = "&pageSize=25&query=name~a%20b%26%26id%3D1&tags=%C3%A9%3D%2B"
	for _, test := range []struct {
		page       int
		total      int64
		next, prev string
	}{
		{2, 61, "/companies?page=3" + tail, "/companies?page=1" + tail},
		{1, 25, "", ""},
		{1, 26, "/companies?page=2" + tail, ""},
		{3, 61, "", "/companies?page=2" + tail},
	} {
		listing.Page.Number = test.page
		p := rest.NewPage[int](listing, nil, test.total)
		if p.Results == nil || p.Links.Self.Href != "/companies" || !strings.HasSuffix(p.Links.Current.Href, tail) {
			t.Errorf("%+v", p)
		}
		if href(p.Links.Next) != test.next || href(p.Links.Previous) != test.prev {
			t.Errorf("page %d: next %q, previous %q", test.page, href(p.Links.Next), href(p.Links.Previous))
		}
	}
}

func href(h *rest.Hypertext) string {
	if h == nil {
		return ""
	}
	return h.Href
}
