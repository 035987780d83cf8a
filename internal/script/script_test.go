package script

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

// runner returns a Runner for one test. Its limits are wide in wall time, since
// the machine may be busy; processor time is what tests rely on.
func runner(t *testing.T, o Options) *Runner {
	t.Helper()
	if o.Wall == 0 {
		o.Wall = 20 * time.Second
	}
	r, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// event is what the tests transform.
var event = Input{
	Method: "POST", URL: "https://sink.example.test/hook", EventType: "company.created",
	Payload: json.RawMessage(`{"id":"e1","eventType":"company.created","payload":{"name":"Harbour <Bakery> & Söhne \u2028"}}`),
}

func TestRun(t *testing.T) {
	t.Parallel()
	r := runner(t, Options{Children: 1})
	for _, row := range []struct{ name, source, want string }{
		{"unchanged", `function handler(webhook) { return webhook }`,
			`POST https://sink.example.test/hook {"id":"e1","eventType":"company.created","payload":{"name":"Harbour <Bakery> & Söhne ` + "\u2028" + `"}}`},
		{"all of it", `const handler = (w) => ({method: 'PUT', url: w.url + '?type=' + w.eventType, payload: {n: w.payload.payload.name.length, m: w.method, c: w.cancel}})`,
			`PUT https://sink.example.test/hook?type=company.created {"n":26,"m":"POST","c":false}`},
		{"the method's default", `function handler(w) { return {url: 'http://10.0.0.1:8080/', payload: {}} }`, `POST http://10.0.0.1:8080/ {}`},
		{"cancel", `function handler(w) { w.cancel = true; return w }`, `cancel`},
		{"cancel alone", `function handler() { return {cancel: true} }`, `cancel`},
		{"async helpers unused", `async function other() {} var handler = function (w) { other(); return w.payload && {url: w.url, payload: {a: [1, null, undefined, NaN]}} }`,
			`POST https://sink.example.test/hook {"a":[1,null,null,null]}`},
		{"lone surrogate", `function handler(w) { return {url: w.url, payload: {"\ud800": "\0\udfff"}} }`,
			`POST https://sink.example.test/hook {"\ud800":"\u0000\udfff"}`},
		{"deep but decent", `function down(n) { return n ? {n: down(n - 1)} : {} } function handler(w) { w.payload = down(500); w.payload = {deep: JSON.stringify(w.payload).length}; return w }`,
			`POST https://sink.example.test/hook {"deep":3002}`},
		{"a date", `function handler(w) { return {url: w.url, payload: {d: new Date(0)}} }`,
			`POST https://sink.example.test/hook {"d":"1970-01-01T00:00:00.000Z"}`},
	} {
		out, err := r.Run(t.Context(), row.source, event)
		got := "cancel"
		if !out.Cancel {
			got = out.Method + " " + out.URL + " " + string(out.Payload)
		}
		if err != nil || got != row.want {
			t.Errorf("%s: %s, %v; want %s", row.name, got, err, row.want)
		}
	}
}

// TestFailures: what was wrong is told, with its place, and the next run works.
func TestFailures(t *testing.T) {
	t.Parallel()
	r := runner(t, Options{Children: 1})
	returns := func(value string) string { return "function handler(w) { return " + value + " }" }
	for _, row := range []struct {
		source string
		kind   Kind
		want   string
	}{
		{"function handler(w) {\n  return {\n}", Syntax, "syntax error: unexpected token in expression: '' (line 3)"},
		{"import fs from 'fs'", Syntax, "(line 1)"},
		{"export function handler(w) { return w }", Syntax, "(line 1)"},
		{"a\x00b", Syntax, "not text"},
		{"a\xffb", Syntax, "not text"},
		{strings.Repeat(" ", MaxSource+1), Syntax, "longer than 64 KiB"},
		{"", Invalid, "no function named handler"},
		{"var handler = 1", Invalid, "no function named handler"},
		{"function handler(w) {\n\n  w.nothing.here = 1\n}", Threw, "the script threw: TypeError: cannot set property 'here' of undefined (line 3)"},
		{"\nthrow new RangeError('a\\n\\u0000\\u202eb')", Threw, "the script threw: RangeError: a b (line 2)"},
		{"throw 'plain'", Threw, "plain"},
		{"throw undefined", Threw, "undefined"},
		{"throw null", Memory, "threw null"},
		{"throw Symbol()", Threw, "something without a text"},
		{"throw ''", Threw, "something without a text"},
		{"throw new InternalError('interrupted')", Threw, "interrupted"},
		{"throw {toString() { throw 1 }}", Threw, "threw"},
		{"throw {get message() { return 'm' }, get stack() { return 's <eval>:99999999999:1' }}", Threw, "threw"},
		{"throw new Error('x'.repeat(100000))", Threw, "xxx…"},
		{"handler = require('fs')", Threw, "'require' is not defined"},
		{"fetch('http://127.0.0.1/')", Threw, "'fetch' is not defined"},
		{"process.exit()", Threw, "'process' is not defined"},
		{"setTimeout(handler)", Threw, "is not defined"},
		{"std.exit(0)", Threw, "'std' is not defined"},
		{"os.exec(['ls'])", Threw, "'os' is not defined"},
		{"print(1)", Threw, "'print' is not defined"},
		{"new Function('return process')()", Threw, "'process' is not defined"},
		{"(function(){}).constructor('return this')().process.exit()", Threw, "of undefined"},
		{"Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0)", Threw, "cannot block"},
		{returns("null"), Invalid, "must return the webhook object"},
		{returns("'text'"), Invalid, "must return the webhook object"},
		{returns(""), Invalid, "must return the webhook object"},
		{"async " + returns("w"), Invalid, "must not be async"},
		{"function* handler(w) { yield w }", Invalid, "url must be a string"},
		{returns("import('fs')"), Invalid, "must not be async"},
		{returns("{...w, cancel: 'false'}"), Invalid, "cancel must be true or false"},
		{returns("{...w, cancel: 1}"), Invalid, "cancel must be true or false"},
		{returns("{...w, method: 'GET'}"), Invalid, "method must be POST or PUT"},
		{returns("{...w, method: 'post'}"), Invalid, "method must be POST or PUT"},
		{returns("{...w, method: 1}"), Invalid, "method must be POST or PUT"},
		{returns("{...w, method: 'POST / HTTP/1.1\\r\\nHost: a'}"), Invalid, "method must be POST or PUT"},
		{returns("{...w, url: undefined}"), Invalid, "url must be a string"},
		{returns("{...w, url: new String(w.url)}"), Invalid, "url must be a string"},
		{returns("{...w, url: '/path'}"), Invalid, "url must be an absolute"},
		{returns("{...w, url: 'file:///etc/passwd'}"), Invalid, "url must be an absolute"},
		{returns("{...w, url: 'https://user:pass@a.test/'}"), Invalid, "url must be an absolute"},
		{returns("{...w, url: 'https://a.test/\\r\\nX: y'}"), Invalid, "url must be an absolute"},
		{returns("{...w, url: 'https://:80/'}"), Invalid, "url must be an absolute"},
		{returns("{...w, url: 'https://a.test/' + 'x'.repeat(3000)}"), Invalid, "url must be an absolute"},
		{returns("{...w, payload: undefined}"), Invalid, "payload must be an object"},
		{returns("{...w, payload: 'text'}"), Invalid, "payload must be an object"},
		{returns("{...w, payload: [1]}"), Invalid, "payload must be an object"},
		{returns("{...w, payload: () => 1}"), Invalid, "payload must be an object"},
		{returns("{...w, payload: NaN}"), Invalid, "payload must be an object"},
		{returns("{...w, payload: 1n}"), Invalid, "payload must be an object"},
		{returns("{...w, payload: {a: 1n}}"), Invalid, "BigInt"},
		{"function handler(w) { w.payload.self = w; w.payload.self.payload = w.payload; return w }", Invalid, "circular"},
		{returns("{...w, payload: {toJSON() { return 'text' }}}"), Invalid, "payload must be an object"},
		{returns("{...w, payload: {toJSON() { return undefined }}}"), Invalid, "payload must be an object"},
		{returns("{...w, payload: {toJSON() { throw new Error('no') }}}"), Invalid, "no"},
		{returns("{get url() { throw new Error('no url') }}"), Invalid, "no url"},
		{returns("new Proxy({}, {get() { throw 'trap' }})"), Invalid, ""},
		{returns("{...w, payload: {big: 'x'.repeat(1100000)}}"), Invalid, "too large"},
		{returns("{...w, payload: {big: 'x'.repeat(4000000)}}"), Invalid, "too large"},
	} {
		name := row.source[:min(len(row.source), 80)]
		out, err := r.Run(t.Context(), row.source, event)
		var failure *Error
		if !errors.As(err, &failure) || failure.Kind != row.kind || !strings.Contains(failure.Error(), row.want) || len(failure.Error()) > 1000 {
			t.Errorf("%s:\n  %+v, %#v; want %s: %s", name, out, err, row.kind, row.want)
		}
		if strings.ContainsAny(err.Error(), "\n\x00\u202e") {
			t.Errorf("%s: unprintable: %q", name, err.Error())
		}
	}
	large := event
	large.Payload = json.RawMessage(`{"a":"` + strings.Repeat("x", MaxMessage) + `"}`)
	if _, err := r.Run(t.Context(), returns("w"), large); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("a large payload: %v", err)
	}
	broken := event
	broken.Payload = json.RawMessage(`{`)
	if _, err := r.Run(t.Context(), returns("w"), broken); err == nil {
		t.Error("a broken payload was accepted")
	}
	if _, err := r.Run(t.Context(), returns("w"), event); err != nil {
		t.Errorf("after all of that: %v", err)
	}
}
