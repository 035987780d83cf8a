package store

import (
	"context"
	"fmt"
	"time"

	"github.com/bowline/bowline"
)

// InsertStaffChange adds a line to the history of people, keys, instances and
// sign-in.
func (tx *Tx) InsertStaffChange(ctx context.Context, c bowline.StaffChange) error {
	err := tx.exec(ctx, `INSERT INTO staff_history (id, instance_id, at, actor, what, subject, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		[]any{string(c.ID), string(c.InstanceID), micros(c.At), string(c.Actor), c.What, string(c.Subject), c.Detail})
	if err != nil {
		return fmt.Errorf("insert staff change: %w", err)
	}
	return nil
}

// StaffLines says which lines of that history are wanted.
type StaffLines struct {
	Instance bowline.ID
	Kind     bowline.StaffChangeKind // empty: every one
	Before   bowline.ID              // a line; empty: from the latest
	Limit    int
}

// notSignIns is word for word the condition of an index.
const notSignIns = `h.what NOT IN ('signIn.succeeded', 'signIn.failed', 'signIn.locked')`

// ofKind narrows the history down.
var ofKind = map[bowline.StaffChangeKind]string{
	"":                          "",
	bowline.StaffChangePeople:   ` AND h.what >= 'user.' AND h.what < 'user/' AND ` + notSignIns,
	bowline.StaffChangeKeys:     ` AND h.what >= 'key.' AND h.what < 'key/' AND ` + notSignIns,
	bowline.StaffChangeSignIns:  ` AND h.what IN ('signIn.succeeded', 'signIn.failed', 'signIn.locked')`,
	bowline.StaffChangeSettings: ` AND NOT (h.what >= 'user.' AND h.what < 'user/') AND NOT (h.what >= 'key.' AND h.what < 'key/') AND ` + notSignIns,
}

// StaffHistory returns lines of that history, the latest first.
func (s *Store) StaffHistory(ctx context.Context, wanted StaffLines) (list []bowline.StaffChange, err error) {
	before := wanted.Before
	if before == "" {
		before = "~" // sorts behind every id
	}
	narrow, known := ofKind[wanted.Kind]
	if !known {
		return nil, fmt.Errorf("read staff history: no kind %q", wanted.Kind)
	}
	err = s.read(ctx, `SELECT h.id, h.instance_id, h.at, h.actor, COALESCE(a.name, ''), h.what, h.subject, COALESCE(u.name, ''), h.detail
		FROM staff_history h
		LEFT JOIN users a ON a.id = substr(h.actor, 6)
		LEFT JOIN users u ON u.id = h.subject
		WHERE h.instance_id = $1 AND h.id < $2`+narrow+` ORDER BY h.id DESC LIMIT CAST($3 AS BIGINT)`,
		[]any{string(wanted.Instance), string(before), int64(wanted.Limit)}, func(r *row) error {
			list = append(list, bowline.StaffChange{
				ID: r.id(), InstanceID: r.id(), At: r.time(), Actor: bowline.Actor(r.text()), ActorName: r.text(),
				What: r.text(), Subject: r.id(), SubjectName: r.text(), Detail: r.text(),
			})
			return r.err
		})
	if err != nil {
		return nil, fmt.Errorf("read staff history: %w", err)
	}
	return list, nil
}

// ForgetSignIns deletes at most limit lines of before a time about who signed in or
// failed to, and returns how many. All other lines stay.
func (tx *Tx) ForgetSignIns(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := tx.execCount(ctx, `DELETE FROM staff_history WHERE id IN (SELECT id FROM staff_history
		WHERE what IN ('signIn.succeeded', 'signIn.failed', 'signIn.locked') AND at < $1 ORDER BY at LIMIT CAST($2 AS BIGINT)`+
		tx.dialect().skipLocked+`)`, []any{micros(before), int64(limit)})
	if err != nil {
		return 0, fmt.Errorf("forget sign-ins: %w", err)
	}
	return int(n), nil
}

// PeopleNames returns the names of the people among the actors, by actor.
func (s *Store) PeopleNames(ctx context.Context, actors []bowline.Actor) (map[bowline.Actor]string, error) {
	names := map[bowline.Actor]string{}
	for _, actor := range actors {
		id, person := actor.User()
		if _, known := names[actor]; known || !person {
			continue
		}
		err := s.read(ctx, `SELECT name FROM users WHERE id = $1`, []any{string(id)}, func(r *row) error {
			names[actor] = r.text()
			return r.err
		})
		if err != nil {
			return nil, fmt.Errorf("read names of people: %w", err)
		}
	}
	return names, nil
}
