package main

import (
	"strings"
	"testing"

	"github.com/bowline/bowline/internal/script"
)

// TestScriptChildIsWired: the command that scripts are started with exists, and
// is of no use to people.
func TestScriptChildIsWired(t *testing.T) {
	t.Parallel()
	err := run(t.Context(), []string{script.ChildCommand})
	if err == nil || !strings.Contains(err.Error(), "only for Bowline itself") {
		t.Errorf("%v, want a refusal", err)
	}
}
