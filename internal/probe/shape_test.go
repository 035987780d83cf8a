package probe_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/probe"
)

// entries are the integrations of files that tests made, by their text: the
// catalog around them takes its time.
var entries sync.Map

// loaded is the integration abcd of one file.
func loaded(t testing.TB, text string) catalog.Integration {
	t.Helper()
	if before, made := entries.Load(text); made {
		return before.(catalog.Integration)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "abcd.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Load(catalog.Options{Dir: dir, OmitSandbox: true})
	if err != nil {
		t.Fatal(err)
	}
	in, _ := c.Get("abcd")
	entries.Store(text, in)
	return in
}

func decoded(t testing.TB, body string) map[string]any {
	t.Helper()
	var got map[string]any
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Errorf("%q: %v", body, err)
	}
	return got
}

func encoded(t testing.TB, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// sameText compares texts without regard to how bytes that are no text were
// replaced.
func sameText(a, b any) bool {
	one, _ := a.(string)
	two, _ := b.(string)
	return strings.ReplaceAll(one, "\ufffd", "") == strings.ReplaceAll(two, "\ufffd", "")
}

// shape wants the elements r, a and c with one attribute, and nothing else.
func shape(t testing.TB, body string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(body))
	names := ""
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Errorf("%q: %v", body, err)
			return
		}
		switch v := token.(type) {
		case xml.StartElement:
			names += v.Name.Local
			if (len(v.Attr) == 1) != (v.Name.Local == "a") {
				t.Errorf("%q has the attributes %v", body, v.Attr)
			}
		case xml.Comment, xml.Directive, xml.ProcInst:
			t.Errorf("%q has a %T", body, v)
		}
	}
	if names != "rac" {
		t.Errorf("%q has the elements %s", body, names)
	}
}

// FuzzAnswers has the provider say anything: what is made of it has names of
// one printable line and a bounded list, or a reason.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{`{"r":{"result":{"data":{"ENTITY":[{"ID":1,"NAME":"n"}]}}}}`, `<r><control><status>success</status></control><result><status>success</status><data><ENTITY><ID>1</ID></ENTITY></data></result></r>`,
		"<!DOCTYPE r><r/>", "<r a='b'>t</r>", "<r><![CDATA[x]]></r>", "[[[]]]", "{", "<r", "&a;", `<?xml version="1.0" encoding="latin1"?><r/>`} {
		f.Add(seed, 200)
	}
	xmlList, jsonList := file(f, listing), file(f, `  probe:
    url: https://a.example/${field.key}
    tenants: {items: r.result.data.ENTITY, id: ID, name: NAME}
`)
	f.Fuzz(func(t *testing.T, body string, status int) {
		for _, in := range []catalog.Integration{xmlList, jsonList} {
			got, err := ask(t, in, map[string]string{"store": "s", "site": "https://a.example", "key": "k"}, func(*http.Request) (*http.Response, error) {
				return reply(200+abs(status)%400, body)
			})
			if (err == nil) != (len(got.Tenants) > 0) || err != nil && probe.ReasonOf(err) == "" || len(got.Tenants) > 500 {
				t.Errorf("%+v, %v", got, err)
			}
			for _, tenant := range got.Tenants {
				if tenant.ID == "" || tenant.Name == "" || strings.ContainsFunc(tenant.ID+tenant.Name, unicode.IsControl) {
					t.Errorf("tenant %q", tenant)
				}
			}
		}
	})
}

func abs(n int) int {
	return max(n, -max(n, -1<<62))
}
