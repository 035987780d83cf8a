package server_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/rest"
	"github.com/bowline/bowline/internal/server"
	"github.com/bowline/bowline/internal/store/storetest"
)

// noise is what comes in of an instance, over and over.
type noise struct {
	instance bowline.ID
	kind     bowline.CallerKind
	method   string
	status   int
}

func (n noise) make(l *server.RequestLog, times int, at time.Time) {
	answer := rest.Correlate(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if n.instance != "" {
			rest.Identify(r.Context(), n.instance, n.kind, "x")
		}
		l.Note("api", r, n.status, at)
	}), slog.New(slog.DiscardHandler))
	for range times {
		answer.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(n.method, "/api/companies", nil))
	}
}

// kept counts what waits, by instance, and what was left out before it.
func kept(l *server.RequestLog) (count map[bowline.ID]int, leftOut map[bowline.ID]int64) {
	count, leftOut = map[bowline.ID]int{}, map[bowline.ID]int64{}
	for _, q := range l.Take() {
		count[q.InstanceID]++
		leftOut[q.InstanceID] += q.LeftOut
	}
	return count, leftOut
}

// TestNoisyInstancesSilenceNobody: whatever floods the log of one instance, all of
// another one's requests are kept.
func TestNoisyInstancesSilenceNobody(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		loud noise
		want int
	}{
		"reads":               {noise{"loud", bowline.CallerKey, http.MethodGet, 200}, 50},
		"writes":              {noise{"loud", bowline.CallerKey, http.MethodPost, 200}, 2000},
		"failures":            {noise{"loud", bowline.CallerUser, http.MethodGet, 404}, 2000},
		"customers' failures": {noise{"loud", bowline.CallerCompany, http.MethodPost, 403}, 200},
		"customers' reads":    {noise{"loud", bowline.CallerCompany, http.MethodGet, 200}, 50},
		"nobody's":            {noise{"", "", http.MethodGet, 401}, 200},
	} {
		var l server.RequestLog
		at := storetest.Start
		quiet := noise{"quiet", bowline.CallerKey, http.MethodGet, 200}
		row.loud.make(&l, 3000, at)
		quiet.make(&l, 40, at)
		if count, leftOut := kept(&l); count[row.loud.instance] != row.want || count["quiet"] != 40 || leftOut["quiet"] != 0 {
			t.Errorf("%s: %v are kept, before them %v left out", name, count, leftOut)
		}
		row.loud.make(&l, 1, at.Add(11*time.Second)) // the next window has room, and says what is missing
		count, leftOut := kept(&l)
		if count[row.loud.instance] != 1 || leftOut[row.loud.instance] != int64(3000-row.want) {
			t.Errorf("%s, later: %v are kept, before them %v left out", name, count, leftOut)
		}
	}
}

// TestWhatIsPutBackCounts: what waits for a database that is away takes its room.
func TestWhatIsPutBackCounts(t *testing.T) {
	t.Parallel()
	var l server.RequestLog
	loud := noise{"loud", bowline.CallerKey, http.MethodPost, 200}
	loud.make(&l, 1500, storetest.Start)
	l.PutBack(l.Take())
	loud.make(&l, 1500, storetest.Start)
	if count, _ := kept(&l); count["loud"] != 2000 {
		t.Errorf("%v are kept", count)
	}
}
