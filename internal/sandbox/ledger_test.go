package sandbox

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

func TestLedgerForgetsOnlyWhatHasExpired(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	l := newLedger(100)
	l.redeem("short", now, now.Add(codeLife))
	l.redeem("long", now, now.Add(codeLife))
	l.revoke("long", now)
	later := now.Add(codeLife)
	l.redeem("other", later, later.Add(codeLife))
	if _, ok := l.records["short"]; ok || !l.revoked("long") {
		t.Errorf("records after a minute: %v", l.records)
	}
	end := now.Add(refreshLife)
	l.sweep(end)
	if len(l.records) != 0 || len(l.queue) != 0 {
		t.Errorf("records at the end: %v", l.records)
	}
}

func TestLedgerIsBoundedAndKeepsRevocationsLongest(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	l := newLedger(10)
	l.redeem("revoked", now, now.Add(codeLife))
	l.revoke("revoked", now)
	for i := range 50 {
		l.redeem(fmt.Sprint(i), now, now.Add(codeLife))
	}
	if len(l.records) > 10 || len(l.queue) > 10 || !l.revoked("revoked") {
		t.Errorf("%d records, %d queued, revoked %v", len(l.records), len(l.queue), l.revoked("revoked"))
	}
	if l.redeem("49", now, now.Add(codeLife)) != replayed {
		t.Error("the newest code was forgotten")
	}
}

func TestLedgerAcceptsOneOfManyAtOnce(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	l := newLedger(maxRecords)
	var won, mu = 0, sync.Mutex{}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if l.redeem("g", now, now.Add(codeLife)) == accepted {
				mu.Lock()
				won++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if won != 1 || !l.revoked("g") {
		t.Errorf("%d accepted, revoked %v", won, l.revoked("g"))
	}
}

// After a restart the ledger is empty and believes the first refresh token of
// a family that it sees, but not an older one after that.
func TestLedgerAfterARestart(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	l := newLedger(10)
	if l.rotate("g", 7, now) != accepted || l.rotate("g", 8, now) != accepted || l.rotate("g", 7, now) != replayed || l.rotate("g", 9, now) != ended {
		t.Error("rotation after a restart")
	}
}
