package transfer

import (
	"time"

	"github.com/bowline/bowline"
)

// version is that of the format; a reader refuses others.
const version = 1

// The types of lines.
const (
	typeBegin   = "bowline"
	typeCompany = "company"
	typeEnd     = "end"
)

// line is one line of a file.
type line struct {
	Type      string     `json:"type"`
	Version   int        `json:"version,omitempty"`
	Grants    bool       `json:"grants,omitempty"` // on the first line: whether the file holds tokens
	Company   *company   `json:"company,omitempty"`
	Companies int        `json:"companies,omitempty"` // on the last line
	At        *time.Time `json:"at,omitempty"`
}

// company is a company without what is worked out when it is shown.
type company struct {
	ID           bowline.ID                 `json:"id"`
	Name         string                     `json:"name"`
	Description  string                     `json:"description,omitempty"`
	LastSync     *time.Time                 `json:"lastSync,omitempty"`
	Created      time.Time                  `json:"created"`
	CreatedBy    string                     `json:"createdByUserName,omitempty"`
	Products     []string                   `json:"products,omitempty"`
	Tags         map[string]string          `json:"tags,omitempty"`
	Parent       *bowline.CompanyReference  `json:"referenceParentCompany,omitempty"`
	Subsidiaries []bowline.CompanyReference `json:"referenceSubsidiaryCompanies,omitempty"`
	Connections  []connection               `json:"connections,omitempty"`
}

// connection is a connection with all that belongs to it.
type connection struct {
	bowline.Connection
	TenantID    string                      `json:"tenantId,omitempty"`
	TenantName  string                      `json:"tenantName,omitempty"`
	CompanyName string                      `json:"companyName,omitempty"`
	LinkedAt    *time.Time                  `json:"linkedAt,omitempty"`
	Consents    []consent                   `json:"consents,omitempty"`
	History     []bowline.ConnectionHistory `json:"history,omitempty"`
	Grant       *bowline.Grant              `json:"grant,omitempty"`
}

// consent is what a person agreed to.
type consent struct {
	ID          bowline.ID          `json:"id"`
	Kind        bowline.ConsentKind `json:"kind"`
	Text        string              `json:"text"`
	TextVersion string              `json:"textVersion"`
	Locale      string              `json:"locale"`
	DataTypes   []string            `json:"dataTypes,omitempty"`
	GrantedAt   time.Time           `json:"grantedAt"`
	GrantedFrom string              `json:"grantedFrom,omitempty"`
	UserAgent   string              `json:"userAgent,omitempty"`
}
