package catalog

import (
	"fmt"
	"maps"
	"slices"
)

// Described reads the built-in integrations and those of dir, "" for none, as
// Load does, but leaves every variable as it is written, and Enabled as the file
// has it: for documents that tell what a file says. Such a catalog cannot
// connect anything.
func Described(dir string) (*Catalog, error) {
	sources, err := embedded()
	if err != nil {
		return nil, err
	}
	var faults []Fault
	if dir != "" {
		own, unread, err := directory(dir)
		if err != nil {
			return nil, fmt.Errorf("read catalog directory: %w", err)
		}
		maps.Copy(sources, own)
		faults = append(unread, addPictures(sources, dir)...)
	}
	c, err := build(sources, expander{names: true}, faults)
	if err != nil {
		return nil, err
	}
	// Not as an operator has set it up, which here is nobody.
	files := c.current.Load().files
	told := contents{byKey: make(map[string]Integration, len(files)), all: slices.Clone(files), files: files}
	for _, in := range files {
		told.byKey[in.Key] = in
	}
	told.sort()
	return holding(told), nil
}
