package script

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/bowline/bowline"
)

// Input is the webhook that handler is given; it sees it as {method, url,
// eventType, payload, cancel}.
type Input struct {
	// Method is POST or PUT, URL where the webhook goes unless handler says
	// otherwise.
	Method, URL string
	EventType   string
	// Payload is the whole event, a JSON object of at most MaxMessage bytes.
	Payload json.RawMessage
}

// Output is what is to be sent.
type Output struct {
	// Method is POST or PUT. URL is an absolute http or https URL; whether it may
	// be called is for the sender to judge.
	Method, URL string
	// Payload is a JSON object of at most MaxMessage bytes.
	Payload json.RawMessage
	// Cancel means that nothing is to be sent; the rest is empty then.
	Cancel bool
}

// Options are what a Runner may be told. Zero values mean the defaults.
type Options struct {
	// Children is how many processes run scripts at most; further runs wait. The
	// default is the number of processors, at least 3 and at most 8: one is kept
	// for Run, and of the others a key of RunFor has half at most.
	Children int
	// CPU is how much processor time a run may take, 250 ms by default; Wall is
	// how much time of any kind, 2 s by default.
	CPU, Wall time.Duration
	// Idle is after how much time without a run a child ends, one minute by
	// default.
	Idle time.Duration
	// Command starts a child; this binary with ChildCommand by default.
	Command []string
}

// Runner runs scripts. It is safe for concurrent use and must be closed.
type Runner struct {
	limit budget
	pool  *pool
	once  sync.Once
}

// New returns a Runner. It starts no process until the first run.
func New(o Options) (*Runner, error) {
	if o.Children <= 0 {
		o.Children = min(max(runtime.NumCPU(), 3), 8)
	}
	if o.CPU <= 0 {
		o.CPU = 250 * time.Millisecond
	}
	if o.Wall <= 0 {
		o.Wall = 2 * time.Second
	}
	if o.Idle <= 0 {
		o.Idle = time.Minute
	}
	if len(o.Command) == 0 {
		path, err := self()
		if err != nil {
			return nil, fmt.Errorf("find own binary: %w", err)
		}
		o.Command = []string{path, ChildCommand}
	}
	r := &Runner{limit: budget{cpu: o.CPU, wall: o.Wall}}
	life, end := context.WithCancel(context.Background())
	r.pool = &pool{turns: newTurns(o.Children), life: life, end: end, rest: o.Idle}
	r.pool.start = func() (*process, error) { return start(life, o.Command, r.limit) }
	return r, nil
}

// Close ends the processes; runs under way fail. It returns when all are gone.
func (r *Runner) Close() { r.once.Do(r.pool.close) }

// Run calls handler of a source with in and returns what it decided, for
// somebody who waits for it. What the script did wrong is an *Error; any other
// error is ours or ctx's.
func (r *Runner) Run(ctx context.Context, source string, in Input) (Output, error) {
	return r.RunFor(ctx, present, source, in)
}

// RunFor is Run for work that nobody waits for. key says whose it is and is not
// empty: those who have much to do, or slow scripts, are held to their share,
// and wait in turn with the others.
func (r *Runner) RunFor(ctx context.Context, key, source string, in Input) (Output, error) {
	if len(source) > MaxSource {
		return Output{}, &Error{Kind: Syntax, Message: fmt.Sprintf("the source is longer than %d KiB", MaxSource>>10)}
	}
	webhook, err := encode(in)
	if err != nil {
		return Output{}, err
	}
	result, err := r.run(ctx, key, request{source: source, webhook: webhook})
	if err != nil {
		return Output{}, err
	}
	return decode(result)
}

// run has a child answer a request. A child that was idle may have been ended
// from outside in the meantime; that is nobody's failure, so a new one is
// asked.
func (r *Runner) run(ctx context.Context, key string, asked request) (string, error) {
	for {
		child, err := r.pool.get(ctx, key, asked.source)
		if err != nil {
			return "", err
		}
		used := child.runs > 0
		a, err := child.ask(ctx, asked, r.limit.wall+2*grace)
		if err == nil {
			if a.Spent || a.Error != nil && (a.Error.Kind == Timeout || a.Error.Kind == Memory) {
				r.pool.drop(child)
			} else {
				r.pool.put(child)
			}
			if a.Error != nil {
				return "", believed(a.Error)
			}
			return a.Result, nil
		}
		failure := child.explain(err)
		r.pool.drop(child)
		switch {
		case ctx.Err() != nil:
			return "", fmt.Errorf("run script: %w", ctx.Err())
		case r.pool.life.Err() != nil:
			return "", errClosed
		case !used || failure.Kind != Crashed:
			return "", failure
		}
	}
}

// encode is what handler gets.
func encode(in Input) (string, error) {
	if len(in.Payload) > MaxMessage {
		return "", invalid("the webhook is too large to transform")
	}
	data, err := json.Marshal(struct {
		Method    string          `json:"method"`
		URL       string          `json:"url"`
		EventType string          `json:"eventType"`
		Payload   json.RawMessage `json:"payload"`
		Cancel    bool            `json:"cancel"`
	}{in.Method, in.URL, in.EventType, in.Payload, false})
	if err != nil {
		return "", fmt.Errorf("encode webhook: %w", err)
	}
	if len(data) > maxAnswer {
		return "", invalid("the webhook is too large to transform")
	}
	return string(data), nil
}

// decode checks a result once more, on this side of the pipe: the harness runs
// beside the script and is not believed.
func decode(result string) (Output, error) {
	if len(result) > maxAnswer {
		return Output{}, invalid("the result is too large")
	}
	var got struct {
		Method  string          `json:"method"`
		URL     string          `json:"url"`
		Payload json.RawMessage `json:"payload"`
		Cancel  bool            `json:"cancel"`
	}
	if !utf8.ValidString(result) || json.Unmarshal([]byte(result), &got) != nil {
		return Output{}, invalid("the result cannot be sent")
	}
	if got.Cancel {
		return Output{Cancel: true}, nil
	}
	if got.Method != http.MethodPost && got.Method != http.MethodPut {
		return Output{}, invalid("method must be POST or PUT")
	}
	u, err := url.Parse(got.URL)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil ||
		len(got.URL) > bowline.MaxConsumerURL {
		return Output{}, invalid("url must be an absolute http or https URL without credentials")
	}
	if len(got.Payload) == 0 || got.Payload[0] != '{' {
		return Output{}, invalid("payload must be an object")
	}
	if len(got.Payload) > MaxMessage {
		return Output{}, invalid("the payload is too large")
	}
	return Output{Method: got.Method, URL: got.URL, Payload: got.Payload}, nil
}
