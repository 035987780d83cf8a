// What the first screen says in British English. Kept whole: a file that both sorts of English
// shared would cost every reader of either one a request more.

import type { Catalogue } from "./words.ts";

export const first = {
  back: "Back",
  next: "Next",
  close: "Close",
  secured: "Secured by Bowline",
  busy: "One moment…",

  mainTitle: "Share your records with {client}",
  stateLinked: "Connected",

  sandbox: "Sandbox",
  pickHint: "Choose from the list to go on.",
  pickAccounting: "Which accounting software do you use?",
  pickBanking: "Where do you bank?",
  pickCommerce: "Where do you sell?",
  search: "Search by name",
  clearSearch: "Clear search",
  through: "Through {provider}",
  results: { one: "{count} result", other: "{count} results" },
  noMatchTitle: "No match for ‘{query}’",
  noMatchBody: "Check the spelling or clear the search.",
  chooseFirst: "Choose one from the list first.",
  otherWays: "Other ways",
  notListed: "My software is not listed",
  handOver: "Someone else has the sign-in",
  otherDevice: "Continue on another device",
  onComputer: "Continue on your computer",
  deviceDesktop: "Needs a computer",
  devicePackage: "Needs something installed on a computer",
  deviceLarge: "Easier on a larger screen",
  deviceDesktopWhy: "{name} can only be connected on a computer. Carry on there: your place is kept.",
  devicePackageWhy: "{name} needs something installed on a computer before it can be connected.",
  deviceLargeWhy: "The pages of {name} are hard to use on a phone. A computer makes it easier.",

  faultOffline: "You seem to be offline. Nothing is lost: try again when you are back.",
  faultFailed: "Something went wrong on our side. Nothing is lost: please try again.",
  tryAgain: "Try again",
} satisfies Catalogue;

export const list = () => import("./list/en-GB.ts");
export const later = () => import("./later/en-GB.ts");
export const manage = () => import("./manage/en-GB.ts");
