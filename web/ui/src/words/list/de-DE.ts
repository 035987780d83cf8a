// What the list of types says in German; usage as in ../de-DE.ts.

import type { ListCatalogue } from "../words.ts";

export const list = {
  accounting: "Buchhaltung",
  banking: "Bank",
  commerce: "Verkauf",
  accountingAbout: "Rechnungen, Belege und Berichte aus Ihrer Buchhaltung.",
  bankingAbout: "Kontostände und Umsätze Ihrer Bankkonten.",
  commerceAbout: "Bestellungen und Zahlungen aus Ihrem Shop oder Kartenterminal.",
  mainSubtitle: "Verbinden Sie in beliebiger Reihenfolge die Software, die {company} schon nutzt.",
  mainPromise: "Sie melden sich bei Ihrer eigenen Software an. {client} sieht Ihr Passwort nie.",
  required: "Erforderlich",
  optional: "Freiwillig",
  recommended: "Empfohlen",
  recommendWhy: "Mit mehr Konten wird das Bild Ihrer Liquidität vollständiger.",
  statePending: "Nicht abgeschlossen",
  stateLost: "Getrennt",
  stateShareable: "Bereit zum Teilen",
  connectedCount: { one: "{count} verbunden", other: "{count} verbunden" },
  connect: "Verbinden",
  connectOther: "Andere verbinden",
  resume: "Fortsetzen",
  replace: "Verbindung ersetzen",
  addAnother: "Weitere hinzufügen",
  reconnect: "Neu verbinden",
  share: "Daten teilen",
  complete: "Abschließen",
} satisfies ListCatalogue;
