package api

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/auth"
	"github.com/bowline/bowline/internal/store"
)

// IfMatch is the condition of a change of settings (RFC 9110 section 13.1.1).
type IfMatch struct {
	IfMatch string `header:"If-Match" doc:"ETag of the settings as they were read. They change only while they are still the same, else the answer is 412. Absent: they change in any case."`
}

// Tagged has the tag of settings, which a later change can give back.
type Tagged struct {
	ETag string `header:"ETag" doc:"Tag of the settings as they are now, for If-Match. In double quotes, it is the id of the change that made them so."`
}

// noVersion is the id of no version, so that a tag of another kind matches nothing.
const noVersion = bowline.ID("-")

// versions are those one of which must still be the latest; nil for any.
func (m IfMatch) versions() []bowline.ID {
	given := strings.TrimSpace(m.IfMatch)
	if given == "" || given == "*" { // there always are settings
		return nil
	}
	var ids []bowline.ID
	for tag := range strings.SplitSeq(given, ",") {
		tag = strings.TrimSpace(tag)
		id := noVersion // what is weak or malformed
		if inside, ok := strings.CutPrefix(tag, `"`); ok {
			if inside, ok = strings.CutSuffix(inside, `"`); ok && inside != "" {
				id = bowline.ID(inside)
			}
		}
		if id == unchanged {
			id = ""
		}
		ids = append(ids, id)
	}
	return ids
}

// unchanged is in the tag of settings that nobody has changed yet.
const unchanged = bowline.ID("first")

func settingsTag(v bowline.SettingsVersion) Tagged {
	id := v.ID
	if id == "" {
		id = unchanged
	}
	return Tagged{`"` + string(id) + `"`}
}

// tagged is the tag of settings. It is read before the settings are, so that it
// is never newer than they.
func (a *API) tagged(ctx context.Context, kind bowline.SettingsKind) (Tagged, error) {
	latest, err := a.Store.LatestSettingsVersion(ctx, auth.From(ctx).Instance, kind)
	return settingsTag(latest), err
}

// changeSettings writes settings of a kind as the caller, on the condition, and returns
// their tag afterwards.
func (a *API) changeSettings(ctx context.Context, kind bowline.SettingsKind, m IfMatch, write func(*store.Tx, bowline.ID, store.Editor) error) (Tagged, error) {
	instance, by := auth.From(ctx).Instance, a.editor(ctx)
	by.IfLatest = m.versions()
	var latest bowline.SettingsVersion
	err := a.Store.Write(ctx, func(tx *store.Tx) error {
		err := write(tx, instance, by)
		if err == nil {
			latest, err = tx.LatestSettingsVersion(ctx, instance, kind)
		}
		return err
	})
	if errors.Is(err, store.ErrChanged) {
		err = a.changedMeanwhile(ctx, kind)
	}
	return settingsTag(latest), err
}

// changedMeanwhile refuses a change, and says whose was there before it.
func (a *API) changedMeanwhile(ctx context.Context, kind bowline.SettingsKind) error {
	instance := auth.From(ctx).Instance
	latest, err := a.Store.LatestSettingsVersion(ctx, instance, kind)
	if err != nil {
		return err
	}
	name := latest.ByName
	if name == "" && latest.Actor != "" {
		names, err := a.keyNames(ctx, instance)
		if err != nil {
			return err
		}
		name = names[latest.Actor]
	}
	if name == "" {
		return bowline.Errorf(bowline.CodeChanged, "These settings were changed after you read them. Read them again, and make your change anew.")
	}
	return bowline.Errorf(bowline.CodeChanged, "%s changed these settings on %s, after you read them. Read them again, and make your change anew.", name, latest.At.UTC().Format(time.RFC3339))
}
