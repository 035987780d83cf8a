package api

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/offer"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/store"
)

// IntegrationSetup is how one integration is set up, without secrets. Members
// that are left out are as the integration's file says.
type IntegrationSetup struct {
	Key         string                 `json:"key" doc:"Key of the integration."`
	Offered     bool                   `json:"offered" doc:"Whether customers can choose it: it is enabled and nothing is missing."`
	Enabled     *bool                  `json:"enabled,omitempty" doc:"Your own choice, in the place of the default."`
	Order       *int                   `json:"order,omitempty" doc:"Your own choice, in the place of the default."`
	Sandbox     *bool                  `json:"sandbox,omitempty" doc:"Your own choice: registered with the provider's sandbox."`
	Scopes      []string               `json:"scopes,omitempty" doc:"Your own choice, in the place of the default."`
	Defaults    SetupDefaults          `json:"defaults"`
	Clients     map[string]SetupClient `json:"clients" doc:"Registrations with the provider: one under the empty name, or one for each option where the guide lists options."`
	Values      map[string]SetupValue  `json:"values" doc:"What else the integration asks an operator for, by the names of the guide. Of a secret it is told only that it is set."`
	Missing     []string               `json:"missing" doc:"What has to be set before customers can choose it, such as clientSecret or values.applicationId; enabled means that it has to be switched on."`
	RedirectURI string                 `json:"redirectUri,omitempty" doc:"What to register at the provider; absent where nobody is redirected."`
	UpdatedAt   *time.Time             `json:"updatedAt,omitempty" doc:"When it was last changed, UTC; absent before anything was set up."`
	Version     int64                  `json:"version" doc:"Send it back with a change; 0 before anything was set up."`
}

// SetupDefaults is what the integration's file says.
type SetupDefaults struct {
	Enabled bool     `json:"enabled" doc:"Whether it is offered once nothing is missing."`
	Order   int      `json:"order" doc:"Its place in the list, lowest first."`
	Sandbox bool     `json:"sandbox" doc:"Whether its data is invented."`
	Scopes  []string `json:"scopes" doc:"What the provider is asked to allow."`
}

// SetupClient is a registration with a provider, without its secrets.
type SetupClient struct {
	ClientID      string `json:"clientId" doc:"The client id."`
	HasSecret     bool   `json:"hasSecret" doc:"Whether a client secret is stored."`
	HasPrivateKey bool   `json:"hasPrivateKey" doc:"Whether a private key is stored."`
}

// SetupValue is a value as it is shown: its text, or that there is a secret.
type SetupValue struct {
	text   string
	secret bool
}

// MarshalJSON writes the text, or {"set":true} in its place.
func (v SetupValue) MarshalJSON() ([]byte, error) {
	if v.secret {
		return []byte(`{"set":true}`), nil
	}
	return json.Marshal(v.text)
}

// Schema describes both forms.
func (SetupValue) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{
		{Type: huma.TypeString},
		{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"set": {Type: huma.TypeBoolean}}, Required: []string{"set"}},
	}}
}

// IntegrationSetupUpdate is the body that replaces a setup.
type IntegrationSetupUpdate struct {
	Enabled *bool                        `json:"enabled,omitempty" doc:"Offers the integration or not. Left out: as the file says."`
	Order   *int                         `json:"order,omitempty" doc:"Place in the list, lowest first. Left out: as the file says."`
	Sandbox *bool                        `json:"sandbox,omitempty" doc:"Registered with the provider's sandbox: the data is invented. Left out: as the file says."`
	Scopes  []string                     `json:"scopes,omitempty" doc:"What the provider is asked to allow. Left out or empty: as the file says."`
	Clients map[string]SetupClientUpdate `json:"clients,omitempty" doc:"All registrations: one under the empty name, or one for each option where the guide lists options. Left out: they stay. One that is not named is removed."`
	Values  map[string]setupText         `json:"values,omitempty" doc:"All values, by the names of the guide. Left out: they stay. A secret that is not named stays, others are removed; null removes a secret."`
	Version int64                        `json:"version,omitempty" minimum:"0" doc:"The version that this change was made from. 0 or left out: nothing was set up."`
}

// SetupClientUpdate is a registration in a body.
type SetupClientUpdate struct {
	ClientID     string    `json:"clientId,omitempty" doc:"The client id."`
	ClientSecret setupText `json:"clientSecret,omitempty" doc:"The client secret. Left out: the stored one stays. null: it is removed."`
	PrivateKey   setupText `json:"privateKey,omitempty" doc:"A private key in PEM, for providers that want signed assertions. Left out: the stored one stays. null: it is removed."`
}

// setupText is a text of a body that can be left out, and null, which empties
// it.
type setupText struct {
	given bool
	text  string
}

// UnmarshalJSON notes that the text is there.
func (t *setupText) UnmarshalJSON(data []byte) error {
	t.given, t.text = true, ""
	return json.Unmarshal(data, &t.text) // null leaves it empty
}

// Schema describes it to those who call.
func (setupText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Nullable: true}
}

// or is the text given, or else the one that is stored.
func (t setupText) or(stored string) string {
	if t.given {
		return t.text
	}
	return stored
}

type setupOutput struct{ Body IntegrationSetup }

var errSetupChanged error = bowline.Errorf(bowline.CodeConflict, "The setup is not as it was when you read it. Read it again, and send its version with your change.")

func (a *API) getSetup(ctx context.Context, in *IntegrationPath) (*setupOutput, error) {
	entry, setup, err := a.setup(ctx, in)
	if err != nil {
		return nil, err
	}
	return &setupOutput{a.showSetup(entry, setup)}, nil
}

// setSetup replaces a setup, secrets that the body leaves out excepted. One
// writer at a time: the stored version must be the one that the body names.
func (a *API) setSetup(ctx context.Context, in *struct {
	IntegrationPath
	Body IntegrationSetupUpdate
}) (*setupOutput, error) {
	entry, stored, err := a.setup(ctx, &in.IntegrationPath)
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(entry); err != nil {
		return nil, err
	}
	if stored.Version != in.Body.Version {
		return nil, errSetupChanged
	}
	changed := in.Body.over(entry, stored)
	if err := changed.Validate(); err != nil {
		return nil, err
	}
	changed.UpdatedAt = a.Now().UTC()
	err = a.Store.Write(ctx, func(tx *store.Tx) error { return tx.PutIntegrationSetup(ctx, changed) })
	if errors.Is(err, store.ErrConflict) {
		return nil, errSetupChanged
	}
	if err != nil {
		return nil, err
	}
	a.setupChanged(ctx, "integration set up", entry.Key, differences(stored, changed))
	return a.getSetup(ctx, &in.IntegrationPath)
}

// deleteSetup gives an integration back to its file. One that nobody has set up
// is there already.
func (a *API) deleteSetup(ctx context.Context, in *IntegrationPath) (*struct{}, error) {
	entry, ok := a.Catalog.File(in.Key)
	if !ok {
		return nil, errNoIntegration
	}
	err := a.Store.Write(ctx, func(tx *store.Tx) error {
		return tx.DeleteIntegrationSetup(ctx, auth.From(ctx).Instance, entry.Key)
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err == nil {
		a.setupChanged(ctx, "integration setup removed", entry.Key, nil)
	}
	return nil, err
}

// setup reads the integration as its file has it, and what is set up on top.
func (a *API) setup(ctx context.Context, in *IntegrationPath) (catalog.Integration, bowline.IntegrationSetup, error) {
	setup := bowline.IntegrationSetup{InstanceID: auth.From(ctx).Instance, Key: in.Key}
	entry, ok := a.Catalog.File(in.Key)
	if !ok {
		return entry, setup, errNoIntegration
	}
	all, err := a.Store.IntegrationSetups(ctx, setup.InstanceID)
	if err != nil {
		return entry, setup, err
	}
	if i := slices.IndexFunc(all, func(s bowline.IntegrationSetup) bool { return s.Key == in.Key }); i >= 0 {
		setup = all[i]
	}
	return entry, setup, nil
}

// setupChanged lets a change count at once, and leaves a trace of it. The trace
// names members, never what is in them.
func (a *API) setupChanged(ctx context.Context, what, key string, members []string) {
	if a.OfferChanged != nil {
		a.OfferChanged()
	}
	caller := auth.From(ctx)
	a.Logger.InfoContext(ctx, what, "integration", key, "changed", members, "instance", string(caller.Instance),
		"actor", string(caller.Actor()), "correlationId", rest.CorrelationID(ctx))
}

// check refuses names that the integration does not ask for.
func (b *IntegrationSetupUpdate) check(in catalog.Integration) error {
	options := setupOptions(in)
	for name := range b.Clients {
		switch {
		case in.UsesCredentials():
			return bowline.Errorf(bowline.CodeInvalid, "clients: customers of this integration type their own keys, so there is no registration.")
		case len(options) > 0 && !slices.ContainsFunc(options, func(o SetupOption) bool { return o.Value == name }):
			return bowline.Errorf(bowline.CodeInvalid, "clients: this integration has one for each option of its guide, under the option's value.")
		case len(options) == 0 && name != "":
			return bowline.Errorf(bowline.CodeInvalid, "clients: this integration has one, under the empty name.")
		}
	}
	if len(b.Scopes) > 0 && in.UsesCredentials() {
		return bowline.Errorf(bowline.CodeInvalid, "scopes: this integration has none.")
	}
	for name := range b.Values {
		if !slices.ContainsFunc(in.Setup.Fields, func(f catalog.SetupField) bool { return f.Name == name }) {
			return bowline.Errorf(bowline.CodeInvalid, "values: a name is not one that this integration asks for; its guide lists them.")
		}
	}
	return nil
}

// over makes the new setup of the body and the stored one. What the integration
// does not ask for any longer goes.
func (b *IntegrationSetupUpdate) over(in catalog.Integration, stored bowline.IntegrationSetup) bowline.IntegrationSetup {
	setup := bowline.IntegrationSetup{
		InstanceID: stored.InstanceID, Key: stored.Key, Version: stored.Version,
		Enabled: b.Enabled, Order: b.Order, Sandbox: b.Sandbox, Scopes: b.Scopes,
		Clients: stored.Clients, Values: map[string]string{},
	}
	if b.Clients != nil {
		setup.Clients = map[string]bowline.Client{}
	}
	for name, client := range b.Clients {
		setup.Clients[name] = bowline.Client{
			ID:         client.ClientID,
			Secret:     client.ClientSecret.or(stored.Clients[name].Secret),
			PrivateKey: client.PrivateKey.or(stored.Clients[name].PrivateKey),
		}
	}
	for _, field := range in.Setup.Fields {
		value, kept := b.Values[field.Name], ""
		if field.Secret || b.Values == nil {
			kept = stored.Values[field.Name]
		}
		setup.Values[field.Name] = value.or(kept)
	}
	return setup
}

// differences names the members in which two setups differ, sorted.
func differences(from, to bowline.IntegrationSetup) []string {
	var list []string
	note := func(name string, before, after any) {
		if !reflect.DeepEqual(before, after) {
			list = append(list, name)
		}
	}
	note("enabled", from.Enabled, to.Enabled)
	note("order", from.Order, to.Order)
	note("sandbox", from.Sandbox, to.Sandbox)
	note("scopes", slices.Concat(from.Scopes), slices.Concat(to.Scopes))
	for _, name := range either(from.Clients, to.Clients) {
		at := "clients."
		if name != "" {
			at += name + "."
		}
		before, after := from.Clients[name], to.Clients[name]
		note(at+"clientId", before.ID, after.ID)
		note(at+"clientSecret", before.Secret, after.Secret)
		note(at+"privateKey", before.PrivateKey, after.PrivateKey)
	}
	for _, name := range either(from.Values, to.Values) {
		note("values."+name, from.Values[name], to.Values[name])
	}
	slices.Sort(list)
	return list
}

// either lists the names in one of two maps.
func either[T any](a, b map[string]T) []string {
	names := slices.AppendSeq(slices.Collect(maps.Keys(a)), maps.Keys(b))
	slices.Sort(names)
	return slices.Compact(names)
}

// showSetup tells a setup without its secrets, and what comes of it.
func (a *API) showSetup(in catalog.Integration, setup bowline.IntegrationSetup) IntegrationSetup {
	registrations := map[string]catalog.Registration{}
	if setup.Version > 0 {
		registrations[in.Key] = offer.Registration(setup)
	}
	set, _ := a.Catalog.With(registrations).Get(in.Key)
	shown := IntegrationSetup{
		Key: in.Key, Offered: set.Enabled, Enabled: setup.Enabled, Order: setup.Order, Sandbox: setup.Sandbox, Scopes: setup.Scopes,
		Defaults: SetupDefaults{in.Enabled, in.Order, in.Sandbox, append([]string{}, in.OAuth.Scopes...)},
		Clients:  map[string]SetupClient{}, Values: map[string]SetupValue{}, Missing: append([]string{}, set.Missing()...),
		RedirectURI: a.redirectURI(in), Version: setup.Version,
	}
	for name, client := range setup.Clients {
		shown.Clients[name] = SetupClient{client.ID, client.Secret != "", client.PrivateKey != ""}
	}
	for _, field := range in.Setup.Fields {
		if value := setup.Values[field.Name]; value != "" && field.Secret {
			shown.Values[field.Name] = SetupValue{secret: true}
		} else if value != "" {
			shown.Values[field.Name] = SetupValue{text: value}
		}
	}
	if setup.Version > 0 {
		shown.UpdatedAt = &setup.UpdatedAt
	}
	return shown
}

// redirectURI is what to register at the provider, "" where nobody goes there.
func (a *API) redirectURI(in catalog.Integration) string {
	if in.UsesCredentials() {
		return ""
	}
	return a.Links.Callback(in.Key)
}
