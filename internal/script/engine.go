package script

import (
	_ "embed"
	"errors"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"modernc.org/quickjs"
)

// Limits inside the engine.
const (
	engineMemory = 32 << 20
	// engineDepth is how deep calls may nest, a call out of a built-in function
	// counting four times.
	engineDepth = 1000
)

//go:embed harness.js
var harness string

// budget is what one run may take.
type budget struct {
	cpu, wall time.Duration
}

// evaluate runs one request in an engine of its own.
func evaluate(q request, limit budget) (string, *Error) {
	if !utf8.ValidString(q.source) || strings.ContainsRune(q.source, 0) {
		return "", &Error{Kind: Syntax, Message: "the source is not text"}
	}
	vm, err := quickjs.NewVM()
	if err != nil {
		return "", outOfMemory()
	}
	defer func() { _ = vm.Close() }() // the engine's memory goes with the child at the latest
	vm.SetMemoryLimit(engineMemory)
	vm.SetMaxStackSize(engineDepth)
	vm.SetCanBlock(false)
	watch := startWatch(vm, limit)
	defer watch.stop()
	result, failure := call(vm, q)
	if watch.rang() && failure != nil {
		return "", timedOut()
	}
	return result, failure
}

// call loads the source, calls handler and reads its result. Values are not
// freed one by one: closing the engine frees them all.
func call(vm *quickjs.VM, q request) (string, *Error) {
	parse, err := vm.EvalValue("JSON.parse", quickjs.EvalGlobal)
	if err != nil {
		return "", outOfMemory()
	}
	defer parse.Free()
	read, err := vm.EvalValue(harness, quickjs.EvalGlobal)
	if err != nil {
		return "", outOfMemory()
	}
	defer read.Free()
	webhook, err := parse.CallValue(quickjs.UndefinedValue, q.webhook)
	if err != nil {
		return "", failed(err, Memory)
	}
	defer webhook.Free()
	loaded, err := vm.EvalValue(q.source, quickjs.EvalGlobal)
	if err != nil {
		return "", failed(err, Threw)
	}
	defer loaded.Free()
	// By name and not as a property: const handler = ... is none.
	handler, err := vm.EvalValue("typeof handler === 'function' ? handler : undefined", quickjs.EvalGlobal)
	if err != nil {
		return "", failed(err, Threw)
	}
	defer handler.Free()
	if handler.IsUndefined() {
		return "", &Error{Kind: Invalid, Message: "the script defines no function named handler"}
	}
	returned, err := handler.CallValue(quickjs.UndefinedValue, webhook)
	if err != nil {
		return "", failed(err, Threw)
	}
	defer returned.Free()
	text, err := read.Call(quickjs.UndefinedValue, returned)
	if err != nil {
		return "", failed(err, Invalid)
	}
	result, ok := text.(string)
	if !ok || len(result) > maxAnswer {
		return "", invalid("the result is too large")
	}
	return result, nil
}

// place finds where in the source an error arose: the engine calls it <eval>.
var place = regexp.MustCompile(`<eval>:(\d{1,9}):(\d{1,9})`)

// failed turns an exception into what is told of it. kind is for exceptions
// that are not the engine's own.
func failed(err error, kind Kind) *Error {
	var thrown *quickjs.Error
	if !errors.As(err, &thrown) {
		return &Error{Kind: kind, Message: printable(err.Error())}
	}
	e := &Error{Kind: kind, Message: printable(thrown.Error()), Line: thrown.LineNumber, Column: thrown.ColumnNumber}
	switch {
	case thrown.Name == "InternalError" && thrown.Message == "out of memory":
		e.Kind, e.Message = Memory, outOfMemory().Message
	case strings.HasSuffix(thrown.Message, "stack overflow") && (thrown.Name == "InternalError" || thrown.Name == "RangeError" || thrown.Name == "SyntaxError"):
		e.Kind, e.Message = Memory, "the script called itself too deep"
	case thrown.Name == "" && (thrown.Error() == "null" || thrown.Error() == "[unsupported type]"):
		// The engine throws these when it has no room left for an exception. A
		// script that throws null itself is told the same.
		e.Kind, e.Message = Memory, "the script threw null, or needed too much memory"
	case kind == Threw && thrown.Name == "SyntaxError" && thrown.FileName == "<eval>":
		e.Kind, e.Message = Syntax, printable(thrown.Message)
	case kind == Invalid:
		e.Message = printable(thrown.Message)
	}
	if e.Message == "" {
		e.Message = "something without a text"
	}
	if kind != Threw { // the place is in the harness
		e.Line, e.Column = 0, 0
	} else if found := place.FindStringSubmatch(thrown.Stack); found != nil && e.Kind != Syntax {
		e.Line, _ = strconv.Atoi(found[1])
		e.Column, _ = strconv.Atoi(found[2])
	}
	return e
}

// watch interrupts an engine that runs for too long, and ends the process if
// that does not help: many built-in functions never look. It counts the
// processor time of the process, which runs nothing else, so that a busy
// machine costs a script nothing; wall time is the second limit.
type watch struct {
	vm    *quickjs.VM
	quit  chan struct{}
	ended sync.WaitGroup
	late  bool
}

// watchEvery is how often the clock is read.
const watchEvery = 5 * time.Millisecond

func startWatch(vm *quickjs.VM, limit budget) *watch {
	w := &watch{vm: vm, quit: make(chan struct{})}
	before, wall := processorTime(), time.Now().Add(limit.wall)
	w.ended.Go(func() {
		tick := time.NewTicker(watchEvery)
		defer tick.Stop()
		for {
			select {
			case <-w.quit:
				return
			case now := <-tick.C:
				used := processorTime() - before
				if used > 2*limit.cpu {
					os.Exit(exitLate)
				}
				// Again each time: the engine forgets it when it is entered anew.
				if w.late = w.late || used > limit.cpu || now.After(wall); w.late {
					vm.Interrupt()
				}
			}
		}
	})
	return w
}

// rang ends the watch and tells whether it interrupted.
func (w *watch) rang() bool {
	w.stop()
	return w.late
}

// stop returns when the engine will not be touched any more.
func (w *watch) stop() {
	select {
	case <-w.quit:
	default:
		close(w.quit)
	}
	w.ended.Wait()
}
