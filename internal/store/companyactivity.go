package store

import (
	"context"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

// ActivityKind says what a line of a company's activity tells of.
type ActivityKind string

// The kinds of lines.
const (
	ActivityState   ActivityKind = "state"   // a connection changed, or something of note happened to it
	ActivityConsent ActivityKind = "consent" // a person agreed
	ActivityErased  ActivityKind = "erased"  // a connection was deleted; nothing else of it is left
)

// Activity is one line of what happened to a company's connections.
type Activity struct {
	ID             bowline.ID
	At             time.Time
	Kind           ActivityKind
	ConnectionID   bowline.ID
	PlatformName   string // empty once the connection is deleted
	IntegrationKey string
	Trigger        bowline.Trigger // of a state
	From, To       bowline.Status  // likewise
	Reason         string          // likewise
	Consent        bowline.ConsentKind
	Actor          bowline.Actor
	ActorName      string // of a person or an API key that is still known
}

// CompanyActivity returns at most limit lines, the latest first: those behind
// the given one, or from the start where that is zero.
func (s *Store) CompanyActivity(ctx context.Context, instance, company bowline.ID, behind Activity, limit int) ([]Activity, error) {
	at := micros(behind.At)
	if at == 0 {
		at = never
	}
	var list []Activity
	err := s.read(ctx, `SELECT a.id, a.at, a.kind, a.connection_id, a.platform, a.integration, a.what, a.was, a.becomes, a.reason, a.actor,
			COALESCE(u.name, k.name, '')
		FROM (SELECT h.id, h.at, 'state' AS kind, h.connection_id, n.platform_name AS platform, n.integration_key AS integration,
				h.trigger_name AS what, h.from_status AS was, h.to_status AS becomes, h.reason, h.actor
			FROM connection_history h JOIN connections n ON n.id = h.connection_id WHERE n.company_id = $1 AND n.instance_id = $2
			UNION ALL SELECT c.id, c.granted_at, 'consent', c.connection_id, n.platform_name, c.integration_key, c.kind, '', '', '', 'customer'
			FROM consents c JOIN connections n ON n.id = c.connection_id WHERE n.company_id = $1 AND n.instance_id = $2
			UNION ALL SELECT e.id, e.at, 'erased', e.connection_id, '', e.integration_key, 'delete', '', '', '', e.actor
			FROM erasures e WHERE e.company_id = $1 AND e.instance_id = $2 AND e.kind = 'connection') AS a
		LEFT JOIN users u ON a.actor = 'user:' || u.id
		LEFT JOIN api_keys k ON a.actor = 'key:' || k.id
		WHERE (a.at, a.id) < ($3, $4) ORDER BY a.at DESC, a.id DESC LIMIT CAST($5 AS BIGINT)`,
		[]any{string(company), string(instance), at, string(behind.ID), int64(limit)}, func(r *row) error {
			a := Activity{
				ID: r.id(), At: r.time(), Kind: ActivityKind(r.text()), ConnectionID: r.id(), PlatformName: r.text(), IntegrationKey: r.text(),
			}
			what := r.text()
			if a.Kind == ActivityConsent {
				a.Consent = bowline.ConsentKind(what)
			} else {
				a.Trigger = bowline.Trigger(what)
			}
			a.From, a.To, a.Reason = bowline.Status(r.text()), bowline.Status(r.text()), r.text()
			a.Actor, a.ActorName = bowline.Actor(r.text()), r.text()
			list = append(list, a)
			return r.err
		})
	if err != nil {
		return nil, fmt.Errorf("read activity: %w", err)
	}
	return list, nil
}

// CompanyConsent is what somebody agreed to for one connection of a company.
type CompanyConsent struct {
	bowline.Consent
	PlatformName string
}

// CompanyConsents returns what was agreed to for the connections of a company
// that there are, the latest first.
func (s *Store) CompanyConsents(ctx context.Context, instance, company bowline.ID) ([]CompanyConsent, error) {
	var list []CompanyConsent
	err := s.read(ctx, `SELECT c.id, c.connection_id, c.integration_key, c.text, c.text_version, c.locale, c.data_types, c.granted_at, c.kind, n.platform_name
		FROM connections n JOIN consents c ON c.connection_id = n.id
		WHERE n.company_id = $1 AND n.instance_id = $2 ORDER BY c.granted_at DESC, c.id DESC`,
		[]any{string(company), string(instance)}, func(r *row) error {
			c := CompanyConsent{Consent: bowline.Consent{
				InstanceID: instance, CompanyID: company, ID: r.id(), ConnectionID: r.id(),
				IntegrationKey: r.text(), Text: r.text(), TextVersion: r.text(), Locale: r.text(),
			}}
			r.json(&c.DataTypes)
			c.GrantedAt, c.Kind, c.PlatformName = r.time(), bowline.ConsentKind(r.text()), r.text()
			list = append(list, c)
			return r.err
		})
	if err != nil {
		return nil, fmt.Errorf("read consents of company: %w", err)
	}
	return list, nil
}
