import { define } from "../../i18n.ts";

export const words = define({
  open: "Former settings",
  intro: "The last 100 changes. Restore brings the settings back as they were before a change; that can be taken back here, too.",
  somebody: "Somebody",
  restore: "Restore",
  restoreOf: (when: string) => `Restore what was before ${when}`,
  ask: "Restore these settings?",
  askText: (when: string) => `They become what they were before ${when}. This changes:`,
  restored: "The former settings are back.",
  more: "Show more",
  emptyTitle: "Nothing was changed yet",
  emptyText: "From the first change on, you find here how the settings were before.",
  newer: "Somebody has changed these settings since. Nothing was undone. “Former settings” lists all changes.",
  again: "Somebody has changed these settings meanwhile. The list is new; look once more.",

  clashTitle: "Somebody else changed this, too",
  clash: (who: string, when: string, what: string) => `${who} changed ${what} on ${when}, after you opened this page. What you typed there is not saved yet.`,
  clashUnknown: (what: string) => `${what} was changed after you opened this page. What you typed there is not saved yet.`,
  quoted: (name: string) => `“${name}”`,
  mine: "Save mine",
  theirs: "Keep theirs",

  consent: (type: string) => `Consent: ${type}`,
  other: "Other settings",
  areas: {
    accounting: "Accounting", banking: "Banking", commerce: "Commerce", showSandboxIntegrations: "Sandbox integrations", allowTokenless: "Link without access token", oneTimeLinks: "One-time Link URLs",
    multiEntity: "Several businesses at once", mobileWarning: "Hint for phones", handOver: "Let a colleague sign in", recommendAnother: "Suggest another bank account", securedBy: "Mark under the card",
    navigationBar: "Bar with your logo", landing: "Landing page", invite: "Invite page", leftPanel: "Left panel", manageConnections: "Manage connections", exitMessage: "When somebody leaves",
    supportText: "Help and support", securityUrl: "Address about data security", termsAndContent: "Terms before connecting", locales: "Languages",
    heroUrl: "Picture behind the card", primaryColor: "Primary color", secondaryColor: "Secondary color", colorScheme: "Appearance",
    name: "Company name", redirectUrl: "Redirect URL", logoUrl: "Logo", iconUrl: "Icon", whiteListUrls: "Allowed redirect URLs", allowedOrigins: "Allowed origins",
  } as Record<string, string>,
}, {
  open: "Anciens réglages",
  intro: "Les 100 derniers changements. Rétablir ramène les réglages à ce qu’ils étaient avant un changement ; cela aussi s’annule ici.",
  somebody: "Quelqu’un",
  restore: "Rétablir",
  restoreOf: (when: string) => `Rétablir ce qui était avant ${when}`,
  ask: "Rétablir ces réglages ?",
  askText: (when: string) => `Ils redeviennent ce qu’ils étaient avant ${when}. Ceci change :`,
  restored: "Les anciens réglages sont de retour.",
  more: "Afficher plus",
  emptyTitle: "Rien n’a encore été modifié",
  emptyText: "Dès le premier changement, vous trouverez ici les réglages d’avant.",
  newer: "Quelqu’un a modifié ces réglages depuis. Rien n’a été annulé. « Anciens réglages » énumère tous les changements.",
  again: "Quelqu’un a modifié ces réglages entre-temps. La liste est à jour ; regardez encore une fois.",

  clashTitle: "Quelqu’un d’autre a modifié ceci aussi",
  clash: (who: string, when: string, what: string) => `${who} a modifié ${what} (${when}), après l’ouverture de cette page. Votre saisie à cet endroit n’est pas encore enregistrée.`,
  clashUnknown: (what: string) => `Modifié après l’ouverture de cette page : ${what}. Votre saisie à cet endroit n’est pas encore enregistrée.`,
  quoted: (name: string) => `« ${name} »`,
  mine: "Enregistrer les miens",
  theirs: "Garder les siens",

  consent: (type: string) => `Consentement : ${type}`,
  other: "Autres réglages",
  areas: {
    accounting: "Comptabilité", banking: "Banque", commerce: "Commerce", showSandboxIntegrations: "Intégrations d’essai", allowTokenless: "Link sans jeton d’accès", oneTimeLinks: "Adresses Link à usage unique",
    multiEntity: "Plusieurs entreprises à la fois", mobileWarning: "Indication sur téléphone", handOver: "Laisser un collègue se connecter", recommendAnother: "Proposer un autre compte bancaire", securedBy: "Mention sous la carte",
    navigationBar: "Barre avec votre logo", landing: "Page d’accueil", invite: "Page d’invitation", leftPanel: "Panneau de gauche", manageConnections: "Gérer les connexions", exitMessage: "Quand quelqu’un s’en va",
    supportText: "Aide et soutien", securityUrl: "Adresse sur la sécurité des données", termsAndContent: "Conditions avant la connexion", locales: "Langues",
    heroUrl: "Image derrière la carte", primaryColor: "Couleur principale", secondaryColor: "Couleur secondaire", colorScheme: "Apparence",
    name: "Nom de l’entreprise", redirectUrl: "Adresse de redirection", logoUrl: "Logo", iconUrl: "Icône", whiteListUrls: "Adresses de redirection permises", allowedOrigins: "Origines permises",
  },
});

/** What members of settings are called on their page, each once. */
export function areasOf(members: string[], t: { consent: (type: string) => string; other: string; areas: Record<string, string> }): string[] {
  const names = members.map((member) => {
    const [first, type = "", third] = member.split(".");
    if (first !== "sourceTypes") return t.areas[first!] ?? t.other;
    const name = t.areas[type] ?? t.other;
    return third === "consent" ? t.consent(name) : name;
  });
  return [...new Set(names)];
}
