// What is said about connections that are looked after, in Dutch; usage as in ../nl-NL.ts.

import type { ManageCatalogue } from "../words.ts";

export const manage: ManageCatalogue = {
  manageOpen: "Koppelingen beheren",
  manageConnect: "Iets anders koppelen",
  manageEmpty: "Er is nog niets gekoppeld.",
  manageFinish: "Klaar",
  manageActive: "Laatst actief {when}",
  manageLost: "Ontkoppeld",
  manageBack: "Terug naar de platforms",

  detailSynced: "Laatst bijgewerkt",
  detailActive: "Laatst actief",
  detailLinked: "Gekoppeld op",
  detailAuthorized: "Toegestaan op",
  detailName: "Naam",
  detailData: "Gegevens die worden gedeeld",

  endedCustomer: "U hebt dit ontkoppeld.",
  endedClient: "{client} heeft dit ontkoppeld.",
  endedProvider: "{name} heeft de toestemming beëindigd.",
  lostNotice: "{client} kan geen nieuwe gegevens lezen totdat u opnieuw koppelt.",
  lostForGood: "{client} biedt {name} niet meer aan. Opnieuw koppelen kan hier dus niet.",

  disconnect: "Ontkoppelen",
  disconnectTitle: "{name} ontkoppelen?",
  disconnectBody: "{client} leest dan geen nieuwe gegevens meer uit {name}. Wat al gelezen is, blijft bij {client}. U kunt op elk moment opnieuw koppelen.",
  disconnectKeep: "Gekoppeld laten",
  disconnectedTitle: "{name} is ontkoppeld",
  disconnectedBody: "Er wordt niets nieuws gelezen. {client} kan nog wel zien wat eerder gelezen is.",

  mismatchTitle: "Dit is niet hetzelfde bedrijf",
  mismatchBody: "U hebt bij een ander bedrijf ingelogd. Er is niets veranderd.",
  mismatchBefore: "Eerder",
  mismatchNow: "Gekozen",
  mismatchUnknown: "Onbekend",
  mismatchAgain: "Bedrijf opnieuw kiezen",
};
