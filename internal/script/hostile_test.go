package script

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

// attacks tries to take more than a run may have. kinds are the errors that are
// right for it; "" means that it may also succeed.
var attacks = []struct {
	name, source string
	kinds        []Kind
}{
	{"endless loop while loading", `for (;;);`, []Kind{Timeout}},
	{"endless loop", `function handler(w) { for (;;); }`, []Kind{Timeout}},
	{"endless loop that catches", `function handler(w) { for (;;) { try { for (;;); } catch (e) {} finally { continue } } }`, []Kind{Timeout}},
	{"endless generator", `function handler(w) { return [...(function*() { for (;;) yield 1 })()] }`, []Kind{Timeout, Memory}},
	{"endless getter", `function handler(w) { return {get url() { for (;;); }} }`, []Kind{Timeout}},
	{"endless proxy", `function handler(w) { return new Proxy(w, {get() { for (;;); }}) }`, []Kind{Timeout}},
	{"endless toJSON", `function handler(w) { w.payload.toJSON = () => { for (;;); }; return w }`, []Kind{Timeout}},
	{"endless toString of what is thrown", `function handler(w) { throw {toString() { for (;;); }} }`, []Kind{Timeout}},
	{"endless message of what is thrown", `function handler(w) { const e = new Error(''); Object.defineProperty(e, 'message', {get() { for (;;); }}); throw e }`, []Kind{Timeout}},
	{"endless prototype hooks", `Object.defineProperty(Object.prototype, 'toJSON', {get() { for (;;); }}); function handler(w) { return w }`, []Kind{Timeout}},
	{"endless promises", `function handler(w) { (function again() { Promise.resolve().then(again) })(); return w }`, []Kind{""}},
	{"catastrophic regex", `function handler(w) { return /^(a+)+$/.test('a'.repeat(64) + 'b') }`, []Kind{Timeout}},
	{"regex with a reference back", `function handler(w) { return /^(a+)+\1$/.test('a'.repeat(64) + 'b') }`, []Kind{Timeout}},
	{"huge regex", `function handler(w) { return new RegExp('(a{1,1000}){1,1000}'.repeat(1000)).test('a'.repeat(100000)) }`, []Kind{Timeout, Memory, Threw, Invalid}},
	{"memory bomb", `function handler(w) { const a = []; for (;;) a.push(new Array(1000).fill('x' + a.length)) }`, []Kind{Memory, Timeout}},
	{"memory bomb that catches", `function handler(w) { const a = []; for (;;) { try { for (;;) a.push(new Uint8Array(1e6)) } catch (e) {} } }`, []Kind{Memory, Timeout}},
	{"string bomb", `function handler(w) { let s = 'x'; for (;;) s += s }`, []Kind{Memory, Timeout, Threw}},
	{"flat string bomb", `function handler(w) { return 'x'.repeat(2 ** 29) }`, []Kind{Memory, Threw}},
	{"join bomb", `function handler(w) { return new Array(2 ** 27).join('x') }`, []Kind{Timeout, Memory, Threw}},
	{"empty join bomb", `function handler(w) { return new Array(2 ** 32 - 1).join('') }`, []Kind{Timeout, Memory, Threw}},
	{"sparse array walk", `function handler(w) { const a = []; a.length = 2 ** 32 - 1; return a.indexOf(1) + a.reverse().length }`, []Kind{Timeout, Memory, Threw}},
	{"typed array bomb", `function handler(w) { return new Float64Array(2 ** 28) }`, []Kind{Memory, Threw}},
	{"growing buffer", `function handler(w) { return new ArrayBuffer(8, {maxByteLength: 2 ** 40}) }`, []Kind{Memory, Threw}},
	{"sort bomb", `function handler(w) { const a = []; for (let i = 0; i < 3e6; i++) a.push(i ^ 0x5555); return a.sort() }`, []Kind{Timeout, Memory}},
	{"big integer bomb", `function handler(w) { let n = 3n; for (;;) n *= n }`, []Kind{Timeout, Memory, Threw}},
	{"big integer text", `function handler(w) { return (1n << 4000000n).toString() }`, []Kind{Timeout, Memory, Threw, Invalid}},
	{"deep recursion", `function handler(w) { return handler(w) }`, []Kind{Memory, Timeout}},
	{"deep recursion that catches", `function handler(w) { try { return handler(w) } catch (e) { return handler(w) } }`, []Kind{Memory, Timeout}},
	{"deep recursion with wide frames", `function handler(w) { return handler.apply(null, new Array(60000).fill(w)) }`, []Kind{Memory, Timeout}},
	{"deep recursion in built-ins", `function handler(w) { return [1].map(() => handler(w)) }`, []Kind{Memory, Timeout}},
	{"deep payload", `function handler(w) { let p = {}; for (let i = 0; i < 1e5; i++) p = {p}; w.payload = p; return w }`, []Kind{Memory, Timeout}},
	{"deep text", `function handler(w) { return JSON.parse('['.repeat(1e5)) }`, []Kind{Memory, Timeout}},
	{"deep source", `function handler(w) { return eval('('.repeat(1e5)) }`, []Kind{Memory, Timeout}},
	{"deep source at once", strings.Repeat("(", 60000), []Kind{Memory, Timeout}},
	{"deep proxies", `function handler(w) { let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return p }`, []Kind{Memory, Timeout}},
	{"deep bound functions", `function handler(w) { let f = () => w; for (let i = 0; i < 1e5; i++) f = f.bind(); return f() }`, []Kind{Memory, Timeout, ""}},
	{"deep promises", `function handler(w) { let p = Promise.resolve(); for (let i = 0; i < 1e5; i++) p = p.then(() => p); return w }`, []Kind{"", Memory, Timeout}},
	{"large finalizers", `const r = new FinalizationRegistry(() => { for (;;); }); function handler(w) { for (let i = 0; i < 1e4; i++) r.register({}, i); return w }`, []Kind{""}},
	{"date parser", `function handler(w) { return new Date('1'.repeat(5e6)) }`, []Kind{Invalid, Timeout, Memory}},
	{"copyWithin", `function handler(w) { const a = new Array(1e6).fill(0); for (;;) a.copyWithin(1, 0) }`, []Kind{Timeout, Memory}},
	{"locale compare", `function handler(w) { return 'ß'.repeat(4e6).normalize('NFKD').localeCompare('é'.repeat(4e6)) }`, []Kind{Invalid, Timeout, Memory}},
}

// TestAttacks: each attack ends within its limits, and a good script works
// after each, on the same Runner.
func TestAttacks(t *testing.T) {
	t.Parallel()
	r := runner(t, Options{Children: 1, CPU: 60 * time.Millisecond, Wall: 5 * time.Second})
	var started []*process
	start := r.pool.start
	r.pool.start = func() (*process, error) {
		p, err := start()
		started = append(started, p)
		return p, err
	}
	for _, attack := range attacks {
		began := time.Now()
		_, err := r.Run(t.Context(), attack.source, event)
		var failure *Error
		var kind Kind
		if errors.As(err, &failure) {
			kind = failure.Kind
		} else if err != nil {
			t.Errorf("%s: %v", attack.name, err)
		}
		right := false
		for _, k := range attack.kinds {
			right = right || k == kind
		}
		if !right {
			t.Errorf("%s: %v, want %q", attack.name, err, attack.kinds)
		}
		took := time.Since(began)
		t.Logf("%-40s %6d ms %4d MiB  %v", attack.name, took.Milliseconds(), residentPeak(started[len(started)-1].command.ProcessState)>>20, err)
		if took > 15*time.Second { // the limit, and what a busy machine adds
			t.Errorf("%s took %v", attack.name, took)
		}
		works(t, r, attack.name)
	}
	r.Close()
	for _, p := range started {
		if peak := residentPeak(p.command.ProcessState); peak > 160<<20 {
			t.Errorf("a child grew to %d MiB", peak>>20)
		}
	}
}

// works runs a script that must work.
func works(t *testing.T, r *Runner, after string) {
	t.Helper()
	out, err := r.Run(t.Context(), "function handler(webhook) { return webhook }", event)
	if err != nil || string(out.Payload) != strings.ReplaceAll(string(event.Payload), `\u2028`, "\u2028") {
		t.Errorf("after %s: %s, %v", after, out.Payload, err)
	}
}

// TestNothingIsShared: whatever a run leaves behind in its world, no later run
// sees it, be it of the same source or of another.
func TestNothingIsShared(t *testing.T) {
	t.Parallel()
	r := runner(t, Options{Children: 1})
	const look = `
		const seen = [typeof leak, typeof globalThis.leak, typeof {}.leak, typeof [].leak, typeof (() => 1).leak,
			JSON.stringify({a: 1}), typeof Math.leak, Array.isArray([]), Symbol.for('leak').leak, 'x'.trim(), [3, 1].sort().length].join();
		globalThis.count = (globalThis.count || 0) + 1;
		const count = globalThis.count;
		globalThis.leak = Object.prototype.leak = Function.prototype.leak = Math.leak = 'secret';
		Array.prototype.sort = String.prototype.trim = () => 'tampered';
		JSON.parse = () => ({url: 'https://evil.example.test/', payload: {}});
		JSON.stringify = () => '{"url":"https://evil.example.test/"}';
		Array.isArray = () => false;
		Object.defineProperty(Object.prototype, 'cancel', {get() { return undefined }, set() {}});
		function handler(w) { return {url: w.url, payload: {seen, count, type: w.eventType}} }`
	const want = `{"seen":"undefined,undefined,undefined,undefined,undefined,{\"a\":1},undefined,true,,x,2","count":1,"type":"company.created"}`
	for _, source := range []string{look, look, "/* another */" + look, look} {
		out, err := r.Run(t.Context(), source, event)
		if err != nil || string(out.Payload) != want || out.URL != event.URL {
			t.Errorf("%s %s, %v", out.URL, out.Payload, err)
		}
	}
	works(t, r, "tampering")
}

// TestChildServesOneSource: what broke one source's child cannot reach another
// source's runs.
func TestChildServesOneSource(t *testing.T) {
	t.Parallel()
	r := runner(t, Options{Children: 2})
	const source = "function handler(w) { return w }"
	pids := map[string]int{}
	for _, suffix := range []string{"", "//1", "", "//1", "//2", "//3"} {
		if _, err := r.Run(t.Context(), source+suffix, event); err != nil {
			t.Fatal(err)
		}
		pid := newest(r).command.Process.Pid
		if had, known := pids[suffix]; known && had != pid {
			t.Errorf("%q runs in process %d and not in its own, %d", suffix, pid, had)
		}
		for other, theirs := range pids {
			if other != suffix && theirs == pid {
				t.Errorf("%q and %q share a process", suffix, other)
			}
		}
		pids[suffix] = pid
		if n := idle(r); n > 2 {
			t.Errorf("%d children, want 2 at most", n)
		}
	}
}

func newest(r *Runner) *process {
	r.pool.mu.Lock()
	defer r.pool.mu.Unlock()
	return r.pool.idle[len(r.pool.idle)-1]
}

func idle(r *Runner) int {
	r.pool.mu.Lock()
	defer r.pool.mu.Unlock()
	return len(r.pool.idle)
}

// TestChildRefusesStrangers: the hidden command is of no use to anybody else,
// and a binary that does not know it cannot start a crowd of itself.
func TestChildRefusesStrangers(t *testing.T) {
	t.Parallel()
	if err := Child(strings.NewReader(""), os.Stdout); err == nil {
		t.Error("served without a parent")
	}
	for _, command := range [][]string{{"/bin/echo", "hello"}, {"/nowhere"}} {
		r := runner(t, Options{Command: command})
		_, err := r.Run(t.Context(), "", event)
		var failure *Error
		if err == nil || errors.As(err, &failure) {
			t.Errorf("%s: %v, want an error that is not the script's", command, err)
		}
	}
}
