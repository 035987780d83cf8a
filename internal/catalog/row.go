package catalog

import "github.com/google/uuid"

// Row is one of the rows that the provider of an integration with Rows lists,
// such as one bank of an aggregator.
type Row struct {
	// ID is the provider's: ${row.id}.
	ID string
	// SourceID is the API's sourceId of the row, which only it has.
	SourceID string
	Name     string
	LogoURL  string // https; "" for none
}

// RowSourceID derives the sourceId of a row from its integration's key and its
// id, the same on every installation.
func RowSourceID(key, row string) string {
	return uuid.NewSHA1(sourceSpace, []byte(key+"/"+row)).String()
}

// RowList is the rows of one integration. It never changes and is safe for
// concurrent use; nil is a list without rows.
type RowList struct {
	all            []Row
	byID, bySource map[string]int
}

// NewRowList makes a list in the given order, with the sourceIds that belong to
// the rows. The first of two rows with one id counts.
func NewRowList(key string, rows []Row) *RowList {
	l := &RowList{all: make([]Row, 0, len(rows)), byID: make(map[string]int, len(rows)), bySource: make(map[string]int, len(rows))}
	for _, row := range rows {
		if _, twice := l.byID[row.ID]; twice {
			continue
		}
		row.SourceID = RowSourceID(key, row.ID)
		l.byID[row.ID], l.bySource[row.SourceID] = len(l.all), len(l.all)
		l.all = append(l.all, row)
	}
	return l
}

// All returns the rows in their order. They are for reading only.
func (l *RowList) All() []Row {
	if l == nil {
		return nil
	}
	return l.all
}

// Get returns the row with the provider's id.
func (l *RowList) Get(id string) (Row, bool) {
	if l == nil {
		return Row{}, false
	}
	i, ok := l.byID[id]
	if !ok {
		return Row{}, false
	}
	return l.all[i], true
}

// Find returns the row with the sourceId.
func (l *RowList) Find(sourceID string) (Row, bool) {
	if l == nil {
		return Row{}, false
	}
	i, ok := l.bySource[sourceID]
	if !ok {
		return Row{}, false
	}
	return l.all[i], true
}
