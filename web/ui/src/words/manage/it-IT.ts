// What is said about connections that are looked after, in Italian; usage as in ../it-IT.ts.

import type { ManageCatalogue } from "../words.ts";

export const manage: ManageCatalogue = {
  manageOpen: "Gestisci i collegamenti",
  manageConnect: "Collega qualcos’altro",
  manageEmpty: "Non è ancora collegato nulla.",
  manageFinish: "Fatto",
  manageActive: "Ultima attività: {when}",
  manageLost: "Scollegato",
  manageBack: "Torna alle piattaforme",

  detailSynced: "Ultima sincronizzazione",
  detailActive: "Ultima attività",
  detailLinked: "Collegato il",
  detailAuthorized: "Autorizzato il",
  detailName: "Nome",
  detailData: "Dati condivisi",

  endedCustomer: "È stato scollegato da Lei.",
  endedClient: "È stato scollegato da {client}.",
  endedProvider: "{name} ha revocato il permesso.",
  lostNotice: "{client} non può leggere nuovi dati finché non ricollega.",
  lostForGood: "{client} non offre più {name}, che quindi non si può ricollegare qui.",

  disconnect: "Scollega",
  disconnectTitle: "Scollegare {name}?",
  disconnectBody: "{client} smetterà di leggere nuovi dati da {name}. Ciò che ha già letto resta a {client}. Può ricollegare in qualsiasi momento.",
  disconnectKeep: "Lascia collegato",
  disconnectedTitle: "{name} è scollegato",
  disconnectedBody: "Non viene letto nulla di nuovo. {client} può ancora vedere ciò che è stato letto prima.",

  mismatchTitle: "Non è la stessa azienda",
  mismatchBody: "Ha effettuato l’accesso a un’altra. Non è stato modificato nulla.",
  mismatchBefore: "Precedente",
  mismatchNow: "Selezionata",
  mismatchUnknown: "Sconosciuta",
  mismatchAgain: "Scegli di nuovo l’azienda",
};
