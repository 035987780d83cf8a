package api

import "maps"

// directoryDescriptions are the paragraphs below the titles of operations around
// the directory of companies. All of them are extensions.
var directoryDescriptions = map[string]string{
	"list-directory":        "Lists companies as people look through them: searched, filtered, sorted, by cursors. All filters given must hold. It answers in the same time with a million companies as with a thousand.",
	"count-directory":       "Says how many companies there are, and how many to each status that applies.",
	"list-company-consents": "Lists what was agreed to for the company's connections, with the exact texts.",
	"list-company-activity": "Lists what happened to the company's connections, the latest first: changes, consents and deletions, with who caused them.",
	"create-company-links":  "Makes the addresses at which the company connects its software. Where one-time links are on, each has a fresh password.",
	"get-company-settings":  "Reads who sees which companies in the Portal.",
	"set-company-settings":  "Decides who sees which companies in the Portal.",
}

// directoryNotes describe members that need more than their name.
var directoryNotes = map[string]map[string]string{
	"DirectoryCompany": {
		"id": "Id of the company.", "name": "Its name.", "description": "Free text.", "created": "When it was created.", "tags": "Its labels.",
		"products": "Enabled products.",
	},
	"DirectoryPlatform": {
		"connectionId": "Id of the connection.", "integrationKey": "Key of the integration.", "name": "Name of the software.",
		"sourceType": "What kind of records it holds.", "status": "Where the connection stands.",
	},
	"NamedCompany":    {"id": "Id of the company.", "name": "Its name."},
	"NamedPerson":     {"id": "Id of the person.", "name": "Their name; empty for somebody who works here no more."},
	"DirectoryCounts": {"total": "All companies."},
	"CompanyConsent": {
		"id": "Id of the consent.", "connectionId": "Id of the connection.", "integrationKey": "Key of its integration.",
		"platformName": "Name of the software.", "grantedAt": "When.", "dataTypes": "Kinds of data, as they were listed.",
	},
	"ActivityLine": {
		"id": "Id of the line.", "at": "When.", "connectionId": "Id of the connection.", "platformName": "Name of the software.",
		"integrationKey": "Key of the integration.", "trigger": "What happened.", "from": "State before.", "to": "State after.",
		"consentKind": "What the consent is for.",
	},
	"ConnectionLink": {"connectionId": "Id of the connection.", "url": "Where it begins."},
}

func init() {
	maps.Copy(descriptions, directoryDescriptions)
	maps.Copy(fieldNotes, directoryNotes)
	for id := range directoryDescriptions {
		extensions = append(extensions, id)
	}
}
