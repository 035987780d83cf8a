package api

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// Deprecation is a part of the API that is going to end.
type Deprecation struct {
	ID         string                `json:"id" doc:"Which one."`
	Title      string                `json:"title" doc:"What ends, in a few words."`
	Change     string                `json:"change" doc:"What ends, and what to do about it."`
	Announced  time.Time             `json:"announced" doc:"Since when it is known, UTC."`
	Effective  time.Time             `json:"effective" doc:"From when on it has ended for everybody, UTC."`
	DocsURL    string                `json:"docsUrl" format:"uri" doc:"Where to read on."`
	OptedIn    bool                  `json:"optedIn" doc:"Whether it has ended early for this instance."`
	Operations []DeprecatedOperation `json:"operations" doc:"The operations that end."`
}

// DeprecatedOperation is an operation that ends.
type DeprecatedOperation struct {
	Operation string `json:"operation" doc:"Method and path."`
	Instead   string `json:"instead" doc:"Method and path of the operation to use instead."`
}

// Deprecations lists what is going to end, what ends first on top.
type Deprecations struct {
	Results []Deprecation `json:"results"`
}

// DeprecationUpdate lets a deprecation end early for the instance, or not.
type DeprecationUpdate struct {
	OptedIn bool `json:"optedIn" doc:"Whether its operations answer now as they will after the date."`
}

type (
	deprecationsOutput struct{ Body Deprecations }
	deprecationOutput  struct{ Body Deprecation }
)

func (a *API) listDeprecations(ctx context.Context, _ *struct{}) (*deprecationsOutput, error) {
	in, err := a.Store.OptIns(ctx, auth.From(ctx).Instance)
	if err != nil {
		return nil, err
	}
	return &deprecationsOutput{a.showDeprecations(ctx, in)}, nil
}

func (a *API) showDeprecations(ctx context.Context, in bowline.OptIns) Deprecations {
	shown := Deprecations{Results: []Deprecation{}}
	for _, d := range bowline.DeprecationsAhead(a.Now()) {
		shown.Results = append(shown.Results, a.showDeprecation(ctx, d, in))
	}
	return shown
}

func (a *API) showDeprecation(ctx context.Context, d bowline.Deprecation, in bowline.OptIns) Deprecation {
	shown := Deprecation{
		ID: d.ID, Title: rest.Said(ctx, d.Title), Change: rest.Said(ctx, d.Change), Announced: d.Announced, Effective: d.Effective,
		DocsURL: a.Links.PublicURL + pagePath + "#" + a.operationIDs[d.Operations[0].Operation], OptedIn: in[d.ID],
		Operations: []DeprecatedOperation{},
	}
	for _, op := range d.Operations {
		shown.Operations = append(shown.Operations, DeprecatedOperation(op))
	}
	return shown
}

// setDeprecation opts in or out. What has ended for everybody is no longer there
// to be decided.
func (a *API) setDeprecation(ctx context.Context, in *struct {
	ID   string `path:"deprecationId" doc:"Which one."`
	Body DeprecationUpdate
}) (*deprecationOutput, error) {
	for _, d := range bowline.DeprecationsAhead(a.Now()) {
		if d.ID != in.ID {
			continue
		}
		var decided bowline.OptIns
		_, err := a.replaceOptIns(ctx, IfMatch{}, func(before bowline.OptIns) bowline.OptIns {
			decided = before.Known()
			delete(decided, d.ID)
			if in.Body.OptedIn {
				decided[d.ID] = true
			}
			return decided
		})
		return &deprecationOutput{a.showDeprecation(ctx, d, decided)}, err
	}
	return nil, bowline.Errorf(bowline.CodeNotFound, "There is nothing with this id that is going to end.")
}

// replaceOptIns stores what decide makes of the opt-ins, with a line for the
// history of people.
func (a *API) replaceOptIns(ctx context.Context, m IfMatch, decide func(before bowline.OptIns) bowline.OptIns) (Tagged, error) {
	return a.changeSettings(ctx, bowline.SettingsDeprecations, m, func(tx *store.Tx, instance bowline.ID, by store.Editor) error {
		before, err := tx.OptIns(ctx, instance)
		if err != nil {
			return err
		}
		after := decide(maps.Clone(before))
		if err := tx.ReplaceOptIns(ctx, instance, after, by); err != nil {
			return err
		}
		changed := map[string]bool{}
		for _, d := range bowline.Deprecations() {
			if before[d.ID] != after[d.ID] {
				changed[d.ID] = after[d.ID]
			}
		}
		return a.noteSwitches(ctx, tx, "deprecations.changed", changed)
	})
}

// restoreOptIns brings opt-ins back as they were before a change.
func (a *API) restoreOptIns(ctx context.Context, v bowline.SettingsVersion, m IfMatch, out *restoredSettingsOutput) error {
	former := bowline.OptIns{}
	if err := json.Unmarshal(v.Body, &former); err != nil {
		return err
	}
	tag, err := a.replaceOptIns(ctx, m, func(bowline.OptIns) bowline.OptIns { return former.Known() })
	if err == nil {
		shown := a.showDeprecations(ctx, former)
		out.Tagged, out.Body.Deprecations = tag, &shown
	}
	return err
}

// deprecatedOperations are the routes that end, by their pattern.
func deprecatedOperations() map[string]deprecated {
	all := map[string]deprecated{}
	for _, d := range bowline.Deprecations() {
		for _, op := range d.Operations {
			all[op.Operation] = deprecated{d, op.Instead}
		}
	}
	return all
}

// deprecated is what is known of a route that ends.
type deprecated struct {
	bowline.Deprecation
	instead string
}

// describe adds to the description of an operation when it ends.
func (d deprecated) describe(text string) string {
	return strings.TrimSpace(text + " Ends on " + d.Effective.Format(time.DateOnly) + "; an instance can let it end earlier. Instead: " + d.instead + ".")
}

// Headers of answers of operations that end.
const (
	deprecationHeader = "Deprecation" // RFC 9745
	sunsetHeader      = "Sunset"      // RFC 8594
)

// announce puts into every answer of an operation, refusals too, since when it is
// deprecated, when it ends and where to read about it.
func (a *API) announce(d deprecated, operation string) func(huma.Context, func(huma.Context)) {
	since := "@" + strconv.FormatInt(d.Announced.Unix(), 10)
	ends := d.Effective.UTC().Format(http.TimeFormat)
	link := "<" + a.Links.PublicURL + pagePath + "#" + operation + `>; rel="deprecation sunset"; type="text/html"`
	return func(ctx huma.Context, next func(huma.Context)) {
		ctx.SetHeader(deprecationHeader, since)
		ctx.SetHeader(sunsetHeader, ends)
		ctx.AppendHeader("Link", link)
		next(ctx)
	}
}

// refuseEnded answers in the stead of an operation that has ended: for everybody,
// or early for the caller's instance. The status is 404, as the contract has it
// for operations that were removed: clients read the sentence of a status that
// they know, and of 410 only that something is wrong (platform-api W12, 12.2).
func (a *API) refuseEnded(d deprecated) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		if err := a.ended(ctx.Context(), d); err != nil {
			rest.WriteError(w, r, err)
			return
		}
		next(ctx)
	}
}

func (a *API) ended(ctx context.Context, d deprecated) error {
	if d.Ended(a.Now()) {
		return bowline.Errorf(bowline.CodeNotFound, "NotFound: this operation ended on %s. Use %s instead.", d.Effective.Format(time.DateOnly), d.instead)
	}
	in, err := a.Store.OptIns(ctx, auth.From(ctx).Instance)
	if err == nil && in[d.ID] {
		err = bowline.Errorf(bowline.CodeNotFound, "NotFound: this instance has let this operation end early. Use %s instead.", d.instead)
	}
	return err
}
