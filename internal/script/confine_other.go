//go:build !linux

package script

import (
	"os"
	"syscall"
	"time"
)

// started is when this process began, for processorTime.
var started = time.Now()

// confine does nothing where there is no Linux: timers and the engine's own
// limits are what remains (see the package's documentation).
func confine() error { return nil }

// processorTime is approximated from above by the time since the start.
func processorTime() time.Duration { return time.Since(started) }

func apart() *syscall.SysProcAttr { return nil }

func self() (string, error) { return os.Executable() }
