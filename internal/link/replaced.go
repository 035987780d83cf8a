package link

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Of some types a company has one connection at a time: whichever is linked
// takes the place of the one that works (link.md 1.3.12). The customer is told
// which one that is, before where it would be a surprise, and afterwards always.

// replacedBy are the connections whose place a connection takes when it is linked.
func replacedBy(company bowline.Company, linked bowline.Connection) []bowline.Connection {
	var ended []bowline.Connection
	for _, c := range company.DataConnections {
		if linked.SourceType.Single() && c.ID != linked.ID && c.SourceType == linked.SourceType && c.Status == bowline.Linked {
			ended = append(ended, c)
		}
	}
	return ended
}

func idsOf(connections []bowline.Connection) []bowline.ID {
	var ids []bowline.ID
	for _, c := range connections {
		ids = append(ids, c.ID)
	}
	return ids
}

// replace unlinks the connections whose place a newly linked one takes.
func (s *Service) replace(ctx context.Context, tx *store.Tx, company bowline.Company, linked bowline.Connection) error {
	for _, c := range replacedBy(company, linked) {
		ch := s.change(ctx, bowline.ActorCustomer, "Replaced by a connection to "+linked.PlatformName+".")
		if err := tx.MoveConnection(ctx, company, &c, bowline.TriggerUnlink, ch); err != nil {
			return err
		}
	}
	return nil
}

// noteOutcome keeps with an authorization what its result has to tell.
func noteOutcome(a *bowline.Authorization, o outcome) error {
	if !o.Again && len(o.Replaced) == 0 {
		return nil
	}
	text, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("encode outcome: %w", err)
	}
	a.Context = string(text)
	return nil
}

// withOutcome adds to a success what else came of it. Whoever helped is not told
// of what is not theirs.
func (s *Service) withOutcome(pg page, v View, o outcome) View {
	if v.Success == nil {
		return v
	}
	v.Success.Again = o.Again
	var ended []bowline.Connection
	var told []Event
	for _, id := range o.Replaced {
		if c, ok := findConnection(pg.company, id); ok {
			ended = append(ended, c)
			told = append(told, Event{Type: EventDisconnect, Connection: argsOf(c)})
		}
	}
	v.Success.Note = s.saying(pg, pg.set.words.Manage.Replaced, ended)
	v.Events = append(told, v.Events...)
	return v
}

// saying says a sentence about each of some connections.
func (s *Service) saying(pg page, sentence string, of []bowline.Connection) string {
	var said []string
	for _, c := range of {
		name := s.tileOf(c).Name
		if business := businessName(c); business != "" {
			name += " (" + business + ")"
		}
		said = append(said, filler(name, pg.set.client.Name).Replace(sentence))
	}
	return strings.Join(said, " ")
}

// warned says whether the screen that is left named every connection that
// bringing one back would end.
func (h hop) warned(conn bowline.Connection) bool {
	return !slices.ContainsFunc(idsOf(replacedBy(h.pg.company, conn)), func(id bowline.ID) bool {
		return !slices.Contains(h.proof.Replaces, id)
	})
}
