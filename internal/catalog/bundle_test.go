package catalog

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"testing"
)

var update = flag.Bool("update", false, "write builtin.json anew")

// TestBuiltinBundle compares what the binary holds with the files that people
// read and change.
func TestBuiltinBundle(t *testing.T) {
	t.Parallel()
	sources, faults, err := directory("integrations")
	if err != nil || len(faults) > 0 {
		t.Fatal(err, faults)
	}
	want := []byte("{")
	for i, name := range slices.Sorted(maps.Keys(sources)) {
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		d := read(name, sources[name].text)
		if err := encoder.Encode(d.root); err != nil || len(d.faults) > 0 {
			t.Fatal(err, d.faults)
		}
		if i > 0 {
			want = append(want, ',')
		}
		want = fmt.Appendf(want, "\n%q: %s", name, bytes.TrimSpace(text.Bytes()))
	}
	want = append(want, "\n}\n"...)
	if *update {
		if err := os.WriteFile("builtin.json", want, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(builtinText, want) {
		t.Error("builtin.json is not what the files say; run go test ./internal/catalog -run TestBuiltinBundle -update")
	}
}

// TestBundleSkipsNothing compares built-in integrations, of which most pass no
// gate at run time, with the same files taken through all of them.
func TestBundleSkipsNothing(t *testing.T) {
	t.Parallel()
	sources, _, err := directory("integrations")
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := embedded()
	if err != nil {
		t.Fatal(err)
	}
	for name, src := range sources {
		whole, d := parseOne(name, src, expander{vars: testVars})
		quick, e := parseOne(name, bundle[name], expander{vars: testVars})
		if len(d.faults)+len(e.faults) > 0 {
			t.Fatal(d.faults, e.faults)
		}
		if a, b := fmt.Sprintf("%+v", whole), fmt.Sprintf("%+v", quick); !reflect.DeepEqual(whole, quick) {
			t.Errorf("%s differs:\n%s\n%s", name, a, b)
		}
	}
}
