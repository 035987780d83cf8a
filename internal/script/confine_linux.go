package script

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// childSpace is by how much a child's address space may grow over what the
	// runtime has reserved when the limits are set.
	childSpace = 256 << 20
	// childNice makes scripts wait for deliveries rather than the other way.
	childNice = 5
	// prSetNoNewPrivs is Linux's number, which package syscall lacks.
	prSetNoNewPrivs = 38
)

// confine gives up what a script's process does not need, before it has seen a
// script. Soft and hard limits are the same, so there is no way back.
func confine() error {
	// The kernel should end a child rather than the server when memory is short.
	// A container may forbid it, which loses nothing but this preference.
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0)
	if err := closeInherited(); err != nil {
		return err
	}
	space, err := addressSpace()
	if err != nil {
		return err
	}
	for _, step := range []struct {
		number, first, second, third uintptr
	}{
		{syscall.SYS_PRCTL, prSetNoNewPrivs, 1, 0},
		{syscall.SYS_SETPRIORITY, syscall.PRIO_PROCESS, 0, childNice},
	} {
		if err := everyThread(step.number, step.first, step.second, step.third); err != nil {
			return err
		}
	}
	for _, limit := range []struct {
		resource int
		value    uint64
	}{
		{syscall.RLIMIT_AS, space + childSpace},
		{syscall.RLIMIT_CPU, uint64((2 * childCPU).Seconds())},
		{syscall.RLIMIT_FSIZE, 0},
		{syscall.RLIMIT_CORE, 0},
		{syscall.RLIMIT_NOFILE, 0}, // last: the others need no file, but what comes before may
	} {
		if err := syscall.Setrlimit(limit.resource, &syscall.Rlimit{Cur: limit.value, Max: limit.value}); err != nil {
			return fmt.Errorf("set limit %d: %w", limit.resource, err)
		}
	}
	return nil
}

// closeInherited closes what whoever started the server left open and the
// server passed on without knowing. The pipes stay, and what the runtime holds:
// its poller, and the files in which a container's share of processors stands.
func closeInherited() error {
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return fmt.Errorf("list own files: %w", err)
	}
	for _, file := range files {
		number, err := strconv.Atoi(file.Name())
		if err != nil || number <= 2 {
			continue
		}
		// An error means that it is gone: it was the list itself.
		target, err := os.Readlink("/proc/self/fd/" + file.Name())
		if err == nil && !runtimes(target) {
			_ = syscall.Close(number)
		}
	}
	return nil
}

// runtimes tells whether a descriptor belongs to Go's runtime.
func runtimes(target string) bool {
	return strings.HasPrefix(target, "anon_inode:") || strings.Contains(target, "/cpu.")
}

// everyThread makes a system call that works on one thread on all of them.
// With cgo, which only tests use, that is impossible and the calling thread
// must do.
func everyThread(number, first, second, third uintptr) error {
	_, _, failure := syscall.AllThreadsSyscall6(number, first, second, third, 0, 0, 0)
	if errors.Is(failure, syscall.ENOTSUP) {
		_, _, failure = syscall.RawSyscall6(number, first, second, third, 0, 0, 0)
	}
	if failure != 0 {
		return failure
	}
	return nil
}

// addressSpace is how many bytes of it the process has reserved.
func addressSpace() (uint64, error) {
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, fmt.Errorf("read own size: %w", err)
	}
	pages, _, _ := bytes.Cut(data, []byte(" "))
	count, err := strconv.ParseUint(string(pages), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("read own size: %w", err)
	}
	return count * uint64(os.Getpagesize()), nil //nolint:gosec // a page has a size above zero
}

// processorTime is how much of it this process has used.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// apart keeps the terminal's Ctrl-C from the children: the server ends them
// after its last delivery.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// self is this very binary, even when the file was replaced by a newer version.
func self() (string, error) { return "/proc/self/exe", nil }
