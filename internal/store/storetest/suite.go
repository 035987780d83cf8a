package storetest

import (
	"testing"

	"github.com/bowline/bowline/internal/store"
)

// Suite is the conformance suite: everything that the two engines must do
// alike, by the name of its subtest.
var Suite = []struct {
	Name string
	Test func(*testing.T, *store.Store)
}{
	{"Companies", Companies},
	{"Relations", Relations},
	{"Cascade", Cascade},
	{"Connections", Connections},
	{"Timeline", Timeline},
	{"Accesses", Accesses},
	{"Authorizations", Authorizations},
	{"Expiry", Expiry},
	{"Grants", Grants},
	{"Renewals", Renewals},
	{"RenewalRace", RenewalRace},
	{"RenewalCrash", RenewalCrash},
	{"RenewalLost", RenewalLost},
	{"RenewalFences", RenewalFences},
	{"Families", Families},
	{"Owners", Owners},
	{"Replaced", Replaced},
	{"Ledger", Ledger},
	{"Doubts", Doubts},
	{"Hurries", Hurries},
	{"Switches", Switches},
	{"Revocations", Revocations},
	{"LateGrants", LateGrants},
	{"LostRevocations", LostRevocations},
	{"Erasures", Erasures},
	{"ErasureChain", ErasureChain},
	{"HandOvers", HandOvers},
	{"Funnel", Funnel},
	{"Visits", Visits},
	{"VisitRace", VisitRace},
	{"FunnelSums", FunnelSums},
	{"RequestLog", RequestLog},
	{"Tallies", Tallies},
	{"OneTimePasswords", OneTimePasswords},
	{"Settings", Settings},
	{"Looks", Looks},
	{"Setups", Setups},
	{"ProviderRows", ProviderRows},
	{"Trials", Trials},
	{"Consumers", Consumers},
	{"FanOut", FanOuts},
	{"FanOutRest", FanOutRests},
	{"Deliveries", Deliveries},
	{"BulkActions", BulkActions},
	{"Resend", Resend},
	{"Skipped", Skipped},
	{"BulkSteps", BulkSteps},
	{"Successes", Successes},
	{"MessageLists", MessageLists},
	{"MessageReach", MessageReach},
	{"Rules", Rules},
	{"People", People},
	{"StaffSessions", StaffSessions},
	{"SignIns", SignIns},
	{"Instances", Instances},
	{"Retention", Retention},
	{"Secrets", Secrets},
	{"Times", Times},
	{"Transactions", Transactions},
	{"Concurrency", Concurrency},
	{"Locking", Locking},
	{"Lists", Lists},
	{"Directory", Directory},
}
