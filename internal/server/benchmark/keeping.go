package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/renewal"
	"github.com/bowline/bowline/internal/safehttp"
	"github.com/bowline/bowline/internal/store"
)

// connections of one transaction while a database is filled, and how many
// write at once.
const (
	connectedAtOnce  = 250
	connectedWriters = 4
)

// linked stores linked connections with the tokens that a provider gave them an
// age ago, for its grants from number first on.
type linked struct {
	in           catalog.Integration
	first, count int
	age          time.Duration
}

// connect makes companies, each with a connection, by the statements that make
// them in Bowline.
func (p *prepared) connect(ctx context.Context, s *store.Store, of linked) error {
	var next atomic.Int64
	failed := make(chan error, connectedWriters)
	for range connectedWriters {
		go func() {
			for {
				from := int(next.Add(connectedAtOnce)) - connectedAtOnce
				if from >= of.count {
					failed <- nil
					return
				}
				err := s.Write(ctx, func(tx *store.Tx) error {
					for n := from; n < min(from+connectedAtOnce, of.count); n++ {
						if err := p.connectOne(ctx, tx, of, of.first+n); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					failed <- fmt.Errorf("store connections: %w", err)
					return
				}
			}
		}()
	}
	var errs []error
	for range connectedWriters {
		errs = append(errs, <-failed)
	}
	return errors.Join(errs...)
}

func (p *prepared) connectOne(ctx context.Context, tx *store.Tx, of linked, n int) error {
	now := utcNow()
	c := bowline.Company{ID: bowline.NewID(now), InstanceID: p.instance, Name: "Harbour Bakery", Created: now}
	if err := tx.InsertCompany(ctx, c); err != nil {
		return err
	}
	conn := bowline.Connection{
		ID: bowline.NewID(now), InstanceID: p.instance, CompanyID: c.ID, IntegrationID: bowline.ID(of.in.ID), IntegrationKey: of.in.Key,
		SourceID: bowline.ID(of.in.SourceID), SourceType: bowline.Accounting, PlatformName: of.in.Name, Status: bowline.Linked,
		Created: now, LinkedAt: &now, TenantID: fmt.Sprint("tenant-", n), TenantName: "Harbour Bakery",
	}
	if err := tx.InsertConnection(ctx, conn); err != nil {
		return err
	}
	issued := now.Add(-of.age)
	g := bowline.Grant{
		ConnectionID: conn.ID, Family: bowline.NewID(now), AccessToken: accessToken(n, 0), RefreshToken: refreshToken(n, 0), TokenType: "Bearer",
		IssuedAt: issued, ExpiresAt: issued.Add(tokenLife),
	}
	g.RenewAt = oauth.NextRefresh(of.in, oauth.Grant{
		AccessToken: oauth.Secret(g.AccessToken), RefreshToken: oauth.Secret(g.RefreshToken), IssuedAt: g.IssuedAt, ExpiresAt: g.ExpiresAt,
	}, string(g.Family), issued)
	return tx.PutGrant(ctx, g)
}

// keeping is the part of Bowline that refreshes, on a place, by a clock that
// the measurement moves.
type keeping struct {
	store   *store.Store
	keeper  *renewal.Keeper
	still   atomic.Int64 // microseconds since 1970 at which the clock stands; 0 goes with the machine's
	renewed atomic.Int64
	other   atomic.Int64 // turns that ended otherwise
}

// keep opens a place; the caller closes what it returns.
func (p *prepared) keep(ctx context.Context, c *catalog.Catalog) (*keeping, error) {
	k := &keeping{}
	now := func() time.Time {
		if still := k.still.Load(); still != 0 {
			return time.UnixMicro(still).UTC()
		}
		return utcNow()
	}
	logger := slog.New(slog.DiscardHandler)
	var err error
	k.store, err = store.Open(ctx, store.Options{URL: p.url, Dir: p.dir, Sealer: p.sealer, Now: now, Logger: logger})
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	k.keeper = renewal.New(renewal.Options{
		Store: k.store, Now: now, Logger: logger,
		OAuth: oauth.NewClient(oauth.Options{HTTP: safehttp.New(safehttp.Options{Allow: []netip.Prefix{loopback}}), Now: now, Logger: logger}),
		Offer: func(bowline.ID) *catalog.Catalog { return c },
		Observe: func(o renewal.Observation) {
			if o.Did == "refresh" && o.Outcome == "ok" {
				k.renewed.Add(1)
			} else {
				k.other.Add(1)
			}
		},
	})
	return k, nil
}

func (k *keeping) close() error {
	k.keeper.Close()
	return k.store.Close()
}

// pass moves the clock, which stands still from then on: what becomes due while
// others are refreshed would come in ones and twos, the more the longer it takes.
func (k *keeping) pass(d time.Duration) {
	from := k.still.Load()
	if from == 0 {
		from = utcNow().UnixMicro()
	}
	k.still.Store(from + d.Microseconds())
}

// sweep refreshes what is due, and returns how many that were.
func (k *keeping) sweep(ctx context.Context) (int, error) {
	before := k.renewed.Load()
	if _, err := k.keeper.Sweep(ctx); err != nil {
		return 0, err
	}
	if n := k.other.Load(); n > 0 {
		return 0, fmt.Errorf("%d turns did not end with new tokens", n)
	}
	return int(k.renewed.Load() - before), nil
}
