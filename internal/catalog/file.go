package catalog

// File returns the integration with the key as its file has it, before anything
// was set up: what an operator chooses from.
func (c *Catalog) File(key string) (Integration, bool) {
	for _, in := range c.current.Load().files {
		if in.Key == key {
			return in, true
		}
	}
	return Integration{}, false
}
