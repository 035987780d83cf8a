package api

import (
	"slices"

	"github.com/bowline/bowline"
)

// RelatedCompany names a company of the same instance. What else a body says
// about it is ignored, so that a reference can be sent back as it was read.
type RelatedCompany struct {
	ID string `json:"id" doc:"Id of the company."`
}

// relations reads which companies the body names. Without any it leaves the
// relations of a present company as they are (platform-api discrepancy 17).
func (b *CompanyCreate) relations() (bowline.Relations, error) {
	var r bowline.Relations
	var err error
	if b.Parent != nil {
		if r.Parent, err = bowline.ParseID(b.Parent.ID); err != nil {
			return r, bowline.UnknownRelative(bowline.ParentMember)
		}
	}
	if b.Subsidiaries != nil {
		r.Subsidiaries = []bowline.ID{}
	}
	for _, s := range b.Subsidiaries {
		id, err := bowline.ParseID(s.ID)
		if err != nil {
			return r, bowline.UnknownRelative(bowline.SubsidiaryMember)
		}
		if !slices.Contains(r.Subsidiaries, id) {
			r.Subsidiaries = append(r.Subsidiaries, id)
		}
	}
	return r, nil
}
