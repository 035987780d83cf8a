package bowline

import (
	"encoding/json"
	"regexp"
	"testing"
	"time"
)

// TestDeprecationsAreTold: each is told a year ahead, names what to use instead,
// and has an id of its own that can stand in a path.
func TestDeprecationsAreTold(t *testing.T) {
	t.Parallel()
	operation := regexp.MustCompile(`^(GET|POST|PUT|PATCH|DELETE) /\S+$`)
	ids, operations := map[string]bool{}, map[string]bool{}
	for _, d := range Deprecations() {
		if d.Effective.Before(d.Announced.AddDate(1, 0, 0)) || d.Title == "" || d.Change == "" || len(d.Operations) == 0 {
			t.Errorf("%+v", d)
		}
		if ids[d.ID] || !regexp.MustCompile(`^[a-zA-Z]+$`).MatchString(d.ID) {
			t.Errorf("id %q", d.ID)
		}
		ids[d.ID] = true
		for _, op := range d.Operations {
			if operations[op.Operation] || !operation.MatchString(op.Operation) || !operation.MatchString(op.Instead) {
				t.Errorf("%s: %+v", d.ID, op)
			}
			operations[op.Operation] = true
		}
	}
}

func TestDeprecationsAhead(t *testing.T) {
	t.Parallel()
	all := Deprecations()
	last := all[0].Effective
	for _, d := range all {
		if d.Effective.After(last) {
			last = d.Effective
		}
	}
	if got := len(DeprecationsAhead(all[0].Announced.AddDate(0, -1, 0))); got != len(all) {
		t.Errorf("%d are ahead before any is announced", got)
	}
	for i, d := range all {
		if d.Ended(d.Effective.Add(-time.Microsecond)) || !d.Ended(d.Effective) {
			t.Errorf("%d ends at another time", i)
		}
	}
	if got := DeprecationsAhead(last); len(got) != 0 {
		t.Errorf("ahead of the last date: %+v", got)
	}
	ahead := DeprecationsAhead(time.Time{})
	for i := 1; i < len(ahead); i++ {
		if ahead[i].Effective.Before(ahead[i-1].Effective) {
			t.Error("what ends first is not on top")
		}
	}
}

func TestOptInsKnown(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ stored, want string }{
		{`{}`, `{}`}, {`null`, `{}`}, {`{"rules":true}`, `{"rules":true}`}, {`{"rules":false}`, `{}`},
		{`{"rules":true,"long gone":true}`, `{"rules":true}`},
	} {
		in := OptIns{}
		if err := json.Unmarshal([]byte(row.stored), &in); err != nil {
			t.Fatal(err)
		}
		if got, _ := json.Marshal(in.Known()); string(got) != row.want {
			t.Errorf("of %s %s is known, want %s", row.stored, got, row.want)
		}
	}
}
