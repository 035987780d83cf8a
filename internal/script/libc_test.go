package script

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestLibcIsTheOneTheEngineWasMadeWith: the engine is generated for one version
// of modernc.org/libc, as SQLite's driver is, whose test is in internal/store.
// Both must move together.
func TestLibcIsTheOneTheEngineWasMadeWith(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Version}}\n{{.GoMod}}",
		"modernc.org/libc", "modernc.org/quickjs").Output()
	if err != nil {
		t.Fatalf("list modules: %v", err)
	}
	lines := strings.Split(string(out), "\n")
	mod, err := os.ReadFile(lines[3])
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(mod, []byte("modernc.org/libc "+lines[0]+"\n")) {
		t.Errorf("modernc.org/libc is %s, which quickjs was not made with:\n%s", lines[0], mod)
	}
}
