// What the first screen says in German. Formal address; buttons in the infinitive.

import type { Catalogue } from "./words.ts";

export const first = {
  back: "Zurück",
  next: "Weiter",
  close: "Schließen",
  secured: "Gesichert durch Bowline",
  busy: "Einen Moment …",

  mainTitle: "Teilen Sie Ihre Daten mit {client}",
  stateLinked: "Verbunden",

  sandbox: "Testumgebung",
  pickHint: "Wählen Sie aus der Liste, um fortzufahren.",
  pickAccounting: "Welche Buchhaltungssoftware nutzen Sie?",
  pickBanking: "Bei welcher Bank sind Sie?",
  pickCommerce: "Wo verkaufen Sie?",
  search: "Nach Namen suchen",
  clearSearch: "Suche löschen",
  through: "Über {provider}",
  results: { one: "{count} Treffer", other: "{count} Treffer" },
  noMatchTitle: "Kein Treffer für „{query}“",
  noMatchBody: "Prüfen Sie die Schreibweise oder löschen Sie die Suche.",
  chooseFirst: "Bitte wählen Sie zuerst etwas aus der Liste.",
  otherWays: "Andere Möglichkeiten",
  notListed: "Meine Software ist nicht dabei",
  handOver: "Jemand anderes hat den Zugang",
  otherDevice: "Auf einem anderen Gerät fortfahren",
  onComputer: "Am Computer fortfahren",
  deviceDesktop: "Nur am Computer",
  devicePackage: "Braucht eine Installation am Computer",
  deviceLarge: "Auf einem größeren Bildschirm einfacher",
  deviceDesktopWhy: "{name} lässt sich nur an einem Computer verbinden. Machen Sie dort weiter: Ihr Stand bleibt erhalten.",
  devicePackageWhy: "Bevor sich {name} verbinden lässt, muss an einem Computer etwas installiert werden.",
  deviceLargeWhy: "Die Seiten von {name} sind auf einem Telefon schwer zu bedienen. Am Computer geht es leichter.",

  faultOffline: "Sie sind anscheinend offline. Es ist nichts verloren: Versuchen Sie es erneut, sobald Sie wieder online sind.",
  faultFailed: "Bei uns ist etwas schiefgegangen. Es ist nichts verloren: Bitte versuchen Sie es erneut.",
  tryAgain: "Erneut versuchen",
} satisfies Catalogue;

export const list = () => import("./list/de-DE.ts");
export const later = () => import("./later/de-DE.ts");
export const manage = () => import("./manage/de-DE.ts");
