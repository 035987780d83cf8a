package main

import (
	"os"
	"strings"
	"testing"
)

// TestImportRefusesOtherFiles and says nothing of what is in them.
func TestImportRefusesOtherFiles(t *testing.T) {
	clearVariables(t)
	dir := t.TempDir()
	for text, says := range map[string]string{
		"":                     "there are 0 instances",
		`{"type":"something"}`: "there are 0 instances",
	} {
		c := importCommand{settingFlags: settingFlags{DataDir: &dir}}
		if err := c.read(t.Context(), strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v", text, err)
		}
	}
	other := "019ca8bb-b63b-7003-bcf0-856775b6a31a"
	c := importCommand{settingFlags: settingFlags{DataDir: &dir}, Instance: other}
	if err := c.read(t.Context(), strings.NewReader("")); err == nil || !strings.Contains(err.Error(), "no such instance") {
		t.Errorf("%v", err)
	}
}

// clearVariables takes away what would configure the command, and what tests are
// told about databases, which is no configuration. It cannot be parallel.
func clearVariables(t *testing.T) {
	t.Helper()
	for _, pair := range os.Environ() {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "BOWLINE_") {
			t.Setenv(name, "") // which brings it back in the end
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
}
