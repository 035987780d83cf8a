package store

import (
	"context"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

const staffSessionColumns = `s.id, s.user_id, s.hash, s.created, s.last_seen, s.device, s.external`

func scanStaffSession(r *row) bowline.StaffSession {
	return bowline.StaffSession{
		ID: r.id(), UserID: r.id(), Hash: r.text(), Created: r.time(), LastSeen: r.time(), Device: r.text(), External: r.bool(),
	}
}

// InsertStaffSession adds a session; [ErrNotFound] when there is no such person.
func (tx *Tx) InsertStaffSession(ctx context.Context, s bowline.StaffSession) error {
	err := tx.exec(ctx, `INSERT INTO staff_sessions (id, hash, user_id, created, last_seen, device, external) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		[]any{string(s.ID), s.Hash, string(s.UserID), micros(s.Created), micros(s.LastSeen), s.Device, flag(s.External)})
	if err != nil {
		return fmt.Errorf("insert staff session: %w", err)
	}
	return nil
}

// StaffSession returns a session by the hash of what its cookie holds, with whose
// it is, or [ErrNotFound]. It may be over.
func (s *Store) StaffSession(ctx context.Context, hash string) (session bowline.StaffSession, p bowline.Person, err error) {
	err = one(ctx, storeReader{s}, `SELECT `+staffSessionColumns+`, `+personColumns+`
		FROM staff_sessions s JOIN users u ON u.id = s.user_id WHERE s.hash = $1`, []any{hash}, func(r *row) error {
		session, p = scanStaffSession(r), scanPerson(r)
		return r.err
	})
	if err != nil {
		return bowline.StaffSession{}, bowline.Person{}, fmt.Errorf("read staff session: %w", err)
	}
	return session, p, nil
}

// StaffSessions returns the sessions of a person, the latest seen first. Some may
// be over.
func (s *Store) StaffSessions(ctx context.Context, user bowline.ID) (list []bowline.StaffSession, err error) {
	err = s.read(ctx, `SELECT `+staffSessionColumns+` FROM staff_sessions s WHERE s.user_id = $1 ORDER BY s.last_seen DESC, s.id`,
		[]any{string(user)}, func(r *row) error {
			list = append(list, scanStaffSession(r))
			return r.err
		})
	if err != nil {
		return nil, fmt.Errorf("read staff sessions: %w", err)
	}
	return list, nil
}

// SeeStaffSession notes that a session was used. One that has ended stays so.
func (tx *Tx) SeeStaffSession(ctx context.Context, id bowline.ID, at time.Time) error {
	err := tx.exec(ctx, `UPDATE staff_sessions SET last_seen = $1 WHERE id = $2 AND last_seen < $3`,
		[]any{micros(at), string(id), micros(at)})
	if err != nil {
		return fmt.Errorf("see staff session: %w", err)
	}
	return nil
}

// DeleteStaffSession ends a session of a person; [ErrNotFound] when it is not
// theirs.
func (tx *Tx) DeleteStaffSession(ctx context.Context, user, id bowline.ID) error {
	err := tx.execOne(ctx, ErrNotFound, `DELETE FROM staff_sessions WHERE id = $1 AND user_id = $2`, []any{string(id), string(user)})
	if err != nil {
		return fmt.Errorf("delete staff session: %w", err)
	}
	return nil
}

// DropStaffSession ends the session with the hash, if there is one.
func (tx *Tx) DropStaffSession(ctx context.Context, hash string) error {
	if err := tx.exec(ctx, `DELETE FROM staff_sessions WHERE hash = $1`, []any{hash}); err != nil {
		return fmt.Errorf("drop staff session: %w", err)
	}
	return nil
}

// DeleteStaffSessions ends the sessions of a person, all except one; "" spares
// none.
func (tx *Tx) DeleteStaffSessions(ctx context.Context, user, except bowline.ID) error {
	err := tx.exec(ctx, `DELETE FROM staff_sessions WHERE user_id = $1 AND id <> $2`, []any{string(user), string(except)})
	if err != nil {
		return fmt.Errorf("delete staff sessions: %w", err)
	}
	return nil
}

// DeleteSessionsBy ends everybody's sessions that began by the sign-in service, or
// all those that did not.
func (tx *Tx) DeleteSessionsBy(ctx context.Context, external bool) error {
	if err := tx.exec(ctx, `DELETE FROM staff_sessions WHERE external = $1`, []any{flag(external)}); err != nil {
		return fmt.Errorf("delete staff sessions of a way to sign in: %w", err)
	}
	return nil
}

// ForgetStaffSessions deletes at most limit sessions that are over, and returns
// how many.
func (tx *Tx) ForgetStaffSessions(ctx context.Context, now time.Time, limit int) (int, error) {
	n, err := tx.execCount(ctx, `DELETE FROM staff_sessions WHERE id IN (SELECT id FROM staff_sessions
		WHERE last_seen <= $1 ORDER BY last_seen LIMIT CAST($2 AS BIGINT)`+tx.dialect().skipLocked+`)`,
		[]any{micros(now.Add(-bowline.SessionIdle)), int64(limit)})
	if err != nil {
		return 0, fmt.Errorf("forget staff sessions: %w", err)
	}
	return int(n), nil
}
