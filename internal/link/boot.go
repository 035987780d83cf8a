package link

import (
	"context"
	"errors"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Entry is how a visit began: the parameters of the Link URL (link.md 4.2).
type Entry struct {
	Params      map[string]string // custom parameters
	OpenID      bool
	HideSandbox bool
}

func (e Entry) visit() visit {
	return visit(e)
}

// Boot returns the first view of a company's journey. It stores nothing. A
// company that does not exist gives the notFound view and no error.
func (s *Service) Boot(ctx context.Context, company bowline.ID, e Entry) (View, error) {
	pg, err := s.load(ctx, company, e.visit())
	if bowline.CodeOf(err) == bowline.CodeNotFound {
		return NotFound(), nil
	}
	if err != nil {
		return View{}, err
	}
	return s.entry(pg)
}

// entry is the main screen, or the picker at once where the main screen would
// offer a single choice (link.md 1.3.3).
func (s *Service) entry(pg page) (View, error) {
	if types := s.shownTypes(pg.visit); len(types) == 1 && len(pg.company.DataConnections) == 0 {
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
	return v, nil
}

// list is the content of the main screen; it also stands, dimmed, behind the
// sheets that report a result.
func (s *Service) list(pg page) *MainView {
	list := &MainView{Types: []TypeCard{}, CanFinish: true}
	for _, t := range s.shownTypes(pg.visit) {
		card := s.card(pg, t)
		list.Types = append(list.Types, card)
		if t.required && card.State != cardLinked {
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
)

// card sums up what a company has shared of one source type. What is linked
// outweighs what was lost, which outweighs what is pending.
func (s *Service) card(pg page, t typeSetting) TypeCard {
	card := TypeCard{SourceType: t.sourceType, Required: t.required, State: cardEmpty, Connections: []ConnectionTile{}}
	rank := map[string]int{cardEmpty: 0, cardPending: 1, cardLost: 2, cardLinked: 3}
	for _, c := range pg.company.DataConnections {
		if c.SourceType != t.sourceType {
			continue
		}
		state := stateOf(c.Status)
		if rank[state] > rank[card.State] {
			card.State = state
		}
		card.Connections = append(card.Connections, s.connectionTile(c))
	}
	switch card.State {
	case cardEmpty:
		card.Actions = []string{ActConnect}
	case cardPending:
		card.Actions = []string{ActResume, ActConnect}
	case cardLost:
		card.Actions = []string{ActReconnect, ActConnect}
	case cardLinked:
		card.Actions = []string{ActAddAnother}
		if t.sourceType.Single() {
			card.Actions = []string{ActReplace}
		}
	}
	return card
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
	return ConnectionTile{ID: c.ID, Name: tile.Name, LogoURL: tile.LogoURL, Status: c.Status, TenantName: c.TenantName}
}

func (s *Service) pickerView(pg page, t bowline.SourceType) (View, error) {
	v, err := s.view(pg, proof{Step: StepPicker, SourceType: t})
	if err != nil {
		return View{}, err
	}
	v.Picker = &PickerView{SourceType: t, Integrations: []Tile{}}
	for in := range s.offered(t, pg.visit) {
		v.Picker.Integrations = append(v.Picker.Integrations, s.tile(*in))
	}
	return v, nil
}

// doneView ends the visit.
func (s *Service) doneView(pg page) (View, error) {
	v, err := s.view(pg, proof{Step: StepDone})
	if err != nil {
		return View{}, err
	}
	v.Done = &DoneView{RedirectURL: pg.profile.RedirectURL, Connections: []ConnectionTile{}}
	for _, c := range pg.company.DataConnections {
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
