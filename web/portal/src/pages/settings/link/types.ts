// Link settings as the API has them (linksettings.go).

export interface Section {
  header: string;
  body: string;
}

export interface Consent {
  message: string;
  terms: string;
  termsUrl: string;
  purpose: Section;
  access: Section;
  accountInformation: Section;
  platformData: Section;
  retention: Section;
  dataTypes: string[] | null;
}

export interface SourceTypeSettings {
  enabled: boolean;
  optional: boolean;
  consent: Consent;
}

export const sourceTypes = ["accounting", "banking", "commerce"] as const;
export type SourceTypeName = (typeof sourceTypes)[number];

export interface LinkSettings {
  sourceTypes: Record<SourceTypeName, SourceTypeSettings>;
  showSandboxIntegrations: boolean;
  allowTokenless: boolean;
  oneTimeLinks: boolean;
  multiEntity: boolean;
  mobileWarning: boolean;
  handOver: boolean;
  recommendAnother: boolean;
  securedBy: boolean;
  navigationBar: boolean;
  landing: { enabled: boolean; title: string; body: string; companyLogo: boolean };
  invite: { title: string; body: string };
  leftPanel: { header: string; body: string };
  manageConnections: { enabled: boolean; title: string; subtitle: string };
  exitMessage: string;
  supportText: string;
  securityUrl: string;
  termsAndContent: string;
  locales: string[];
  warnings?: { code: string; member: string; message: string }[];
}

export const sections = ["purpose", "access", "accountInformation", "platformData", "retention"] as const;

/** The languages of the journey, as the server has them. */
export const journeyLocales = ["en-US", "en-GB", "fr-CA", "fr-FR", "de-DE", "es-ES", "nl-NL", "it-IT", "pt-PT"] as const;

/** Limits, in characters (link.md 5.2). */
export const most = { header: 50, body: 500, subtitle: 250, exit: 250, support: 1000, terms: 5000 };
