package link

import "github.com/bowline/bowline"

// consent gathers the words of the consent screens of one source type.
func (r *resolver) consent(t bowline.SourceType) consentTexts {
	setting, ours := &r.setting(t).Consent, &r.words.Consent
	key := func(name string) string { return "" } // nothing was said
	if len(r.options.Text) > 0 {
		key = func(name string) string { return bowline.TextKey(t, name) }
	}
	texts := consentTexts{
		title:              r.text(key("consents.title"), ours.Title),
		subtitle:           r.text(key("consents.subtitle"), r.said(setting.Message, ours.Subtitle)),
		button:             r.label(key("consents.nextButton"), ""),
		purpose:            r.text(key("consents.purpose"), setting.Purpose.Body),
		access:             r.text(key("consents.access"), setting.Access.Body),
		accountInformation: r.text(key("consents.accountInformation"), setting.AccountInformation.Body),
		retention:          r.text(key("consents.retention"), setting.Retention.Body),
		headers: consentHeaders{
			Purpose:            r.label(key("consents.headers.purpose"), r.said(setting.Purpose.Header, ours.Headers.Purpose)),
			Access:             r.label(key("consents.headers.access"), r.said(setting.Access.Header, ours.Headers.Access)),
			AccountInformation: r.label(key("consents.headers.accountInformation"), r.said(setting.AccountInformation.Header, ours.Headers.AccountInformation)),
			PlatformData:       r.label(key("consents.headers.platformData"), r.said(setting.PlatformData.Header, ours.Headers.PlatformData)),
			Retention:          r.label(key("consents.headers.retention"), r.said(setting.Retention.Header, ours.Headers.Retention)),
		},
		additionalTitle:    r.text(key("additionalConsents.title"), r.fill.Replace(r.words.AdditionalConsent.Title)),
		additionalSubtitle: r.text(key("additionalConsents.subtitle"), r.fill.Replace(r.words.AdditionalConsent.Subtitle)),
		additionalButton:   r.label(key("additionalConsents.nextButton"), r.words.AdditionalConsent.Button),
	}
	terms := r.text(key("consents.termsAndConditions"), r.terms(setting))
	texts.terms = r.withContent(terms)
	texts.additionalTerms = r.withContent(r.text(key("additionalConsents.termsAndConditions"), terms))
	return texts
}

// terms are the fintech's own, or ours, with the address of the full ones.
func (r *resolver) terms(setting *bowline.ConsentSettings) string {
	terms := setting.Terms
	if terms == "" {
		terms = r.fill.Replace(r.words.Consent.Terms)
	}
	if setting.TermsURL != "" {
		terms = paragraphs(terms, "["+r.words.Consent.TermsLink+"]("+setting.TermsURL+")")
	}
	return terms
}

// withContent adds what the fintech wants to be read before any linking.
func (r *resolver) withContent(terms string) string {
	return paragraphs(terms, r.settings.TermsAndContent)
}

// paragraphs puts two Markdown texts below each other.
func paragraphs(first, second string) string {
	if first == "" || second == "" {
		return first + second
	}
	return first + "\n\n" + second
}
