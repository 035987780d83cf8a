package transfer

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/oauth"
	"github.com/bowline/bowline/internal/store"
)

// Import says where to put what a file holds.
type Import struct {
	Store    *store.Store
	Instance bowline.ID
	// Catalog says when grants of an integration have to be renewed.
	Catalog *catalog.Catalog
	Now     func() time.Time
}

// Result counts what an import did.
type Result struct {
	Companies int // that are new
	Skipped   int // that were there already, with all that they have
	Unlinked  int // connections that came without their grant
}

// errText hides what the decoder would quote.
var errText = errors.New("read import: the file is not an export of this version")

// Read reads a file and stores each company with what belongs to it in a
// transaction of its own. Companies that are there already stay as they are, so
// that an import that broke off can be run again. A file without its end is an
// error, after all that it holds has been stored.
func (i Import) Read(ctx context.Context, r io.Reader) (Result, error) {
	var done Result
	decoder := json.NewDecoder(r)
	var first line
	if err := decoder.Decode(&first); err != nil || first.Type != typeBegin || first.Version != version {
		return done, errText
	}
	for {
		var next line
		if err := decoder.Decode(&next); err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return done, errors.New("read import: the file has no end; parts of it are missing")
			}
			return done, errText
		}
		switch {
		case next.Type == typeEnd && next.Companies == done.Companies+done.Skipped:
			return done, nil
		case next.Type != typeCompany || next.Company == nil:
			return done, errText
		}
		if err := i.company(ctx, *next.Company, &done); err != nil {
			return done, fmt.Errorf("import company %s: %w", next.Company.ID, err)
		}
	}
}

// errTwice refuses what could not have come about by linking.
var errTwice = errors.New("it has two active connections of a kind that a company has once; unlink one where the file comes from")

// single says whether a company keeps to one active connection of the kinds of
// which there is one (platform-api section 2.2).
func single(c company) bool {
	active := map[bowline.SourceType]bool{}
	for _, conn := range c.Connections {
		if conn.Status != bowline.Linked || conn.Grant == nil || !conn.SourceType.Single() {
			continue
		}
		if active[conn.SourceType] {
			return false
		}
		active[conn.SourceType] = true
	}
	return true
}

func (i Import) company(ctx context.Context, c company, done *Result) error {
	if !single(c) {
		return errTwice
	}
	unlinked := 0
	err := i.Store.Write(ctx, func(tx *store.Tx) error {
		unlinked = 0 // the store may run this again
		err := tx.InsertCompany(ctx, bowline.Company{
			ID: c.ID, InstanceID: i.Instance, Name: c.Name, Description: c.Description, LastSync: c.LastSync, Created: c.Created,
			CreatedByUserName: c.CreatedBy, Products: c.Products, Tags: c.Tags, ReferenceParentCompany: c.Parent, ReferenceSubsidiaryCompanies: c.Subsidiaries,
		})
		if err != nil {
			return err
		}
		for _, conn := range c.Connections {
			lost, err := i.connection(ctx, tx, c.ID, conn)
			if err != nil {
				return fmt.Errorf("connection %s: %w", conn.ID, err)
			}
			if lost {
				unlinked++
			}
		}
		return nil
	})
	if errors.Is(err, store.ErrConflict) {
		if _, readErr := i.Store.Company(ctx, i.Instance, c.ID); readErr == nil {
			done.Skipped++
			return nil
		}
	}
	if err != nil {
		return err
	}
	done.Companies++
	done.Unlinked += unlinked
	return nil
}

// connection stores a connection, and reports that it cannot be linked any more
// because its grant stayed behind.
func (i Import) connection(ctx context.Context, tx *store.Tx, company bowline.ID, full connection) (lost bool, err error) {
	c := full.Connection
	c.InstanceID, c.CompanyID = i.Instance, company
	c.TenantID, c.TenantName, c.CompanyName, c.LinkedAt = full.TenantID, full.TenantName, full.CompanyName, full.LinkedAt
	now := i.Now().UTC()
	lost = c.Status == bowline.Linked && full.Grant == nil
	if lost {
		c.Status = bowline.Unlinked
		full.History = append(full.History, bowline.ConnectionHistory{
			ID: bowline.NewID(now), At: now, Trigger: bowline.TriggerUnlink, From: bowline.Linked, To: bowline.Unlinked,
			Reason: "Moved here without its authorization.", Actor: bowline.ActorSystem,
		})
	}
	if err := tx.InsertConnection(ctx, c); err != nil {
		return lost, err
	}
	for _, h := range full.History {
		h.InstanceID, h.CompanyID, h.ConnectionID = i.Instance, company, c.ID
		if err := tx.AppendHistory(ctx, h); err != nil {
			return lost, err
		}
	}
	for _, a := range full.Consents {
		err := tx.InsertConsent(ctx, bowline.Consent{
			ID: a.ID, InstanceID: i.Instance, CompanyID: company, ConnectionID: c.ID, IntegrationKey: c.IntegrationKey, Kind: a.Kind, Text: a.Text,
			TextVersion: a.TextVersion, Locale: a.Locale, DataTypes: a.DataTypes, GrantedAt: a.GrantedAt, GrantedFrom: a.GrantedFrom, UserAgent: a.UserAgent,
		})
		if err != nil {
			return lost, err
		}
	}
	if full.Grant == nil || c.Status != bowline.Linked {
		return lost, nil
	}
	return lost, tx.PutGrant(ctx, i.scheduled(c, *full.Grant, now))
}

// scheduled is a grant with the time at which somebody has to look after it. Its
// tokens belong together, as the other side stored them.
func (i Import) scheduled(c bowline.Connection, g bowline.Grant, now time.Time) bowline.Grant {
	g.ConnectionID, g.Family = c.ID, cmp.Or(g.Family, c.ID)
	in, ok := i.Catalog.Get(c.IntegrationKey)
	if !ok {
		return g
	}
	g.RenewAt = oauth.NextRefresh(in, oauth.Grant{
		AccessToken: oauth.Secret(g.AccessToken), RefreshToken: oauth.Secret(g.RefreshToken), ExpiresAt: g.ExpiresAt, IssuedAt: g.IssuedAt,
		RefreshExpiresAt: g.RefreshExpiresAt, Values: g.Extra,
	}, string(g.Family), now)
	return g
}
