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
	{"Authorizations", Authorizations},
	{"Expiry", Expiry},
	{"Grants", Grants},
	{"Renewals", Renewals},
	{"RenewalRace", RenewalRace},
	{"RenewalCrash", RenewalCrash},
	{"RenewalFences", RenewalFences},
	{"Families", Families},
	{"Owners", Owners},
	{"Replaced", Replaced},
	{"Ledger", Ledger},
	{"Revocations", Revocations},
	{"LateGrants", LateGrants},
	{"Erasures", Erasures},
	{"ErasureChain", ErasureChain},
	{"HandOvers", HandOvers},
	{"Funnel", Funnel},
	{"OneTimePasswords", OneTimePasswords},
	{"Settings", Settings},
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
	{"Retention", Retention},
	{"Secrets", Secrets},
	{"Times", Times},
	{"Transactions", Transactions},
	{"Concurrency", Concurrency},
	{"Locking", Locking},
	{"Lists", Lists},
}
