//go:build !linux

package script

import "os"

// residentPeak is not known everywhere.
func residentPeak(*os.ProcessState) int64 { return 0 }
