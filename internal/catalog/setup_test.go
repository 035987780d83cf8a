package catalog

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
)

// TestOptionNeedsAWholeClient sets up regions halfway: a customer who chose such
// a region would sign in and then fail.
func TestOptionNeedsAWholeClient(t *testing.T) {
	t.Parallel()
	base := load(t, Options{OmitSandbox: true})
	whole, half := Client{ID: "id", Secret: "secret"}, Client{ID: "id"}
	for name, c := range map[string]struct {
		clients map[string]Client
		options []string
	}{
		"one of two":       {map[string]Client{"europe": whole, "latinAmerica": half}, []string{"europe"}},
		"none is whole":    {map[string]Client{"europe": half}, nil},
		"only a secret":    {map[string]Client{"europe": {Secret: "secret"}}, nil},
		"of no option":     {map[string]Client{"mars": whole}, nil},
		"nothing":          {nil, nil},
		"under the option": {map[string]Client{"": whole}, nil},
	} {
		in, _ := base.With(map[string]Registration{"fqly": {Clients: c.clients}}).Get("fqly")
		if got := clientOptions(in); !slices.Equal(got, c.options) {
			t.Errorf("%s: can be chosen: %v", name, got)
		}
		if offered := len(c.options) > 0; in.Enabled != offered || slices.Contains(in.Missing(), "clients") == offered {
			t.Errorf("%s: enabled %t, missing %v", name, in.Enabled, in.Missing())
		}
	}
}

// TestSetUpIntegrationNeverPrints: what an operator set up lies in members that
// fmt would print without asking their types.
func TestSetUpIntegrationNeverPrints(t *testing.T) {
	t.Parallel()
	base := load(t, Options{OmitSandbox: true})
	set := base.With(map[string]Registration{"pdvj": {
		Clients: map[string]Client{"": {ID: "id", Secret: "hush-secret", PrivateKey: "hush-key"}}, Values: map[string]Secret{"a": "hush-value"},
	}})
	in, _ := set.Get("pdvj")
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "in", in, "pointer", &in, "catalog", set)
	for _, shown := range []string{log.String(), fmt.Sprintf("%v %+v %#v", in, in, in), fmt.Sprintf("%v %+v %#v", &in, set, set), fmt.Sprintf("%+v", []any{struct{ In Integration }{in}})} {
		if strings.Contains(shown, "hush") {
			t.Errorf("a secret shows in %s", shown[max(0, strings.Index(shown, "hush")-60):][:80])
		}
	}
}

// TestAddressEndsWhereItsVariableDoes: without the slash what follows would
// become part of the host, and the tokens would go to somebody else's.
func TestAddressEndsWhereItsVariableDoes(t *testing.T) {
	t.Parallel()
	for rest, want := range map[string]string{
		"": "", "/books": "", "?a=b": "",
		"books":   "11: company.url needs a path or a query after ${token.server}",
		".b/c":    "11: company.url needs a path or a query after ${token.server}",
		"@b.c/d":  "11: company.url cannot hold a user name",
		":8443/a": "11: company.url needs a path or a query after ${token.server}",
	} {
		text := plain + "keep: {token: [{name: server, oneOf: [\"https://a.example\"]}]}\n" +
			"company: {name: n, url: \"${token.server}" + rest + "\"}\n"
		got := ""
		if err := Lint(writeFiles(t, map[string]string{"abcd.yaml": text})); err != nil {
			got = strings.ReplaceAll(err.Error(), "abcd.yaml:", "")
		}
		if !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%q: got %q, want %q", rest, got, want)
		}
	}
}

// TestOperatorValuesStayInPlace: what an operator pastes ends neither the host
// nor the part of the address that the file has it in.
func TestOperatorValuesStayInPlace(t *testing.T) {
	t.Parallel()
	text := plain + "  tokenUrl: https://${setup.host}/${setup.path}/token?q=${setup.path}\n" +
		"api: {headers: {X-App: \"${setup.path}\"}}\n" +
		"setup: {fields: [{name: host, label: Host}, {name: path, label: Path}]}\n"
	base := load(t, Options{Dir: writeFiles(t, map[string]string{"abcd.yaml": text}), OmitSandbox: true})
	for host, want := range map[string]string{
		"Acme.example":  "https://acme.example/a%2Fb%3F%23c/token?q=a%2Fb%3F%23c",
		"acme.example/": "", "https://acme.example": "", "me@acme.example": "", "acme.example:22": "", "127.0.0.1": "", "localhost": "",
	} {
		in, _ := base.With(map[string]Registration{"abcd": {
			Clients: map[string]Client{"": {ID: "id", Secret: "secret"}}, Values: map[string]Secret{"host": Secret(host), "path": "a/b?#c"},
		}}).Get("abcd")
		if got, err := FillURL(in.OAuth.TokenURL, nil); got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v", host, got, err)
		}
		if got := in.API.Headers["X-App"].Reveal(); got != "a/b?#c" {
			t.Errorf("the header is %q", got)
		}
	}
}

// A file's secret belongs to the file's client: whoever may set an instance up
// could otherwise have it sent to a host of theirs, under a client of theirs.
func TestFilesSecretStaysWithItsClient(t *testing.T) {
	t.Parallel()
	dir := writeFiles(t, map[string]string{"abcd.yaml": plain})
	c := load(t, Options{Dir: dir, OmitSandbox: true})
	whole, _ := c.Get("abcd")
	if whole.OAuth.ClientSecret == "" {
		t.Fatal("the file has no secret")
	}
	in, _ := c.With(map[string]Registration{"abcd": {Clients: map[string]Client{"": {ID: "theirs"}}}}).Get("abcd")
	if in.OAuth.ClientID != "theirs" || in.OAuth.ClientSecret != "" || in.Enabled {
		t.Errorf("client %q, enabled %t, with the file's secret: %t", in.OAuth.ClientID, in.Enabled, in.OAuth.ClientSecret != "")
	}
}
