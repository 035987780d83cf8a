package link

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// How long links that go from hand to hand are good for, until they are opened
// and, for a colleague's, until the sign-in.
const (
	colleagueLife = 7 * 24 * time.Hour
	deviceLife    = time.Hour
)

// newHandOver makes a hand-over and its code. Its state is the caller's.
func (s *Service) newHandOver(pg page, kind bowline.HandOverKind, conn bowline.ID) (bowline.HandOver, string) {
	letters, life := colleagueLetters, colleagueLife
	if kind == bowline.HandOverDevice {
		letters, life = deviceLetters, deviceLife
	}
	code, now := newCode(letters), s.Now()
	return bowline.HandOver{
		ID: bowline.NewID(now), InstanceID: pg.company.InstanceID, CompanyID: pg.company.ID, ConnectionID: conn,
		Kind: kind, CodeHash: s.hashCode(code, kind), Created: now, ExpiresAt: now.Add(life),
	}, code
}

// codeURL is the address that holds a code: in the fragment, which browsers
// send to no server.
func (s *Service) codeURL(code string) string {
	shown := strings.ToLower(code)
	if len(code) == deviceLetters {
		shown = showCode(code)
	}
	return s.Links.Go() + "#" + shown
}

// Opened is what a code led to.
type Opened struct {
	View    View
	Keep    Cookie     // lets this browser come back
	Cookies []Cookie   // of an attempt that begins at once
	Session bowline.ID // company that this browser's person counts as known to; empty for a helper
	Proven  bool       // by a one-time password
}

// OpenCode opens a link for a colleague or for another device. The first browser
// to do so owns it, and may come back without the code. Whatever is wrong with a
// code leads to the same expired view; an error is too many tries or a failure
// of ours.
func (s *Service) OpenCode(ctx context.Context, code string, locales []string, b Browser) (Opened, error) {
	spoken := chooseLocale("", locales, bowline.Locales)
	h, held, err := s.lookUp(ctx, code, b)
	if errors.Is(err, store.ErrNotFound) {
		return Opened{View: Expired(spoken)}, nil
	}
	if err != nil {
		return Opened{}, err
	}
	if !held {
		err := s.openFirst(ctx, h, b)
		if errors.Is(err, store.ErrConflict) { // opened before, or out of time
			return Opened{View: Expired(spoken)}, nil
		}
		if err != nil {
			return Opened{}, err
		}
	}
	opened, err := s.goOn(ctx, h, locales)
	if bowline.CodeOf(err) == bowline.CodeNotFound { // the company was deleted meanwhile
		return Opened{View: Expired(spoken)}, nil
	}
	if err != nil {
		return Opened{}, err
	}
	opened.Keep, err = s.heldCookie(h)
	opened.View = told(opened.View)
	return opened, err
}

// lookUp finds the hand-over of a code, or without a code the one that this
// browser opened last, and says whether this browser has opened it before.
func (s *Service) lookUp(ctx context.Context, code string, b Browser) (bowline.HandOver, bool, error) {
	mine := s.heldBy(b)
	if code == "" {
		h, err := s.Store.HandOver(ctx, mine.last)
		return h, err == nil, err
	}
	code, kind, ok := readCode(code)
	if !ok {
		return bowline.HandOver{}, false, store.ErrNotFound
	}
	right, err := s.guess(kind, b)
	if err != nil {
		return bowline.HandOver{}, false, err
	}
	h, err := s.Store.HandOverByCode(ctx, s.hashCode(code, kind))
	if err != nil {
		return bowline.HandOver{}, false, err
	}
	right()
	return h, mine.ids[h.ID], nil
}

func (s *Service) openFirst(ctx context.Context, h bowline.HandOver, b Browser) error {
	now, agent := s.Now(), []rune(b.UserAgent)
	if len(agent) > maxUserAgent {
		agent = agent[:maxUserAgent]
	}
	h.OpenedAt, h.OpenedFrom, h.UserAgent = &now, b.Address, string(agent)
	return s.Store.Write(ctx, func(tx *store.Tx) error { return tx.OpenHandOver(ctx, h) })
}

// goOn draws what an opened hand-over leads to.
func (s *Service) goOn(ctx context.Context, h bowline.HandOver, locales []string) (Opened, error) {
	if h.Kind == bowline.HandOverDevice {
		return s.continueHere(ctx, h)
	}
	v := s.visit(Entry{})
	v.Helper = h.ID
	pg, err := s.read(ctx, h.CompanyID, page{visit: v, languages: locales})
	if err != nil {
		return Opened{}, err
	}
	view, err := s.helperView(ctx, pg)
	return Opened{View: view}, err
}

// HandOverCookiePrefix begins the names of the cookies that say which
// hand-overs a browser has opened.
const HandOverCookiePrefix = "bowline_handover_"

const bindHeld = "link-handover"

// held is the content of such a cookie.
type held struct {
	HandOver bowline.ID `json:"h"`
	At       time.Time  `json:"a"`
}

func (s *Service) heldCookie(h bowline.HandOver) (Cookie, error) {
	life := colleagueLife
	if h.Kind == bowline.HandOverDevice {
		life = proofLife
	}
	value, err := s.sealJSON(held{h.ID, s.Now()}, bindHeld)
	id := string(h.ID)
	return Cookie{Name: HandOverCookiePrefix + id[len(id)-12:], Value: value, Life: life}, err
}

// holdings are the hand-overs that a browser has opened.
type holdings struct {
	ids  map[bowline.ID]bool
	last bowline.ID
}

func (s *Service) heldBy(b Browser) holdings {
	found, latest := holdings{ids: map[bowline.ID]bool{}}, time.Time{}
	for name, value := range b.Cookies {
		var one held
		if !strings.HasPrefix(name, HandOverCookiePrefix) || s.openJSON(value, &one, bindHeld) != nil {
			continue
		}
		found.ids[one.HandOver] = true
		if one.At.After(latest) {
			found.last, latest = one.HandOver, one.At
		}
	}
	return found
}

// GateCode is the kind of a gate that takes a code from the fragment.
const GateCode = "code"

// Gate is a page that knows nothing yet: its script opens it, by posting what
// kind says to the path.
func Gate(kind, post string) View {
	return View{Step: StepGate, Post: post, Locale: defaultLocale, Gate: &GateView{Kind: kind}}
}

// Expired is the view for a link that is used up, out of time, or none at all:
// it does not say which. An empty locale is the default one.
func Expired(locale string) View {
	if locale == "" {
		locale = defaultLocale
	}
	return View{Step: StepExpired, Locale: locale}
}
