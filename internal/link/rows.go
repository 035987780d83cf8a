package link

import (
	"cmp"
	"strings"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
)

// pick is what one row of the picker stands for: an integration, or one of the
// rows that its provider lists. The integration then goes by the row's name and
// sourceId.
type pick struct {
	catalog.Integration
	row catalog.Row // zero for an integration that is a row by itself
}

// asRow is an integration as one of its rows.
func asRow(in catalog.Integration, row catalog.Row) pick {
	in.DataProvidedBy = cmp.Or(in.DataProvidedBy, in.Name)
	in.Name, in.SourceID = row.Name, row.SourceID
	return pick{in, row}
}

// rowsOf are the rows that an integration has in the picker of an instance; nil
// for one that is a row by itself.
func (s *Service) rowsOf(instance bowline.ID, in *catalog.Integration) *catalog.RowList {
	if in.Rows == nil || s.Rows == nil {
		return nil
	}
	return s.Rows(instance, in)
}

// picked finds what a tile stands for, by its key.
func (s *Service) picked(instance bowline.ID, tile string) (pick, bool) {
	key, row, _ := strings.Cut(tile, "/")
	in, ok := s.catalogOf(instance).Get(key)
	if !ok || in.Rows == nil {
		return pick{Integration: in}, ok && row == ""
	}
	found, ok := s.rowsOf(instance, &in).Get(row)
	return asRow(in, found), ok
}

// rowOf is the row that a connection was made of. One that the provider lists no
// more goes by the name that it had; a connection to the integration as a whole
// has none.
func (s *Service) rowOf(c bowline.Connection, in *catalog.Integration) (catalog.Row, bool) {
	if in.Rows == nil || string(c.SourceID) == in.SourceID {
		return catalog.Row{}, false
	}
	row, known := s.rowsOf(c.InstanceID, in).Find(string(c.SourceID))
	if !known {
		row = catalog.Row{SourceID: string(c.SourceID), Name: c.PlatformName}
	}
	return row, true
}

// tilePicked shows what was picked. A row has the picture that the provider
// gives, and letters without one.
func (s *Service) tilePicked(p pick) Tile {
	t := s.tile(p.Integration)
	if p.row.SourceID != "" {
		t.Key, t.LogoURL, t.Monogram, t.Color = tileKey(p.Key, p.row.ID), p.row.LogoURL, "", ""
	}
	return t
}

// tileKey names a tile: by its integration, and where that has rows also by the
// provider's id of one, which may hold anything.
func tileKey(key, row string) string {
	if row == "" {
		return key
	}
	return key + "/" + row
}

// tile is the key of the tile that a proof is about.
func (p proof) tile() string { return tileKey(p.Integration, p.Row) }

// tiles are the rows of the picker that an integration makes.
func (s *Service) tiles(pg page, in *catalog.Integration) []Tile {
	picks := []pick{{Integration: *in}}
	if in.Rows != nil {
		rows := s.rowsOf(pg.company.InstanceID, in).All()
		picks = make([]pick, len(rows))
		for i, row := range rows {
			picks[i] = asRow(*in, row)
		}
	}
	tiles := make([]Tile, len(picks))
	for i, p := range picks {
		tiles[i] = s.tilePicked(p)
		tiles[i].Device = deviceOf(*in, pg)
		for _, c := range pg.company.DataConnections {
			tiles[i].Linked = tiles[i].Linked || c.Status == bowline.Linked && p.isOf(c)
		}
	}
	return tiles
}

// isOf says whether a connection was made of what was picked.
func (p pick) isOf(c bowline.Connection) bool {
	return c.IntegrationKey == p.Key && (p.Rows == nil || string(c.SourceID) == p.SourceID)
}
