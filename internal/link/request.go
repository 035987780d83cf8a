package link

import (
	"context"
	"strings"
	"unicode"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// maxRequestName bounds the name of software that is not listed (link.md 1.3.4).
const maxRequestName = 100

// toNotListed lets the customer name software that is not on offer.
func (s *Service) toNotListed(_ context.Context, h hop) (View, []Cookie, error) {
	v, err := s.notListedView(h.pg, &NotListedView{SourceType: h.proof.SourceType})
	return v, nil, err
}

func (s *Service) notListedView(pg page, shown *NotListedView) (View, error) {
	v, err := s.view(pg, proof{Step: StepNotListed, SourceType: shown.SourceType})
	v.NotListed = shown
	return v, err
}

// requestIntegration notes the wish for the fintech's staff. For this type the
// journey has nothing more to offer: what it ends with is "not supported"
// (link.md 4.6).
func (s *Service) requestIntegration(ctx context.Context, h hop) (View, []Cookie, error) {
	name := cleanName(h.action.Name)
	if name == "" {
		v, err := s.notListedView(h.pg, &NotListedView{SourceType: h.proof.SourceType})
		return v, nil, err
	}
	if err := s.tries.allow(h.pg.company.ID, s.Now()); err != nil {
		return View{}, nil, err
	}
	now := s.Now()
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		return tx.InsertIntegrationRequest(ctx, bowline.IntegrationRequest{
			ID: bowline.NewID(now), InstanceID: h.pg.company.InstanceID, CompanyID: h.pg.company.ID,
			SourceType: h.proof.SourceType, Name: name, Created: now,
		})
	})
	if err != nil {
		return View{}, nil, notFound(err)
	}
	pg := h.pg
	pg.visit.Last = &touched{Code: 501}
	v, err := s.notListedView(pg, &NotListedView{SourceType: h.proof.SourceType, Name: name, Sent: true})
	return withEvents(v, eventError(501, "Not supported", "", true)), nil, err
}

// cleanName makes one short line of what was typed.
func cleanName(typed string) string {
	name := strings.Join(strings.FieldsFunc(typed, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
	}), " ")
	if runes := []rune(name); len(runes) > maxRequestName {
		name = strings.TrimSpace(string(runes[:maxRequestName]))
	}
	return name
}

// leaveNotListed ends the visit although something may be missing: the
// customer cannot supply it.
func (s *Service) leaveNotListed(ctx context.Context, h hop) (View, []Cookie, error) {
	if h.pg.visit.Last == nil || h.pg.visit.Last.Code != 501 {
		return s.toHome(ctx, h)
	}
	v, err := s.doneView(ctx, h.pg)
	return withEvents(v, eventFinish()), nil, err
}
