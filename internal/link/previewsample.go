package link

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/bowline/bowline"
)

// What previews pretend.
const (
	sampleCompany = "Sample Company Ltd"
	sampleBranch  = "Sample Company North Ltd"
)

// sample is what is connected in a preview. It lives in the sealed visit, and
// nowhere else.
type sample struct {
	Connections []sampleConnection `json:"c,omitempty"`
}

type sampleConnection struct {
	Tile   string         `json:"t"` // of the picker
	Status bowline.Status `json:"s"`
}

// with returns a sample with the connection to a tile in a state, as a new value:
// what was sealed before stays as it is.
func (m *sample) with(tile string, status bowline.Status) *sample {
	list := slices.Clone(m.Connections)
	at := slices.IndexFunc(list, func(c sampleConnection) bool { return c.Tile == tile })
	if at < 0 {
		return &sample{append(list, sampleConnection{tile, status})}
	}
	list[at].Status = status
	return &sample{list}
}

// connections are those of a sample as the journey knows connections.
func (s preview) connections(m *sample) []bowline.Connection {
	list := make([]bowline.Connection, 0, len(m.Connections))
	for _, c := range m.Connections {
		if p, ok := s.picked(s.kept.InstanceID, c.Tile); ok {
			list = append(list, s.connection(p, c))
		}
	}
	return list
}

func (s preview) connection(p pick, c sampleConnection) bowline.Connection {
	conn := bowline.Connection{
		ID: sampleID(c.Tile), InstanceID: s.kept.InstanceID, CompanyID: s.kept.ID,
		IntegrationID: bowline.ID(p.ID), IntegrationKey: p.Key, SourceID: bowline.ID(p.SourceID),
		SourceType: bowline.SourceType(p.SourceType), PlatformName: p.Name, Status: c.Status, Created: s.Now(),
	}
	if c.Status != bowline.PendingAuth {
		linked := s.Now().Add(-24 * time.Hour)
		conn.LinkedAt, conn.LastSync = &linked, &linked
		conn.TenantID, conn.TenantName = "sample", sampleCompany
	}
	return conn
}

// sampleID is the id of the connection to a tile: the same in each view, in the
// form of a UUID (version 8, RFC 9562 section 5.8).
func sampleID(tile string) bowline.ID {
	sum := sha256.Sum256([]byte("preview " + tile))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	h := hex.EncodeToString(sum[:16])
	return bowline.ID(h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:])
}

// tileOfSample is the tile that a connection of a preview was made of.
func tileOfSample(pg page, id bowline.ID) (string, bool) {
	for _, c := range pg.visit.Sample.Connections {
		if sampleID(c.Tile) == id {
			return c.Tile, true
		}
	}
	return "", false
}

// set brings the connection to a tile into a state and draws on from there.
func (s preview) set(pg page, tile string, status bowline.Status) (page, bowline.Connection) {
	v := pg.visit
	v.Sample = v.Sample.with(tile, status)
	again := s.page(v, pg.languages)
	conn, _ := findConnection(again.company, sampleID(tile))
	return again, conn
}

// tilesOf are the rows of the picker that a visit could choose of a type, or of
// any type for "". Where none is on offer, they are all that there could be: texts
// can be looked at before anything is set up.
func (s preview) tilesOf(pg page, t bowline.SourceType) []pick {
	var offered, others []pick
	for in := range s.catalogOf(pg.company.InstanceID).Each() {
		if t != "" && in.SourceType != string(t) {
			continue
		}
		rows := []pick{{Integration: *in}}
		if in.Rows != nil {
			rows = nil
			for _, row := range s.rowsOf(pg.company.InstanceID, in).All() {
				rows = append(rows, asRow(*in, row))
			}
		}
		if pg.offers(in) {
			offered = append(offered, rows...)
		} else {
			others = append(others, rows...)
		}
	}
	return append(offered, others...)
}
