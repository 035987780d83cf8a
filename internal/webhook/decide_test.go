package webhook

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/store"
	"github.com/bowline/bowline/internal/store/storetest"
)

func TestDecide(t *testing.T) {
	t.Parallel()
	at := storetest.Start
	later := at.Add(time.Hour)
	for _, test := range []struct {
		about     string
		delivery  store.Delivery
		success   bool
		status    bowline.MessageStatus
		scheduled int
		run       time.Time
	}{
		{"first succeeds", store.Delivery{Status: bowline.MessageSending, Kind: bowline.AttemptScheduled}, true, bowline.MessageSuccess, 0, time.Time{}},
		{"first fails", store.Delivery{Status: bowline.MessageSending, Kind: bowline.AttemptScheduled}, false, bowline.MessageAttempting, 1, at.Add(5 * time.Second)},
		{"replayed fails", store.Delivery{Status: bowline.MessageSending, Kind: bowline.AttemptReplayed}, false, bowline.MessageAttempting, 1, at.Add(5 * time.Second)},
		{"seventh fails", store.Delivery{Status: bowline.MessageAttempting, Kind: bowline.AttemptScheduled, Scheduled: 6}, false, bowline.MessageAttempting, 7, at.Add(10 * time.Hour)},
		{"eighth fails", store.Delivery{Status: bowline.MessageAttempting, Kind: bowline.AttemptScheduled, Scheduled: 7}, false, bowline.MessageFailure, 8, time.Time{}},
		{"resent between", store.Delivery{Status: bowline.MessageAttempting, Kind: bowline.AttemptResent, Scheduled: 3, ResumeAt: later}, false, bowline.MessageAttempting, 3, later},
		{"resent at last", store.Delivery{Status: bowline.MessageFailure, Kind: bowline.AttemptRecovered, Scheduled: 8}, false, bowline.MessageFailure, 8, time.Time{}},
		{"resent after success", store.Delivery{Status: bowline.MessageSuccess, Kind: bowline.AttemptResent}, false, bowline.MessageSuccess, 0, time.Time{}},
		{"recovered", store.Delivery{Status: bowline.MessageFailure, Kind: bowline.AttemptRecovered, Scheduled: 8}, true, bowline.MessageSuccess, 8, time.Time{}},
	} {
		o := decide(test.delivery, test.success, at, 0)
		if o.Status != test.status || o.Scheduled != test.scheduled || !o.RunAt.Equal(test.run) || o.Kind != bowline.AttemptScheduled {
			t.Errorf("%s: %+v", test.about, o)
		}
	}
}

func TestSkip(t *testing.T) {
	t.Parallel()
	at := storetest.Start
	for _, test := range []struct {
		about     string
		delivery  store.Delivery
		now       time.Time
		status    bowline.MessageStatus
		scheduled int
		run       time.Time
	}{
		{"one", store.Delivery{Status: bowline.MessageSending, DueAt: at}, at, bowline.MessageSending, 1, at.Add(5 * time.Second)},
		{"extra of one never attempted", store.Delivery{Status: bowline.MessageSending, Kind: bowline.AttemptRecovered, Scheduled: 2, DueAt: at, ResumeAt: at.Add(time.Hour)}, at, bowline.MessageSending, 2, at.Add(time.Hour)},
		{"the clock runs on", store.Delivery{Status: bowline.MessageAttempting, Scheduled: 3, DueAt: at}, at.Add(3 * time.Hour), bowline.MessageAttempting, 5, at.Add(7 * time.Hour)},
		{"all", store.Delivery{Status: bowline.MessageSending, DueAt: at}, at.Add(100 * time.Hour), bowline.MessageFailure, 8, time.Time{}},
		{"extra", store.Delivery{Status: bowline.MessageFailure, Kind: bowline.AttemptResent, Scheduled: 8, DueAt: at}, at, bowline.MessageFailure, 8, time.Time{}},
		{"extra between", store.Delivery{Status: bowline.MessageAttempting, Kind: bowline.AttemptResent, Scheduled: 2, DueAt: at, ResumeAt: at.Add(time.Hour)}, at, bowline.MessageAttempting, 2, at.Add(time.Hour)},
	} {
		if test.delivery.Kind == "" {
			test.delivery.Kind = bowline.AttemptScheduled
		}
		o := skip(test.delivery, test.now)
		if o.Status != test.status || o.Scheduled != test.scheduled || !o.RunAt.Equal(test.run) || o.Attempt != nil {
			t.Errorf("%s: %+v", test.about, o)
		}
	}
}

func TestBodyIsWhatMarshalMakes(t *testing.T) {
	t.Parallel()
	links := bowline.NewLinks("https://x.example")
	company := bowline.Company{ID: bowline.NewID(storetest.Start), Name: "Harbour <Bakery> & \u2028 Söhne", Created: storetest.Start}
	event, err := bowline.NewCompanyEvent(bowline.CompanyCreated, company, links, storetest.Start)
	if err != nil {
		t.Fatal(err)
	}
	want, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	if got := encode(&event); string(got) != string(want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
