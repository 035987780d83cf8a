// What the first screen says in Italian. Formal address in sentences; buttons in the
// short imperative, as software in Italy has them.

import type { Catalogue } from "./words.ts";

export const first = {
  back: "Indietro",
  next: "Avanti",
  close: "Chiudi",
  secured: "Protetto da Bowline",
  busy: "Un momento…",

  mainTitle: "Condivida i suoi dati con {client}",
  stateLinked: "Collegato",

  sandbox: "Ambiente di prova",
  pickHint: "Scelga dall’elenco per continuare.",
  pickAccounting: "Quale software di contabilità usa?",
  pickBanking: "Qual è la sua banca?",
  pickCommerce: "Dove vende?",
  search: "Cerca per nome",
  clearSearch: "Cancella la ricerca",
  through: "Tramite {provider}",
  results: { one: "{count} risultato", other: "{count} risultati" },
  noMatchTitle: "Nessun risultato per «{query}»",
  noMatchBody: "Controlli l’ortografia o cancelli la ricerca.",
  chooseFirst: "Prima scelga una voce dall’elenco.",
  otherWays: "Altre possibilità",
  notListed: "Il mio software non è in elenco",
  handOver: "Accede un’altra persona",
  otherDevice: "Continua su un altro dispositivo",
  onComputer: "Continua sul computer",
  deviceDesktop: "Richiede un computer",
  devicePackage: "Richiede un’installazione su un computer",
  deviceLarge: "Più facile su uno schermo grande",
  deviceDesktopWhy: "{name} si può collegare solo da un computer. Prosegua lì: riprenderà da questo punto.",
  devicePackageWhy: "Prima di collegare {name} occorre installare qualcosa su un computer.",
  deviceLargeWhy: "Le pagine di {name} sono scomode su un telefono. Con un computer è più facile.",

  faultOffline: "Sembra che lei sia offline. Non è andato perso nulla: riprovi quando torna la connessione.",
  faultFailed: "Qualcosa è andato storto da parte nostra. Non è andato perso nulla: riprovi.",
  tryAgain: "Riprova",
} satisfies Catalogue;

export const list = () => import("./list/it-IT.ts");
export const later = () => import("./later/it-IT.ts");
export const manage = () => import("./manage/it-IT.ts");
