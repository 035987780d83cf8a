package link

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// carried is what a device's hand-over holds: the screen that its maker was on,
// and how the host page wanted the journey, which nobody repeats on the other
// device.
type carried struct {
	Proof   proof           `json:"proof"`
	Options json.RawMessage `json:"options,omitempty"`
}

// toDevice makes a link to the screen that the customer is on, for another
// device of theirs, and the symbol that its camera reads.
func (s *Service) toDevice(ctx context.Context, h hop) (View, []Cookie, error) {
	if err := s.tries.allow(h.pg.company.ID, s.Now()); err != nil {
		return View{}, nil, err
	}
	from := h.proof
	if from.Step == StepPicker {
		from.Integration, from.Row, _ = strings.Cut(h.action.IntegrationKey, "/") // the row that was pressed, if any
	}
	what := carried{Proof: from}
	if h.pg.visit.SDK {
		what.Options = h.action.Options
		if len(what.Options) == 0 {
			what.Options = json.RawMessage("{}")
		}
	}
	state, err := json.Marshal(what)
	if err != nil {
		return View{}, nil, err
	}
	made, code := s.newHandOver(h.pg, bowline.HandOverDevice, from.Connection)
	made.State = state
	err = s.Store.Write(ctx, func(tx *store.Tx) error { return tx.InsertHandOver(ctx, made) })
	if errors.Is(err, store.ErrNotFound) { // the company or the connection was deleted meanwhile
		return s.toHome(ctx, h)
	}
	if err != nil {
		return View{}, nil, err
	}
	v, err := s.deviceView(h.pg, made, from, code)
	return v, nil, err
}

func (s *Service) deviceView(pg page, made bowline.HandOver, from proof, code string) (View, error) {
	v, err := s.view(pg, proof{
		Step: StepDevice, SourceType: from.SourceType, Integration: from.Integration, Connection: from.Connection,
		HandOver: made.ID, Since: made.Created,
	})
	if err != nil {
		return View{}, err
	}
	address := s.codeURL(code)
	symbol, err := qrCode(address)
	if err != nil {
		return View{}, err
	}
	v.Locales = nil // drawn again, the screen would not know its link
	v.Device = &DeviceView{URL: address, Code: showCode(code), QR: symbol, Expires: made.ExpiresAt}
	if conn, ok := findConnection(pg.company, from.Connection); ok {
		v.Device.Integration = new(s.tileOf(conn))
	} else if in, ok := s.picked(pg.company.InstanceID, from.tile()); ok {
		v.Device.Integration = new(s.tilePicked(in))
	}
	return v, nil
}

// checkDevice tells the page that was left when the other device has linked
// what this one was about: its connection, or one of the kind that it showed.
func (s *Service) checkDevice(ctx context.Context, h hop) (View, []Cookie, error) {
	_, there := findConnection(h.pg.company, h.proof.Connection)
	// A choice of several organisations puts connections of new companies in
	// the place of the one that began.
	for _, conn := range slices.Backward(slices.Concat(h.pg.company.DataConnections, h.pg.children)) {
		mine := conn.ID == h.proof.Connection || !there && conn.SourceType == h.proof.SourceType
		if !mine || !linkedSince(conn, h.proof) {
			continue
		}
		v, err := s.successView(ctx, h.pg, conn)
		if h.proof.Connection == "" && len(v.Events) > 0 { // this page has not heard of it yet
			v.Events = append([]Event{eventStarted(conn)}, v.Events...)
		}
		return v, nil, err
	}
	return View{}, nil, ErrNothingNew
}

// backDevice returns to the screen from which the device was asked for. The
// link stays good: the customer may have opened it already.
func (s *Service) backDevice(ctx context.Context, h hop) (View, []Cookie, error) {
	made, err := s.Store.HandOver(ctx, h.proof.HandOver)
	if errors.Is(err, store.ErrNotFound) {
		return s.toHome(ctx, h)
	}
	if err != nil {
		return View{}, nil, err
	}
	what, err := s.carriedBy(made)
	if err != nil {
		return View{}, nil, err
	}
	return s.redraw(ctx, h.pg, what.Proof)
}

func (s *Service) carriedBy(h bowline.HandOver) (carried, error) {
	var what carried
	if err := json.Unmarshal(h.State, &what); err != nil {
		return what, errors.New("read hand-over: what was sealed is not a screen") // the decoder would quote it
	}
	return what, nil
}

// continueHere goes on with the journey of another device, on a page of ours.
func (s *Service) continueHere(ctx context.Context, h bowline.HandOver) (Opened, error) {
	what, err := s.carriedBy(h)
	if err != nil {
		return Opened{}, err
	}
	visit := what.Proof.Visit
	visit.SDK = false
	if len(what.Options) > 0 {
		visit.Device = h.ID
	}
	pg, err := s.load(ctx, h.CompanyID, visit)
	if err != nil {
		return Opened{}, err
	}
	opened := Opened{}
	if visit.Helper == "" {
		opened.Session = h.CompanyID
	} else if helping, err := s.stillHelping(ctx, pg); err != nil || !helping {
		return Opened{View: Expired(pg.set.locale)}, err
	}
	opened.View, opened.Cookies, err = s.redraw(ctx, pg, what.Proof)
	return opened, err
}

// redraw shows the screen of a proof once more, as far as what it stands on is
// still there.
func (s *Service) redraw(ctx context.Context, pg page, p proof) (View, []Cookie, error) {
	switch p.Step {
	case StepPicker:
		if slices.ContainsFunc(s.shownTypes(pg), func(t typeSetting) bool { return t.sourceType == p.SourceType }) {
			v, err := s.pickerView(pg, p.SourceType)
			return v, nil, err
		}
	case StepConsent:
		if in, err := s.choice(p.tile(), pg); err == nil {
			v, err := s.consentView(pg, in, p.ForColleague)
			return v, nil, err
		}
	case StepGuide, StepCredentials, StepHandoff:
		if conn, ok := findConnection(pg.company, p.Connection); ok {
			return s.redrawSignIn(ctx, pg, conn, p)
		}
	}
	v, err := s.home(ctx, pg)
	return v, nil, err
}

// redrawSignIn goes on with the sign-in where it was.
func (s *Service) redrawSignIn(ctx context.Context, pg page, conn bowline.Connection, p proof) (View, []Cookie, error) {
	if in, ok := s.catalogOf(pg.company.InstanceID).Get(conn.IntegrationKey); ok && p.Step == StepGuide {
		v, err := s.guideView(pg, conn, in, proof{Authorization: p.Authorization, Index: p.Index})
		return v, nil, err
	}
	return s.proceed(ctx, pg, conn)
}

// carriedOptions are the options of the host page from which a visit came to
// this device with a hand-over.
func (s *Service) carriedOptions(ctx context.Context, id bowline.ID) (*bowline.LinkOptions, error) {
	h, err := s.Store.HandOver(ctx, id)
	if errors.Is(err, store.ErrNotFound) { // forgotten by now: the fintech's settings are as good
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	what, err := s.carriedBy(h)
	if err != nil {
		return nil, err
	}
	options, _, err := bowline.ParseLinkOptions(what.Options)
	return &options, err
}
