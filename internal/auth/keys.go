package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
)

// Keys lists an instance's API keys, without their secrets, and says of each
// whether the person who made it is gone.
func (a *Authenticator) Keys(ctx context.Context, instance bowline.ID) ([]bowline.APIKey, error) {
	keys, err := a.store.APIKeys(ctx, instance)
	if err != nil || !slices.ContainsFunc(keys, func(k bowline.APIKey) bool { return k.CreatedByID != "" }) {
		return keys, err
	}
	members, err := a.store.Members(ctx, instance)
	if err != nil {
		return nil, err
	}
	now := map[bowline.ID]bowline.Membership{}
	for _, m := range members {
		now[m.ID] = m.Membership
	}
	for i := range keys {
		keys[i].MakerGone = keys[i].CreatedByID != "" && !mayMake(now[keys[i].CreatedByID], keys[i])
	}
	return keys, nil
}

// NewAPIKey is what a caller decides of a key.
type NewAPIKey struct {
	Name        string
	Permissions []bowline.Permission
	Expires     *time.Time // nil: it does not
}

// CreateKey makes an API key for a caller. The answer is the only place where its
// secret ever stands. A name that is too long is CodeInvalid, a key too many
// CodeConflict (platform-api section 6). A caller hands on only permissions of
// its own, or else a key that was stolen would make itself one that can do more:
// any other is CodeForbidden.
func (a *Authenticator) CreateKey(ctx context.Context, caller Caller, wanted NewAPIKey) (bowline.APIKey, error) {
	instance := caller.Instance
	name, err := cleanKeyName(wanted.Name)
	if err != nil {
		return bowline.APIKey{}, err
	}
	permissions, err := bowline.CheckPermissions(wanted.Permissions)
	if err != nil {
		return bowline.APIKey{}, err
	}
	for _, p := range permissions {
		if !caller.May(p) {
			return bowline.APIKey{}, lacks(caller, p)
		}
	}
	if wanted.Expires != nil && !wanted.Expires.After(a.now()) {
		return bowline.APIKey{}, bowline.Errorf(bowline.CodeInvalid, "expires must be in the future.")
	}
	if caller.Expires != nil && (wanted.Expires == nil || wanted.Expires.After(*caller.Expires)) {
		return bowline.APIKey{}, bowline.Errorf(bowline.CodeForbidden, "This API key expires, and cannot make one that outlives it.")
	}
	key := a.newKey(instance, NewKey())
	key.Name, key.Permissions, key.CreatedByID, key.CreatedBy = name, permissions, caller.User, caller.Name
	if wanted.Expires != nil {
		until := wanted.Expires.UTC().Truncate(time.Microsecond)
		key.Expires = &until
	}
	err = a.store.Write(ctx, func(tx *store.Tx) error {
		count, err := tx.CountAPIKeys(ctx, instance)
		if err != nil {
			return err
		}
		if count >= bowline.MaxAPIKeys {
			return bowline.Errorf(bowline.CodeConflict, "All %d API keys are in use; delete one first.", bowline.MaxAPIKeys)
		}
		if err := tx.InsertAPIKey(ctx, key); err != nil {
			return err
		}
		return a.record(ctx, tx, caller, keyChange{"key.created", key})
	})
	if err != nil {
		return bowline.APIKey{}, fmt.Errorf("create API key: %w", err)
	}
	return key, nil
}

// lacks is the refusal to hand on a permission.
func lacks(caller Caller, p bowline.Permission) error {
	if caller.Staff() {
		return bowline.Errorf(bowline.CodeForbidden, "Only administrators can give a key the permission %s.", p)
	}
	return bowline.Errorf(bowline.CodeForbidden, "This API key lacks the permission %s itself, so it cannot give it to another one.", p)
}

func cleanKeyName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if utf8.RuneCountInString(name) > bowline.MaxAPIKeyName {
		return "", bowline.Errorf(bowline.CodeInvalid, "The name of an API key has at most %d characters.", bowline.MaxAPIKeyName)
	}
	return name, nil
}

// keyChange is a line about a key for the history.
type keyChange struct {
	what string
	key  bowline.APIKey
}

func (a *Authenticator) record(ctx context.Context, tx *store.Tx, caller Caller, c keyChange) error {
	now := a.now().UTC().Truncate(time.Microsecond)
	return tx.InsertStaffChange(ctx, bowline.StaffChange{
		ID: bowline.NewID(now), InstanceID: caller.Instance, At: now, Actor: caller.Actor(), What: c.what, Subject: c.key.ID,
		Detail: shownKey(c.key),
	})
}

// RenameKey gives a key another name.
func (a *Authenticator) RenameKey(ctx context.Context, caller Caller, id bowline.ID, name string) (bowline.APIKey, error) {
	name, err := cleanKeyName(name)
	if err != nil {
		return bowline.APIKey{}, err
	}
	key, err := a.key(ctx, caller.Instance, id)
	if err != nil {
		return bowline.APIKey{}, err
	}
	key.Name = name
	err = a.store.Write(ctx, func(tx *store.Tx) error {
		if err := tx.RenameAPIKey(ctx, caller.Instance, id, name); err != nil {
			return err
		}
		return a.record(ctx, tx, caller, keyChange{"key.renamed", key})
	})
	if errors.Is(err, store.ErrNotFound) {
		return bowline.APIKey{}, errNoKey(id)
	}
	return key, err
}

func errNoKey(id bowline.ID) error {
	return bowline.Errorf(bowline.CodeNotFound, "No API key exists with ID %s", id)
}

// key finds one of an instance's keys.
func (a *Authenticator) key(ctx context.Context, instance, id bowline.ID) (bowline.APIKey, error) {
	keys, err := a.store.APIKeys(ctx, instance)
	if err != nil {
		return bowline.APIKey{}, err
	}
	at := slices.IndexFunc(keys, func(k bowline.APIKey) bool { return k.ID == id })
	if at < 0 {
		return bowline.APIKey{}, errNoKey(id)
	}
	return keys[at], nil
}

func (a *Authenticator) newKey(instance bowline.ID, secret string) bowline.APIKey {
	now := a.now().UTC()
	return bowline.APIKey{
		ID: bowline.NewID(now), InstanceID: instance, Secret: secret,
		Hash: hashOf(secret).String(), Prefix: shownPart(secret), CreatedDate: now,
	}
}

// DeleteKey deletes an API key; from then on it is refused, here at once and by
// other replicas within two seconds. The last key goes only when a bootstrap
// key in the configuration leaves another way in (platform-api section 20,
// discrepancy 6): else CodeConflict.
func (a *Authenticator) DeleteKey(ctx context.Context, caller Caller, id bowline.ID) error {
	instance := caller.Instance
	key, err := a.key(ctx, instance, id)
	if err != nil {
		return fmt.Errorf("delete API key: %w", err)
	}
	err = a.store.Write(ctx, func(tx *store.Tx) error {
		count, err := tx.CountAPIKeys(ctx, instance)
		if err != nil {
			return err
		}
		if count <= 1 && !a.configured.Load() {
			return bowline.Errorf(bowline.CodeConflict, "This is the last API key; create another one before you delete it.")
		}
		if err := tx.DeleteAPIKey(ctx, instance, id); err != nil {
			return err
		}
		return a.record(ctx, tx, caller, keyChange{"key.deleted", key})
	})
	if errors.Is(err, store.ErrNotFound) {
		return errNoKey(id) // deleted meanwhile
	}
	if err != nil {
		return fmt.Errorf("delete API key: %w", err)
	}
	a.known.forget()
	return nil
}
