package catalog

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
)

// builtinText holds the files of integrations/ as JSON, one line each, made by
// "go test ./internal/catalog -run TestBuiltinBundle -update". Reading the YAML
// at each start would be most of the time that a process takes to start.
//
//go:embed builtin.json
var builtinText []byte

// bundled are the built-in files: file name to document.
var bundled = sync.OnceValues(func() (map[string]json.RawMessage, error) {
	var files map[string]json.RawMessage
	if err := json.Unmarshal(builtinText, &files); err != nil {
		return nil, fmt.Errorf("read built-in integrations: %w", err)
	}
	return files, nil
})

// embedded returns the built-in files as sources.
func embedded() (map[string]source, error) {
	files, err := bundled()
	if err != nil {
		return nil, err
	}
	sources := make(map[string]source, len(files))
	for name, text := range files {
		sources[name] = source{text: text}
	}
	return sources, nil
}

// isBuiltin says whether there is a built-in file for a key.
func isBuiltin(key string) bool {
	files, _ := bundled()
	_, found := files[key+".yaml"]
	return found
}

// open parses a file: YAML, or a document of the bundle.
func open(name string, src source) *document {
	if src.dir != "" {
		return read(name, src.text)
	}
	d := &document{file: name} // without lines: nobody has the file at hand
	decoder := json.NewDecoder(bytes.NewReader(src.text))
	decoder.UseNumber()
	if err := decoder.Decode(&d.root); err != nil {
		d.faultf(nil, "cannot be read")
	}
	return d
}

// settled says that a source needs no gate: a built-in file whose texts are as
// they will be. The tests take all built-in files through all gates.
func settled(src source) bool {
	return src.dir == "" && !bytes.Contains(src.text, []byte("${server.")) && !bytes.Contains(src.text, []byte("${env."))
}
