package link

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// A preview is the journey with a draft of settings, for the fintech's staff: the
// same views, made by the same functions, of a company that does not exist.
// Nothing that happens in one is kept. The Service behind it has no store and no
// way to a provider, so that what is forgotten here fails instead of writing.

// Draft is what a preview shows.
type Draft struct {
	Link        bowline.LinkSettings `json:"link"`
	Branding    bowline.Branding     `json:"branding"`
	Profile     DraftProfile         `json:"profile"`
	Locale      string               `json:"locale,omitempty"`      // BCP 47; the browser's where it is empty or not offered
	ColorScheme string               `json:"colorScheme,omitempty"` // light or dark, where the branding leaves it to the device
	Screen      string               `json:"screen,omitempty"`      // of [PreviewScreens]; empty: where customers begin
}

// DraftProfile is the part of a profile that customers see.
type DraftProfile struct {
	Name    string `json:"name"`
	LogoURL string `json:"logoUrl,omitempty"`
	IconURL string `json:"iconUrl,omitempty"`
}

const (
	// previewLife is how long a draft is kept after it was changed last.
	previewLife = time.Hour
	bindPreview = "link-preview"
	// previewMark begins the tokens of previews, where customers' pages have a
	// company access token.
	previewMark = "preview."
)

// KeptDraft says where a draft can be looked at.
type KeptDraft struct {
	ID      bowline.ID
	Token   string // lets its holder look at it
	Expires time.Time
}

// DraftKey says whose a draft is, and which one.
type DraftKey struct {
	Instance bowline.ID
	Session  bowline.ID // of the person who drafts; empty for an API key
	ID       bowline.ID // of an earlier draft; empty for a new one
}

// previewToken is what a token says, sealed.
type previewToken struct {
	ID      bowline.ID `json:"i"`
	Expires int64      `json:"x"` // seconds since 1970
}

// KeepDraft keeps a draft for an hour, in the place of an earlier one of the same
// session where there is one that is not over, or else under an id of its own. It
// and its tokens end with the session.
func (s *Service) KeepDraft(ctx context.Context, of DraftKey, d Draft) (KeptDraft, error) {
	now := s.Now()
	text, err := json.Marshal(d)
	if err != nil {
		return KeptDraft{}, fmt.Errorf("encode draft: %w", err)
	}
	kept := store.Preview{ID: of.ID, InstanceID: of.Instance, Session: of.Session, Draft: text, ExpiresAt: now.Add(previewLife)}
	err = s.Store.Write(ctx, func(tx *store.Tx) error {
		if kept.ID = of.ID; of.ID != "" {
			if is, err := tx.ChangePreview(ctx, kept, now); is || err != nil {
				return err
			}
		}
		kept.ID = bowline.NewID(now)
		return tx.InsertPreview(ctx, kept, now)
	})
	if errors.Is(err, store.ErrNotFound) { // the session has ended just now
		return KeptDraft{}, bowline.Errorf(bowline.CodeUnauthorized, "Please sign in.")
	}
	if err != nil {
		return KeptDraft{}, fmt.Errorf("keep draft: %w", err)
	}
	plain, err := json.Marshal(previewToken{kept.ID, kept.ExpiresAt.Unix()})
	if err != nil {
		return KeptDraft{}, fmt.Errorf("encode token of a preview: %w", err)
	}
	token, err := s.Sealer.SealText(string(plain), bindPreview)
	if err != nil {
		return KeptDraft{}, fmt.Errorf("seal preview: %w", err)
	}
	return KeptDraft{kept.ID, previewMark + token, kept.ExpiresAt}, nil
}

// IsPreviewToken says whether a token is for a preview rather than for a company.
func IsPreviewToken(token string) bool { return strings.HasPrefix(token, previewMark) }

var errPreviewOver = bowline.Errorf(bowline.CodeExpired, "This preview is over. Load the page again.")

// Preview answers an action of a preview, which the token must be for. A draft
// that is over, and a token that is, are CodeExpired.
func (s *Service) Preview(ctx context.Context, id bowline.ID, token string, a Action) (View, error) {
	var opened previewToken
	text, err := s.Sealer.OpenText(strings.TrimPrefix(token, previewMark), bindPreview)
	if err == nil {
		err = json.Unmarshal([]byte(text), &opened)
	}
	if err != nil || opened.ID != id {
		return View{}, bowline.Errorf(bowline.CodeForbidden, "The token is not one of this preview.")
	}
	if s.Now().Unix() >= opened.Expires {
		return View{}, errPreviewOver
	}
	kept, err := s.Store.Preview(ctx, id, s.Now())
	if errors.Is(err, store.ErrNotFound) {
		return View{}, errPreviewOver
	}
	if err != nil {
		return View{}, err
	}
	var draft Draft
	if err := json.Unmarshal(kept.Draft, &draft); err != nil {
		return View{}, fmt.Errorf("read draft: %w", err)
	}
	show := preview{
		Service: &Service{
			Catalog: s.Catalog, Offer: s.Offer, Rows: s.Rows, Sealer: s.Sealer, Links: s.Links, Now: s.Now, Logger: s.Logger,
		},
		kept: kept, draft: draft,
	}
	v, err := show.answer(ctx, a)
	return told(v), err
}

// preview is one request of a preview.
type preview struct {
	*Service // without store, provider and clocks of tries
	kept     store.Preview
	draft    Draft
}

func (s preview) answer(ctx context.Context, a Action) (View, error) {
	if a.Action == ActBoot {
		return s.boot(ctx, a)
	}
	p, err := s.open(a.Flow)
	if err != nil {
		return View{}, err
	}
	h := hop{pg: s.page(p.Visit, nil), proof: p, action: a}
	if a.Action == ActLanguage {
		if err := s.speak(&h.pg, a.Locale); err != nil {
			return View{}, err
		}
		v, err := s.again(h.pg, p)
		v.Events = nil
		return v, err
	}
	decide, ok := previewSteps[p.Step][a.Action]
	if !ok {
		return View{}, bowline.Errorf(bowline.CodeInvalid, "That cannot be done on this screen.")
	}
	v, _, err := decide(s, ctx, h)
	return v, err
}

// boot draws the first screen, or the one that was there before the draft was
// changed.
func (s preview) boot(ctx context.Context, a Action) (View, error) {
	if p, err := s.open(a.Resume); err == nil {
		if s.draft.Locale != "" {
			p.Visit.Locale = s.draft.Locale
		}
		v, err := s.again(s.page(p.Visit, a.Locales), p)
		v.Events = nil
		return v, err
	}
	v := visit{SDK: true, Locale: s.draft.Locale, Began: s.Now().Unix(), Sample: &sample{}}
	return s.screen(ctx, s.page(v, a.Locales))
}

// open opens the proof of a screen of this preview.
func (s preview) open(text string) (proof, error) {
	p, err := s.openSealedProof(text)
	if err == nil && (p.Company != s.kept.ID || p.Visit.Sample == nil) {
		err = errOtherPlace
	}
	return p, err
}

// page is what [Service.read] is for customers, made of the draft.
func (s preview) page(v visit, languages []string) page {
	pg := page{
		visit: v, languages: languages, known: true, begun: true, settings: &s.draft.Link, branding: s.draft.Branding,
		company: bowline.Company{ID: s.kept.ID, InstanceID: s.kept.InstanceID, Name: sampleCompany, Created: s.Now()},
		profile: bowline.Profile{Name: s.draft.Profile.Name, LogoURL: s.draft.Profile.LogoURL, IconURL: s.draft.Profile.IconURL},
	}
	if pg.branding.ColorScheme == "" {
		pg.branding.ColorScheme = s.draft.ColorScheme
	}
	pg.company.DataConnections = s.connections(v.Sample)
	pg.set = s.resolve(pg)
	pg.visit.Locale = pg.set.locale
	return pg
}

// PreviewScreens are the screens that a preview can begin with. Those that a
// draft does not have, and those of software that is not there, give way to where
// customers begin.
func PreviewScreens() []string {
	return []string{
		"landing", "invite", "main", "picker", "picker.accounting", "picker.banking", "picker.commerce",
		"consent", "consent.accounting", "consent.banking", "consent.commerce", "guide", "credentials", "tenants", "success",
		"notListed", "manage", "managed", "disconnect", "exit", "done",
	}
}

// screen draws the screen that the draft asks for.
func (s preview) screen(ctx context.Context, pg page) (View, error) {
	name, of, _ := strings.Cut(s.draft.Screen, ".")
	t := s.typeNamed(pg, of)
	if name != "" && name != "landing" && name != "invite" {
		pg.visit.Landed = true
	}
	switch {
	case name == "invite":
		return s.invite(pg, "")
	case name == "main":
		return s.mainView(pg)
	case name == "picker" && slices.ContainsFunc(s.shownTypes(pg), func(one typeSetting) bool { return one.sourceType == t }):
		return s.pickerView(pg, t)
	case name == "notListed":
		return s.notListedView(pg, &NotListedView{SourceType: t})
	case name == "exit":
		pg.visit.Started = true
		return s.consentOf(pg, t)
	case name == "consent":
		return s.consentOf(pg, t)
	case name == "guide":
		return s.onWay(pg, func(p pick) bool { return len(p.Before) > 0 })
	case name == "credentials":
		return s.onWay(pg, func(p pick) bool { return len(p.Before) == 0 && (p.UsesCredentials() || len(p.Inputs) > 0) })
	case name == "tenants":
		return s.choosing(pg)
	case name == "success", name == "manage", name == "managed", name == "disconnect", name == "done":
		return s.connected(ctx, pg, name)
	}
	return s.entry(pg)
}

// typeNamed is the source type of a screen's name, or else the first one that is
// shown.
func (s preview) typeNamed(pg page, name string) bowline.SourceType {
	for _, t := range typeOrder {
		if strings.EqualFold(string(t), name) {
			return t
		}
	}
	if shown := s.shownTypes(pg); len(shown) > 0 {
		return shown[0].sourceType
	}
	return typeOrder[0]
}
