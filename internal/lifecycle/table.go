package lifecycle

import "github.com/bowline/bowline"

// Transition is one cell of the table of states.
type Transition struct {
	From bowline.Status
	By   bowline.Trigger
	To   bowline.Status
}

// Table is platform-api section 2.2, written down a second time: what the model
// may do is exactly this, and so is what the code does. Everything else is
// refused.
var Table = []Transition{
	{"", bowline.TriggerCreate, bowline.PendingAuth},
	{bowline.PendingAuth, bowline.TriggerLink, bowline.Linked},
	{bowline.PendingAuth, bowline.TriggerFail, bowline.PendingAuth},
	{bowline.PendingAuth, bowline.TriggerDelete, ""},
	{bowline.Linked, bowline.TriggerLink, bowline.Linked},
	{bowline.Linked, bowline.TriggerFail, bowline.Linked},
	{bowline.Linked, bowline.TriggerUnlink, bowline.Unlinked},
	{bowline.Linked, bowline.TriggerRevoke, bowline.Deauthorized},
	{bowline.Linked, bowline.TriggerDelete, ""},
	{bowline.Unlinked, bowline.TriggerLink, bowline.Linked},
	{bowline.Unlinked, bowline.TriggerFail, bowline.Unlinked},
	{bowline.Unlinked, bowline.TriggerDelete, ""},
	{bowline.Deauthorized, bowline.TriggerLink, bowline.Linked},
	{bowline.Deauthorized, bowline.TriggerFail, bowline.Deauthorized},
	{bowline.Deauthorized, bowline.TriggerDelete, ""},
}
