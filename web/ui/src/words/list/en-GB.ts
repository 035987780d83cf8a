// What the list of types says in British English; usage as in ../en-GB.ts.

import type { ListCatalogue } from "../words.ts";

export const list = {
  accounting: "Accounting",
  banking: "Banking",
  commerce: "Commerce",
  accountingAbout: "Invoices, bills and reports from your books.",
  bankingAbout: "Balances and transactions from your bank accounts.",
  commerceAbout: "Orders and payments from your shop or card reader.",
  mainSubtitle: "Connect the software that {company} already uses, in any order.",
  mainPromise: "You sign in with your own software. {client} never sees your password.",
  required: "Required",
  optional: "Optional",
  recommended: "Recommended",
  recommendWhy: "More accounts give a fuller picture of your cash flow.",
  statePending: "Not finished",
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
  complete: "Complete",
} satisfies ListCatalogue;
