package script

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"
)

// ChildCommand is the argument that makes the binary a child: its main calls
// Child when it is started with it.
const ChildCommand = "script-child"

// childMark is in the environment of every child. A program that does not know
// ChildCommand (a test binary) must not start a crowd of itself.
const childMark = "BOWLINE_SCRIPT_CHILD"

// Limits of one child.
const (
	// childMemory bounds what Go's own heap and stacks in the child try to use,
	// childStack the stack of the engine's goroutine.
	childMemory = 64 << 20
	childStack  = 96 << 20
	// childRuns and childCPU are after how many runs and how much processor time
	// a child is replaced, so that nothing builds up in it.
	childRuns = 1000
	childCPU  = 5 * time.Second
	// grace is how much longer than the engine's watch the child's timer waits,
	// and how much longer than that the parent's.
	grace = 250 * time.Millisecond
)

// exitLate is the child's exit code when its own timer ended it.
const exitLate = 3

// Child serves runs from in to out until in ends; this is what a process
// started with ChildCommand does. It gives up the process's rights first, for
// good: nothing else can run in the process after it.
func Child(in io.Reader, out io.Writer) error {
	if os.Getenv(childMark) == "" {
		return errors.New("this command is only for Bowline itself")
	}
	debug.SetMemoryLimit(childMemory)
	debug.SetMaxStack(childStack)
	// The runtime opens descriptors for its first timer, which is too late below.
	time.NewTimer(time.Hour).Stop()
	limit, err := readBudget()
	if err != nil {
		return err
	}
	if err := confine(); err != nil {
		return fmt.Errorf("limit the script's process: %w", err)
	}
	if err := writeFrame(out, []byte(greeting)); err != nil {
		return err
	}
	for runs := 1; ; runs++ {
		asked, err := readRequest(in)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := reply(out, asked, limit, runs); err != nil {
			return err
		}
	}
}

// readBudget takes the budget from the environment, where start put it.
func readBudget() (budget, error) {
	var limit budget
	_, err := fmt.Sscan(os.Getenv(childMark), (*int64)(&limit.cpu), (*int64)(&limit.wall))
	if err != nil {
		return budget{}, fmt.Errorf("read the limits: %w", err)
	}
	return limit, nil
}

func reply(out io.Writer, asked request, limit budget, runs int) error {
	late := time.AfterFunc(limit.wall+grace, func() { os.Exit(exitLate) })
	defer late.Stop()
	var a answer
	a.Result, a.Error = evaluate(asked, limit)
	a.Spent = runs >= childRuns || processorTime() > childCPU
	data, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	return writeFrame(out, data)
}
