// What the list of types says in Canadian French; usage as in ../fr-CA.ts.

import type { ListCatalogue } from "../words.ts";

export const list = {
  accounting: "Comptabilité",
  banking: "Banque",
  commerce: "Commerce",
  accountingAbout: "Factures, comptes à payer et rapports tirés de vos livres.",
  bankingAbout: "Soldes et opérations de vos comptes bancaires.",
  commerceAbout: "Commandes et paiements de votre boutique ou de votre terminal.",
  mainSubtitle: "Connectez, dans l’ordre de votre choix, les logiciels que {company} utilise déjà.",
  mainPromise: "Vous ouvrez une session dans votre propre logiciel. {client} ne voit jamais votre mot de passe.",
  required: "Obligatoire",
  optional: "Facultatif",
  recommended: "Recommandé",
  recommendWhy: "Plus il y a de comptes, plus le portrait de vos liquidités est complet.",
  statePending: "À terminer",
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
  complete: "Terminer",
} satisfies ListCatalogue;
