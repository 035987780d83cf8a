// What the list of types says in Dutch; usage as in ../nl-NL.ts.

import type { ListCatalogue } from "../words.ts";

export const list = {
  accounting: "Boekhouding",
  banking: "Bank",
  commerce: "Verkoop",
  accountingAbout: "Verkoop- en inkoopfacturen en rapporten uit uw boekhouding.",
  bankingAbout: "Saldi en transacties van uw bankrekeningen.",
  commerceAbout: "Bestellingen en betalingen uit uw winkel of pinapparaat.",
  mainSubtitle: "Koppel de software die {company} al gebruikt, in de volgorde die u wilt.",
  mainPromise: "U logt in bij uw eigen software. {client} ziet uw wachtwoord nooit.",
  required: "Verplicht",
  optional: "Optioneel",
  recommended: "Aanbevolen",
  recommendWhy: "Meer rekeningen geven een vollediger beeld van uw kasstroom.",
  statePending: "Niet afgerond",
  stateLost: "Ontkoppeld",
  stateShareable: "Klaar om te delen",
  connectedCount: { one: "{count} gekoppeld", other: "{count} gekoppeld" },
  connect: "Koppelen",
  connectOther: "Een andere koppelen",
  resume: "Hervatten",
  replace: "Koppeling vervangen",
  addAnother: "Nog een toevoegen",
  reconnect: "Opnieuw koppelen",
  share: "Gegevens delen",
  complete: "Afronden",
} satisfies ListCatalogue;
