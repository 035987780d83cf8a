package bowline

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// ids reads "a b"; a dash is the empty list, which is not the absent one.
func ids(text string) []ID {
	if text == "" {
		return nil
	}
	list := []ID{}
	for _, id := range strings.Fields(strings.Trim(text, "-")) {
		list = append(list, ID(id))
	}
	return list
}

// TestRelate changes the relations of c in a family where p is the parent of c,
// c the parent of s and t, q the parent of u, and x alone.
func TestRelate(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, parent, subsidiaries string
		want                       string // the family afterwards, or the refusal
	}{
		{"nothing", "", "", "c:p[s t] p:[c] q:[u] s:c t:c u:q"},
		{"the same", "p", "s t", "c:p[s t] p:[c] q:[u] s:c t:c u:q"},
		{"another parent", "x", "", "c:x[s t] q:[u] s:c t:c u:q x:[c]"},
		{"one more subsidiary", "", "s t x", "c:p[s t x] p:[c] q:[u] s:c t:c u:q x:c"},
		{"one subsidiary fewer", "", "t", "c:p[t] p:[c] q:[u] t:c u:q"},
		{"no subsidiaries", "", "-", "c:p p:[c] q:[u] u:q"},
		{"parent and subsidiaries", "q", "x s", "c:q[x s] q:[u c] s:c u:q x:c"},
		{"parent becomes subsidiary", "x", "p", "c:x[p] p:c q:[u] u:q x:[c]"},
		{"subsidiary becomes parent", "s", "t", "c:s[t] q:[u] s:[c] t:c u:q"},
		{"its own parent", "c", "", "its own parent"},
		{"its own subsidiary", "", "s c", "its own subsidiary"},
		{"both at once", "x", "x", "both the parent and a subsidiary"},
		{"present parent as subsidiary", "", "p", "both the parent and a subsidiary"},
		{"present subsidiary as parent", "s", "", "both the parent and a subsidiary"},
		{"unknown parent", "z", "", "referenceParentCompany names a company that does not exist"},
		{"unknown subsidiary", "", "z", "referenceSubsidiaryCompanies names a company that does not exist"},
		{"somebody else's subsidiary", "", "s u", "has another parent already"},
		{"full parent", "full", "", "100 subsidiaries already"},
		{"too many", "", strings.Repeat("x ", 101), "at most 100"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			family := func() Family {
				return Family{
					"c": {"p", ids("s t")}, "p": {"", ids("c")}, "s": {"c", nil}, "t": {"c", nil},
					"q": {"", ids("u")}, "u": {"q", nil}, "x": {}, "full": {"", ids(strings.Repeat("f ", MaxSubsidiaries))},
				}
			}
			f := family()
			err := f.Relate("c", Relations{ID(tt.parent), ids(tt.subsidiaries)})
			if err != nil {
				if CodeOf(err) != CodeInvalid || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("refused with %v, want %q", err, tt.want)
				}
				if !reflect.DeepEqual(f, family()) {
					t.Errorf("the refusal left %s", show(f))
				}
				return
			}
			if got := show(f); got != tt.want {
				t.Errorf("family is %s, want %s", got, tt.want)
			}
			f.Leave("c")
			for id, r := range f {
				for _, other := range r.IDs() {
					if id == "c" || other == "c" {
						t.Errorf("c left, and the family is %s", show(f))
					}
				}
			}
		})
	}
}

// show writes a family as "child:parent[subsidiaries]", those alone left out.
func show(f Family) string {
	var all []string
	for _, id := range ids("c p q s t u x") {
		text := fmt.Sprintf("%s:%s%v", id, f[id].Parent, f[id].Subsidiaries)
		if text = strings.TrimSuffix(text, "[]"); !strings.HasSuffix(text, ":") {
			all = append(all, text)
		}
	}
	return strings.Join(all, " ")
}

func TestReferences(t *testing.T) {
	t.Parallel()
	c := Company{ID: "c"}
	c.SetRelations(Relations{"p", ids("s gone")})
	c.Refer(map[ID]CompanyReference{"p": {ID: "p", Name: "Parent"}, "s": {ID: "s", Name: "Sub"}})
	c.Show(NewLinks("https://bowline.example"))
	portal := func(id string) *ReferenceLinks {
		return &ReferenceLinks{"https://bowline.example/portal/companies/" + id + "/summary"}
	}
	if got, want := c.ReferenceParentCompany, (&CompanyReference{ID: "p", Name: "Parent", Links: portal("p")}); !reflect.DeepEqual(got, want) {
		t.Errorf("parent is %+v, want %+v", got, want)
	}
	if got, want := c.ReferenceSubsidiaryCompanies, []CompanyReference{{ID: "s", Name: "Sub", Links: portal("s")}}; !reflect.DeepEqual(got, want) {
		t.Errorf("subsidiaries are %+v, want %+v", got, want)
	}
	c.Refer(nil)
	if c.ReferenceParentCompany != nil || c.ReferenceSubsidiaryCompanies != nil {
		t.Errorf("of deleted companies there is left: %+v", c)
	}
}
