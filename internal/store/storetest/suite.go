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
	{"HandOvers", HandOvers},
	{"Funnel", Funnel},
	{"OneTimePasswords", OneTimePasswords},
	{"Settings", Settings},
	{"Setups", Setups},
	{"ProviderRows", ProviderRows},
	{"Trials", Trials},
	{"Consumers", Consumers},
	{"FanOut", FanOuts},
	{"Deliveries", Deliveries},
	{"BulkActions", BulkActions},
	{"MessageLists", MessageLists},
	{"Retention", Retention},
	{"Secrets", Secrets},
	{"Times", Times},
	{"Transactions", Transactions},
	{"Concurrency", Concurrency},
	{"Locking", Locking},
	{"Lists", Lists},
}
