package simulator

// Emulates tells whether anybody is emulated at a host.
func (s *Simulator) Emulates(host string) bool { return s.route.knows(host) }
