package store_test

import (
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// TestOldAttemptsKeepNothing: of an attempt that an older version made, nothing
// is told that it may not have sent.
func TestOldAttemptsKeepNothing(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o store.Options) {
		instance, c, m, a := bowline.NewID(storetest.Start), bowline.NewID(storetest.Start), bowline.NewID(storetest.Start), bowline.NewID(storetest.Start)
		migrateTo(t, o, 7, []string{
			`INSERT INTO instances (id, name, created) VALUES ('` + string(instance) + `', 'Acme', 1)`,
			`INSERT INTO consumers (id, instance_id, url, event_types, disabled, company_tags, company_id, sealed_secret, created)
				VALUES ('` + string(c) + `', '` + string(instance) + `', '', '', 0, '', '', ` + blob(o, []byte("x")) + `, 1)`,
			`INSERT INTO messages (consumer_id, id, instance_id, event_seq, event_type, company_id, status, kind, created, attempts, scheduled, fence, due_at, resume_at)
				VALUES ('` + string(c) + `', '` + string(m) + `', '` + string(instance) + `', 1, '', '', 'Success', 'Scheduled', 1, 1, 1, 1, 1, 0)`,
			`INSERT INTO attempts (message_id, id, kind, url, at, duration, success, status_code, error, response)
				VALUES ('` + string(m) + `', '` + string(a) + `', 'Scheduled', 'https://a.example', 1, 1, 1, 204, '', '')`,
		})
		s := storetest.OpenWith(t, o)
		got, err := s.Attempt(t.Context(), instance, m, a)
		if err != nil || got.StatusCode != 204 || got.Exchange != nil {
			t.Errorf("an old attempt is %+v, %v", got, err)
		}
	})
}
