package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a program started for a measurement.
type process struct {
	command *exec.Cmd
	host    string
	ready   time.Duration // from its start to its first answer that says ready
	output  bytes.Buffer
}

// startLimit is how long a program may take until it answers.
const startLimit = 20 * time.Second

// spawn starts a program that listens on host and waits until /readyz answers
// 200. It asks without pause: a program is ready when its first answer comes,
// not when somebody looks next.
func spawn(ctx context.Context, program string, args, environ []string) (*process, error) {
	host, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	p := &process{host: host, command: exec.CommandContext(ctx, program, args...)} //nolint:gosec // the program under test
	p.command.Env = append(cleanEnvironment(), append(environ, "BOWLINE_LISTEN="+host)...)
	p.command.Stdout, p.command.Stderr = &p.output, &p.output
	p.command.Cancel = func() error { return p.command.Process.Signal(syscall.SIGTERM) }
	p.command.WaitDelay = startLimit
	began := time.Now()
	if err := p.command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", filepath.Base(program), err)
	}
	for {
		c, err := dial(host)
		if err == nil {
			_, err = c.expect(200, call{method: "GET", path: "/readyz"})
			p.ready = time.Since(began)
			c.close()
			if err == nil {
				return p, nil
			}
		}
		if time.Since(began) > startLimit {
			return nil, errors.Join(fmt.Errorf("%s does not get ready: %w: %s", filepath.Base(program), err, p.output.Bytes()), p.stop())
		}
		time.Sleep(100 * time.Microsecond)
	}
}

// stop ends the program the polite way and expects it to end well.
func (p *process) stop() error {
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := p.command.Wait(); err != nil {
		return fmt.Errorf("stop: %w: %s", err, p.output.Bytes())
	}
	return nil
}

// cleanEnvironment is ours without the configuration that it may hold.
func cleanEnvironment() []string {
	var kept []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "BOWLINE_") {
			kept = append(kept, entry)
		}
	}
	return kept
}

// freeAddress finds a port that nobody listens on at the moment.
func freeAddress(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return listener.Addr().String(), listener.Close()
}

// Memory is at rest when it has not moved for restFor; restLimit bounds the
// wait.
const (
	restFor   = 2 * time.Second
	restLimit = 15 * time.Second
	restPoll  = 100 * time.Millisecond
)

// memory waits until the program rests and returns what is resident, in MiB.
func (p *process) memory() (float64, error) {
	last, since, began := 0, time.Now(), time.Now()
	for {
		now, err := p.residentKiB()
		if err != nil {
			return 0, err
		}
		if now != last {
			last, since = now, time.Now()
		}
		if time.Since(since) >= restFor || time.Since(began) >= restLimit {
			return float64(last) / 1024, nil
		}
		time.Sleep(restPoll)
	}
}

// residentKiB reads VmRSS (proc_pid_status(5)): everything in memory that the
// process has mapped, the program's own pages included.
func (p *process) residentKiB() (int, error) {
	if runtime.GOOS != "linux" {
		return 0, errors.New("resident memory is read from /proc, which needs Linux")
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("read memory: %w", err)
	}
	_, rest, ok := strings.Cut(string(text), "VmRSS:")
	fields := strings.Fields(rest)
	if !ok || len(fields) == 0 {
		return 0, errors.New("read memory: the program has ended")
	}
	return strconv.Atoi(fields[0])
}

// buildBare compiles the smallest server there is, as the floor of a start.
func buildBare(ctx context.Context, dir string) (string, error) {
	path := filepath.Join(dir, "bare")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "./internal/server/benchmark/bareserver") //nolint:gosec // our own
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the bare server: %w: %s", err, out)
	}
	return path, nil
}
