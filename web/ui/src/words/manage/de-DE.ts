// What is said about connections that are looked after, in German; usage as in ../de-DE.ts.

import type { ManageCatalogue } from "../words.ts";

export const manage: ManageCatalogue = {
  manageOpen: "Verbindungen verwalten",
  manageConnect: "Etwas anderes verbinden",
  manageEmpty: "Es ist noch nichts verbunden.",
  manageFinish: "Fertig",
  manageActive: "Zuletzt aktiv {when}",
  manageLost: "Getrennt",
  manageBack: "Zurück zu den Plattformen",

  detailSynced: "Zuletzt synchronisiert",
  detailActive: "Zuletzt aktiv",
  detailLinked: "Verbunden am",
  detailAuthorized: "Erlaubt am",
  detailName: "Unternehmen",
  detailData: "Geteilte Daten",

  endedCustomer: "Sie haben die Verbindung getrennt.",
  endedClient: "{client} hat die Verbindung getrennt.",
  endedProvider: "{name} hat die Erlaubnis beendet.",
  lostNotice: "{client} kann keine neuen Daten lesen, bis Sie neu verbinden.",
  lostForGood: "{client} bietet {name} nicht mehr an. Hier lässt es sich daher nicht neu verbinden.",

  disconnect: "Trennen",
  disconnectTitle: "{name} trennen?",
  disconnectBody: "{client} liest dann keine neuen Daten mehr aus {name}. Was schon gelesen wurde, bleibt bei {client}. Sie können jederzeit neu verbinden.",
  disconnectKeep: "Verbunden lassen",
  disconnectedTitle: "{name} ist getrennt",
  disconnectedBody: "Es wird nichts Neues gelesen. {client} kann weiterhin sehen, was vorher gelesen wurde.",

  mismatchTitle: "Das ist nicht dasselbe Unternehmen",
  mismatchBody: "Sie haben sich bei einem anderen angemeldet. Es wurde nichts geändert.",
  mismatchBefore: "Bisher",
  mismatchNow: "Ausgewählt",
  mismatchUnknown: "Unbekannt",
  mismatchAgain: "Unternehmen neu auswählen",
};
