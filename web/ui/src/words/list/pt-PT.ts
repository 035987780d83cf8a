// What the list of types says in Portuguese; usage as in ../pt-PT.ts.

import type { ListCatalogue } from "../words.ts";

export const list = {
  accounting: "Contabilidade",
  banking: "Banco",
  commerce: "Vendas",
  accountingAbout: "Faturas, despesas e relatórios da sua contabilidade.",
  bankingAbout: "Saldos e movimentos das suas contas bancárias.",
  commerceAbout: "Encomendas e pagamentos da sua loja ou do seu terminal.",
  mainSubtitle: "Ligue, pela ordem que preferir, o software que {company} já utiliza.",
  mainPromise: "Inicia sessão no seu próprio software. {client} nunca vê a sua palavra-passe.",
  required: "Obrigatório",
  optional: "Opcional",
  recommended: "Recomendado",
  recommendWhy: "Com mais contas, a imagem da sua tesouraria fica mais completa.",
  statePending: "Por concluir",
  stateLost: "Desligado",
  stateShareable: "Pronto a partilhar",
  connectedCount: { one: "{count} ligação", other: "{count} ligações" },
  connect: "Ligar",
  connectOther: "Ligar outro",
  resume: "Retomar",
  replace: "Substituir a ligação",
  addAnother: "Adicionar outro",
  reconnect: "Voltar a ligar",
  share: "Partilhar dados",
  complete: "Concluir",
} satisfies ListCatalogue;
