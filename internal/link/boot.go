package link

import (
	"context"
	"errors"
	"slices"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/store"
)

// Entry is how a visit began: the parameters of the Link URL (link.md 4.2).
type Entry struct {
	Params  map[string]string // custom parameters
	OpenID  bool
	Sandbox *bool    // link.showSandboxIntegrations, if the URL has it
	Locales []string // the browser's languages, the preferred first
	Trusted bool     // the browser has opened the company's journey before (link.md 4.3)
	Known   bool     // and has spent a one-time password for that
}

func (s *Service) visit(e Entry) visit {
	return visit{Params: e.Params, OpenID: e.OpenID, Sandbox: e.Sandbox, Began: s.Now().Unix()}
}

// Boot returns the first view of a company's journey. It stores nothing. A
// company that does not exist gives the notFound view and no error.
func (s *Service) Boot(ctx context.Context, company bowline.ID, e Entry) (View, error) {
	pg, err := s.read(ctx, company, page{visit: s.visit(e), languages: e.Locales, known: e.Known})
	if bowline.CodeOf(err) == bowline.CodeNotFound {
		return NotFound(), nil
	}
	if err != nil {
		return View{}, err
	}
	if pg.gated(e) {
		return s.gateView(pg, "")
	}
	if err := s.checkRedirect(pg); err != nil {
		return View{}, err
	}
	s.began(pg)
	v, err := s.entry(pg)
	return told(v), err
}

// entry is the first screen of a visit (link.md 1.1, row 6).
func (s *Service) entry(pg page) (View, error) {
	if pg.set.landing != nil && !pg.visit.Landed {
		return s.landingView(pg)
	}
	return s.afterLanding(pg)
}

// afterLanding is what is connected, where the visit may look after that, the main screen, or the picker at once where the main screen
// would offer a single choice (link.md 1.3.3).
func (s *Service) afterLanding(pg page) (View, error) {
	if s.opensWithManage(pg) {
		return s.manageView(pg)
	}
	types := s.shownTypes(pg)
	if len(types) == 1 && len(pg.company.DataConnections) == 0 && len(pg.children) == 0 {
		return s.pickerView(pg, types[0].sourceType)
	}
	return s.mainView(pg)
}

func (s *Service) mainView(pg page) (View, error) {
	v, err := s.view(pg, proof{Step: StepMain})
	if err != nil {
		return View{}, err
	}
	v.Main = s.list(pg)
	if v.Exit != "" && (!pg.visit.Started || v.Main.CanFinish) {
		v.Exit = ExitClose
	}
	return v, nil
}

// list is the content of the main screen; it also stands, dimmed, behind the
// sheets that report a result.
func (s *Service) list(pg page) *MainView {
	list := &MainView{
		Types: []TypeCard{}, CanFinish: true, Title: pg.set.mainTitle, Subtitle: pg.set.mainSubtitle,
		CanManage: pg.manages() && len(pg.managed()) > 0,
	}
	for _, t := range s.shownTypes(pg) {
		card := s.card(pg, t)
		list.Types = append(list.Types, card)
		if t.required && card.State != cardLinked && card.State != cardShare {
			list.CanFinish = false
		}
	}
	return list
}

// The states of a TypeCard.
const (
	cardEmpty   = "empty"
	cardPending = "pending"
	cardLinked  = "linked"
	cardLost    = "lost"
	cardShare   = "shareable"
)

// card sums up what a company has shared of one source type. What is linked
// outweighs what was lost, which outweighs what is pending. What was linked on
// an earlier visit is asked for once more where the host page says so.
func (s *Service) card(pg page, t typeSetting) TypeCard {
	card := TypeCard{SourceType: t.sourceType, Required: t.required, State: cardEmpty, Connections: []ConnectionTile{}}
	rank := map[string]int{cardEmpty: 0, cardPending: 1, cardLost: 2, cardLinked: 3}
	earlier := true
	for _, c := range slices.Concat(pg.company.DataConnections, pg.children) {
		if c.SourceType != t.sourceType {
			continue
		}
		state := stateOf(c.Status)
		if rank[state] > rank[card.State] {
			card.State = state
		}
		if c.Status == bowline.Linked {
			earlier = earlier && c.LinkedAt != nil && c.LinkedAt.Unix() < pg.visit.Began
			card.Recommend = card.Recommend || s.recommends(pg, c)
		}
		card.Connections = append(card.Connections, s.connectionTile(c))
	}
	if card.State == cardLinked && earlier && pg.set.additionalConsent && !slices.Contains(pg.visit.Shared, t.sourceType) {
		card.State = cardShare
	}
	card.Actions = cardActions(card.State, t.sourceType)
	return card
}

func cardActions(state string, t bowline.SourceType) []string {
	switch {
	case state == cardPending:
		return []string{ActResume, ActConnect}
	case state == cardLost:
		return []string{ActReconnect, ActConnect}
	case state == cardShare:
		return []string{ActShare}
	case state == cardLinked && t.Single():
		return []string{ActReplace}
	case state == cardLinked:
		return []string{ActAddAnother}
	}
	return []string{ActConnect}
}

// recommends says whether one more account of the kind is worth a suggestion
// (link.md 1.3.22).
func (s *Service) recommends(pg page, c bowline.Connection) bool {
	in, ok := s.catalogOf(c.InstanceID).Get(c.IntegrationKey)
	return ok && pg.set.recommendAnother && c.SourceType == bowline.Banking && in.RecommendAnother
}

func stateOf(status bowline.Status) string {
	switch status {
	case bowline.Linked:
		return cardLinked
	case bowline.Unlinked, bowline.Deauthorized:
		return cardLost
	}
	return cardPending
}

func (s *Service) connectionTile(c bowline.Connection) ConnectionTile {
	tile := s.tileOf(c)
	return ConnectionTile{
		ID: c.ID, Name: tile.Name, LogoURL: tile.LogoURL, Monogram: tile.Monogram, Color: tile.Color,
		Status: c.Status, TenantName: c.TenantName,
	}
}

func (s *Service) pickerView(pg page, t bowline.SourceType) (View, error) {
	v, err := s.view(pg, proof{Step: StepPicker, SourceType: t})
	if err != nil {
		return View{}, err
	}
	v.Picker = &PickerView{SourceType: t, Integrations: []Tile{}, CanHandOver: pg.set.handOver}
	for in := range s.offered(t, pg) {
		v.Picker.Integrations = append(v.Picker.Integrations, s.tiles(pg, in)...)
	}
	if len(v.Picker.Integrations) == 1 {
		v.Picker.Preselected = v.Picker.Integrations[0].Key
	}
	return v, nil
}

// deviceOf warns of software that a phone is not enough for (link.md 1.3.4).
func deviceOf(in catalog.Integration, pg page) string {
	switch {
	case !pg.set.mobileWarning && !in.Device.DesktopOnly:
		return ""
	case in.Device.DesktopOnly:
		return DeviceDesktop
	case in.Device.NeedsPackage:
		return DevicePackage
	case !in.Device.MobileOptimised:
		return DeviceLarge
	}
	return ""
}

// doneView ends the visit, with the redirect that the fintech configured
// unless a host page owns what comes next (link.md 1.3.20).
func (s *Service) doneView(ctx context.Context, pg page) (View, error) {
	last := touched{Code: 201}
	if pg.visit.Last != nil {
		last = *pg.visit.Last
	}
	v, err := s.view(pg, proof{Step: StepDone})
	if err != nil {
		return View{}, err
	}
	v.Done = &DoneView{Connections: []ConnectionTile{}}
	if !pg.visit.SDK {
		if v.Done.RedirectURL, err = s.redirectURL(ctx, pg, last); err != nil {
			return View{}, err
		}
	}
	for _, c := range slices.Concat(pg.company.DataConnections, pg.children) {
		if c.Status == bowline.Linked {
			v.Done.Connections = append(v.Done.Connections, s.connectionTile(c))
		}
	}
	return v, nil
}

func notFound(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return ErrNotFound
	}
	return err
}
