package link

import (
	"context"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/store"
)

// maxUserAgent bounds what is kept of a browser's description of itself.
const maxUserAgent = 300

func (s *Service) consentView(pg page, in catalog.Integration) (View, error) {
	t := bowline.SourceType(in.SourceType)
	v, err := s.view(pg, proof{Step: StepConsent, SourceType: t, Integration: in.Key})
	if err != nil {
		return View{}, err
	}
	client := pg.profile.Name
	v.Consent = &ConsentView{
		SourceType: t, Integration: s.tile(in),
		Title:    fill(consentTitle, in.Name, client),
		Subtitle: fill(consentSubtitle, in.Name, client),
		Sections: []ConsentSection{{ID: "access", Header: headerAccess, Body: fill(consentAccess, in.Name, client)}},
		Terms:    fill(consentTerms, in.Name, client),
		Button:   consentButton,
	}
	if len(in.DataTypes) > 0 {
		v.Consent.Sections = append(v.Consent.Sections, ConsentSection{ID: "platformData", Header: headerData, Items: in.DataTypes})
	}
	return v, nil
}

// accept records the consent with the exact text that was shown, and makes the
// connection unless a pending one is there to reuse (link.md 1.3.5). Both are
// one transaction, so there is no connection without a consent.
func (s *Service) accept(ctx context.Context, h hop) (View, []Cookie, error) {
	in, err := s.choice(h.proof.Integration, h.pg.visit)
	if err != nil {
		return View{}, nil, err
	}
	shown, err := s.consentView(h.pg, in)
	if err != nil {
		return View{}, nil, err
	}
	var conn bowline.Connection
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		company, err := tx.LockCompany(ctx, h.pg.company.InstanceID, h.pg.company.ID)
		if err != nil {
			return notFound(err)
		}
		ch := s.change(ctx, bowline.ActorCustomer, "")
		if conn, err = s.pending(ctx, tx, company, in, ch); err != nil {
			return err
		}
		return tx.InsertConsent(ctx, s.consent(conn, *shown.Consent, h.browser))
	})
	if err != nil {
		return View{}, nil, err
	}
	return s.handoff(ctx, h.pg, conn)
}

// pending returns the company's pending connection to an integration, made now
// if there is none.
func (s *Service) pending(ctx context.Context, tx *store.Tx, company bowline.Company, in catalog.Integration, ch store.Change) (bowline.Connection, error) {
	for _, c := range company.DataConnections {
		if c.IntegrationKey == in.Key && c.Status == bowline.PendingAuth {
			return c, nil
		}
	}
	conn := bowline.Connection{
		ID: bowline.NewID(ch.Now), InstanceID: company.InstanceID, CompanyID: company.ID,
		IntegrationID: bowline.ID(in.ID), IntegrationKey: in.Key, SourceID: bowline.ID(in.SourceID),
		SourceType: bowline.SourceType(in.SourceType), PlatformName: in.Name, Created: ch.Now,
	}
	return conn, tx.MoveConnection(ctx, company, &conn, bowline.TriggerCreate, ch)
}

func (s *Service) consent(c bowline.Connection, shown ConsentView, b Browser) bowline.Consent {
	var dataTypes []string
	for _, section := range shown.Sections {
		dataTypes = append(dataTypes, section.Items...)
	}
	text, agent := consentText(shown), []rune(b.UserAgent)
	if len(agent) > maxUserAgent {
		agent = agent[:maxUserAgent]
	}
	now := s.Now()
	return bowline.Consent{
		ID: bowline.NewID(now), InstanceID: c.InstanceID, CompanyID: c.CompanyID, ConnectionID: c.ID,
		IntegrationKey: c.IntegrationKey, Text: text, TextVersion: textVersion(text), Locale: defaultLocale,
		DataTypes: dataTypes, GrantedAt: now, GrantedFrom: b.Address, UserAgent: string(agent),
	}
}
