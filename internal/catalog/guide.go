package catalog

import (
	"strings"

	"github.com/bowline/bowline"
)

// GuideStep is one screen that guides the customer through something to do in
// the provider's software, in words of the catalog.
type GuideStep struct {
	// ID is unique among the integration's steps.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Body is Markdown.
	Body string `json:"body"`
	// Confirm is the text of a box to tick before going on, "" for none.
	Confirm string      `json:"confirm"`
	Copies  []GuideCopy `json:"copies"`
	Link    *GuideLink  `json:"link"`
}

// GuideCopy is a value to copy into the software.
type GuideCopy struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// GuideLink leads to help outside.
type GuideLink struct {
	Label string `json:"label"`
	URL   string `json:"url"`
}

// The variables of a guided step's body and of its values to copy. They are
// filled in per visit.
const (
	CompanyIDVariable   = "${company.id}"
	CompanyNameVariable = "${company.name}"
	ClientNameVariable  = "${client.name}"
)

// GuideValues are what a visit puts in place of a step's variables.
type GuideValues struct {
	CompanyID   string
	CompanyName string
	ClientName  string
}

// Fill returns the step with its variables replaced. Names go into Markdown as
// text: none of them can become a link.
func (g GuideStep) Fill(v GuideValues) GuideStep {
	g.Body = v.replacer(bowline.EscapeMarkdown).Replace(g.Body)
	raw := v.replacer(func(s string) string { return s })
	copies := make([]GuideCopy, len(g.Copies))
	for i, c := range g.Copies {
		copies[i] = GuideCopy{Label: c.Label, Value: raw.Replace(c.Value)}
	}
	g.Copies = copies
	return g
}

func (v GuideValues) replacer(form func(string) string) *strings.Replacer {
	return strings.NewReplacer(CompanyIDVariable, v.CompanyID,
		CompanyNameVariable, form(v.CompanyName), ClientNameVariable, form(v.ClientName))
}
