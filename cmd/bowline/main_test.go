package main

import "testing"

// TestCommandsThatOnlyPrint runs each; what they print is for people.
func TestCommandsThatOnlyPrint(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"version"}, {"catalog", "list"}, {"catalog", "lint", t.TempDir()}, {"keys", "generate"},
	} {
		if err := run(t.Context(), args); err != nil {
			t.Errorf("bowline %q: %v", args, err)
		}
	}
}

func TestMistakesOnTheCommandLine(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"serve", "--listn", "x"}, {"fly"}, {"serve", "--listen", "nowhere"}, {"keys", "rotate", "/nowhere/to/be/found"},
	} {
		if err := run(t.Context(), args); err == nil {
			t.Errorf("bowline %q succeeds", args)
		}
	}
}
