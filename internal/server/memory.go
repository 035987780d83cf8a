package server

import (
	"os"
	"runtime/debug"
)

// garbagePercent is how much garbage may gather, in percent of what is in use,
// before it is collected. Little of ours is in use at any time, a few MiB, so
// the runtime's own 100 would collect dozens of times a second under load and
// spend a fifth of the processor on it; 400 costs some 30 MiB while the load
// lasts.
const garbagePercent = 400

// TuneMemory sets the pace of the garbage collector for a process that serves.
// The variables of the Go runtime (GOGC, GOMEMLIMIT) have the last word.
func TuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
}

// releaseMemory hands back what only the start needed.
func releaseMemory() { debug.FreeOSMemory() }
