package transfer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Export says what to write.
type Export struct {
	Store    *store.Store
	Instance bowline.ID
	Grants   bool // with the tokens, in clear
	Now      time.Time
}

// pageSize is how many companies are held at once.
const pageSize = 200

// Write writes an instance and returns how many companies it has. What changes
// meanwhile is written as it was or as it is; companies that are deleted
// meanwhile can hide others, so stop what deletes them.
func (e Export) Write(ctx context.Context, w io.Writer) (int, error) {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	at := e.Now.UTC()
	if err := encoder.Encode(line{Type: typeBegin, Version: version, Grants: e.Grants, At: &at}); err != nil {
		return 0, fmt.Errorf("write export: %w", err)
	}
	written := 0
	for number := 1; ; number++ {
		companies, _, err := e.Store.Companies(ctx, store.CompanyList{
			InstanceID: e.Instance, Page: bowline.Page{Number: number, Size: pageSize},
		})
		if err != nil {
			return written, err
		}
		for _, c := range companies {
			described, err := e.company(ctx, c)
			if err != nil {
				return written, err
			}
			if err := encoder.Encode(line{Type: typeCompany, Company: &described}); err != nil {
				return written, fmt.Errorf("write export: %w", err)
			}
			written++
		}
		if len(companies) < pageSize {
			break
		}
	}
	if err := encoder.Encode(line{Type: typeEnd, Companies: written}); err != nil {
		return written, fmt.Errorf("write export: %w", err)
	}
	return written, nil
}

func (e Export) company(ctx context.Context, c bowline.Company) (company, error) {
	described := company{
		ID: c.ID, Name: c.Name, Description: c.Description, LastSync: c.LastSync, Created: c.Created, CreatedBy: c.CreatedByUserName,
		Products: c.Products, Tags: c.Tags, Parent: c.ReferenceParentCompany, Subsidiaries: c.ReferenceSubsidiaryCompanies,
	}
	var grants map[bowline.ID]bowline.Grant
	if e.Grants && slices.ContainsFunc(c.DataConnections, func(conn bowline.Connection) bool { return conn.Status == bowline.Linked }) {
		var err error
		if grants, err = e.handOut(ctx, c); err != nil {
			return company{}, fmt.Errorf("hand out tokens of company %s: %w", c.ID, err)
		}
	}
	for _, conn := range c.DataConnections {
		full, err := e.connection(ctx, conn)
		if grant, has := grants[conn.ID]; has {
			full.Grant = &grant
		}
		if err != nil {
			return company{}, fmt.Errorf("export connection %s: %w", conn.ID, err)
		}
		described.Connections = append(described.Connections, full)
	}
	return described, nil
}

// handOut reads the tokens of a company's connections. It says in the history of
// each that they are about to leave, keeps in mind that they did, and is durable
// before they do.
func (e Export) handOut(ctx context.Context, c bowline.Company) (grants map[bowline.ID]bowline.Grant, err error) {
	err = e.Store.Write(ctx, func(tx *store.Tx) error {
		grants = map[bowline.ID]bowline.Grant{} // the store may run this again
		now, err := tx.LockCompany(ctx, e.Instance, c.ID)
		if err != nil {
			return err
		}
		for _, conn := range now.DataConnections {
			if conn.Status != bowline.Linked {
				continue
			}
			err := tx.AppendHistory(ctx, bowline.ConnectionHistory{
				ID: bowline.NewID(e.Now), InstanceID: e.Instance, CompanyID: c.ID, ConnectionID: conn.ID, At: e.Now.UTC(),
				Trigger: bowline.TriggerNote, From: conn.Status, To: conn.Status, Reason: "The authorization was exported with the whole instance.",
				Actor: bowline.ActorSystem,
			})
			if err != nil {
				return err
			}
			// Before they are read: from here on nobody replaces them.
			if err := tx.HandOut(ctx, conn.ID); err != nil {
				return err
			}
			grant, err := tx.Grant(ctx, conn.ID)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			grants[conn.ID] = grant
		}
		return nil
	})
	return grants, err
}

func (e Export) connection(ctx context.Context, c bowline.Connection) (connection, error) {
	full := connection{Connection: c, TenantID: c.TenantID, TenantName: c.TenantName, CompanyName: c.CompanyName, LinkedAt: c.LinkedAt}
	consents, err := e.Store.Consents(ctx, c.InstanceID, c.ID)
	if err != nil {
		return connection{}, err
	}
	for _, a := range consents {
		full.Consents = append(full.Consents, consent{
			ID: a.ID, Kind: a.Kind, Text: a.Text, TextVersion: a.TextVersion, Locale: a.Locale, DataTypes: a.DataTypes,
			GrantedAt: a.GrantedAt, GrantedFrom: a.GrantedFrom, UserAgent: a.UserAgent,
		})
	}
	full.History, err = e.Store.History(ctx, c.InstanceID, c.ID)
	return full, err
}
