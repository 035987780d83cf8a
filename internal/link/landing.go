package link

import "context"

// landingView greets (link.md 1.3.2).
func (s *Service) landingView(pg page) (View, error) {
	v, err := s.view(pg, proof{Step: StepLanding})
	v.Landing = pg.set.landing
	return v, err
}

// start leaves the landing page, for the rest of the visit.
func (s *Service) start(_ context.Context, h hop) (View, []Cookie, error) {
	h.pg.visit.Landed = true
	v, err := s.afterLanding(h.pg)
	return v, nil, err
}
