package link

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/trace"
)

const (
	// trialTicketLife is how long the address of a trial can be opened.
	trialTicketLife = 30 * time.Minute
	// trialLife is how long what a trial showed is kept.
	trialLife = time.Hour

	bindTrialTicket  = "link-trial-ticket"
	bindTrialAttempt = "link-trial-attempt"
)

// Trial is a trial that has begun. URL is where the operator signs in; it is ""
// for an integration without a sign-in, whose trial is over at once.
type Trial struct {
	ID  bowline.ID
	URL string
}

// TrialResult is what a trial has shown so far.
type TrialResult struct {
	Status bowline.TrialStatus // never TrialRunning: that is still waiting
	Steps  []TrialStep
	Hops   []trace.Hop
	// Dropped is how many further hops were not kept.
	Dropped int
}

// trialTicket is the content of a trial's address. The attempt's cookie can be
// set only by a page of ours, so the operator's browser comes there first.
type trialTicket struct {
	Trial       bowline.ID        `json:"t"`
	Instance    bowline.ID        `json:"i"`
	Integration string            `json:"k"`
	Inputs      map[string]string `json:"n,omitempty"`
	Expires     time.Time         `json:"e"`
}

// trialAttempt is what attempt is to a journey: the content of the cookie that
// binds the sign-in to the browser. It is sealed for another purpose, so that
// neither passes for the other.
type trialAttempt struct {
	State     string      `json:"s"`
	Verifier  string      `json:"v"`
	Nonce     string      `json:"n"`
	Ticket    trialTicket `json:"t"`
	StartedAt time.Time   `json:"a"`
}

// trialRecord is what is kept of a trial, sealed.
type trialRecord struct {
	Steps   []TrialStep `json:"steps"`
	Hops    []trace.Hop `json:"hops"`
	Dropped int         `json:"dropped,omitempty"`
}

// StartTrial begins a trial of an integration as it is set up, whether or not
// customers can choose it yet. inputs are what a customer would choose and type.
// Something missing or wrong is CodeInvalid, an unknown key CodeNotFound.
func (s *Service) StartTrial(ctx context.Context, instance bowline.ID, key string, inputs map[string]string) (Trial, error) {
	in, ok := s.catalogOf(instance).Get(key)
	if !ok {
		return Trial{}, bowline.Errorf(bowline.CodeNotFound, "No integration exists with the key %s", key)
	}
	for _, missing := range in.Missing() {
		if missing != "enabled" { // a test is what comes before
			return Trial{}, bowline.Errorf(bowline.CodeInvalid, "The integration is not set up yet: %s is missing.", missing)
		}
	}
	check := in.CheckInputs
	if in.UsesCredentials() {
		check = in.Credentials.Check
	}
	values, faults := check(inputs)
	if name := tooMuch(values); name != "" && !in.UsesCredentials() {
		faults[name] = catalog.FieldTooLong
	}
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		return Trial{}, bowline.Errorf(bowline.CodeInvalid, "inputs: %s is missing or not usable.", name)
	}
	now := s.Now()
	row := bowline.Trial{
		ID: bowline.NewID(now), InstanceID: instance, Key: key, Status: bowline.TrialWaiting, Created: now, ExpiresAt: now.Add(trialLife),
	}
	if in.UsesCredentials() {
		return Trial{ID: row.ID}, s.probeTrial(ctx, in, row, values)
	}
	sealed, err := s.sealJSON(trialTicket{row.ID, instance, key, values, now.Add(trialTicketLife)}, bindTrialTicket)
	if err != nil {
		return Trial{}, err
	}
	if err := s.putTrial(ctx, row, trialRecord{}, ""); err != nil {
		return Trial{}, err
	}
	return Trial{row.ID, s.Links.PublicURL + "/link/trial?ticket=" + url.QueryEscape(sealed)}, nil
}

// probeTrial asks the provider at once.
func (s *Service) probeTrial(ctx context.Context, in catalog.Integration, row bowline.Trial, values map[string]string) error {
	run, err := s.newTrialRun(ctx, in, row.InstanceID, values)
	if err != nil {
		return err
	}
	run.probe(trace.Into(ctx, run.recorder), values)
	row.Status = run.status()
	return s.putTrial(ctx, row, run.record(), "")
}

// putTrial stores a trial: a new one, or one that has the status from.
func (s *Service) putTrial(ctx context.Context, row bowline.Trial, what trialRecord, from bowline.TrialStatus) (err error) {
	if row.Record, err = json.Marshal(what); err != nil {
		return fmt.Errorf("encode trial: %w", err)
	}
	return s.Store.Write(ctx, func(tx *store.Tx) error {
		if from == "" {
			return tx.InsertTrial(ctx, row)
		}
		return tx.UpdateTrial(ctx, row, from)
	})
}

// ErrTrialOver says that a trial's address is no longer good: it is too old,
// was changed, or somebody has signed in by it.
var ErrTrialOver = errors.New("the trial is over")

// OpenTrial leads the operator's browser to the provider: it returns the
// provider's address and the attempt to keep. ErrTrialOver when there is no way
// to go; why is for TrialResult to say.
func (s *Service) OpenTrial(ctx context.Context, text string) (string, Cookie, error) {
	var t trialTicket
	if len(text) > maxTicket || s.openJSON(text, &t, bindTrialTicket) != nil || s.Now().After(t.Expires) {
		return "", Cookie{}, ErrTrialOver
	}
	row, in, err := s.trialRow(ctx, t)
	if err != nil || row.Status != bowline.TrialWaiting {
		return "", Cookie{}, trialOver(err)
	}
	run, err := s.newTrialRun(ctx, in, t.Instance, t.Inputs)
	if err != nil {
		return "", Cookie{}, err
	}
	a := trialAttempt{State: oauth.NewToken(), Verifier: oauth.NewToken(), Nonce: oauth.NewToken(), Ticket: t, StartedAt: s.Now()}
	run.recorder.Secret(a.State, a.Verifier, a.Nonce)
	target, err := s.OAuth.AuthorizeURL(trace.Into(ctx, run.recorder), s.trialRequest(in, a))
	if err != nil {
		run.step(stepRedirect, err, "")
		row.Status, row.ExpiresAt = bowline.TrialFailed, s.Now().Add(trialLife)
		return "", Cookie{}, trialOver(s.putTrial(ctx, row, run.record(), bowline.TrialWaiting))
	}
	run.recorder.Note("authorization redirect", target)
	run.step(stepRedirect, nil, "")
	if err := s.putTrial(ctx, row, run.record(), bowline.TrialWaiting); err != nil {
		return "", Cookie{}, trialOver(err)
	}
	value, err := s.sealJSON(a, bindTrialAttempt)
	if err != nil {
		return "", Cookie{}, err
	}
	return target, Cookie{Name: CookieName(hashState(a.State)), Value: value, Life: attemptLife}, nil
}

// trialOver makes ErrTrialOver of what is no failure of ours.
func trialOver(err error) error {
	if err == nil || errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrConflict) {
		return ErrTrialOver
	}
	return err
}

func (s *Service) trialRow(ctx context.Context, t trialTicket) (bowline.Trial, catalog.Integration, error) {
	in, ok := s.catalogOf(t.Instance).Get(t.Integration)
	if !ok {
		return bowline.Trial{}, in, store.ErrNotFound
	}
	row, err := s.Store.Trial(ctx, t.Trial)
	return row, in, err
}

func (s *Service) trialRequest(in catalog.Integration, a trialAttempt) oauth.Request {
	return oauth.Request{
		Integration: in, RedirectURI: s.Links.Callback(in.Key),
		State: a.State, Nonce: a.Nonce, Verifier: a.Verifier, Values: in.InputValues(a.Ticket.Inputs),
	}
}

// trialFor finds and opens the trial's attempt with the given state hash.
func (s *Service) trialFor(stateHash string, cookies Cookies) (trialAttempt, bool) {
	var a trialAttempt
	value, ok := cookies[CookieName(stateHash)]
	if !ok || s.openJSON(value, &a, bindTrialAttempt) != nil || hashState(a.State) != stateHash {
		return trialAttempt{}, false
	}
	return a, true
}

// completeTrial runs a trial with the callback that it waited for. The browser
// is told nothing of what came of it: the operator asks with an API key.
func (s *Service) completeTrial(ctx context.Context, a trialAttempt, key string, query url.Values) (Return, error) {
	over := Return{Trial: true}
	row, in, err := s.trialRow(ctx, a.Ticket)
	if err != nil || key != in.Key {
		return over, unlessOver(trialOver(err))
	}
	var before trialRecord
	if err := json.Unmarshal(row.Record, &before); err != nil {
		return Return{}, errors.New("read trial: what was sealed is not a record")
	}
	now := s.Now()
	row.Status, row.ClaimedAt = bowline.TrialRunning, &now
	if err := s.putTrial(ctx, row, before, bowline.TrialWaiting); err != nil {
		return over, unlessOver(trialOver(err))
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), exchangeLimit)
	defer cancel()
	run, err := s.newTrialRun(ctx, in, a.Ticket.Instance, a.Ticket.Inputs)
	if err != nil {
		return Return{}, err
	}
	run.recorder.Secret(a.State, a.Verifier, a.Nonce)
	run.recorder.Secret(query["code"]...)
	run.recorder.Note("callback", s.Links.Callback(key)+"?"+query.Encode())
	run.signedIn(trace.Into(ctx, run.recorder), a, query)
	row.Status, row.ExpiresAt = run.status(), s.Now().Add(trialLife)
	done := run.record()
	done.Steps, done.Hops = slices.Concat(before.Steps, done.Steps), slices.Concat(before.Hops, done.Hops)
	ctx, cancelRecord := recording(ctx)
	defer cancelRecord()
	s.Logger.InfoContext(ctx, "integration tried", "integration", key, "instance", string(row.InstanceID), "status", string(row.Status))
	return over, unlessOver(trialOver(s.putTrial(ctx, row, done, bowline.TrialRunning)))
}

func unlessOver(err error) error {
	if errors.Is(err, ErrTrialOver) {
		return nil
	}
	return err
}

// TrialResult says what a trial has shown. One that nobody signed in for in
// time, or whose process died, has failed.
func (s *Service) TrialResult(ctx context.Context, instance bowline.ID, key string, id bowline.ID) (TrialResult, error) {
	row, err := s.Store.Trial(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && (row.InstanceID != instance || row.Key != key || s.Now().After(row.ExpiresAt)) {
		return TrialResult{}, ErrNotFound
	}
	if err != nil {
		return TrialResult{}, err
	}
	var what trialRecord
	if err := json.Unmarshal(row.Record, &what); err != nil {
		return TrialResult{}, errors.New("read trial: what was sealed is not a record")
	}
	result := TrialResult{row.Status, what.Steps, what.Hops, what.Dropped}
	unfinished := func(name, why string) {
		result.Status = bowline.TrialFailed
		result.Steps = append(result.Steps, TrialStep{name, StepFailed, why})
	}
	switch {
	case row.Status == bowline.TrialWaiting && s.Now().Sub(row.Created) > trialTicketLife+attemptLife:
		unfinished(stepCallback, "Nobody signed in in time.")
	case row.Status == bowline.TrialRunning && s.Now().Sub(*row.ClaimedAt) > exchangeLease:
		unfinished(stepExchange, "The server was stopped in the middle.")
	case row.Status == bowline.TrialRunning:
		result.Status = bowline.TrialWaiting
	}
	return result, nil
}
