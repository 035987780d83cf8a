package bowline

import "time"

// IntegrationRequest is a customer's word that their software is not on offer
// (link.md 1.3.4). The fintech's staff reads it.
type IntegrationRequest struct {
	ID         ID         `json:"id"`
	InstanceID ID         `json:"-"`
	CompanyID  ID         `json:"companyId"`
	SourceType SourceType `json:"sourceType"`
	Name       string     `json:"name"` // as typed, on one line, at most 100 characters
	Created    time.Time  `json:"created"`
}
