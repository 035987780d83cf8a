// What the first screen says in Italian. Formal address in sentences; buttons in the
// short imperative, as software in Italy has them.

import type { Catalogue } from "./words.ts";

export const itIT = {
  back: "Indietro",
  next: "Avanti",
  continue: "Continua",
  complete: "Completa",
  cancel: "Annulla",
  close: "Chiudi",
  language: "Lingua",
  secured: "Protetto da Bowline",
  busy: "Un momento…",
  newTab: "si apre in una nuova scheda",

  accounting: "Contabilità",
  banking: "Banca",
  commerce: "Vendite",
  accountingAbout: "Fatture, spese e report della sua contabilità.",
  bankingAbout: "Saldi e movimenti dei suoi conti bancari.",
  commerceAbout: "Ordini e pagamenti del suo negozio o del suo POS.",

  mainTitle: "Condivida i suoi dati con {client}",
  mainSubtitle: "Colleghi, nell’ordine che preferisce, il software che {company} usa già.",
  mainPromise: "L’accesso avviene nel suo software. {client} non vede mai la sua password.",
  required: "Obbligatorio",
  optional: "Facoltativo",
  recommended: "Consigliato",
  recommendWhy: "Con più conti, il quadro della sua liquidità è più completo.",
  statePending: "Da completare",
  stateLinked: "Collegato",
  stateLost: "Scollegato",
  stateShareable: "Da condividere",
  connectedCount: { one: "{count} collegamento", other: "{count} collegamenti" },
  connect: "Collega",
  connectOther: "Collega un altro",
  resume: "Riprendi",
  replace: "Sostituisci il collegamento",
  addAnother: "Aggiungi un altro",
  reconnect: "Ricollega",
  share: "Condividi i dati",
  nothingTitle: "Per ora non c’è nulla da collegare",
  nothingBody: "{client} non ha ancora scelto che cosa chiedere. La preghiamo di avvisarli.",

  reference: "Riferimento",
  faultTitle: "L’invio non è riuscito",
  faultOffline: "Sembra che lei sia offline. Non è andato perso nulla: riprovi quando torna la connessione.",
  faultFailed: "Qualcosa è andato storto da parte nostra. Non è andato perso nulla: riprovi.",
  faultStale: "Questa pagina non è più aggiornata. La ricarichi per continuare.",
  tryAgain: "Riprova",
  reload: "Ricarica",
} satisfies Catalogue;
