// What the first screen says in French as in France. Formal address; a no-break space stands
// before a colon and inside guillemets, a narrow one before other double punctuation.

import type { Catalogue } from "./words.ts";

export const first = {
  back: "Retour",
  next: "Suivant",
  close: "Fermer",
  secured: "Sécurisé par Bowline",
  busy: "Un instant…",

  mainTitle: "Partagez vos données avec {client}",
  stateLinked: "Connecté",

  sandbox: "Bac à sable",
  pickHint: "Choisissez dans la liste pour continuer.",
  pickAccounting: "Quel logiciel de comptabilité utilisez-vous ?",
  pickBanking: "Quelle est votre banque ?",
  pickCommerce: "Où vendez-vous ?",
  search: "Rechercher par nom",
  clearSearch: "Effacer la recherche",
  through: "Par l’intermédiaire de {provider}",
  results: { one: "{count} résultat", other: "{count} résultats" },
  noMatchTitle: "Aucun résultat pour « {query} »",
  noMatchBody: "Vérifiez l’orthographe ou effacez la recherche.",
  chooseFirst: "Faites d’abord un choix dans la liste.",
  otherWays: "Autres possibilités",
  notListed: "Mon logiciel n’y est pas",
  handOver: "Une autre personne a l’accès",
  otherDevice: "Continuer sur un autre appareil",
  onComputer: "Continuer sur votre ordinateur",
  deviceDesktop: "Nécessite un ordinateur",
  devicePackage: "Nécessite une installation sur un ordinateur",
  deviceLarge: "Plus facile sur un grand écran",
  deviceDesktopWhy: "{name} ne peut être connecté que sur un ordinateur. Poursuivez-y : vous reprendrez là où vous en êtes.",
  devicePackageWhy: "{name} nécessite une installation sur un ordinateur avant la connexion.",
  deviceLargeWhy: "Les pages de {name} sont peu pratiques sur un téléphone. Un ordinateur facilite les choses.",

  faultOffline: "Vous semblez hors ligne. Rien n’est perdu : réessayez une fois la connexion rétablie.",
  faultFailed: "Un problème est survenu de notre côté. Rien n’est perdu : veuillez réessayer.",
  tryAgain: "Réessayer",
} satisfies Catalogue;

export const list = () => import("./list/fr-FR.ts");
export const later = () => import("./later/fr-FR.ts");
export const manage = () => import("./manage/fr-FR.ts");
