package main

import (
	"strings"
	"testing"
)

// TestImportRefusesOtherFiles and says nothing of what is in them.
func TestImportRefusesOtherFiles(t *testing.T) {
	t.Parallel()
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
