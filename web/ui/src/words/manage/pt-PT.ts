// What is said about connections that are looked after, in Portuguese; usage as in ../pt-PT.ts.

import type { ManageCatalogue } from "../words.ts";

export const manage: ManageCatalogue = {
  manageOpen: "Gerir ligações",
  manageConnect: "Ligar outra coisa",
  manageEmpty: "Ainda não há nada ligado.",
  manageFinish: "Pronto",
  manageActive: "Última atividade: {when}",
  manageLost: "Desligado",
  manageBack: "Voltar às plataformas",

  detailSynced: "Última sincronização",
  detailActive: "Última atividade",
  detailLinked: "Ligado em",
  detailAuthorized: "Autorizado em",
  detailName: "Nome",
  detailData: "Dados partilhados",

  endedCustomer: "Foi desligado por si.",
  endedClient: "Foi desligado por {client}.",
  endedProvider: "A autorização foi retirada por {name}.",
  lostNotice: "{client} só poderá ler dados novos depois de voltar a ligar.",
  lostForGood: "{client} já não oferece {name}, por isso não é possível voltar a ligar aqui.",

  disconnect: "Desligar",
  disconnectTitle: "Desligar {name}?",
  disconnectBody: "{client} deixará de ler dados novos de {name}. O que já leu fica com {client}. Pode voltar a ligar em qualquer altura.",
  disconnectKeep: "Manter ligado",
  disconnectedTitle: "{name} está desligado",
  disconnectedBody: "Não é lido nada de novo. {client} ainda pode ver o que foi lido antes.",

  mismatchTitle: "Não é a mesma empresa",
  mismatchBody: "Iniciou sessão noutra. Nada foi alterado.",
  mismatchBefore: "Anterior",
  mismatchNow: "Selecionada",
  mismatchUnknown: "Desconhecida",
  mismatchAgain: "Escolher outra vez a empresa",
};
