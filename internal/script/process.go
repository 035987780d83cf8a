package script

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"
)

// process is one child as its parent sees it. It is used by one run at a time.
type process struct {
	command *exec.Cmd
	in, out *os.File
	stderr  firstBytes
	ended   chan struct{} // closed when command has been waited for

	source string      // what it runs; "" until its first run
	key    string      // whose turn it serves, while it is used
	runs   int         // how many it has answered
	idle   *time.Timer // ends it when nobody needs it
}

// startTime is how long a child may take until it greets.
const startTime = 15 * time.Second

// start starts a child and waits until its limits stand. life ends it.
func start(life context.Context, command []string, limit budget) (*process, error) {
	if os.Getenv(childMark) != "" {
		return nil, errors.New("start script process: a child starts none")
	}
	theirIn, in, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start script process: %w", err)
	}
	out, theirOut, err := os.Pipe()
	if err != nil {
		_, _ = theirIn.Close(), in.Close()
		return nil, fmt.Errorf("start script process: %w", err)
	}
	p := &process{in: in, out: out, ended: make(chan struct{})}
	p.command = exec.CommandContext(life, command[0], command[1:]...) //nolint:gosec // our own binary
	p.command.Stdin, p.command.Stdout, p.command.Stderr = theirIn, theirOut, &p.stderr
	p.command.SysProcAttr = apart()
	p.command.WaitDelay = time.Second
	p.command.Env = []string{
		fmt.Sprintf("%s=%d %d", childMark, limit.cpu, limit.wall), "GOMAXPROCS=1", "GOTRACEBACK=none",
	}
	err = p.command.Start()
	_, _ = theirIn.Close(), theirOut.Close()
	if err != nil {
		_, _ = in.Close(), out.Close()
		return nil, fmt.Errorf("start script process: %w", err)
	}
	go func() {
		_ = p.command.Wait() // how it ended is in ProcessState
		close(p.ended)
	}()
	_ = out.SetReadDeadline(time.Now().Add(startTime))
	hello, err := readFrame(out, len(greeting))
	if err != nil || string(hello) != greeting {
		p.end()
		return nil, fmt.Errorf("start script process: no greeting: %w", errors.Join(err, context.Cause(life)))
	}
	return p, nil
}

// ask sends a request and returns the answer. An error other than ctx's means
// that the process is of no more use; explain says why.
func (p *process) ask(ctx context.Context, asked request, limit time.Duration) (answer, error) {
	deadline := time.Now().Add(limit)
	_, _ = p.in.SetWriteDeadline(deadline), p.out.SetReadDeadline(deadline)
	stop := context.AfterFunc(ctx, p.kill)
	defer stop()
	if err := asked.write(p.in); err != nil {
		return answer{}, err
	}
	data, err := readFrame(p.out, maxFrame)
	if err != nil {
		return answer{}, err
	}
	var a answer
	if err := json.Unmarshal(data, &a); err != nil {
		return answer{}, fmt.Errorf("decode answer: %w", err)
	}
	p.runs++
	return a, nil
}

// explain ends a process whose ask failed with err and says what that means.
func (p *process) explain(err error) *Error {
	slow := errors.Is(err, os.ErrDeadlineExceeded)
	p.end()
	state := p.command.ProcessState
	switch {
	case slow, state != nil && (state.ExitCode() == exitLate || state.UserTime()+state.SystemTime() >= 2*childCPU):
		return timedOut()
	case p.stderr.holds("out of memory", "cannot allocate memory", "stack overflow"):
		return outOfMemory()
	}
	return crashed()
}

// alive tells whether the process has not ended by itself.
func (p *process) alive() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

func (p *process) kill() { _ = p.command.Process.Kill() }

// end kills the process and returns when it is gone.
func (p *process) end() {
	p.kill()
	<-p.ended
	_, _ = p.in.Close(), p.out.Close()
}

// firstBytes keeps the beginning of what a child's runtime prints when it dies.
// It is looked at and never shown.
type firstBytes struct {
	mu   sync.Mutex
	kept []byte
}

// Write keeps what fits and takes the rest without a word.
func (f *firstBytes) Write(data []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if room := 2048 - len(f.kept); room > 0 {
		f.kept = append(f.kept, data[:min(room, len(data))]...)
	}
	return len(data), nil
}

func (f *firstBytes) holds(texts ...string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, text := range texts {
		if bytes.Contains(f.kept, []byte(text)) {
			return true
		}
	}
	return false
}
