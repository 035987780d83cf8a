package bowline

import "fmt"

// SettingsWarning tells the fintech's staff that settings are allowed, and may
// not do what they look like.
type SettingsWarning struct {
	Code    string `json:"code"`
	Member  string `json:"member"` // of the settings
	Message string `json:"message"`
}

// The codes of warnings about Link settings (link.md 5.2 and section 8).
const (
	WarnNothingAsked     = "nothingAsked"     // no source type is on
	WarnNoIntegration    = "noIntegration"    // a source type is on that has nothing to choose
	WarnBankingSuppliers = "bankingSuppliers" // more than one supplier of banks
	WarnInviteOff        = "inviteOff"        // one-time Link URLs switch the invite page off
	WarnManageHidden     = "manageHidden"     // hosted visits see their connections with a one-time password only
	WarnLogoHidden       = "logoHidden"       // the logo is on the landing page, which is off
	WarnLogoMissing      = "logoMissing"      // there is no logo to show
	WarnDataTypesHidden  = "dataTypesHidden"  // a provider shows its own list in the place of this one
	WarnTokenless        = "tokenless"        // whoever knows a company's id can act for it
)

// Surroundings are what else decides about what settings do.
type Surroundings struct {
	Offered   map[SourceType]int    // integrations that customers can choose
	Suppliers int                   // of banks, sandboxes left out
	OwnList   map[SourceType]string // the name of an integration whose provider lists its data itself
	HasLogo   bool
}

// Warnings lists what to tell about the settings; never nil.
func (l *LinkSettings) Warnings(s Surroundings) []SettingsWarning {
	w := warner{}
	types := []struct {
		name     string
		of       SourceType
		settings *SourceTypeSettings
	}{
		{"accounting", Accounting, &l.SourceTypes.Accounting},
		{"banking", Banking, &l.SourceTypes.Banking},
		{"commerce", Commerce, &l.SourceTypes.Commerce},
	}
	asked := false
	for _, t := range types {
		asked = asked || t.settings.Enabled
		at := "sourceTypes." + t.name
		w.when(t.settings.Enabled && s.Offered[t.of] == 0, WarnNoIntegration, at+".enabled",
			"No integration of this type can be chosen, so customers are not asked for it. Set one up, or show the sandbox integrations.")
		w.when(t.settings.Enabled && len(t.settings.Consent.DataTypes) > 0 && s.OwnList[t.of] != "", WarnDataTypesHidden, at+".consent.dataTypes",
			"%s shows its own list of data, so this one is not shown for it.", s.OwnList[t.of])
	}
	w.when(!asked, WarnNothingAsked, "sourceTypes", "No type of software is on, so there is nothing to connect.")
	w.when(l.SourceTypes.Banking.Enabled && s.Suppliers > 1, WarnBankingSuppliers, "sourceTypes.banking.enabled",
		"%d suppliers of banks are on. Customers may find the same bank twice; one supplier is advised.", s.Suppliers)
	w.when(l.OneTimeLinks, WarnInviteOff, "oneTimeLinks",
		"Link URLs work once, for 24 hours: URLs that were sent without a password stop working, and the page for inviting companies is off.")
	w.when(l.ManageConnections.Enabled && !l.OneTimeLinks, WarnManageHidden, "manageConnections.enabled",
		"On hosted pages customers see their connections after a one-time password only. Embedded pages show them with a company access token.")
	w.when(l.Landing.CompanyLogo && !l.Landing.Enabled, WarnLogoHidden, "landing.companyLogo",
		"The logo is part of the landing page, which is off.")
	w.when((l.Landing.CompanyLogo && l.Landing.Enabled || l.NavigationBar) && !s.HasLogo, WarnLogoMissing, "navigationBar",
		"There is no logo yet. Upload one in Branding.")
	w.when(l.AllowTokenless, WarnTokenless, "allowTokenless",
		"Whoever knows the id of a company can connect software for it from an allowed page.")
	return append([]SettingsWarning{}, w.list...)
}

type warner struct{ list []SettingsWarning }

func (w *warner) when(is bool, code, member, format string, args ...any) {
	if is {
		w.list = append(w.list, SettingsWarning{code, member, fmt.Sprintf(format, args...)})
	}
}
