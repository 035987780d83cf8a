package link

import (
	"context"
	"slices"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Additional consent (link.md 1.3.16): what is connected already may be asked
// for once more, for a further use. No connection changes; what is agreed to is
// recorded with the connections that it is about.

func (s *Service) toShare(_ context.Context, h hop) (View, []Cookie, error) {
	v, err := s.shareView(h.pg, h.action.SourceType)
	return v, nil, err
}

func (s *Service) shareView(pg page, t bowline.SourceType) (View, error) {
	connected := linkedOf(pg, t)
	if len(connected) == 0 || !pg.set.additionalConsent {
		return View{}, bowline.Errorf(bowline.CodeInvalid, "There is nothing of that kind to share.")
	}
	words := pg.set.consents[t]
	shown := &ShareView{
		SourceType: t, Title: words.additionalTitle, Subtitle: words.additionalSubtitle,
		Terms: words.additionalTerms, Button: words.additionalButton, DataTypes: s.dataTypes(pg, t, connected),
	}
	for _, c := range connected {
		shown.Connections = append(shown.Connections, s.connectionTile(c))
	}
	v, err := s.view(pg, proof{Step: StepShare, SourceType: t, TextVersion: textVersion(shareText(*shown))})
	v.Share = shown
	return v, err
}

// dataTypes are those that the visit asks for, or all that the connected
// integrations hold.
func (s *Service) dataTypes(pg page, t bowline.SourceType, connected []bowline.Connection) []string {
	for _, asked := range pg.set.types {
		if asked.sourceType == t && asked.dataTypes != nil {
			return asked.dataTypes
		}
	}
	seen, all := map[string]bool{}, []string{}
	for _, c := range connected {
		in, _ := s.catalogOf(c.InstanceID).Get(c.IntegrationKey)
		for _, dataType := range in.DataTypes {
			if !seen[dataType] {
				seen[dataType] = true
				all = append(all, dataType)
			}
		}
	}
	return all
}

// linkedOf are the connections of a source type that work, those of companies
// below this one included: the main screen counts them too.
func linkedOf(pg page, t bowline.SourceType) []bowline.Connection {
	var linked []bowline.Connection
	for _, c := range slices.Concat(pg.company.DataConnections, pg.children) {
		if c.SourceType == t && c.Status == bowline.Linked {
			linked = append(linked, c)
		}
	}
	return linked
}

// shareText is the Markdown of everything on the screen: the evidence.
func shareText(v ShareView) string {
	return consentText(ConsentView{
		Title: v.Title, Subtitle: v.Subtitle, Terms: v.Terms, Button: v.Button,
		Sections: []ConsentSection{{ID: "platformData", Items: v.DataTypes}},
	})
}

// share records the additional consent with every connection that it is about.
// As with the first consent, words that have changed since are shown again.
func (s *Service) share(ctx context.Context, h hop) (View, []Cookie, error) {
	t := h.proof.SourceType
	again, err := s.shareView(h.pg, t)
	if err != nil {
		return View{}, nil, err
	}
	text := shareText(*again.Share)
	if textVersion(text) != h.proof.TextVersion {
		return again, nil, nil
	}
	if err := s.tries.allow(h.pg.company.ID, s.Now()); err != nil {
		return View{}, nil, err
	}
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		company, err := tx.LockCompany(ctx, h.pg.company.InstanceID, h.pg.company.ID)
		if err != nil {
			return notFound(err)
		}
		locked := h.pg
		locked.company = company
		for _, conn := range linkedOf(locked, t) {
			if had, err := tx.HasConsent(ctx, conn.ID, textVersion(text)); err != nil {
				return err
			} else if had { // a double click
				continue
			}
			if err := tx.InsertConsent(ctx, s.additionalConsent(h, conn, text, again.Share.DataTypes)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return View{}, nil, err
	}
	pg := h.pg
	pg.visit.Shared, pg.visit.Started = append(append([]bowline.SourceType(nil), pg.visit.Shared...), t), true
	v, err := s.view(pg, proof{Step: StepShared, SourceType: t})
	v.Main, v.Shared = s.list(pg), &SharedView{SourceType: t}
	return withEvents(v, eventConsent(text)), nil, err
}

func (s *Service) additionalConsent(h hop, conn bowline.Connection, text string, dataTypes []string) bowline.Consent {
	c := s.evidence(h, text, dataTypes)
	c.CompanyID, c.ConnectionID, c.IntegrationKey, c.Kind = conn.CompanyID, conn.ID, conn.IntegrationKey, bowline.ConsentAdditional
	return c
}
