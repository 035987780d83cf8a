package script

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// residentPeak is the most memory in bytes that an ended child had; 0 while it
// runs.
func residentPeak(state *os.ProcessState) int64 {
	if state == nil {
		return 0
	}
	return state.SysUsage().(*syscall.Rusage).Maxrss << 10
}

// TestChildIsConfined reads the limits of a child from the outside.
func TestChildIsConfined(t *testing.T) {
	t.Parallel()
	r := runner(t, Options{Children: 1})
	works(t, r, "nothing")
	pid := newest(r).command.Process.Pid
	read := func(name string) string {
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	limits := read("limits")
	for _, want := range []string{
		`Max cpu time +10 +10 `, `Max file size +0 +0 `, `Max core file size +0 +0 `,
		`Max open files +0 +0 `, `Max address space +\d+ +\d+ `,
	} {
		if !regexp.MustCompile(want).MatchString(limits) {
			t.Errorf("no %q in\n%s", want, limits)
		}
	}
	status := read("status")
	if !strings.Contains(status, "NoNewPrivs:\t1") {
		t.Errorf("the child may gain privileges:\n%s", status)
	}
	environment := strings.Split(strings.TrimRight(read("environ"), "\x00"), "\x00")
	for _, entry := range environment {
		name, _, _ := strings.Cut(entry, "=")
		if name != childMark && name != "GOMAXPROCS" && name != "GOTRACEBACK" {
			t.Errorf("the child knows %s", name)
		}
	}
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		target, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%s", pid, file.Name()))
		if !strings.HasPrefix(target, "pipe:") && !runtimes(target) {
			t.Errorf("the child holds %s", target)
		}
	}
}
