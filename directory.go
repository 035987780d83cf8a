package bowline

import (
	"slices"
	"time"
)

// CompanyStatus sums up the connections of a company in one word (link.md 5.8).
type CompanyStatus string

// The statuses of a company. Several can apply at once.
const (
	CompanyNoConnections CompanyStatus = "NoConnections"
	CompanyLinked        CompanyStatus = "Linked"
	CompanyPending       CompanyStatus = "Pending"
	CompanyDeauthorized  CompanyStatus = "Deauthorized"
	CompanyUnlinked      CompanyStatus = "Unlinked"
	// CompanyPartial is for parents: some of the subsidiaries are linked, not all.
	CompanyPartial CompanyStatus = "Partial"
)

// AllCompanyStatuses are the statuses in the order in which the first that
// applies is shown where there is room for one only.
var AllCompanyStatuses = []CompanyStatus{
	CompanyPartial, CompanyLinked, CompanyDeauthorized, CompanyPending, CompanyUnlinked, CompanyNoConnections,
}

// CompanyStatuses is a set of statuses. Stored: a bit keeps its meaning.
type CompanyStatuses uint8

// statusBits has each status at the place of its bit.
var statusBits = []CompanyStatus{
	CompanyNoConnections, CompanyLinked, CompanyPending, CompanyDeauthorized, CompanyUnlinked, CompanyPartial,
}

// NewCompanyStatuses makes a set; what is no status is left out.
func NewCompanyStatuses(list ...CompanyStatus) (set CompanyStatuses) {
	for _, s := range list {
		if bit := slices.Index(statusBits, s); bit >= 0 {
			set |= 1 << bit
		}
	}
	return set
}

// Has says whether a status is in the set.
func (set CompanyStatuses) Has(s CompanyStatus) bool { return set&NewCompanyStatuses(s) != 0 }

// List returns the statuses in the order of [AllCompanyStatuses].
func (set CompanyStatuses) List() []CompanyStatus {
	list := []CompanyStatus{}
	for _, s := range AllCompanyStatuses {
		if set.Has(s) {
			list = append(list, s)
		}
	}
	return list
}

// With returns the set with what the status of a connection says of its company.
func (set CompanyStatuses) With(s Status) CompanyStatuses {
	switch s {
	case Linked:
		return set | NewCompanyStatuses(CompanyLinked)
	case PendingAuth:
		return set | NewCompanyStatuses(CompanyPending)
	case Deauthorized:
		return set | NewCompanyStatuses(CompanyDeauthorized)
	case Unlinked:
		return set | NewCompanyStatuses(CompanyUnlinked)
	}
	return set
}

// Synced returns when something was last exchanged over any of the company's
// connections, nil for never.
func (c *Company) Synced() *time.Time {
	last := c.LastSync
	for i := range c.DataConnections {
		if at := c.DataConnections[i].LastSync; at != nil && (last == nil || at.After(*last)) {
			last = at
		}
	}
	return last
}

// MaxOwners is how many people may own one company.
const MaxOwners = 50

// DirectorySort names what the directory of companies can be sorted by.
type DirectorySort string

// The orders of the directory.
const (
	SortCreated  DirectorySort = "created"
	SortName     DirectorySort = "name"
	SortLastSync DirectorySort = "lastSync"
)
