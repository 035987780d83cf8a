// Canadian French. Formal address; a no-break space stands before a colon and
// inside guillemets, none before a question mark (OQLF usage).

import type { Catalogue } from "./words.ts";

export const frCA: Catalogue = {
  back: "Retour",
  next: "Suivant",
  continue: "Continuer",
  complete: "Terminer",
  cancel: "Annuler",
  secured: "Sécurisé par Bowline",
  busy: "Un instant…",
  newTab: "s’ouvre dans un nouvel onglet",
  sandbox: "Bac à sable",

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
  statePending: "À terminer",
  stateLinked: "Connecté",
  stateLost: "Déconnecté",
  connectedCount: { one: "{count} connexion", other: "{count} connexions" },
  connect: "Connecter",
  connectOther: "En connecter un autre",
  resume: "Reprendre",
  replace: "Remplacer la connexion",
  addAnother: "En ajouter un autre",
  reconnect: "Reconnecter",
  nothingTitle: "Rien à connecter pour l’instant",
  nothingBody: "{client} n’a pas encore choisi les données à demander. Veuillez l’en informer.",

  pickAccounting: "Quel logiciel comptable utilisez-vous?",
  pickBanking: "Quelle est votre institution financière?",
  pickCommerce: "Où vendez-vous?",
  search: "Rechercher par nom",
  clearSearch: "Effacer la recherche",
  through: "Par l’entremise de {provider}",
  results: { one: "{count} résultat", other: "{count} résultats" },
  noMatchTitle: "Aucun résultat pour « {query} »",
  noMatchBody: "Vérifiez l’orthographe ou effacez la recherche.",
  noneTitle: "Il n’y a encore rien à choisir ici",
  noneBody: "{client} n’a activé aucun logiciel de ce type. Veuillez l’en informer.",
  chooseFirst: "Faites d’abord un choix dans la liste.",

  consentDetails: "Ce à quoi vous consentez",

  handoffTitle: "Redirection vers {name}",
  handoffBody: "Ouvrez une session et approuvez la connexion. Vous reviendrez ensuite ici.",
  handoffManual: "Rien ne se passe? Aller à {name}",

  tenantsTitle: "De quelle organisation s’agit-il?",
  tenantsBody: "Votre compte {name} en ouvre plusieurs. Choisissez celle que {client} doit voir.",

  successTitle: "{name} est connecté",
  successBody: "{client} peut maintenant lire les données que vous avez accepté de partager.",
  successTenant: "{client} peut maintenant lire les données de {tenant} que vous avez accepté de partager.",
  another: "Connecter un autre compte",
  anotherWhy: "Plus vous connectez de comptes, plus le portrait de votre entreprise est complet.",

  errorEyebrow: "Erreur de connexion",
  errorRetry: "Réessayer la connexion",
  reference: "Référence",

  doneTitle: "C’est terminé, merci",
  doneBody: "{client} a ce qu’il lui faut de {company}. Vous pouvez fermer cette fenêtre.",
  doneNothing: "Aucune nouvelle connexion. Vous pouvez fermer cette fenêtre.",
  doneList: "Connexions",
  doneLeaving: "Retour à {client}…",
  doneManual: "Retourner à {client}",

  expiredTitle: "Ce lien a expiré",
  expiredBody: "Les liens ont une durée limitée afin de protéger vos données. Demandez-en un nouveau à l’entreprise qui vous l’a envoyé.",
  missingTitle: "Cette page est introuvable",
  missingBody: "Vérifiez que vous avez copié le lien en entier ou demandez-en un nouveau à l’entreprise qui vous l’a envoyé.",
  support: "Besoin d’aide?",

  faultTitle: "L’envoi n’a pas abouti",
  faultOffline: "Vous semblez hors ligne. Rien n’est perdu : réessayez une fois la connexion rétablie.",
  faultFailed: "Un problème est survenu de notre côté. Rien n’est perdu : veuillez réessayer.",
  faultStale: "Cette page n’est plus à jour. Rechargez-la pour continuer.",
  tryAgain: "Réessayer",
  reload: "Recharger",
};
