package api_test

import (
	"testing"
)

// TestRules calls what old clients call.
func TestRules(t *testing.T) {
	play(t, []row{
		{"none", "GET /rules", "", 200, []string{`"results":[]`, `"totalResults":0`}, nil, nil, ""},
		{"create", "POST /rules", `{"type":"New company synchronised","companyId":"` + unknownID + `","notifiers":{"emails":["a@b.example"],"webhook":"https://app.example/alerts"}}`, 200,
			[]string{`"type":"New company synchronised"`, `"companyId":"` + unknownID + `"`, `"emails":["a@b.example"]`, `"webhook":"https://app.example/alerts"`}, nil, nil, "a"},
		{"for all companies", "POST /rules", `{"type":"Push Operation Status Changed()","companyId":null,"notifiers":{"webhook":"https://app.example/other"}}`, 200, nil, []string{"companyId", "emails"}, nil, "b"},
		{"get", "GET /rules/$a", "", 200, []string{`"id":"$a"`, "synchronised"}, nil, nil, ""},
		{"list", "GET /rules?pageSize=1", "", 200, []string{`"totalResults":2`, `"next":{"href":"/rules?page=2&pageSize=1"}`, "$a"}, []string{"$b"}, nil, ""},
		{"query", "GET /rules?query=companyId%3D" + unknownID, "", 200, []string{`"totalResults":1`, "$a"}, nil, nil, ""},
		{"order", "GET /rules?pageSize=1&orderBy=-type", "", 200, []string{"$b"}, []string{`"id":"$a"`}, nil, ""},
		{"bad query", "GET /rules?query=sekret%3D1", "", 400, nil, nil, nil, ""},
		{"unknown type", "POST /rules", `{"type":"sekret","notifiers":{"webhook":"https://app.example"}}`, 400, []string{"type"}, []string{"sekret"}, nil, ""},
		{"nobody to tell", "POST /rules", `{"type":"Sync Failed","notifiers":{}}`, 400, []string{"notifiers"}, nil, nil, ""},
		{"plain http", "POST /rules", `{"type":"Sync Failed","notifiers":{"webhook":"http://sekret.example"}}`, 400, []string{"https"}, []string{"sekret"}, nil, ""},
		{"bad company", "POST /rules", `{"type":"Sync Failed","companyId":"x","notifiers":{"webhook":"https://app.example"}}`, 400, []string{"companyId"}, nil, nil, ""},
		{"no body", "POST /rules", "", 400, []string{"rule"}, nil, nil, ""},
		{"alerts are gone", "GET /rules/alerts", "", 404, nil, nil, nil, ""},
		{"and those of a rule", "GET /rules/$a/alerts", "", 404, nil, nil, nil, ""},
		{"nobody's", "GET /rules/" + unknownID, "", 404, []string{unknownID}, nil, nil, ""},
	}, nil)
}
