package connection

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/probe"
)

// admission is how the provider's API is asked for a connection.
type admission struct {
	base   string
	ours   map[string]string // headers that are ours to set; "" for one that must not be sent
	usual  map[string]string // headers that count where the request has none
	token  string            // the access token in it, "" for credentials
	renews bool              // whether a refusal may have a remedy
}

// sessionLife is for how long a key that was traded for credentials is used
// before another one is asked for. Those that are known live for hours.
const sessionLife = 10 * time.Minute

// maxSessions bounds what is remembered.
const maxSessions = 10_000

// sessions keeps keys that were traded for credentials, by connection.
type sessions struct {
	mu  sync.Mutex
	all map[bowline.ID]*session
}

// session is one of them. turn lets one request at a time ask for a new key.
type session struct {
	turn    chan struct{}
	access  probe.Access
	opened  time.Time
	version int64 // of the credentials
}

func (s *sessions) of(id bowline.ID) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil || len(s.all) >= maxSessions {
		s.all = map[bowline.ID]*session{}
	}
	if s.all[id] == nil {
		s.all[id] = &session{turn: make(chan struct{}, 1)}
	}
	return s.all[id]
}

// admit finds out how to ask the provider's API. refused is what the provider
// did not accept, nil at first.
func (s *Service) admit(ctx context.Context, r *reached, refused *admission) (admission, error) {
	stale := ""
	if refused != nil {
		stale = refused.token
	}
	if err := s.freshen(ctx, r, stale); err != nil {
		return admission{}, err
	}
	if r.in.UsesCredentials() {
		return s.admitTyped(ctx, r, refused)
	}
	a, err := oauth.API(r.in, r.tokens(), r.tenant())
	if errors.Is(err, oauth.ErrUnsupported) {
		return admission{}, errNoAPI
	}
	if err != nil {
		return admission{}, &bowline.Error{Code: bowline.CodeConflict, Message: "What is known of this connection does not make a request to its provider; it has to be linked again.", Cause: err}
	}
	return admission{base: a.URL, ours: a.Header, token: r.grant.AccessToken, renews: true}, nil
}

var errNoAPI = bowline.Errorf(bowline.CodeInvalid, "The API of this integration cannot be asked through Bowline.")

func (s *Service) admitTyped(ctx context.Context, r *reached, refused *admission) (admission, error) {
	of := s.access.sessions.of(r.conn.ID)
	select {
	case of.turn <- struct{}{}:
		defer func() { <-of.turn }()
	case <-ctx.Done():
		return admission{}, ctx.Err()
	}
	now := s.Now()
	old := of.version != r.grant.Version || now.Sub(of.opened) >= sessionLife
	if refused != nil && maps.Equal(refused.ours, of.access.Header) {
		old = true
	}
	if old {
		a, err := s.Probe.Open(ctx, r.in, r.fields())
		switch {
		case errors.Is(err, probe.ErrNoAPI):
			return admission{}, errNoAPI
		case probe.ReasonOf(err) == probe.Unavailable:
			return admission{}, &bowline.Error{Code: bowline.CodeUnavailable, Message: "The provider cannot be reached at the moment; try again later.", Cause: err}
		case err != nil:
			return admission{}, &bowline.Error{Code: bowline.CodeConflict, Message: "The provider no longer accepts the credentials of this connection.", Cause: err}
		}
		of.access, of.opened, of.version = a, now, r.grant.Version
	}
	return admission{base: of.access.URL, ours: of.access.Header, usual: of.access.Usual, renews: of.access.Brief}, nil
}
