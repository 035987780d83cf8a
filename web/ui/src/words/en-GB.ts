// What the first screen says in British English. Kept whole: a file that both sorts of English
// shared would cost every reader of either one a request more.

import type { Catalogue } from "./words.ts";

export const enGB = {
  back: "Back",
  next: "Next",
  continue: "Continue",
  complete: "Complete",
  cancel: "Cancel",
  close: "Close",
  language: "Language",
  secured: "Secured by Bowline",
  busy: "One moment…",
  newTab: "opens in a new tab",

  accounting: "Accounting",
  banking: "Banking",
  commerce: "Commerce",
  accountingAbout: "Invoices, bills and reports from your books.",
  bankingAbout: "Balances and transactions from your bank accounts.",
  commerceAbout: "Orders and payments from your shop or card reader.",

  mainTitle: "Share your records with {client}",
  mainSubtitle: "Connect the software that {company} already uses, in any order.",
  mainPromise: "You sign in with your own software. {client} never sees your password.",
  required: "Required",
  optional: "Optional",
  recommended: "Recommended",
  recommendWhy: "More accounts give a fuller picture of your cash flow.",
  statePending: "Not finished",
  stateLinked: "Connected",
  stateLost: "Disconnected",
  stateShareable: "Ready to share",
  connectedCount: { one: "{count} connected", other: "{count} connected" },
  connect: "Connect",
  connectOther: "Connect a different one",
  resume: "Resume",
  replace: "Replace connection",
  addAnother: "Add another",
  reconnect: "Reconnect",
  share: "Share data",
  nothingTitle: "Nothing to connect just yet",
  nothingBody: "{client} has not chosen what to ask for. Please let them know.",

  reference: "Reference",
  faultTitle: "That did not go through",
  faultOffline: "You seem to be offline. Nothing is lost: try again when you are back.",
  faultFailed: "Something went wrong on our side. Nothing is lost: please try again.",
  faultStale: "This page is out of date. Reload it to carry on.",
  tryAgain: "Try again",
  reload: "Reload",
} satisfies Catalogue;
