package bowline

import (
	"slices"
	"strings"
)

// Role is what a person may do in one instance (link.md 5.5).
type Role string

// The roles, the least first: of several, the last one in this order wins.
const (
	RoleOnboarding    Role = "onboarding"    // chases customers
	RoleAdvisor       Role = "advisor"       // and looks at what they share
	RoleAnalyst       Role = "analyst"       // and may delete companies
	RoleDeveloper     Role = "developer"     // wires things up
	RoleAdministrator Role = "administrator" // and decides who works here
)

// Roles lists the roles, the least first.
func Roles() []Role {
	return []Role{RoleOnboarding, RoleAdvisor, RoleAnalyst, RoleDeveloper, RoleAdministrator}
}

// Known says whether the role is one of ours.
func (r Role) Known() bool { return slices.Contains(Roles(), r) }

// Name is the role as people call it.
func (r Role) Name() string {
	if r == "" {
		return ""
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// HighestRole returns the one that wins; "" where there is none.
func HighestRole(roles ...Role) Role {
	highest := -1
	for _, r := range roles {
		highest = max(highest, slices.Index(Roles(), r))
	}
	if highest < 0 {
		return ""
	}
	return Roles()[highest]
}

// Action is something that staff do in the Portal: a row of the matrix of roles.
type Action string

// The actions. Each route of the API names one.
const (
	// ActionNever is for nobody: such a route is for API keys alone.
	ActionNever Action = ""
	// ActionSelf is what everybody may do who is signed in: look after their own
	// account, and see how the instance presents itself.
	ActionSelf Action = "self"

	ActionEditCompanies   Action = "companies.edit"   // see, add and edit companies
	ActionDeleteCompanies Action = "companies.delete" // delete companies
	ActionAddConnections  Action = "connections.add"  // add connections; see their status and Link URLs
	ActionEndConnections  Action = "connections.end"  // unlink and delete connections
	ActionEditProducts    Action = "products.edit"    // add and remove products of a company
	ActionViewData        Action = "data.view"        // see what companies share
	ActionMonitor         Action = "monitor"          // see how the journey does
	ActionWebhooks        Action = "webhooks"         // see and manage webhook consumers
	ActionConfigureLink   Action = "link.configure"   // Link settings, branding, redirects, origins
	ActionConfigure       Action = "settings"         // integrations and other settings
	ActionDevelop         Action = "developers"       // API keys, request log
	ActionUsers           Action = "users"            // add, change and remove people
	ActionSignIn          Action = "signIn"           // how people sign in
	ActionInstances       Action = "instances"        // add and rename instances
)

// Actions lists all actions except ActionNever.
func Actions() []Action {
	return []Action{
		ActionSelf, ActionEditCompanies, ActionDeleteCompanies, ActionAddConnections, ActionEndConnections, ActionEditProducts,
		ActionViewData, ActionMonitor, ActionWebhooks, ActionConfigureLink, ActionConfigure, ActionDevelop,
		ActionUsers, ActionSignIn, ActionInstances,
	}
}

// doers says who may do what (link.md 5.5), by the first letters that the matrix
// there uses: O, adVisor, A, D and M for administrators.
var doers = map[Action]string{
	ActionSelf:            "OVADM",
	ActionEditCompanies:   "OVADM",
	ActionDeleteCompanies: "ADM",
	ActionAddConnections:  "OVADM",
	ActionEndConnections:  "DM",
	ActionEditProducts:    "OADM",
	ActionViewData:        "VADM",
	ActionMonitor:         "OVADM",
	ActionWebhooks:        "DM",
	ActionConfigureLink:   "DM",
	ActionConfigure:       "DM",
	ActionDevelop:         "DM",
	ActionUsers:           "M",
	ActionSignIn:          "M",
	ActionInstances:       "M",
}

// Letter is how matrices abbreviate the role.
func (r Role) Letter() string {
	return map[Role]string{RoleOnboarding: "O", RoleAdvisor: "V", RoleAnalyst: "A", RoleDeveloper: "D", RoleAdministrator: "M"}[r]
}

// May says whether people with the role may do it. An unknown role may do
// nothing, and nobody may do ActionNever.
func (r Role) May(a Action) bool {
	letter := r.Letter()
	return letter != "" && strings.Contains(doers[a], letter)
}

// Actions lists what the role may do.
func (r Role) Actions() []Action {
	return slices.DeleteFunc(Actions(), func(a Action) bool { return !r.May(a) })
}

// OwnedOnly says whether people with the role see only the companies that they
// own where an instance has company permissions on.
func (r Role) OwnedOnly() bool { return r != RoleDeveloper && r != RoleAdministrator }

// deeds completes the sentence "Your role cannot …".
var deeds = map[Action]string{
	ActionEditCompanies:   "see or edit companies",
	ActionDeleteCompanies: "delete companies",
	ActionAddConnections:  "add connections",
	ActionEndConnections:  "unlink or delete connections",
	ActionEditProducts:    "change the products of a company",
	ActionViewData:        "see what companies share",
	ActionMonitor:         "see the monitor",
	ActionWebhooks:        "see or manage webhooks",
	ActionConfigureLink:   "change how Link looks and where it leads",
	ActionConfigure:       "see or change integrations and settings",
	ActionDevelop:         "use what is there for developers",
	ActionUsers:           "see or manage people",
	ActionSignIn:          "change how people sign in",
	ActionInstances:       "manage instances",
}

// Refuse is the error for somebody whose role does not allow an action:
// CodeForbidden, in words that say what to ask a colleague for.
func (r Role) Refuse(a Action) error {
	if a == ActionNever {
		return Errorf(CodeForbidden, "This is for API keys only.")
	}
	return Errorf(CodeForbidden, "Your role (%s) cannot %s.", r.Name(), deeds[a])
}
