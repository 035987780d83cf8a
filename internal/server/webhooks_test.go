package server

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/bowline/bowline/internal/script"
	"github.com/bowline/bowline/internal/webhook"
)

// TestOnlyTheScriptsOwnFaultsAreHeldAgainstIt: a source that cannot be run is
// the consumer's to mend; a process that cannot be started is not.
func TestOnlyTheScriptsOwnFaultsAreHeldAgainstIt(t *testing.T) {
	t.Parallel()
	runner, err := script.New(script.Options{Command: []string{"/nowhere/bowline"}})
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{scripts: runner}
	run := func(size int) error {
		_, err := s.transform(t.Context(), string(make([]byte, size)), webhook.Transformable{
			Consumer: "c", Method: "POST", URL: "https://a.example", EventType: "company.created", Payload: json.RawMessage(`{}`),
		})
		return err
	}
	var theirs *script.Error
	if err := run(script.MaxSource + 1); !errors.As(err, &theirs) || errors.Is(err, webhook.ErrNotRun) {
		t.Errorf("a source that is too long: %v", err)
	}
	if err := run(1); !errors.Is(err, webhook.ErrNotRun) {
		t.Errorf("no process: %v", err)
	}
	runner.Close()
	if err := run(1); !errors.Is(err, webhook.ErrNotRun) {
		t.Errorf("after the end: %v", err)
	}
}
