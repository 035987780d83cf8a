package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

// filters are all combinations of what a list of messages can be asked for.
func filters(c bowline.Consumer, behind bowline.ID) map[string]store.MessageList {
	all := map[string]store.MessageList{}
	for n := range 1 << 4 {
		for _, status := range []bowline.MessageStatus{"", bowline.MessageSending, bowline.MessageAttempting, bowline.MessageSuccess, bowline.MessageFailure} {
			l := store.MessageList{InstanceID: c.InstanceID, ConsumerID: c.ID, Status: status, Page: bowline.Page{Number: 1, Size: 100}}
			about := string(status)
			if n&1 != 0 {
				l.EventType, about = "company.deleted", about+" type"
			}
			if n&2 != 0 {
				l.CompanyID, about = bowline.NewID(storetest.Start), about+" company"
			}
			if n&4 != 0 {
				l.From, l.To, about = storetest.Start.Add(time.Hour), storetest.Start.Add(2*time.Hour), about+" time"
			}
			if n&8 != 0 {
				l.Before, about = behind, about+" before"
			}
			all[about] = l
		}
	}
	return all
}

// TestListsReadByIndex: whatever is asked for, the messages that are looked
// through are a part of an index in its order, and their number is bounded.
func TestListsReadByIndex(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		c := stuff(t, s, 3000)
		if err := store.Analyze(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		for about, l := range filters(c, bowline.NewID(storetest.Start.Add(time.Hour))) {
			l.Reach = 50
			for what, plan := range store.MessagePlans(t, s, l) {
				want := "messages_pkey"
				if s.Engine() == store.SQLite {
					want = "SEARCH messages USING PRIMARY KEY (consumer_id=?"
				}
				if l.Status == bowline.MessageAttempting || l.Status == bowline.MessageFailure {
					want = "messages_failed"
				}
				if !strings.Contains(plan, want) || strings.Contains(plan, "Seq Scan") || strings.Contains(plan, "SCAN messages") {
					t.Errorf("%s, %s:\n%s", about, what, plan)
				}
			}
		}
	})
}

// stuff gives a new consumer messages a second apart, of which every hundredth
// has failed, and the last waits.
func stuff(t testing.TB, s *store.Store, n int) bowline.Consumer {
	t.Helper()
	c := storetest.AddConsumer(t, s, storetest.NewConsumer(storetest.NewInstance(t, s), "https://a.example"))
	if err := store.Stuff(t.Context(), s, c, storetest.Start, n); err != nil {
		t.Fatal(err)
	}
	return c
}

// BenchmarkMessages lists the messages of a consumer that has a million: the
// first page, by each filter alone and with a time.
func BenchmarkMessages(b *testing.B) {
	for _, engine := range storetest.Engines {
		s := storetest.Open(b, engine)
		c := stuff(b, s, 1_000_000) // takes a minute
		if err := store.Analyze(b.Context(), s); err != nil {
			b.Fatal(err)
		}
		lists := map[string]store.MessageList{
			"all": {}, "failure": {Status: bowline.MessageFailure}, "sending": {Status: bowline.MessageSending}, "success": {Status: bowline.MessageSuccess},
			"type": {EventType: "company.deleted"}, "company": {CompanyID: bowline.NewID(storetest.Start)},
			"time":      {From: storetest.Start.Add(20 * time.Hour), To: storetest.Start.Add(40 * time.Hour)},
			"page=200":  {Page: bowline.Page{Number: 200, Size: 100}},
			"page=9000": {Page: bowline.Page{Number: 9000, Size: 100}},
		}
		for name, l := range lists {
			l.InstanceID, l.ConsumerID = c.InstanceID, c.ID
			if l.Page.Size == 0 {
				l.Page = bowline.Page{Number: 1, Size: 100}
			}
			b.Run(fmt.Sprintf("%s/%s", engine, name), func(b *testing.B) {
				for b.Loop() {
					if _, _, err := s.Messages(b.Context(), l); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(engine+"/recover", func(b *testing.B) { // ten thousand of a million
			for b.Loop() {
				bulk := store.Bulk{Consumer: c, Since: storetest.Start, Now: storetest.Start, Spacing: time.Millisecond}
				result, err := s.Recover(b.Context(), bulk)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(result.Messages), "recovered")
			}
		})
		b.Run(engine+"/replay", func(b *testing.B) { // all were sent
			for b.Loop() {
				bulk := store.Bulk{Consumer: c, Since: storetest.Start, Now: storetest.Start, Spacing: time.Millisecond}
				if _, err := s.ReplayMissing(b.Context(), bulk); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
