package api

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/store"
)

// IntegrationOverview is an integration as those who set it up look at it.
type IntegrationOverview struct {
	Key            string             `json:"key" doc:"Four lower-case letters."`
	Name           string             `json:"name" doc:"Name that customers see."`
	LogoURL        string             `json:"logoUrl" doc:"Picture of the integration."`
	SourceType     bowline.SourceType `json:"sourceType" doc:"Kind of records that the integration holds."`
	Offered        bool               `json:"offered" doc:"Whether customers can choose it: it is enabled and nothing is missing."`
	Enabled        bool               `json:"enabled" doc:"Whether it is offered once nothing is missing."`
	Order          int                `json:"order" doc:"Place in the list, lowest first."`
	HasCredentials bool               `json:"hasCredentials" doc:"Whether everything is there that it needs of you, such as a client registered with the provider."`
	IsSandbox      bool               `json:"isSandbox" doc:"Whether its data is invented."`
	IsBeta         bool               `json:"isBeta" doc:"Whether it is new and may change."`
	Missing        []string           `json:"missing" doc:"What has to be set before customers can choose it, as in the setup."`
	Version        int64              `json:"version" doc:"Of its setup; 0 before anything was set up."`
	UpdatedAt      *time.Time         `json:"updatedAt,omitempty" doc:"When the setup was last changed, UTC."`
	Connections    int64              `json:"connections" doc:"How many connections there are."`
	Linked         int64              `json:"linked" doc:"How many of them work."`
}

// IntegrationOverviews lists all integrations, in the order in which customers
// see them.
type IntegrationOverviews struct {
	Results   []IntegrationOverview `json:"results"`
	CountedAt time.Time             `json:"countedAt" doc:"When connections were counted, UTC. Where there are millions that is not done for each request."`
}

// IntegrationOrder puts the integrations of a source type into an order.
type IntegrationOrder struct {
	SourceType bowline.SourceType `json:"sourceType" doc:"Kind of records that the integrations hold."`
	Keys       []string           `json:"keys" minItems:"1" maxItems:"1000" doc:"Keys, the first one on top. Integrations of the type that are not named follow, as they were. Sandboxes and beta integrations stay below all others."`
}

type integrationOverviewsOutput struct{ Body IntegrationOverviews }

func (a *API) listIntegrationOverviews(ctx context.Context, _ *struct{}) (*integrationOverviewsOutput, error) {
	instance := auth.From(ctx).Instance
	offered, err := a.offered(ctx)
	if err != nil {
		return nil, err
	}
	setups, err := a.Store.IntegrationSetups(ctx, instance)
	if err != nil {
		return nil, err
	}
	counted, err := a.counts.of(ctx, a, instance)
	if err != nil {
		return nil, err
	}
	byKey := map[string]bowline.IntegrationSetup{}
	for _, setup := range setups {
		byKey[setup.Key] = setup
	}
	out := &integrationOverviewsOutput{IntegrationOverviews{Results: []IntegrationOverview{}, CountedAt: counted.at.UTC()}}
	for _, in := range offered.All() {
		shown := a.overview(in, byKey[in.Key])
		shown.Connections, shown.Linked = counted.counts[in.Key].Total, counted.counts[in.Key].Linked
		out.Body.Results = append(out.Body.Results, shown)
	}
	return out, nil
}

// overview shows an integration as it is set up.
func (a *API) overview(in catalog.Integration, setup bowline.IntegrationSetup) IntegrationOverview {
	shown := IntegrationOverview{
		Key: in.Key, Name: in.Name, LogoURL: a.Links.Logo(in.Key), SourceType: bowline.SourceType(in.SourceType),
		Offered: in.Enabled, Order: in.Order, IsSandbox: in.Sandbox, IsBeta: in.Beta,
		Missing: append([]string{}, in.Missing()...), Version: setup.Version,
	}
	// The file's own choice, which what is missing does not change.
	if file, ok := a.Catalog.File(in.Key); ok {
		shown.Enabled = file.Enabled
	}
	if setup.Enabled != nil {
		shown.Enabled = *setup.Enabled
	}
	shown.HasCredentials = !slices.ContainsFunc(shown.Missing, func(what string) bool { return what != "enabled" })
	if setup.Version > 0 {
		shown.UpdatedAt = &setup.UpdatedAt
	}
	return shown
}

// setIntegrationOrder writes all places in one transaction: nobody sees a list
// that is half sorted.
func (a *API) setIntegrationOrder(ctx context.Context, in *struct{ Body IntegrationOrder }) (*integrationOverviewsOutput, error) {
	offered, err := a.offered(ctx)
	if err != nil {
		return nil, err
	}
	var rest []string
	for _, one := range offered.All() {
		if one.SourceType == string(in.Body.SourceType) && !slices.Contains(in.Body.Keys, one.Key) {
			rest = append(rest, one.Key)
		}
	}
	for i, key := range in.Body.Keys {
		one, ok := offered.Get(key)
		if !ok || one.SourceType != string(in.Body.SourceType) || slices.Contains(in.Body.Keys[:i], key) {
			return nil, bowline.Errorf(bowline.CodeInvalid, "keys must be those of integrations of the source type, each once.")
		}
	}
	keys := slices.Concat(in.Body.Keys, rest)
	err = a.Store.Write(ctx, func(tx *store.Tx) error {
		return tx.PutIntegrationOrder(ctx, auth.From(ctx).Instance, keys, a.Now().UTC())
	})
	if err != nil {
		return nil, err
	}
	a.setupChanged(ctx, "integrations put into order", string(in.Body.SourceType), []string{"order"})
	return a.listIntegrationOverviews(ctx, &struct{}{})
}

// connectionCounts keeps what took long to count. The zero value is ready.
type connectionCounts struct {
	mu         sync.Mutex
	byInstance map[bowline.ID]*instanceCounts
}

// instanceCounts are those of one instance: whoever counts keeps others from
// counting the same, and nobody of another instance waits.
type instanceCounts struct {
	mu    sync.Mutex
	known countedConnections
}

type countedConnections struct {
	counts map[string]store.ConnectionCount
	at     time.Time
	until  time.Time
}

// Counting may take a hundredth of the time; what is counted quickly is counted
// each time.
const (
	countedShare = 100
	countedQuick = 50 * time.Millisecond
)

func (c *connectionCounts) of(ctx context.Context, a *API, instance bowline.ID) (countedConnections, error) {
	one := c.ofInstance(instance)
	one.mu.Lock() // also while counting: one at a time is enough
	defer one.mu.Unlock()
	now := a.Now()
	if now.Before(one.known.until) && !now.Before(one.known.at) {
		return one.known, nil
	}
	started := time.Now()
	counts, err := a.Store.ConnectionCounts(ctx, instance)
	if err != nil {
		return countedConnections{}, err
	}
	fresh := countedConnections{counts: counts, at: now}
	if took := time.Since(started); took > countedQuick {
		fresh.until = now.Add(took * countedShare)
	}
	one.known = fresh
	return fresh, nil
}

func (c *connectionCounts) ofInstance(instance bowline.ID) *instanceCounts {
	c.mu.Lock()
	defer c.mu.Unlock()
	one := c.byInstance[instance]
	if one == nil {
		if c.byInstance == nil || len(c.byInstance) > 1000 {
			c.byInstance = map[bowline.ID]*instanceCounts{}
		}
		one = &instanceCounts{}
		c.byInstance[instance] = one
	}
	return one
}
