package link_test

import (
	"strings"
	"testing"

	"github.com/bowline/bowline"
	"github.com/bowline/bowline/internal/catalog"
	"github.com/bowline/bowline/internal/link"
)

// pipes is the key of an integration whose rows are the provider's.
const pipes = "pipe"

const aggregator = `key: pipe
name: Open Pipes
sourceType: Banking
logo: {monogram: OP, color: "#123456"}
dataTypes: [Balances]
rows: {url: "https://open.example/banks", id: id, name: name}
oauth:
  issuer: ${server.sandbox}
  clientId: sandbox-pipe
  clientSecret: ${server.secret.pipe}
  scopes: [openid, offline_access, banking.read]
  issParameter: required
  authorizeParams: {bank: "${row.id}"}
  tokenParams: {bank: "${row.id}"}
`

// banked is a world with two banks behind an aggregator.
func banked(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	eachWith(t, map[string]string{pipes: aggregator}, func(t *testing.T, w *world) {
		w.banks(catalog.Row{ID: "alba", Name: "Alba Bank", LogoURL: "https://logos.example/alba.svg"}, catalog.Row{ID: "uk/harb", Name: "Harbour *Union*"})
		test(t, w)
	})
}

// banks is what the provider lists from now on.
func (w *world) banks(rows ...catalog.Row) {
	list := catalog.NewRowList(pipes, rows)
	w.service.Rows = func(instance bowline.ID, in *catalog.Integration) *catalog.RowList {
		if instance != w.instance || in.Key != pipes {
			w.t.Errorf("the rows of %s are asked for, for %s", in.Key, instance)
		}
		return list
	}
}

func (w *world) toBanks() link.View {
	w.t.Helper()
	v := w.boot()
	for _, card := range v.Main.Types {
		if card.SourceType == bowline.Banking {
			return w.act(v, link.Action{Action: card.Actions[len(card.Actions)-1], SourceType: bowline.Banking})
		}
	}
	w.t.Fatal("no banks are on offer")
	return v
}

// rowsIn are the tiles of an integration.
func rowsIn(v link.View, key string) []link.Tile {
	var tiles []link.Tile
	for _, tile := range v.Picker.Integrations {
		if strings.HasPrefix(tile.Key, key+"/") || tile.Key == key {
			tiles = append(tiles, tile)
		}
	}
	return tiles
}

func TestBankOfAnAggregator(t *testing.T) {
	banked(t, func(t *testing.T, w *world) {
		v := w.toBanks()
		rows := rowsIn(v, pipes)
		if len(rows) != 2 {
			t.Fatalf("the picker shows %+v", rows)
		}
		want := link.Tile{Key: "pipe/alba", Name: "Alba Bank", LogoURL: "https://logos.example/alba.svg", Provider: "Open Pipes"}
		if rows[0] != want {
			t.Errorf("a bank is %+v", rows[0])
		}
		if rows[1].LogoURL != "" || rows[1].Monogram != "" || rows[1].Color != "" {
			t.Errorf("a bank without a picture is %+v", rows[1])
		}
		consent := w.act(v, link.Action{Action: link.ActChoose, IntegrationKey: pipes + "/uk/harb"})
		if consent.Consent.Integration.Name != "Harbour *Union*" || !strings.Contains(consent.Consent.Title, `Harbour \*Union\*`) {
			t.Errorf("the consent is about %+v, %q", consent.Consent.Integration, consent.Consent.Title)
		}
		handoff := w.act(consent, link.Action{Action: link.ActAccept})
		if sent(t, handoff.Handoff.URL).Get("bank") != "uk/harb" || handoff.Handoff.Integration.Name != "Harbour *Union*" {
			t.Errorf("the hand-off is %+v", handoff.Handoff)
		}
		w.banks() // the provider lists it no more while the customer signs in
		if done := w.comeFrom(pipes, handoff.Handoff.URL, "robin", "allow"); done.Step != link.StepSuccess || done.Success.Integration.Name != "Harbour *Union*" {
			t.Fatalf("at the end: %s %+v", done.Step, done.Error)
		}
		c := w.connections()[0]
		in, _ := w.service.Catalog.Get(pipes)
		if c.PlatformName != "Harbour *Union*" || string(c.SourceID) != catalog.RowSourceID(pipes, "uk/harb") || string(c.IntegrationID) != in.ID || c.IntegrationKey != pipes {
			t.Errorf("the connection is %+v", c)
		}
		if form, err := w.store.Grant(t.Context(), c.ID); err != nil || form.Extra["row.id"] != "uk/harb" {
			t.Errorf("kept: %v, %v", form.Extra, err)
		}
	})
}

// TestEachBankIsAConnectionOfItsOwn, and says itself that it is connected.
func TestEachBankIsAConnectionOfItsOwn(t *testing.T) {
	banked(t, func(t *testing.T, w *world) {
		take := func(bank string) link.View {
			v := w.act(w.toBanks(), link.Action{Action: link.ActChoose, IntegrationKey: pipes + "/" + bank})
			return w.act(v, link.Action{Action: link.ActAccept})
		}
		take("alba")
		take("alba")
		if n := len(w.connections()); n != 1 {
			t.Errorf("choosing a bank twice makes %d connections", n)
		}
		w.comeFrom(pipes, take("uk/harb").Handoff.URL, "robin", "allow")
		all := w.connections()
		if len(all) != 2 || all[0].Status != bowline.PendingAuth || all[1].Status != bowline.Linked {
			t.Fatalf("the connections are %+v", all)
		}
		rows := rowsIn(w.toBanks(), pipes)
		if rows[0].Linked || !rows[1].Linked {
			t.Errorf("the picker shows %+v", rows)
		}
		v := w.boot()
		for _, card := range v.Main.Types {
			if card.SourceType == bowline.Banking && (card.Connections[0].Name != "Alba Bank" || card.Connections[0].LogoURL == "") {
				t.Errorf("the list shows %+v", card.Connections)
			}
		}
		v = w.act(v, link.Action{Action: link.ActResume, ConnectionID: all[0].ID})
		if v.Step != link.StepHandoff || sent(t, v.Handoff.URL).Get("bank") != "alba" {
			t.Errorf("resuming leads to %s %+v", v.Step, v.Handoff)
		}
	})
}

// TestBankThatIsNotOnTheList cannot be chosen, and neither can the aggregator.
func TestBankThatIsNotOnTheList(t *testing.T) {
	banked(t, func(t *testing.T, w *world) {
		v := w.toBanks()
		for _, a := range []link.Action{
			{IntegrationKey: pipes}, {IntegrationKey: pipes + "/mont"}, {IntegrationKey: pipes + "/ALBA"}, {IntegrationKey: "qhnd/alba"}, {IntegrationKey: pipes + "/"},
		} {
			for _, name := range []string{link.ActChoose, link.ActHandOver} {
				a.Action, a.Flow = name, v.Flow
				if got, _, err := w.service.Act(t.Context(), w.company, a, w.browser); bowline.CodeOf(err) != bowline.CodeInvalid {
					t.Errorf("%s %s leads to %s, %v", name, a.IntegrationKey, got.Step, err)
				}
			}
		}
		consent := w.act(v, link.Action{Action: link.ActChoose, IntegrationKey: pipes + "/alba"})
		w.banks(catalog.Row{ID: "uk/harb", Name: "Harbour"})
		_, _, err := w.service.Act(t.Context(), w.company, link.Action{Flow: consent.Flow, Action: link.ActAccept}, w.browser)
		if bowline.CodeOf(err) != bowline.CodeInvalid || len(w.connections()) != 0 {
			t.Errorf("agreeing to a bank that is gone: %v", err)
		}
	})
}

// TestNoListYet: what cannot be chosen is not offered, so that nothing waits for it.
func TestNoListYet(t *testing.T) {
	banked(t, func(t *testing.T, w *world) {
		w.banks()
		hidden := false
		for _, set := range []*bool{nil, &hidden} {
			v, err := w.service.Boot(t.Context(), w.company, link.Entry{Sandbox: set})
			must(t, err)
			for _, card := range v.Main.Types {
				if card.SourceType == bowline.Banking && set != nil {
					t.Error("banks are offered, of which there are none")
				}
			}
		}
		if rows := rowsIn(w.toBanks(), pipes); len(rows) != 0 {
			t.Errorf("the picker shows %+v", rows)
		}
	})
}

// TestTheOnlyBank is chosen already.
func TestTheOnlyBank(t *testing.T) {
	banked(t, func(t *testing.T, w *world) {
		w.banks(catalog.Row{ID: "alba", Name: "Alba Bank"})
		hidden := false
		v, err := w.service.Boot(t.Context(), w.company, link.Entry{Sandbox: &hidden})
		must(t, err)
		if v.Picker == nil { // a single type comes at once
			v = w.act(v, link.Action{Action: link.ActConnect, SourceType: bowline.Banking})
		}
		if v.Picker.Preselected != "pipe/alba" {
			t.Errorf("chosen is %q", v.Picker.Preselected)
		}
	})
}

// TestAnotherDeviceAndAHelperKnowTheBank.
func TestAnotherDeviceAndAHelperKnowTheBank(t *testing.T) {
	banked(t, func(t *testing.T, w *world) {
		v := w.toBanks()
		device := w.act(v, link.Action{Action: link.ActDevice, IntegrationKey: pipes + "/alba"})
		if device.Device.Integration == nil || device.Device.Integration.Name != "Alba Bank" {
			t.Errorf("the device's screen is about %+v", device.Device.Integration)
		}
		consent := w.act(v, link.Action{Action: link.ActChoose, IntegrationKey: pipes + "/uk/harb"})
		device = w.act(consent, link.Action{Action: link.ActDevice})
		if back := w.act(device, link.Action{Action: link.ActBack}); back.Step != link.StepConsent || back.Consent.Integration.Key != "pipe/uk/harb" {
			t.Errorf("back leads to %s", back.Step)
		}
		consent = w.act(v, link.Action{Action: link.ActHandOver, IntegrationKey: pipes + "/alba"})
		waiting := w.act(consent, link.Action{Action: link.ActAccept})
		h := w.helper()
		help := h.open(codeOf(waiting.HandOver.URL)).View
		if help.Helper.Integration.Name != "Alba Bank" {
			t.Errorf("the helper is asked for %+v", help.Helper.Integration)
		}
		if next := h.help(help, link.Action{Action: link.ActHelp}); sent(t, next.Handoff.URL).Get("bank") != "alba" {
			t.Errorf("the helper is led to %+v", next.Handoff)
		}
	})
}
