// What the first screen says in Canadian French. Formal address; a no-break space stands before a
// colon and inside guillemets, none before a question mark (OQLF usage).

import type { Catalogue } from "./words.ts";

export const first: Catalogue = {
  back: "Retour",
  next: "Suivant",
  close: "Fermer",
  secured: "Sécurisé par Bowline",
  busy: "Un instant…",

  mainTitle: "Partagez vos données avec {client}",
  stateLinked: "Connecté",

  sandbox: "Bac à sable",
  pickHint: "Choisissez dans la liste pour continuer.",
  pickAccounting: "Quel logiciel comptable utilisez-vous?",
  pickBanking: "Quelle est votre institution financière?",
  pickCommerce: "Où vendez-vous?",
  search: "Rechercher par nom",
  clearSearch: "Effacer la recherche",
  through: "Par l’entremise de {provider}",
  results: { one: "{count} résultat", other: "{count} résultats" },
  noMatchTitle: "Aucun résultat pour « {query} »",
  noMatchBody: "Vérifiez l’orthographe ou effacez la recherche.",
  chooseFirst: "Faites d’abord un choix dans la liste.",
  otherWays: "Autres possibilités",
  notListed: "Mon logiciel n’y est pas",
  handOver: "Quelqu’un d’autre a l’accès",
  otherDevice: "Continuer sur un autre appareil",
  onComputer: "Continuer sur votre ordinateur",
  deviceDesktop: "Exige un ordinateur",
  devicePackage: "Exige une installation sur un ordinateur",
  deviceLarge: "Plus facile sur un grand écran",
  deviceDesktopWhy: "{name} ne peut être connecté que sur un ordinateur. Poursuivez-y : votre place est gardée.",
  devicePackageWhy: "{name} exige une installation sur un ordinateur avant la connexion.",
  deviceLargeWhy: "Les pages de {name} sont peu commodes sur un téléphone. Un ordinateur facilite les choses.",

  faultOffline: "Vous semblez hors ligne. Rien n’est perdu : réessayez une fois la connexion rétablie.",
  faultFailed: "Un problème est survenu de notre côté. Rien n’est perdu : veuillez réessayer.",
  tryAgain: "Réessayer",
};

export const list = () => import("./list/fr-CA.ts");
export const later = () => import("./later/fr-CA.ts");
export const manage = () => import("./manage/fr-CA.ts");
