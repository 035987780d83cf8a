package link

import (
	"context"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
)

// asks says whether something has to be asked before the sign-in of a
// connection.
func (v visit) asks(in catalog.Integration, conn bowline.ID) bool {
	return len(in.Inputs) > 0 && (v.Answers == nil || v.Answers.Connection != conn || v.Answers.Open)
}

// given are the answers that a visit has for a connection, nil for none.
func (v visit) given(conn bowline.ID) map[string]string {
	if v.Answers == nil || v.Answers.Connection != conn {
		return nil
	}
	return v.Answers.Values
}

// answered are the variables that the answers for a connection make.
func (v visit) answered(in catalog.Integration, conn bowline.ID) catalog.Values {
	return in.InputValues(v.given(conn))
}

// again opens the answers for correction.
func (a *answers) again() *answers {
	if a == nil {
		return nil
	}
	open := *a
	open.Open = true
	return &open
}

// maxAnswers bounds all answers together, in bytes: they travel in the attempt's
// cookie, of which browsers take four kilobytes.
const maxAnswers = 1200

// tooMuch names the longest of answers that are too much together, "" when they
// are not.
func tooMuch(values map[string]string) string {
	total, longest := 0, ""
	for name, value := range values {
		total += len(name) + len(value)
		if len(value) > len(values[longest]) {
			longest = name
		}
	}
	if total <= maxAnswers {
		return ""
	}
	return longest
}

// submitInputs checks what was asked before the sign-in and goes on to it.
func (s *Service) submitInputs(ctx context.Context, h hop, conn bowline.Connection, in catalog.Integration) (View, []Cookie, error) {
	values, faults := in.CheckInputs(h.action.Fields)
	if name := tooMuch(values); name != "" && len(faults) == 0 {
		faults = map[string]catalog.FieldFault{name: catalog.FieldTooLong}
	}
	if len(faults) > 0 {
		v, err := s.credentialsView(h.pg, conn, in, form{typed: values, faults: faults})
		return v, nil, err
	}
	pg := h.pg
	pg.visit.Answers = &answers{Connection: conn.ID, Values: values}
	return s.handoff(ctx, pg, conn)
}
