package bowline

// LinkOptions are what the host page of an embedded journey asks for (link.md
// 2.3): the allow-list of what may come from a browser. Pointers and nil slices
// tell what was not said from false and empty.
type LinkOptions struct {
	HideBorder               *bool // also by the deprecated nonModal; the browser heeds it
	ShowLandingPage          *bool
	ShowSandboxIntegrations  *bool
	EnableAdditionalConsent  *bool
	EnableMultiEntityLinking *bool
	PrimaryColor             string // theme.colors.primary
	SourceTypes              *SourceTypesOptions
	// DataTypes are those of deprecated text keys, for the source types of
	// which SourceTypes says none. See [LinkOptions.DataTypesOf].
	DataTypes map[SourceType][]string
	Text      map[string]string // by the keys of link.md 2.5, aliases resolved
}

// SourceTypesOptions replaces the fintech's list of source types: a type that
// is absent is not shown.
type SourceTypesOptions struct {
	Accounting, Banking, Commerce *SourceTypeOptions
}

// SourceTypeOptions is one source type of the options.
type SourceTypeOptions struct {
	Optional            bool
	EnableIntegrations  bool
	AllowedIntegrations []string // nil: all that are enabled; empty: none
	DataTypes           []string // Markdown; nil: the fintech's own
}

// Of returns what is said about a source type, or nil.
func (o *SourceTypesOptions) Of(t SourceType) *SourceTypeOptions {
	switch t {
	case Accounting:
		return o.Accounting
	case Banking:
		return o.Banking
	case Commerce:
		return o.Commerce
	}
	return nil
}

// DataTypesOf returns the list of shared data for a source type, the new way of
// saying it before the deprecated one; nil when nothing is said.
func (o *LinkOptions) DataTypesOf(t SourceType) []string {
	if o.SourceTypes != nil {
		if said := o.SourceTypes.Of(t); said != nil && said.DataTypes != nil {
			return said.DataTypes
		}
	}
	return o.DataTypes[t]
}
