package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// filled is a place with companies in it, and what is known of them.
type filled struct {
	*prepared
	count    int
	known    []knownCompany // some of them, from all over the list
	running  *system
	requests *client
}

// knownCompany is one that is looked for.
type knownCompany struct {
	id, connection bowline.ID
	created        time.Time
	ref            string
}

// What the names of companies are made of.
var (
	firstWords = []string{
		"Harbour", "Orchard", "Silver", "Northern", "Old Town", "Riverside", "Golden", "Maple", "Station", "Market", "Copper", "Lakeside",
		"Émile", "Sunrise", "Granite", "Willow", "Crown", "Meadow", "Ivory", "Falcon",
	}
	trades   = []string{"Bakery", "Plumbing", "Books", "Joinery", "Catering", "Florists", "Motors", "Dental", "Brewing", "Textiles"}
	towns    = []string{"Leeds", "Ghent", "Quebec", "Porto", "Malmö", "Derry", "Lyon", "Graz", "Cork", "Turin", "Perth", "Hobart"}
	software = []string{"Xero", "QuickBooks Online", "Sage Intacct", "FreshBooks", "Shopify", "Square"}
)

// companiesAtOnce are written in one transaction.
const companiesAtOnce = 400

// fill writes companies with three connections each by the statements that the
// product has for them, and lets its own loop work them into the directory.
func (b *bench) fill(ctx context.Context, e engine, count int) (*filled, error) {
	p, err := b.prepared(ctx, e)
	if err != nil {
		return nil, err
	}
	f := &filled{prepared: p, count: count}
	began := time.Now()
	err = p.with(ctx, func(s *store.Store) error {
		random := rand.New(rand.NewPCG(7, uint64(count))) //nolint:gosec // the same names each time
		for n := 0; n < count; n += companiesAtOnce {
			if err := f.write(ctx, s, random, n); err != nil {
				return err
			}
		}
		written := time.Since(began)
		for folded := 1; folded > 0; {
			if folded, err = s.FoldDirectory(ctx); err != nil {
				return err
			}
		}
		b.tellf("%d companies on %s: written in %s, worked in within %s", count, e.name, written.Round(time.Millisecond),
			(time.Since(began) - written).Round(time.Millisecond))
		return nil
	})
	if err == nil {
		err = p.settle(ctx, "companies", "connections", "company_tags", "directory", "directory_postings", "directory_changes", "directory_totals",
			"directory_blocks", "directory_heads")
	}
	if err != nil {
		p.drop(ctx)
		return nil, fmt.Errorf("fill %s: %w", e.name, err)
	}
	return f, nil
}

func (f *filled) write(ctx context.Context, s *store.Store, random *rand.Rand, from int) error {
	until := min(from+companiesAtOnce, f.count)
	type made struct {
		company     bowline.Company
		connections []bowline.Connection
	}
	var batch []made
	for n := from; n < until; n++ {
		created := utcNow().Add(time.Duration(n-f.count) * time.Second)
		m := made{company: bowline.Company{
			ID: bowline.NewID(created), InstanceID: f.instance, Created: created, CreatedByUserName: "Ada Lovelace",
			Name: fmt.Sprintf("%s %s %s", firstWord(random), pick(random, trades), pick(random, towns)),
			Tags: map[string]string{"region": pick(random, []string{"north", "south", "east", "west"}), "ref": fmt.Sprintf("R-%07d", n)},
		}}
		if every := max(f.count/5, 1); n%every == every/2 {
			m.company.Name = "Quixotic " + m.company.Name
		}
		for range 3 {
			m.connections = append(m.connections, newConnection(random, m.company, n))
		}
		if every := max(f.count/500, 1); n%every == every/2 {
			f.known = append(f.known, knownCompany{m.company.ID, m.connections[1].ID, created, m.company.Tags["ref"]})
		}
		batch = append(batch, m)
	}
	return s.Write(ctx, func(tx *store.Tx) error {
		for _, m := range batch {
			if err := tx.InsertCompany(ctx, m.company); err != nil {
				return err
			}
			for _, c := range m.connections {
				if err := tx.InsertConnection(ctx, c); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func newConnection(random *rand.Rand, c bowline.Company, n int) bowline.Connection {
	status := bowline.Linked
	switch {
	case n%20 == 0:
		status = bowline.Unlinked
	case random.IntN(10) == 0:
		status = bowline.Deauthorized
	case random.IntN(4) == 0:
		status = bowline.PendingAuth
	}
	at := random.IntN(len(software))
	out := bowline.Connection{
		ID: bowline.NewID(c.Created), InstanceID: c.InstanceID, CompanyID: c.ID, IntegrationID: c.ID, SourceID: c.ID, SourceType: bowline.Accounting,
		IntegrationKey: string("abcdef"[at]) + "key", PlatformName: software[at], Status: status, Created: c.Created,
	}
	if status == bowline.Linked {
		synced := c.Created.Add(time.Duration(random.IntN(100_000)) * time.Second)
		out.LastSync = &synced
	}
	return out
}

// firstWord is one in two times the same, so that texts are found often enough to
// fill a page of few companies as well as one of many.
func firstWord(random *rand.Rand) string {
	if random.IntN(2) == 0 {
		return firstWords[0]
	}
	return pick(random, firstWords[1:])
}

func pick(random *rand.Rand, list []string) string { return list[random.IntN(len(list))] }
