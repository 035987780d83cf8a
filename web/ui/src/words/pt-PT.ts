// What the first screen says in European Portuguese. Formal address without "você"; buttons
// in the infinitive. "Ligação" is a connection, "hiperligação" a link.

import type { Catalogue } from "./words.ts";

export const ptPT = {
  back: "Voltar",
  next: "Seguinte",
  continue: "Continuar",
  complete: "Concluir",
  cancel: "Cancelar",
  close: "Fechar",
  language: "Idioma",
  secured: "Protegido por Bowline",
  busy: "Um momento…",
  newTab: "abre num novo separador",

  accounting: "Contabilidade",
  banking: "Banco",
  commerce: "Vendas",
  accountingAbout: "Faturas, despesas e relatórios da sua contabilidade.",
  bankingAbout: "Saldos e movimentos das suas contas bancárias.",
  commerceAbout: "Encomendas e pagamentos da sua loja ou do seu terminal.",

  mainTitle: "Partilhe os seus dados com {client}",
  mainSubtitle: "Ligue, pela ordem que preferir, o software que {company} já utiliza.",
  mainPromise: "Inicia sessão no seu próprio software. {client} nunca vê a sua palavra-passe.",
  required: "Obrigatório",
  optional: "Opcional",
  recommended: "Recomendado",
  recommendWhy: "Com mais contas, a imagem da sua tesouraria fica mais completa.",
  statePending: "Por concluir",
  stateLinked: "Ligado",
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
  nothingTitle: "Ainda não há nada para ligar",
  nothingBody: "{client} ainda não escolheu o que pedir. Por favor, avise-os.",

  reference: "Referência",
  faultTitle: "O envio não foi concluído",
  faultOffline: "Parece estar sem Internet. Nada se perdeu: tente novamente quando a recuperar.",
  faultFailed: "Algo correu mal do nosso lado. Nada se perdeu: tente novamente.",
  faultStale: "Esta página está desatualizada. Volte a carregá-la para continuar.",
  tryAgain: "Tentar novamente",
  reload: "Voltar a carregar",
} satisfies Catalogue;
