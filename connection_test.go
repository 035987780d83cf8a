package bowline

import (
	"testing"
	"time"
)

// TestTransitions is platform-api section 2.2, cell by cell.
func TestTransitions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		from    Status
		trigger Trigger
		to      Status
		event   EventType
		refused bool
	}{
		{"", TriggerCreate, PendingAuth, ConnectionCreated, false},
		{"", TriggerLink, "", "", true},
		{PendingAuth, TriggerLink, Linked, ConnectionConnected, false},
		{PendingAuth, TriggerFail, PendingAuth, ConnectionFailed, false},
		{PendingAuth, TriggerUnlink, "", "", true},
		{PendingAuth, TriggerRevoke, "", "", true},
		{PendingAuth, TriggerCreate, "", "", true},
		{PendingAuth, TriggerDelete, "", ConnectionDeleted, false},
		{Linked, TriggerUnlink, Unlinked, ConnectionDisconnected, false},
		{Linked, TriggerRevoke, Deauthorized, ConnectionDisconnected, false},
		{Linked, TriggerLink, Linked, "", false},
		{Linked, TriggerFail, Linked, "", false},
		{Linked, TriggerDelete, "", ConnectionDeleted, false},
		{Unlinked, TriggerLink, Linked, ConnectionReconnected, false},
		{Unlinked, TriggerUnlink, "", "", true},
		{Unlinked, TriggerFail, Unlinked, "", false},
		{Unlinked, TriggerDelete, "", ConnectionDeleted, false},
		{Deauthorized, TriggerLink, Linked, ConnectionReconnected, false},
		{Deauthorized, TriggerUnlink, "", "", true},
		{Deauthorized, TriggerRevoke, "", "", true},
		{Deauthorized, TriggerDelete, "", ConnectionDeleted, false},
	}
	for _, tt := range tests {
		to, event, err := tt.from.Next(tt.trigger)
		if (err != nil) != tt.refused {
			t.Errorf("%q %s: error %v, want refused %v", tt.from, tt.trigger, err, tt.refused)
			continue
		}
		if err == nil && (to != tt.to || event != tt.event) {
			t.Errorf("%q %s = %q, %q; want %q, %q", tt.from, tt.trigger, to, event, tt.to, tt.event)
		}
	}
}

func TestLinkingResolvesErrors(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	c := Connection{Status: PendingAuth}
	c.Fail(ConnectionError{StatusCode: "403", ErroredOnUTC: now})
	if _, err := c.Apply(TriggerFail, now); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Apply(TriggerLink, now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	e := c.DataConnectionErrors[0]
	if e.Status != ErrorResolved || e.ResolvedOnUTC == nil || !e.ResolvedOnUTC.Equal(now.Add(time.Minute)) {
		t.Errorf("after linking the error is %+v, want it resolved", e)
	}
	if c.LinkedAt == nil || c.Status != Linked {
		t.Errorf("connection is %+v, want it linked with a date", c)
	}
}

func TestErrorsAreBounded(t *testing.T) {
	t.Parallel()
	var c Connection
	for i := range MaxConnectionErrors + 5 {
		c.Fail(ConnectionError{StatusText: string(rune('a' + i))})
	}
	if n := len(c.DataConnectionErrors); n != MaxConnectionErrors {
		t.Fatalf("%d errors kept, want %d", n, MaxConnectionErrors)
	}
	if first := c.DataConnectionErrors[0].StatusText; first != "f" {
		t.Errorf("the oldest kept is %q, want the sixth", first)
	}
}

func TestDeletedConnectionKeepsItsLastStatus(t *testing.T) {
	t.Parallel()
	c := Connection{Status: Linked}
	event, err := c.Apply(TriggerDelete, time.Now())
	if err != nil || event != ConnectionDeleted || c.Status != Linked {
		t.Errorf("Apply(delete) = %q, %v with status %q; want %q with Linked", event, err, c.Status, ConnectionDeleted)
	}
}
