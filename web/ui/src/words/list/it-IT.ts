// What the list of types says in Italian; usage as in ../it-IT.ts.

import type { ListCatalogue } from "../words.ts";

export const list = {
  accounting: "Contabilità",
  banking: "Banca",
  commerce: "Vendite",
  accountingAbout: "Fatture, spese e report della sua contabilità.",
  bankingAbout: "Saldi e movimenti dei suoi conti bancari.",
  commerceAbout: "Ordini e pagamenti del suo negozio o del suo POS.",
  mainSubtitle: "Colleghi, nell’ordine che preferisce, il software che {company} usa già.",
  mainPromise: "L’accesso avviene nel suo software. {client} non vede mai la sua password.",
  required: "Obbligatorio",
  optional: "Facoltativo",
  recommended: "Consigliato",
  recommendWhy: "Con più conti, il quadro della sua liquidità è più completo.",
  statePending: "Da completare",
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
  complete: "Completa",
} satisfies ListCatalogue;
