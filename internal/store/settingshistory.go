package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bowline/bowline"
)

// Editor is who changes settings, and when.
type Editor struct {
	Actor  bowline.Actor
	ByName string // of a person
	Now    time.Time

	// IfLatest refuses the change with [ErrChanged] unless the latest former version
	// is one of these; "" stands for none at all. Nil: whatever it is.
	IfLatest []bowline.ID
}

// ErrChanged says that somebody has changed the settings since they were read.
var ErrChanged = errors.New("settings were changed meanwhile")

// ReplaceLinkSettings is [Tx.PutLinkSettings] that keeps the settings before.
func (tx *Tx) ReplaceLinkSettings(ctx context.Context, instance bowline.ID, l bowline.LinkSettings, by Editor) error {
	before, err := readTx(ctx, tx, instance, readLinkSettings)
	if err != nil {
		return err
	}
	return tx.replace(ctx, keeping{instance, bowline.SettingsLink, before, l, by}, func() error {
		return tx.PutLinkSettings(ctx, instance, l)
	})
}

// ReplaceBranding is [Tx.PutBranding] that keeps the branding before.
func (tx *Tx) ReplaceBranding(ctx context.Context, instance bowline.ID, b bowline.Branding, by Editor) error {
	before, err := readTx(ctx, tx, instance, readBranding)
	if err != nil {
		return err
	}
	return tx.replace(ctx, keeping{instance, bowline.SettingsBranding, before, b, by}, func() error {
		return tx.PutBranding(ctx, instance, b)
	})
}

// ReplaceProfile is [Tx.PutProfile] that keeps the profile before.
func (tx *Tx) ReplaceProfile(ctx context.Context, instance bowline.ID, p bowline.Profile, by Editor) error {
	before, err := readTx(ctx, tx, instance, tx.store.readProfile)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	return tx.replace(ctx, keeping{instance, bowline.SettingsProfile, before, p, by}, func() error {
		return tx.PutProfile(ctx, instance, p)
	})
}

// ReplaceAllowedOrigins is [Tx.PutAllowedOrigins] that keeps the list before.
func (tx *Tx) ReplaceAllowedOrigins(ctx context.Context, instance bowline.ID, a bowline.AllowedOrigins, by Editor) error {
	before, err := readTx(ctx, tx, instance, readAllowedOrigins)
	if err != nil {
		return err
	}
	return tx.replace(ctx, keeping{instance, bowline.SettingsOrigins, before, a, by}, func() error {
		return tx.PutAllowedOrigins(ctx, instance, a)
	})
}

// Branding returns the branding of an instance as the transaction sees it, until
// whose end nobody else changes settings of the instance.
func (tx *Tx) Branding(ctx context.Context, instance bowline.ID) (bowline.Branding, error) {
	return readTx(ctx, tx, instance, readBranding)
}

// Profile is Branding for the profile; [ErrNotFound] where there is none.
func (tx *Tx) Profile(ctx context.Context, instance bowline.ID) (bowline.Profile, error) {
	return readTx(ctx, tx, instance, tx.store.readProfile)
}

// readTx reads settings that are about to be changed: of two who change them,
// the second one sees what the first one left.
func readTx[T any](ctx context.Context, tx *Tx, instance bowline.ID, read func(context.Context, querier, bowline.ID) (T, error)) (T, error) {
	if err := tx.lockInstance(ctx, instance); err != nil {
		var none T
		return none, err
	}
	return read(ctx, tx, instance)
}

// lockInstance holds others up that lock the same instance, until the end of the
// transaction.
func (tx *Tx) lockInstance(ctx context.Context, instance bowline.ID) error {
	if lock := tx.dialect().lock; lock != "" {
		if err := tx.exec(ctx, `SELECT 1 FROM instances WHERE id = $1`+lock, []any{string(instance)}); err != nil {
			return fmt.Errorf("lock instance: %w", err)
		}
	}
	return nil
}

// keeping is a change of settings.
type keeping struct {
	instance      bowline.ID
	kind          bowline.SettingsKind
	before, after any
	by            Editor
}

func (tx *Tx) replace(ctx context.Context, k keeping, put func() error) error {
	if k.by.IfLatest != nil {
		latest, err := tx.LatestSettingsVersion(ctx, k.instance, k.kind)
		if err != nil {
			return err
		}
		if !slices.Contains(k.by.IfLatest, latest.ID) {
			return ErrChanged
		}
	}
	changed, err := bowline.ChangedMembers(k.before, k.after)
	if err != nil {
		return err
	}
	if len(changed) > 0 {
		if err := tx.keepSettings(ctx, k, changed); err != nil {
			return fmt.Errorf("keep former settings: %w", err)
		}
	}
	return put()
}

func (tx *Tx) keepSettings(ctx context.Context, k keeping, changed []string) error {
	latest, err := tx.LatestSettingsVersion(ctx, k.instance, k.kind)
	if err != nil {
		return err
	}
	// The latest is the one with the greatest id, also where clocks of replicas differ.
	id := bowline.NewIDAfter(latest.ID, k.by.Now)
	var sealed []byte
	if profile, ok := k.before.(bowline.Profile); ok && profile.AlertAuthHeader != "" {
		if sealed, err = tx.store.sealer.Seal([]byte(profile.AlertAuthHeader), "settings_versions", string(id), "sealed_header"); err != nil {
			return err
		}
		profile.AlertAuthHeader = ""
		k.before = profile
	}
	body, err := json.Marshal(k.before)
	if err != nil {
		return err
	}
	names, err := encode(changed, len(changed) == 0)
	if err != nil {
		return err
	}
	err = tx.exec(ctx, `INSERT INTO settings_versions (id, instance_id, kind, at, actor, by_name, changed, body, sealed_header)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		[]any{string(id), string(k.instance), string(k.kind), micros(k.by.Now), string(k.by.Actor), k.by.ByName, names, string(body), sealed})
	if err != nil {
		return err
	}
	return tx.exec(ctx, `DELETE FROM settings_versions WHERE instance_id = $1 AND kind = $2 AND id NOT IN
		(SELECT id FROM settings_versions WHERE instance_id = $1 AND kind = $2 ORDER BY id DESC LIMIT CAST($3 AS BIGINT))`,
		[]any{string(k.instance), string(k.kind), int64(bowline.MaxSettingsVersions)})
}

// LatestSettingsVersion returns the version that the latest change of a kind
// replaced, without its body; the zero value where nothing was changed yet. Its id
// tells whether settings are still as somebody has read them.
func (s *Store) LatestSettingsVersion(ctx context.Context, instance bowline.ID, kind bowline.SettingsKind) (bowline.SettingsVersion, error) {
	return latestSettings(ctx, storeReader{s}, instance, kind)
}

// LatestSettingsVersion is that of the store, as the transaction sees it.
func (tx *Tx) LatestSettingsVersion(ctx context.Context, instance bowline.ID, kind bowline.SettingsKind) (bowline.SettingsVersion, error) {
	return latestSettings(ctx, tx, instance, kind)
}

func latestSettings(ctx context.Context, q querier, instance bowline.ID, kind bowline.SettingsKind) (bowline.SettingsVersion, error) {
	v := bowline.SettingsVersion{InstanceID: instance, Kind: kind}
	err := one(ctx, q, `SELECT id, at, actor, by_name FROM settings_versions WHERE instance_id = $1 AND kind = $2
		ORDER BY id DESC LIMIT 1`, []any{string(instance), string(kind)}, func(r *row) error {
		v.ID, v.At = r.id(), r.time()
		v.Actor, v.ByName = bowline.Actor(r.text()), r.text()
		return r.err
	})
	if err != nil && !errors.Is(err, ErrNotFound) {
		return bowline.SettingsVersion{}, fmt.Errorf("read the latest former settings: %w", err)
	}
	return v, nil
}

// SettingsVersions lists the former versions of an instance, the latest first,
// without their bodies; kind "" is all kinds.
func (s *Store) SettingsVersions(ctx context.Context, instance bowline.ID, kind bowline.SettingsKind) ([]bowline.SettingsVersion, error) {
	const columns = `SELECT id, kind, at, actor, by_name, changed FROM settings_versions `
	sql, args := columns+`WHERE instance_id = $1 ORDER BY id DESC`, []any{string(instance)}
	if kind != "" {
		sql, args = columns+`WHERE instance_id = $1 AND kind = $2 ORDER BY id DESC`, append(args, string(kind))
	}
	list := []bowline.SettingsVersion{}
	err := s.read(ctx, sql, args,
		func(r *row) error {
			v := bowline.SettingsVersion{ID: r.id(), InstanceID: instance, Kind: bowline.SettingsKind(r.text()), At: r.time()}
			v.Actor, v.ByName = bowline.Actor(r.text()), r.text()
			r.json(&v.Changed)
			list = append(list, v)
			return r.err
		})
	if err != nil {
		return nil, fmt.Errorf("read former settings: %w", err)
	}
	return list, nil
}

// SettingsVersion returns one former version with its body, or [ErrNotFound].
func (s *Store) SettingsVersion(ctx context.Context, instance, id bowline.ID) (bowline.SettingsVersion, error) {
	v := bowline.SettingsVersion{ID: id, InstanceID: instance}
	var sealed []byte
	err := one(ctx, storeReader{s}, `SELECT kind, at, actor, by_name, changed, body, sealed_header FROM settings_versions
		WHERE id = $1 AND instance_id = $2`, []any{string(id), string(instance)}, func(r *row) error {
		v.Kind, v.At = bowline.SettingsKind(r.text()), r.time()
		v.Actor, v.ByName = bowline.Actor(r.text()), r.text()
		r.json(&v.Changed)
		v.Body, sealed = []byte(r.text()), r.bytes()
		return r.err
	})
	if err == nil && len(sealed) > 0 {
		var header []byte
		header, err = s.sealer.Open(sealed, "settings_versions", string(id), "sealed_header")
		v.Secret = string(header)
	}
	if err != nil {
		return bowline.SettingsVersion{}, fmt.Errorf("read former settings: %w", err)
	}
	return v, nil
}
