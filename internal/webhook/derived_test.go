package webhook

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// flushes notes, for each change of a table, whether its commit waits for the
// disk.
const flushes = `
CREATE TABLE flushes (what TEXT NOT NULL, flushed TEXT NOT NULL);
CREATE FUNCTION note_flush() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	INSERT INTO flushes VALUES (TG_TABLE_NAME || ' ' || CASE WHEN TG_TABLE_NAME = 'attempts' THEN 'success ' || (to_jsonb(NEW) ->> 'success')
		WHEN TG_TABLE_NAME = 'messages' THEN TG_OP || ' ' || (SELECT url FROM consumers WHERE id = to_jsonb(NEW) ->> 'consumer_id') ELSE TG_OP END,
		current_setting('synchronous_commit'));
	RETURN NEW;
END $$;
CREATE TRIGGER flush AFTER INSERT OR UPDATE ON messages FOR EACH ROW EXECUTE FUNCTION note_flush();
CREATE TRIGGER flush AFTER INSERT OR UPDATE ON consumers FOR EACH ROW EXECUTE FUNCTION note_flush();
CREATE TRIGGER flush AFTER INSERT ON consumer_history FOR EACH ROW EXECUTE FUNCTION note_flush();
CREATE TRIGGER flush AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION note_flush();
CREATE TRIGGER flush AFTER INSERT ON attempts FOR EACH ROW EXECUTE FUNCTION note_flush();
CREATE TABLE commits (flushed TEXT NOT NULL);
CREATE FUNCTION note_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	INSERT INTO commits VALUES (current_setting('synchronous_commit'));
	RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON messages DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_commit()`

// flushing has sessions flush what they commit, as servers for tests do not.
const flushing = "&options=-csynchronous_commit%3Don"

// TestWhatNeedNotBeFlushed: what is done for consumers that do not keep up may
// be lost with the database, as it comes about again. Successes, what is decided
// about a consumer, and all of those that keep up is on the disk first.
func TestWhatNeedNotBeFlushed(t *testing.T) {
	t.Parallel()
	o := storetest.Options(t, store.Postgres)
	o.URL += flushing
	b := newBench(t, storetest.OpenWith(t, o))
	conn, err := pgxpool.New(t.Context(), o.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if _, err := conn.Exec(t.Context(), flushes); err != nil {
		t.Fatal(err)
	}
	healthy, crowd := b.consumer("/healthy", nil), b.crowd(spare+3)
	b.sink.answers(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/dead") {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	d, _ := b.run(nil)
	for n := range 10 { // until the crowd is disabled
		b.event()
		b.until("the healthy one", b.settled(healthy, n+1, bowline.MessageSuccess))
		for _, c := range crowd {
			b.until("the crowd", func() bool {
				list := b.messages(c)
				stored, err := b.store.Consumer(t.Context(), b.instance, c.ID)
				return err == nil && (stored.Disabled || len(list) == n+1 && list[n].Attempts > 0)
			})
		}
		b.clock.advance(14 * time.Hour)
		d.Wake()
	}
	rows, err := conn.Query(t.Context(), `SELECT what, string_agg(DISTINCT flushed, ' ' ORDER BY flushed) FROM flushes GROUP BY what`)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	var what, how string
	if _, err := pgx.ForEachRow(rows, []any{&what, &how}, func() error {
		seen[strings.ReplaceAll(what, b.sink.URL, "")] = how
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for what, want := range map[string]string{
		"events INSERT": "on", "messages INSERT /healthy": "on", "messages UPDATE /healthy": "on", "attempts success 1": "on",
		"consumers INSERT": "on", "consumers UPDATE": "on", "consumer_history INSERT": "on",
		// A few are told with those that keep up, and some outcomes share a
		// transaction with what is decided.
		"messages INSERT /dead": "off on", "messages UPDATE /dead": "off on", "attempts success 0": "off on",
	} {
		if seen[what] != want {
			t.Errorf("%s: flushed is %q, want %q", what, seen[what], want)
		}
	}
	if len(seen) != 10 {
		t.Errorf("seen: %v", seen)
	}
}

// TestWhatIsReliedOnIsFlushed: when an event's messages do not fit into one
// transaction, whoever goes on passes over those that are there; they must not
// get lost any more.
func TestWhatIsReliedOnIsFlushed(t *testing.T) {
	t.Parallel()
	o := storetest.Options(t, store.Postgres)
	o.URL += flushing
	b := newBench(t, storetest.OpenWith(t, o))
	conn, err := pgxpool.New(t.Context(), o.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if _, err := conn.Exec(t.Context(), flushes); err != nil {
		t.Fatal(err)
	}
	crowd := b.crowd(5)
	b.event()
	now, ctx := b.clock.now(), store.Derived(store.Behind(t.Context()))
	revision, err := b.store.ConsumersRevision(ctx)
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = b.store.FanOut(ctx, store.FanOut{
		Revision: revision, Now: now, Until: now, Limit: 1,
		Match: func(*bowline.Event) []store.Target { return []store.Target{{Consumer: crowd[0].ID, Later: true}} },
	})
	if err != nil {
		t.Fatal(err)
	}
	mark := store.RestMark{}
	for n, want := range []string{"on", "on", "off"} { // 2, 2 and the last one
		_, next, more, err := b.store.FanOutRest(ctx, store.Rest{
			Revision: revision, Now: now, Until: now, Events: 1, Messages: 2, After: mark,
			Match: func(*bowline.Event) (list []bowline.ID) {
				for _, c := range crowd {
					list = append(list, c.ID)
				}
				return list
			},
			Lease: func(bowline.ID) bool { return false },
		})
		var how string
		if err == nil {
			err = conn.QueryRow(t.Context(), `SELECT string_agg(DISTINCT flushed, ' ') FROM commits`).Scan(&how)
		}
		if err == nil {
			_, err = conn.Exec(t.Context(), `DELETE FROM commits`)
		}
		if err != nil || how != want {
			t.Errorf("step %d: flushed is %q, want %q; %v, more %v", n, how, want, err, more)
		}
		mark = next
	}
}

// TestDatabaseCrashes: PostgreSQL loses its memory while deliveries go on, and
// with it what it had not flushed. Every event that was recorded reaches the one
// that keeps up, which then counts as told, and has a message for all others.
func TestDatabaseCrashes(t *testing.T) {
	t.Parallel()
	storetest.PostgresURL(t) // skips without PostgreSQL
	server, err := storetest.StartPostgres()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Stop() })
	o := storetest.Options(t, store.SQLite)
	o.URL = server.URL + flushing
	b := newBench(t, storetest.OpenWith(t, o))
	healthy, crowd := b.consumer("/healthy", nil), b.crowd(10)
	b.sink.answers(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/dead") {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	d, _ := b.run(nil)
	b.event()
	b.until("it delivers", b.settled(healthy, 1, bowline.MessageSuccess))
	const crashes, between = 3, 60
	recorded := 1
	for range crashes + 1 {
		for range between {
			b.until("the database takes an event", func() bool {
				err := b.store.Write(t.Context(), func(tx *store.Tx) error {
					return tx.AppendEvent(t.Context(), storetest.NewEvent(b.instance, b.clock.now()))
				})
				return err == nil
			})
			recorded++
		}
		if recorded <= crashes*between+1 {
			crash(t, server.URL)
		}
	}
	all := func(c bowline.Consumer, ok func(bowline.Message) bool) func() bool {
		return func() bool {
			b.clock.advance(100 * time.Millisecond) // a lease whose commit nobody heard of ends
			d.Wake()
			list, _, err := b.store.Messages(t.Context(), store.MessageList{
				InstanceID: b.instance, ConsumerID: c.ID, Page: bowline.Page{Number: 1, Size: 5000},
			})
			for _, m := range list {
				if !ok(m) {
					return false
				}
			}
			return err == nil && len(list) >= recorded
		}
	}
	b.until("all that was recorded is told", all(healthy, func(m bowline.Message) bool { return m.Status == bowline.MessageSuccess }))
	for _, c := range crowd {
		b.until("the crowd has its messages", all(c, func(bowline.Message) bool { return true }))
	}
}

// crash has PostgreSQL believe that its memory is broken: one of its processes
// is killed, so it ends the others, forgets what it shared, and recovers from
// its log.
func crash(t *testing.T, url string) {
	t.Helper()
	victim, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	witness, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(int(victim.PgConn().PID()), syscall.SIGKILL); err != nil { // a server of our own
		t.Fatal(err)
	}
	if _, err := witness.WaitForNotification(t.Context()); err == nil {
		t.Fatal("the server has not noticed")
	}
	_, _ = victim.Close(t.Context()), witness.Close(t.Context()) // both are gone
}
