// What the list of types says in French; usage as in ../fr-FR.ts.

import type { ListCatalogue } from "../words.ts";

export const list = {
  accounting: "Comptabilité",
  banking: "Banque",
  commerce: "Ventes",
  accountingAbout: "Factures, achats et rapports issus de votre comptabilité.",
  bankingAbout: "Soldes et opérations de vos comptes bancaires.",
  commerceAbout: "Commandes et paiements de votre boutique ou de votre terminal.",
  mainSubtitle: "Connectez, dans l’ordre de votre choix, les logiciels que {company} utilise déjà.",
  mainPromise: "Vous vous identifiez dans votre propre logiciel. {client} ne voit jamais votre mot de passe.",
  required: "Obligatoire",
  optional: "Facultatif",
  recommended: "Recommandé",
  recommendWhy: "Plus il y a de comptes, plus l’image de votre trésorerie est complète.",
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
