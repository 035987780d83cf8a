// What is said about connections that are looked after, in Canadian French; usage as in ../fr-CA.ts.

import type { ManageCatalogue } from "../words.ts";

export const manage: ManageCatalogue = {
  manageOpen: "Gérer les connexions",
  manageConnect: "Connecter autre chose",
  manageEmpty: "Rien n’est encore connecté.",
  manageFinish: "Terminé",
  manageActive: "Dernière activité {when}",
  manageLost: "Déconnecté",
  manageBack: "Retour aux plateformes",

  detailSynced: "Dernière synchronisation",
  detailActive: "Dernière activité",
  detailLinked: "Connecté le",
  detailAuthorized: "Autorisé le",
  detailName: "Nom",
  detailData: "Données partagées",

  endedCustomer: "Vous l’avez déconnecté.",
  endedClient: "{client} l’a déconnecté.",
  endedProvider: "{name} a mis fin à l’autorisation.",
  lostNotice: "{client} ne peut pas lire de nouvelles données tant que vous ne l’avez pas reconnecté.",
  lostForGood: "{client} n’offre plus {name}, qui ne peut donc pas être reconnecté ici.",

  disconnect: "Déconnecter",
  disconnectTitle: "Déconnecter {name}?",
  disconnectBody: "{client} cessera de lire de nouvelles données dans {name}. Ce qui a déjà été lu reste chez {client}. Vous pouvez le reconnecter en tout temps.",
  disconnectKeep: "Laisser connecté",
  disconnectedTitle: "{name} est déconnecté",
  disconnectedBody: "Rien de nouveau n’est lu. {client} peut encore voir ce qui a été lu auparavant.",

  mismatchTitle: "Ce n’est pas la même entreprise",
  mismatchBody: "Vous avez ouvert une session dans une autre. Rien n’a été modifié.",
  mismatchBefore: "Précédente",
  mismatchNow: "Sélectionnée",
  mismatchUnknown: "Inconnue",
  mismatchAgain: "Choisir à nouveau l’entreprise",
};
