package link

import (
	"context"
	"slices"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/store"
)

// maxUserAgent bounds what is kept of a browser's description of itself.
const maxUserAgent = 300

// accept records the consent with the exact text that was shown, and makes the
// connection unless a pending one is there to reuse (link.md 1.3.5), in one
// transaction. If the words have changed since they were drawn, they are drawn
// again instead: nobody is recorded to have agreed to what they did not read.
func (s *Service) accept(ctx context.Context, h hop) (View, []Cookie, error) {
	in, err := s.choice(h.proof.tile(), h.pg)
	if err != nil {
		return View{}, nil, err
	}
	shown, err := s.consentView(h.pg, in, h.proof.ForColleague)
	if err != nil {
		return View{}, nil, err
	}
	consent := s.consent(*shown.Consent, in.Integration, h)
	if consent.TextVersion != h.proof.TextVersion {
		return shown, nil, nil
	}
	if err := s.tries.allow(h.pg.company.ID, s.Now()); err != nil {
		return View{}, nil, err
	}
	var conn bowline.Connection
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		company, err := tx.LockCompany(ctx, h.pg.company.InstanceID, h.pg.company.ID)
		if err != nil {
			return notFound(err)
		}
		var reused bool
		conn, reused, err = s.pending(ctx, tx, company, in)
		if err != nil {
			return err
		}
		if reused { // a double click, or the same words agreed to again
			if had, err := tx.HasConsent(ctx, conn.ID, consent.TextVersion); err != nil || had {
				return err
			}
		}
		consent.ConnectionID = conn.ID
		return tx.InsertConsent(ctx, consent)
	})
	if err != nil {
		return View{}, nil, err
	}
	return s.accepted(ctx, h, conn, consent)
}

// accepted goes on after the consent: to the sign-in, or to a link for the
// colleague who will sign in.
func (s *Service) accepted(ctx context.Context, h hop, conn bowline.Connection, consent bowline.Consent) (View, []Cookie, error) {
	if _, known := findConnection(h.pg.company, conn.ID); !known {
		h.pg.company.DataConnections = append(slices.Clone(h.pg.company.DataConnections), conn)
	}
	s.tellAccepted(h.pg, conn)
	told := []Event{eventConsent(consent.Text), eventStarted(conn)}
	if !h.proof.ForColleague {
		return s.onward(ctx, h, conn, told...)
	}
	h.pg.visit.Started = true
	v, err := s.handOverAfterConsent(ctx, h.pg, conn)
	v.Events = append(told, v.Events...)
	return v, nil, err
}

// pending returns the company's pending connection to what was picked, made now
// if there is none to reuse.
func (s *Service) pending(ctx context.Context, tx *store.Tx, company bowline.Company, in pick) (bowline.Connection, bool, error) {
	for _, c := range company.DataConnections {
		if c.Status == bowline.PendingAuth && in.isOf(c) {
			return c, true, nil
		}
	}
	ch := s.change(ctx, bowline.ActorCustomer, "")
	conn := bowline.Connection{
		ID: bowline.NewID(ch.Now), InstanceID: company.InstanceID, CompanyID: company.ID,
		IntegrationID: bowline.ID(in.ID), IntegrationKey: in.Key, SourceID: bowline.ID(in.SourceID),
		SourceType: bowline.SourceType(in.SourceType), PlatformName: in.Name, Created: ch.Now,
	}
	return conn, false, tx.MoveConnection(ctx, company, &conn, bowline.TriggerCreate, ch)
}

// consent is the record of what h's customer agrees to; the connection is not
// known yet.
func (s *Service) consent(shown ConsentView, in catalog.Integration, h hop) bowline.Consent {
	var dataTypes []string
	for _, section := range shown.Sections {
		dataTypes = append(dataTypes, section.Items...)
	}
	c := s.evidence(h, consentText(shown), dataTypes)
	c.IntegrationKey, c.Kind = in.Key, bowline.ConsentConnect
	return c
}

// evidence begins the record of a consent: the text, who saw it, where and when.
func (s *Service) evidence(h hop, text string, dataTypes []string) bowline.Consent {
	agent := []rune(h.browser.UserAgent)
	if len(agent) > maxUserAgent {
		agent = agent[:maxUserAgent]
	}
	now := s.Now()
	return bowline.Consent{
		ID: bowline.NewID(now), InstanceID: h.pg.company.InstanceID, CompanyID: h.pg.company.ID,
		Text: text, TextVersion: textVersion(text), Locale: h.pg.set.locale,
		DataTypes: dataTypes, GrantedAt: now, GrantedFrom: h.browser.Address, UserAgent: string(agent),
	}
}
