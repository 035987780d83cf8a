package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/bowline/bowline"
)

// PutLinkSettings replaces the journey's settings of an instance; [ErrNotFound]
// when there is no such instance.
func (tx *Tx) PutLinkSettings(ctx context.Context, instance bowline.ID, l bowline.LinkSettings) error {
	return tx.putLook(ctx, `INSERT INTO link_settings (instance_id, settings, branding) VALUES ($1, $2, '')
		ON CONFLICT (instance_id) DO UPDATE SET settings = excluded.settings`, instance, l)
}

// PutBranding replaces the branding of an instance; [ErrNotFound] when there is
// no such instance.
func (tx *Tx) PutBranding(ctx context.Context, instance bowline.ID, b bowline.Branding) error {
	return tx.putLook(ctx, `INSERT INTO link_settings (instance_id, settings, branding) VALUES ($1, '', $2)
		ON CONFLICT (instance_id) DO UPDATE SET branding = excluded.branding`, instance, b)
}

func (tx *Tx) putLook(ctx context.Context, sql string, instance bowline.ID, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode link settings: %w", err)
	}
	if err := tx.exec(ctx, sql, []any{string(instance), string(text)}); err != nil {
		return fmt.Errorf("put link settings: %w", err)
	}
	return nil
}

// LinkSettings returns the journey's settings of an instance, the defaults when
// none were set. The value is the caller's own.
func (s *Store) LinkSettings(ctx context.Context, instance bowline.ID) (bowline.LinkSettings, error) {
	return readLinkSettings(ctx, storeReader{s}, instance)
}

func readLinkSettings(ctx context.Context, q querier, instance bowline.ID) (bowline.LinkSettings, error) {
	settings := bowline.DefaultLinkSettings()
	err := one(ctx, q, `SELECT settings FROM link_settings WHERE instance_id = $1`,
		[]any{string(instance)}, func(r *row) error {
			r.json(&settings)
			return r.err
		})
	if err != nil && !errors.Is(err, ErrNotFound) {
		return bowline.LinkSettings{}, fmt.Errorf("read link settings: %w", err)
	}
	return settings, nil
}

// Branding returns the branding of an instance; none was set is the zero value,
// not an error.
func (s *Store) Branding(ctx context.Context, instance bowline.ID) (bowline.Branding, error) {
	return readBranding(ctx, storeReader{s}, instance)
}

func readBranding(ctx context.Context, q querier, instance bowline.ID) (bowline.Branding, error) {
	var b bowline.Branding
	err := one(ctx, q, `SELECT branding FROM link_settings WHERE instance_id = $1`,
		[]any{string(instance)}, func(r *row) error {
			r.json(&b)
			return r.err
		})
	if err != nil && !errors.Is(err, ErrNotFound) {
		return bowline.Branding{}, fmt.Errorf("read branding: %w", err)
	}
	return b, nil
}

// maxSettings bounds how many decoded settings are kept.
const maxSettings = 64

// settingsCache keeps decoded settings by their stored text: every page of every
// customer needs them, they are large, and they hardly ever change. A change is
// another text, so nothing has to be told. The zero value is ready.
type settingsCache struct {
	mu     sync.RWMutex
	byText map[string]*bowline.LinkSettings
}

// decode takes the next column; empty are the defaults. A stored text lacks what
// later versions have added: that keeps its default.
func (c *settingsCache) decode(r *row) *bowline.LinkSettings {
	text := r.text()
	c.mu.RLock()
	known := c.byText[text]
	c.mu.RUnlock()
	if known != nil || r.err != nil {
		return known
	}
	settings := bowline.DefaultLinkSettings()
	if text != "" {
		if err := json.Unmarshal([]byte(text), &settings); err != nil {
			r.err = fmt.Errorf("column %d: %w", r.next, err)
			return nil
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byText == nil || len(c.byText) >= maxSettings {
		c.byText = map[string]*bowline.LinkSettings{}
	}
	c.byText[text] = &settings
	return &settings
}
