package lifecycle_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/lifecycle"
)

var providers = []lifecycle.Provider{
	{Name: "keeps its token"},
	{Name: "rotates, with grace", Rotates: true, Grace: true},
	{Name: "rotates, with grace, strict", Rotates: true, Grace: true, Strict: true},
	{Name: "rotates", Rotates: true},
	{Name: "rotates, strict", Rotates: true, Strict: true},
}

var limits = lifecycle.Limits{Faults: 2, Tokens: 3}

// TestEveryState visits every state that a connection, its workers and a
// provider can reach together.
func TestEveryState(t *testing.T) {
	t.Parallel()
	for _, p := range providers {
		t.Run(p.Name, func(t *testing.T) {
			t.Parallel()
			report := lifecycle.Model{Provider: p, Limits: limits}.Search()
			for _, wrong := range report.Wrong {
				t.Error(wrong)
			}
			t.Logf("%d states, %d moves", report.States, report.Moves)
			for _, cell := range lifecycle.Table {
				if !report.Seen[cell] {
					t.Errorf("the model never does %v", cell)
				}
			}
			for cell := range report.Seen {
				if !slices.Contains(lifecycle.Table, cell) {
					t.Errorf("the model does %v, which the table lacks", cell)
				}
			}
		})
	}
}

// TestSearchNotices leaves out one rule at a time: each is needed with some
// provider.
func TestSearchNotices(t *testing.T) {
	t.Parallel()
	const strict, single, both = 2, 3, 4 // of providers
	tests := []struct {
		name     string
		protocol lifecycle.Protocol
		provider int
		wrong    string
	}{
		{"two send at once", lifecycle.Protocol{SendWithoutClaim: true}, single, "two workers are about to send one token"},
		{"somebody sends after its lease", lifecycle.Protocol{SendLate: true}, strict, "although nobody ended it"},
		{"a late answer is thrown away", lifecycle.Protocol{CommitByLease: true}, single, "nothing that we do leads to"},
		{"a late refusal is believed", lifecycle.Protocol{BelieveLateRefusal: true}, single, "never refused"},
		{"late tokens are forgotten", lifecycle.Protocol{ForgetLateGrant: true}, single, "nothing that we do leads to"},
		{"unlinking leaves the grant", lifecycle.Protocol{ForgetUnlinked: true}, single, "nothing that we do leads to"},
		{"connecting anew leaves the former grant", lifecycle.Protocol{ForgetReplaced: true}, single, "nothing that we do leads to"},
		{"a token is sent while another's answer may come", lifecycle.Protocol{FreeUnforgiven: true}, single, "although nobody ended it"},
		{"the same, and the provider is strict", lifecycle.Protocol{FreeUnforgiven: true}, both, "although nobody ended it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			model := lifecycle.Model{Provider: providers[tt.provider], Protocol: tt.protocol, Limits: lifecycle.Limits{Faults: 1, Tokens: 3}}
			report := model.Search()
			if !slices.ContainsFunc(report.Wrong, func(w string) bool { return strings.Contains(w, tt.wrong) }) {
				t.Errorf("nobody notices: want %q, got %q", tt.wrong, report.Wrong)
			}
		})
	}
}

// TestTableIsTheCodes compares the table with the code's, cell by cell.
func TestTableIsTheCodes(t *testing.T) {
	t.Parallel()
	states := []bowline.Status{"", bowline.PendingAuth, bowline.Linked, bowline.Unlinked, bowline.Deauthorized}
	triggers := []bowline.Trigger{
		bowline.TriggerCreate, bowline.TriggerLink, bowline.TriggerFail, bowline.TriggerUnlink, bowline.TriggerRevoke, bowline.TriggerDelete,
	}
	for _, from := range states {
		for _, by := range triggers {
			to, _, err := from.Next(by)
			allowed := slices.Contains(lifecycle.Table, lifecycle.Transition{From: from, By: by, To: to})
			if err == nil && !allowed {
				t.Errorf("the code lets %q %s and become %q; the model does not", from, by, to)
			}
			listed := slices.ContainsFunc(lifecycle.Table, func(c lifecycle.Transition) bool { return c.From == from && c.By == by })
			if err != nil && listed {
				t.Errorf("the code refuses %q %s; the model does it", from, by)
			}
		}
	}
}
