package bowline

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestChangedMembers(t *testing.T) {
	t.Parallel()
	before := DefaultLinkSettings()
	for name, test := range map[string]struct {
		change func(*LinkSettings)
		want   []string
	}{
		"nothing":           {func(*LinkSettings) {}, []string{}},
		"null is empty":     {func(l *LinkSettings) { l.SourceTypes.Banking.Consent.DataTypes = []string{} }, []string{}},
		"one":               {func(l *LinkSettings) { l.SecuredBy = false }, []string{"securedBy"}},
		"inside":            {func(l *LinkSettings) { l.SourceTypes.Banking.Consent.Purpose.Body = "x" }, []string{"sourceTypes.banking.consent.purpose.body"}},
		"a list as a whole": {func(l *LinkSettings) { l.Locales = []string{"fr-CA", "en-US"} }, []string{"locales"}},
		"several, sorted": {func(l *LinkSettings) { l.SecuredBy, l.ExitMessage, l.Landing.Enabled = false, "Stay", true },
			[]string{"exitMessage", "landing.enabled", "securedBy"}},
	} {
		after := before
		test.change(&after)
		if got, err := ChangedMembers(before, after); err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	wide := map[string]int{}
	for i := range 100 {
		wide[fmt.Sprintf("m%03d", i)] = 1
	}
	if got, err := ChangedMembers(map[string]int{}, wide); err != nil || len(got) != maxChanged {
		t.Errorf("%d members are named, %v", len(got), err)
	}
	if _, err := ChangedMembers(func() {}, nil); err == nil {
		t.Error("what is no JSON was compared")
	}
}

func TestSettingsWarnings(t *testing.T) {
	t.Parallel()
	all := Surroundings{
		Offered: map[SourceType]int{Accounting: 3, Banking: 1, Commerce: 2}, Suppliers: 1, HasLogo: true,
	}
	for name, test := range map[string]struct {
		change func(*LinkSettings, *Surroundings)
		want   []string // code and member
	}{
		"none":              {func(*LinkSettings, *Surroundings) {}, nil},
		"nothing to choose": {func(_ *LinkSettings, s *Surroundings) { s.Offered = nil }, []string{"noIntegration sourceTypes.accounting.enabled", "noIntegration sourceTypes.banking.enabled", "noIntegration sourceTypes.commerce.enabled"}},
		"off needs nothing": {func(l *LinkSettings, s *Surroundings) {
			delete(s.Offered, Banking)
			l.SourceTypes.Banking.Enabled = false
		}, nil},
		"nothing is asked":     {func(l *LinkSettings, _ *Surroundings) { l.SourceTypes = SourceTypesSettings{} }, []string{"nothingAsked sourceTypes"}},
		"two suppliers":        {func(_ *LinkSettings, s *Surroundings) { s.Suppliers = 2 }, []string{"bankingSuppliers sourceTypes.banking.enabled"}},
		"two, and banking off": {func(l *LinkSettings, s *Surroundings) { s.Suppliers = 2; l.SourceTypes.Banking.Enabled = false }, nil},
		"one-time links":       {func(l *LinkSettings, _ *Surroundings) { l.OneTimeLinks = true }, []string{"inviteOff oneTimeLinks"}},
		"manage":               {func(l *LinkSettings, _ *Surroundings) { l.ManageConnections.Enabled = true }, []string{"manageHidden manageConnections.enabled"}},
		"manage and one-time":  {func(l *LinkSettings, _ *Surroundings) { l.ManageConnections.Enabled, l.OneTimeLinks = true, true }, []string{"inviteOff oneTimeLinks"}},
		"logo without landing": {func(l *LinkSettings, _ *Surroundings) { l.Landing.CompanyLogo = true }, []string{"logoHidden landing.companyLogo"}},
		"logo that is missing": {func(l *LinkSettings, s *Surroundings) { l.NavigationBar, s.HasLogo = true, false }, []string{"logoMissing navigationBar"}},
		"a list of its own": {func(l *LinkSettings, s *Surroundings) {
			l.SourceTypes.Banking.Consent.DataTypes = []string{"x"}
			s.OwnList = map[SourceType]string{Banking: "Plaid"}
		}, []string{"dataTypesHidden sourceTypes.banking.consent.dataTypes"}},
		"without tokens": {func(l *LinkSettings, _ *Surroundings) { l.AllowTokenless = true }, []string{"tokenless allowTokenless"}},
	} {
		l, s := DefaultLinkSettings(), all
		s.Offered = map[SourceType]int{Accounting: 3, Banking: 1, Commerce: 2}
		test.change(&l, &s)
		var got []string
		for _, w := range l.Warnings(s) {
			got = append(got, w.Code+" "+w.Member)
			if w.Message == "" || strings.Contains(w.Message, "%!") {
				t.Errorf("%s: message %q", name, w.Message)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestBrandPictures(t *testing.T) {
	t.Parallel()
	hash := strings.Repeat("0f", 32)
	address := NewLinks("http://127.0.0.1:8080/").BrandPicture(hash, "png")
	if got, ok := BrandPictureHash(address); !ok || got != hash {
		t.Errorf("%s: %q", address, got)
	}
	for _, good := range []string{address, "https://x.example/h.png", ""} {
		b := Branding{HeroURL: good}
		if err := b.Validate(); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"http://x.example/h.png", "http://x.example" + BrandPicturePath + "short.png", "http://u:p@x.example" + BrandPicturePath + hash + ".png",
		"javascript:" + BrandPicturePath + hash + ".png", "http://x.example/?a=" + BrandPicturePath + hash + ".png", BrandPicturePath + hash + ".png",
		"http://x.example" + BrandPicturePath + hash + ".html",
	} {
		b := Branding{HeroURL: bad}
		if err := b.Validate(); err == nil {
			t.Errorf("%s was accepted", bad)
		}
	}
}
