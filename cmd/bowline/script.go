package main

import (
	"os"

	"github.com/bowline/bowline/internal/script"
)

// scriptChildCommand is how Bowline starts itself to run a consumer's
// transformation apart from everything else. Its name is script.ChildCommand.
type scriptChildCommand struct{}

// Run serves runs until the parent has no more.
func (scriptChildCommand) Run() error { return script.Child(os.Stdin, os.Stdout) }
