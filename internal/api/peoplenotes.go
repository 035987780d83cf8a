package api

import (
	"maps"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// peoplePath says whether an operation is about the fintech's own people.
func peoplePath(path string) bool {
	for _, start := range []string{"/me", "/users", "/owners", "/instances", "/settings/signIn", "/notices"} {
		if path == start || strings.HasPrefix(path, start+"/") {
			return true
		}
	}
	return false
}

// peopleDescriptions are the paragraphs below the titles of operations about
// people. All of them are extensions.
var peopleDescriptions = map[string]string{
	"get-me":              "Reads the account of the person who asks.",
	"update-me":           "Changes what the body gives and leaves the rest.",
	"change-own-password": "Chooses another password. All other sessions of the person end.",
	"link-own-identity":   "Makes a link at which the person signs in at the sign-in service, in the same browser and within ten minutes. Whoever they are there is theirs from then on. Nobody else's identity can be taken, nor one whose address somebody else has here.",
	"unlink-own-identity": "Takes the identity at the sign-in service from the person, who has to know their password, and ends their other sessions. Where the service vouches for their address, signing in there links them anew.",
	"list-own-sessions":   "Lists where the person is signed in, the latest seen first.",
	"end-own-session":     "Signs the person out of one browser.",
	"end-other-sessions":  "Signs the person out everywhere except here.",
	"list-notices":        "Lists what waits for the person who asks: webhook consumers that fail, keys and certificates that end, integrations that lack something, connections that ended at their provider, and deprecations. It is worked out of what is so now, and tells only what their role may act on.",
	"mark-notices-seen":   "Remembers which notices the person has seen.",
	"list-owners":         "Lists the people who can be owners of companies, by name.",
	"list-users":          "Lists the people of this instance, by name.",
	"create-user":         "Lets somebody work in this instance. Hand the link of the answer on: they choose a password with it, within seven days. Somebody who can sign in already needs none, and somebody who is invited by another instance uses the link from there.",
	"get-user":            "Reads one person.",
	"update-user":         "Changes what the body gives and leaves the rest. Somebody who is disabled is signed out at once. The last administrator can be neither demoted nor disabled. The name of somebody who works in other instances too can be changed by an administrator of all of them.",
	"delete-user":         "Ends somebody's work in this instance. The last administrator cannot be removed. Histories keep their name.",
	"renew-invitation":    "Makes a new invitation link in place of the former one.",
	"create-reset-link":   "Makes a link by which somebody chooses another password, within 24 hours. It takes an administrator of every instance in which they work.",
	"list-user-sessions":  "Lists where somebody is signed in, the latest seen first. It takes an administrator of every instance in which they work.",
	"end-user-sessions":   "Signs somebody out everywhere. It takes an administrator of every instance in which they work.",
	"list-staff-history":  "Lists who changed people, API keys, instances, sign-in, company permissions and the uses of grants and when, the latest first; and who signed in, or failed to, in the last 90 days.",
	"list-instances":      "Lists the instances in which the person works.",
	"create-instance":     "Creates an instance with a profile of its own. It takes an administrator of every instance; all of them are administrators of the new one.",
	"update-instance":     "Changes how staff call an instance. What customers see is in its profile.",
	"get-sign-in":         "Reads how people sign in. This concerns every instance and takes an administrator of all of them.",
	"set-sign-in":         "Replaces how people sign in. This concerns every instance and takes an administrator of all of them. All sessions that began in a way that is switched off end, that of the person who asks among them.",
	"test-sign-in":        "Makes a link that tests the sign-in service as it is saved. Open it in a browser and sign in there; the result is in tested of the settings. Nobody is signed in here by it.",
	"update-api-key":      "Gives a key another name.",
}

// peopleNotes describe the members of what is shown of people.
var peopleNotes = map[string]map[string]string{
	"User": {
		"id": "Id of the person.", "name": "Their name.", "email": "Their e-mail address.",
		"role":       "What they may do in this instance: onboarding, advisor, analyst, developer or administrator.",
		"status":     "Active, Invited for somebody who cannot sign in yet, or Disabled.",
		"external":   "Whether they sign in with the sign-in service.",
		"lastSignIn": "When they signed in last, UTC; absent before the first time.",
		"created":    "Since when they have worked in this instance, UTC.",
	},
	"Owner": {"id": "Id of the person.", "name": "Their name."},
	"StaffSession": {
		"id": "Id of the session.", "created": "When it began, UTC.", "lastSeen": "When it was used last, to the minute, UTC.",
		"device":   "The browser and the system that it said it is.",
		"external": "Whether it began with the sign-in service.",
		"current":  "Whether it is the one that asks.",
	},
	"StaffChange": {
		"id": "Id of the line.", "at": "When, UTC.",
		"actor":       "On whose behalf: user: and the id of a person, key: and the id of an API key, or system.",
		"actorName":   "Name of that person; absent for others.",
		"what":        "What happened, such as user.added, user.linked, user.unlinked, user.role, key.deleted, key.makerGone, signIn.succeeded, signIn.failed, signIn.locked, signIn.changed, access.changed or companies.ownedOnly.",
		"subject":     "Id of what was changed; absent where there is none.",
		"subjectName": "Name of the person who was changed; absent for others.",
		"detail":      "More about it, such as the role before and after.",
	},
	"Workplace": {
		"id": "Id of the instance.", "name": "Name by which staff call it.", "kind": "live or test.",
		"role": "What the person who asks may do there.", "slug": "Its name as a part of addresses.", "created": "When it was created, UTC.",
	},
	"SignInTest": {
		"at": "When, UTC.", "ok": "Whether an administrator comes in.", "problem": "What was wrong, in a sentence; absent when nothing was.",
		"email": "The address that the service told.", "emailVerified": "Whether the service vouches for it.",
		"groups": "The groups that it told.", "role": "The highest role that whoever tested would have.",
		"given": "The highest of those that administrators gave them here.",
	},
	"GroupMapping": {
		"group": "Name of the group as the service tells it.", "role": "What its people may do.",
		"instanceId": "In which instance; null for every one.",
	},
	"SSO": {
		"issuer": "Its issuer.", "clientId": "The client ID that it gave.", "label": "What the button says.",
		"groupsClaim": "The claim that holds the groups.", "scopes": "Scopes to ask for beside openid, email and profile.",
		"mapping":    "Which group gives which role.",
		"trustEmail": "Whether the service vouches for every address that it tells without saying so.",
	},
	"InvitedUser": {},
}

// letNone lets members be null that refer to an object: huma cannot say so.
func letNone(schemas map[string]*huma.Schema) {
	for name, note := range map[string]string{"SignIn": "The sign-in service; null for none.", "SignInUpdate": "The sign-in service; null or left out for none."} {
		owner := schemas[name]
		owner.Properties["sso"] = &huma.Schema{Description: note, OneOf: []*huma.Schema{owner.Properties["sso"], {Enum: []any{nil}}}}
	}
	instance := schemas["GroupMapping"].Properties["instanceId"]
	instance.Nullable = true
}

func init() {
	maps.Copy(peopleNotes["InvitedUser"], peopleNotes["User"])
	maps.Copy(descriptions, peopleDescriptions)
	maps.Copy(fieldNotes, peopleNotes)
	for id := range peopleDescriptions {
		extensions = append(extensions, id)
	}
}
