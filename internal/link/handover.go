package link

import (
	"context"
	"errors"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// A customer who lacks the login agrees, and asks somebody who has it to sign
// in. That person gets a link to one sign-in and nothing else: what a helper's
// visit can reach is the helper screen, the way to the provider of that one
// connection, and the end.

// toConsentForColleague shows what the customer agrees to before somebody else
// signs in: from the picker for a row of it, from the consent for its own.
func (s *Service) toConsentForColleague(_ context.Context, h hop) (View, []Cookie, error) {
	if !h.pg.canHandOver() {
		return View{}, nil, errNoHandOver
	}
	tile := h.proof.tile()
	if h.proof.Step == StepPicker {
		tile = h.action.IntegrationKey
	}
	in, err := s.choice(tile, h.pg)
	if err != nil {
		return View{}, nil, err
	}
	v, err := s.consentView(h.pg, in, true)
	return v, nil, err
}

var errNoHandOver error = bowline.Errorf(bowline.CodeInvalid, "This cannot be handed to somebody else.")

// handOver makes a link for a colleague from a screen on the way to the
// provider: what is shared was agreed to before.
func (s *Service) handOver(ctx context.Context, h hop) (View, []Cookie, error) {
	if !h.pg.canHandOver() || h.proof.Authorization != "" { // a sign-in that is done is not somebody else's
		return View{}, nil, errNoHandOver
	}
	conn, ok := findConnection(h.pg.company, h.proof.Connection)
	switch {
	case !ok:
		return s.toHome(ctx, h)
	case conn.Status == bowline.Linked:
		return drawn(s.connectedView(ctx, h.pg, conn, h.proof))
	}
	v, err := s.handOverAfterConsent(ctx, h.pg, conn)
	return v, nil, err
}

// handOverAfterConsent makes a link for a colleague, in the place of earlier
// ones that nobody has opened, and shows it. The page that shows it is the only
// one that ever knows it.
func (s *Service) handOverAfterConsent(ctx context.Context, pg page, conn bowline.Connection) (View, error) {
	if err := s.tries.allow(pg.company.ID, s.Now()); err != nil {
		return View{}, err
	}
	made, code := s.newHandOver(pg, bowline.HandOverColleague, conn.ID)
	made.State = []byte("{}") // all that it leads to is its connection
	err := s.Store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.EndHandOvers(ctx, conn.ID); err != nil {
			return err
		}
		if err := tx.InsertHandOver(ctx, made); err != nil {
			return err
		}
		ch := s.change(ctx, bowline.ActorCustomer, "Handed to a colleague.")
		return tx.AppendHistory(ctx, bowline.ConnectionHistory{ // no change of state
			ID: bowline.NewID(ch.Now), InstanceID: conn.InstanceID, CompanyID: conn.CompanyID, ConnectionID: conn.ID,
			At: ch.Now, From: conn.Status, To: conn.Status, Reason: ch.Reason, Actor: ch.Actor, CorrelationID: ch.CorrelationID,
		})
	})
	if errors.Is(err, store.ErrNotFound) { // the company or the connection was deleted meanwhile
		return s.errorView(pg, bowline.Connection{}, reasonGone, "")
	}
	if err != nil {
		return View{}, err
	}
	v, err := s.view(pg, proof{
		Step: StepHandOver, SourceType: conn.SourceType, Integration: conn.IntegrationKey, Connection: conn.ID,
		HandOver: made.ID, Since: made.Created,
	})
	if err != nil {
		return View{}, err
	}
	v.Locales = nil // drawn again, the screen would not know its link
	v.HandOver = &HandOverView{Integration: s.tileOf(conn), URL: s.codeURL(code), Expires: made.ExpiresAt}
	return v, nil
}

// checkHandOver tells the page that waits for a colleague when the connection
// is there. What goes wrong at the colleague's is the colleague's to repeat.
func (s *Service) checkHandOver(ctx context.Context, h hop) (View, []Cookie, error) {
	conn, ok := findConnection(h.pg.company, h.proof.Connection)
	switch {
	case !ok:
		v, err := s.errorView(h.pg, bowline.Connection{}, reasonGone, "")
		return v, nil, err
	case linkedSince(conn, h.proof):
		v, err := s.successView(ctx, h.pg, conn)
		return v, nil, err
	}
	return View{}, nil, ErrNothingNew
}

// help leads a helper on to the sign-in.
func (s *Service) help(ctx context.Context, h hop) (View, []Cookie, error) {
	conn, ok := findConnection(h.pg.company, h.proof.Connection)
	if !ok {
		return Expired(h.pg.set.locale), nil, nil
	}
	h.pg.visit.Answers = h.pg.visit.Answers.again()
	return s.signIn(ctx, h.pg, conn)
}

// helperView greets somebody who was asked to sign in: who asks, for which
// business, and what its owner has agreed to share. There is nothing else here
// for a helper, so it is also where every way back leads.
func (s *Service) helperView(ctx context.Context, pg page) (View, error) {
	asked, err := s.Store.HandOver(ctx, pg.visit.Helper)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return View{}, err
	}
	conn, ok := findConnection(pg.company, asked.ConnectionID)
	switch {
	case err != nil || !ok || asked.CompanyID != pg.company.ID || asked.Kind != bowline.HandOverColleague:
		return Expired(pg.set.locale), nil
	case asked.FinishedAt != nil:
		return s.helpedView(ctx, pg, conn)
	case s.overFor(asked, conn):
		return Expired(pg.set.locale), nil
	}
	types, err := s.agreedTypes(ctx, conn)
	if err != nil {
		return View{}, err
	}
	v, err := s.view(pg, proof{Step: StepHelper, SourceType: conn.SourceType, Integration: conn.IntegrationKey, Connection: conn.ID})
	if err != nil {
		return View{}, err
	}
	v.Helper = &HelperView{Integration: s.tileOf(conn), DataTypes: types, Expires: asked.ExpiresAt, Who: s.whoFor(pg, conn)}
	return v, nil
}

// overFor says whether there is nothing left to do for a helper: the time is
// over, or somebody else has signed in since.
func (s *Service) overFor(asked bowline.HandOver, conn bowline.Connection) bool {
	return !s.Now().Before(asked.ExpiresAt) || conn.Status == bowline.Linked
}

// agreedTypes are the data types that the owner's last consent names.
func (s *Service) agreedTypes(ctx context.Context, conn bowline.Connection) ([]string, error) {
	consents, err := s.Store.Consents(ctx, conn.InstanceID, conn.ID)
	if err != nil {
		return nil, err
	}
	types := []string{}
	for _, c := range consents {
		if c.Kind == bowline.ConsentConnect {
			types = append([]string{}, c.DataTypes...)
		}
	}
	return types, nil
}

// helpedView thanks a helper. It knows the one connection and leads nowhere.
func (s *Service) helpedView(_ context.Context, pg page, conn bowline.Connection) (View, error) {
	v, err := s.view(pg, proof{Step: StepDone})
	if err != nil {
		return View{}, err
	}
	v.Done = &DoneView{Helper: true, Connections: []ConnectionTile{s.connectionTile(conn)}}
	return v, nil
}

// stillHelping refuses a helper whose hand-over is done or over, at whatever
// screen a tab was left open.
func (s *Service) stillHelping(ctx context.Context, pg page) (bool, error) {
	asked, err := s.Store.HandOver(ctx, pg.visit.Helper)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	conn, ok := findConnection(pg.company, asked.ConnectionID)
	return err == nil && ok && asked.FinishedAt == nil && !s.overFor(asked, conn), err
}

// finishHelp notes, in the transaction that links the connection, that the
// sign-in was a helper's. It returns what the timeline says about the link.
func (s *Service) finishHelp(ctx context.Context, tx *store.Tx, a bowline.Authorization) (string, error) {
	if a.HandOverID == "" {
		return "", nil
	}
	return "A colleague signed in.", tx.FinishHandOver(ctx, a.HandOverID, a.ID, s.Now())
}
