package bowline

import (
	"encoding/json"
	"fmt"
	"time"
)

// EventType is the type of an event (webhooks.md section 2.1).
type EventType string

// The event types that Bowline records.
const (
	CompanyCreated         EventType = "company.created"
	CompanyDeleted         EventType = "company.deleted"
	CompanyProductAdded    EventType = "company.product.added"
	CompanyProductRemoved  EventType = "company.product.removed"
	ConnectionCreated      EventType = "connection.created"
	ConnectionConnected    EventType = "connection.connected"
	ConnectionFailed       EventType = "connection.failed"
	ConnectionDisconnected EventType = "connection.disconnected"
	ConnectionReconnected  EventType = "connection.reconnected"
	ConnectionDeleted      EventType = "connection.deleted"
)

// Event is what consumers will be told (webhooks.md section 1). It is stored
// in the transaction of the change that caused it.
type Event struct {
	ID            ID              `json:"id"`
	InstanceID    ID              `json:"-"`
	CompanyID     ID              `json:"-"`
	ConnectionID  ID              `json:"-"`
	EventType     EventType       `json:"eventType"`
	GeneratedDate time.Time       `json:"generatedDate"`
	Payload       json.RawMessage `json:"payload"`

	// CompanyTags are those of the company when it happened; consumers choose by
	// them.
	CompanyTags map[string]string `json:"-"`
}

// companyDetails is the payload of company events: a company without its
// connections, directly in the payload (webhooks.md section 2.3).
type companyDetails struct {
	ID                ID                 `json:"id"`
	Name              string             `json:"name"`
	Description       string             `json:"description,omitempty"`
	Redirect          string             `json:"redirect"`
	LastSync          *time.Time         `json:"lastSync,omitempty"`
	Created           time.Time          `json:"created"`
	CreatedByUserName string             `json:"createdByUserName,omitempty"`
	Products          []string           `json:"products"`
	Tags              map[string]string  `json:"tags,omitempty"`
	Parent            *CompanyReference  `json:"referenceParentCompany,omitempty"`
	Subsidiaries      []CompanyReference `json:"referenceSubsidiaryCompanies,omitempty"`
	OwnerUserIDs      []ID               `json:"ownerUserIds"`
}

type companyProduct struct {
	ID          ID       `json:"id"`
	Name        string   `json:"name"`
	Description string   `json:"description,omitempty"`
	ProductID   string   `json:"productId"`
	ProductName string   `json:"productName"`
	Products    []string `json:"products"`
}

type connectionEvent struct {
	ReferenceCompany CompanyReference `json:"referenceCompany"`
	Connection       Connection       `json:"connection"`
}

// NewCompanyEvent describes a company's creation or deletion.
func NewCompanyEvent(t EventType, c Company, l Links, now time.Time) (Event, error) {
	c.Show(l)
	return newEvent(t, c, "", now, companyDetails{
		ID: c.ID, Name: c.Name, Description: c.Description, Redirect: c.Redirect, LastSync: c.LastSync,
		Created: c.Created, CreatedByUserName: c.CreatedByUserName, Products: c.Products, Tags: c.Tags,
		Parent: c.ReferenceParentCompany, Subsidiaries: c.ReferenceSubsidiaryCompanies, OwnerUserIDs: c.OwnerUserIDs,
	})
}

// NewProductEvent describes a product added to or removed from a company; c
// holds the products as they are after the change.
func NewProductEvent(t EventType, c Company, p Product, now time.Time) (Event, error) {
	products := c.Products
	if products == nil {
		products = []string{}
	}
	return newEvent(t, c, "", now, companyProduct{
		ID: c.ID, Name: c.Name, Description: c.Description,
		ProductID: p.ID, ProductName: p.Name, Products: products,
	})
}

// NewConnectionEvent describes a change of a connection, after the change.
func NewConnectionEvent(t EventType, c Company, conn Connection, l Links, now time.Time) (Event, error) {
	conn.Show(l)
	return newEvent(t, c, conn.ID, now, connectionEvent{ReferenceCompany: c.Reference(l), Connection: conn})
}

func newEvent(t EventType, c Company, connection ID, now time.Time, payload any) (Event, error) {
	body, err := json.Marshal(payload)
	if err != nil {
		return Event{}, fmt.Errorf("encode %s event: %w", t, err)
	}
	return Event{
		ID: NewID(now), InstanceID: c.InstanceID, CompanyID: c.ID, ConnectionID: connection,
		EventType: t, GeneratedDate: now, Payload: body, CompanyTags: c.Tags,
	}, nil
}
