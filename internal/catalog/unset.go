package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// Unset lists the places in the files of dir that take a value from an
// environment variable which env does not know or has empty. They are faults on
// the machine that serves, and none on one that only checks files, so Lint
// leaves them out. Files that Lint refuses are passed over.
func Unset(dir string, env func(name string) (string, bool)) ([]Fault, error) {
	sources, _, err := directory(dir)
	if err != nil {
		return nil, fmt.Errorf("read catalog directory: %w", err)
	}
	var unset []Fault
	for name, src := range sources {
		d := read(name, src.text)
		d.faults = nil
		d.checkEnv(nil, d.root, env)
		unset = append(unset, d.faults...)
	}
	slices.SortFunc(unset, compareFaults)
	return unset, nil
}

// checkEnv adds a fault for every variable of the environment without a value.
func (d *document) checkEnv(p at, value any, env func(string) (string, bool)) {
	switch v := value.(type) {
	case map[string]any:
		for key, member := range v {
			d.checkEnv(p.with(key), member, env)
		}
	case []any:
		for i, item := range v {
			d.checkEnv(p.with(fmt.Sprint(i)), item, env)
		}
	case string:
		for _, found := range variable.FindAllStringSubmatch(v, -1) {
			name, isEnv := strings.CutPrefix(found[1], "env.")
			if set, _ := env(name); isEnv && set == "" {
				d.faultf(p, "uses ${env.%s}, which is not set", name)
			}
		}
	}
}
