// What the first screen says in European Portuguese. Formal address without "você"; buttons
// in the infinitive. "Ligação" is a connection, "hiperligação" a link.

import type { Catalogue } from "./words.ts";

export const first = {
  back: "Voltar",
  next: "Seguinte",
  close: "Fechar",
  secured: "Protegido por Bowline",
  busy: "Um momento…",

  mainTitle: "Partilhe os seus dados com {client}",
  stateLinked: "Ligado",

  sandbox: "Ambiente de testes",
  pickHint: "Escolha na lista para continuar.",
  pickAccounting: "Que software de contabilidade utiliza?",
  pickBanking: "Qual é o seu banco?",
  pickCommerce: "Onde vende?",
  search: "Procurar por nome",
  clearSearch: "Limpar a pesquisa",
  through: "Através de {provider}",
  results: { one: "{count} resultado", other: "{count} resultados" },
  noMatchTitle: "Nenhum resultado para «{query}»",
  noMatchBody: "Verifique a ortografia ou limpe a pesquisa.",
  chooseFirst: "Escolha primeiro uma opção da lista.",
  otherWays: "Outras opções",
  notListed: "O meu software não está na lista",
  handOver: "Outra pessoa tem o acesso",
  otherDevice: "Continuar noutro dispositivo",
  onComputer: "Continuar no seu computador",
  deviceDesktop: "Requer um computador",
  devicePackage: "Requer uma instalação num computador",
  deviceLarge: "Mais fácil num ecrã maior",
  deviceDesktopWhy: "{name} só pode ser ligado num computador. Continue lá: retoma no ponto onde ficou.",
  devicePackageWhy: "Antes de ligar {name}, é preciso instalar algo num computador.",
  deviceLargeWhy: "As páginas de {name} são difíceis de usar num telemóvel. Num computador é mais fácil.",

  faultOffline: "Parece estar sem Internet. Nada se perdeu: tente novamente quando a recuperar.",
  faultFailed: "Algo correu mal do nosso lado. Nada se perdeu: tente novamente.",
  tryAgain: "Tentar novamente",
} satisfies Catalogue;

export const list = () => import("./list/pt-PT.ts");
export const later = () => import("./later/pt-PT.ts");
export const manage = () => import("./manage/pt-PT.ts");
