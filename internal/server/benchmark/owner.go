package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// owner finds which of the processes has the TCP connection from one port of
// this machine to another (proc_pid_net(5)); 0 when none of them has it.
func owner(processes []int, from, to int) int {
	text, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		return 0
	}
	inode := ""
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 9 && ends(fields[1], from) && ends(fields[2], to) && fields[9] != "0" {
			inode = fields[9]
		}
	}
	if inode == "" {
		return 0
	}
	for _, pid := range processes {
		open, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		for _, name := range open {
			if target, err := os.Readlink(name); err == nil && target == "socket:["+inode+"]" {
				return pid
			}
		}
	}
	return 0
}

// ends says whether an address in the kernel's spelling has the port.
func ends(address string, port int) bool {
	return strings.HasSuffix(address, fmt.Sprintf(":%04X", port))
}
