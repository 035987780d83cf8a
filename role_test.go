package bowline_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bowline/bowline"
)

// TestMatrix spells the matrix of roles out once more, cell by cell.
func TestMatrix(t *testing.T) {
	t.Parallel()
	const y, n = true, false
	matrix := map[bowline.Action][5]bool{ // onboarding, advisor, analyst, developer, administrator
		bowline.ActionNever:           {n, n, n, n, n},
		bowline.ActionSelf:            {y, y, y, y, y},
		bowline.ActionEditCompanies:   {y, y, y, y, y},
		bowline.ActionDeleteCompanies: {n, n, y, y, y},
		bowline.ActionAddConnections:  {y, y, y, y, y},
		bowline.ActionEditProducts:    {y, n, y, y, y},
		bowline.ActionEndConnections:  {n, n, n, y, y},
		bowline.ActionViewData:        {n, y, y, y, y},
		bowline.ActionMonitor:         {y, y, y, y, y},
		bowline.ActionWebhooks:        {n, n, n, y, y},
		bowline.ActionConfigureLink:   {n, n, n, y, y},
		bowline.ActionConfigure:       {n, n, n, y, y},
		bowline.ActionDevelop:         {n, n, n, y, y},
		bowline.ActionUsers:           {n, n, n, n, y},
		bowline.ActionSignIn:          {n, n, n, n, y},
		bowline.ActionInstances:       {n, n, n, n, y},
	}
	if len(matrix) != len(bowline.Actions())+1 {
		t.Errorf("%d rows for %d actions", len(matrix), len(bowline.Actions()))
	}
	for action, cells := range matrix {
		for i, role := range bowline.Roles() {
			if role.May(action) != cells[i] {
				t.Errorf("%s may %q: %t", role, action, !cells[i])
			}
			if slices.Contains(role.Actions(), action) != cells[i] {
				t.Errorf("%s lists %q: %t", role, action, !cells[i])
			}
			if err := role.Refuse(action); bowline.CodeOf(err) != bowline.CodeForbidden || strings.Contains(err.Error(), "cannot .") && action != bowline.ActionSelf {
				t.Errorf("%s refused %q: %v", role, action, err)
			}
		}
		for _, nobody := range []bowline.Role{"", "root", "Administrator"} {
			if nobody.May(action) {
				t.Errorf("%q may %q", nobody, action)
			}
		}
	}
	for i, limited := range []bool{y, y, y, n, n} {
		if bowline.Roles()[i].OwnedOnly() != limited {
			t.Errorf("%s sees owned companies only: %t", bowline.Roles()[i], !limited)
		}
	}
}

func TestHighestRoleWins(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		roles []bowline.Role
		want  bowline.Role
	}{
		{nil, ""}, {[]bowline.Role{"", "none"}, ""},
		{[]bowline.Role{bowline.RoleAnalyst, bowline.RoleOnboarding}, bowline.RoleAnalyst},
		{[]bowline.Role{bowline.RoleOnboarding, "", bowline.RoleAdministrator, bowline.RoleDeveloper}, bowline.RoleAdministrator},
	} {
		if got := bowline.HighestRole(row.roles...); got != row.want {
			t.Errorf("%v: %s, want %s", row.roles, got, row.want)
		}
	}
}
