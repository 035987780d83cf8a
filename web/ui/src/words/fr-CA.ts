// What the first screen says in Canadian French. Formal address; a no-break space stands before a
// colon and inside guillemets, none before a question mark (OQLF usage).

import type { Catalogue } from "./words.ts";

export const frCA: Catalogue = {
  back: "Retour",
  next: "Suivant",
  continue: "Continuer",
  complete: "Terminer",
  cancel: "Annuler",
  close: "Fermer",
  language: "Langue",
  secured: "Sécurisé par Bowline",
  busy: "Un instant…",
  newTab: "s’ouvre dans un nouvel onglet",

  accounting: "Comptabilité",
  banking: "Banque",
  commerce: "Commerce",
  accountingAbout: "Factures, comptes à payer et rapports tirés de vos livres.",
  bankingAbout: "Soldes et opérations de vos comptes bancaires.",
  commerceAbout: "Commandes et paiements de votre boutique ou de votre terminal.",

  mainTitle: "Partagez vos données avec {client}",
  mainSubtitle: "Connectez, dans l’ordre de votre choix, les logiciels que {company} utilise déjà.",
  mainPromise: "Vous ouvrez une session dans votre propre logiciel. {client} ne voit jamais votre mot de passe.",
  required: "Obligatoire",
  optional: "Facultatif",
  recommended: "Recommandé",
  recommendWhy: "Plus il y a de comptes, plus le portrait de vos liquidités est complet.",
  statePending: "À terminer",
  stateLinked: "Connecté",
  stateLost: "Déconnecté",
  stateShareable: "Prêt à partager",
  connectedCount: { one: "{count} connexion", other: "{count} connexions" },
  connect: "Connecter",
  connectOther: "En connecter un autre",
  resume: "Reprendre",
  replace: "Remplacer la connexion",
  addAnother: "En ajouter un autre",
  reconnect: "Reconnecter",
  share: "Partager les données",
  nothingTitle: "Rien à connecter pour l’instant",
  nothingBody: "{client} n’a pas encore choisi les données à demander. Veuillez l’en informer.",

  reference: "Référence",
  faultTitle: "L’envoi n’a pas abouti",
  faultOffline: "Vous semblez hors ligne. Rien n’est perdu : réessayez une fois la connexion rétablie.",
  faultFailed: "Un problème est survenu de notre côté. Rien n’est perdu : veuillez réessayer.",
  faultStale: "Cette page n’est plus à jour. Rechargez-la pour continuer.",
  tryAgain: "Réessayer",
  reload: "Recharger",
};
