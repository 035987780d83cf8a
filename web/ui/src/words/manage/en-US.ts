// What is said about connections that are looked after, in American English; usage as in ../en-US.ts.

export const manage = {
  manageOpen: "Manage connections",
  manageConnect: "Connect something else",
  manageEmpty: "Nothing is connected yet.",
  manageFinish: "Done",
  manageActive: "Last active {when}",
  manageLost: "Disconnected",
  manageBack: "Back to platforms",

  detailSynced: "Last synced",
  detailActive: "Last active",
  detailLinked: "Connected on",
  detailAuthorized: "Authorized",
  detailName: "Name",
  detailData: "Data that is shared",

  endedCustomer: "You disconnected it.",
  endedClient: "{client} disconnected it.",
  endedProvider: "{name} ended the permission.",
  lostNotice: "{client} cannot read new data until you reconnect.",
  lostForGood: "{client} no longer offers {name}, so it cannot be reconnected here.",

  disconnect: "Disconnect",
  disconnectTitle: "Disconnect {name}?",
  disconnectBody: "{client} will stop reading new data from {name}. What it has read before stays with {client}. You can reconnect at any time.",
  disconnectKeep: "Keep it connected",
  disconnectedTitle: "{name} is disconnected",
  disconnectedBody: "Nothing new is read. {client} can still see what was read before.",

  mismatchTitle: "That is not the same business",
  mismatchBody: "You signed in to another one. Nothing was changed.",
  mismatchBefore: "Previous",
  mismatchNow: "Selected",
  mismatchUnknown: "Unknown",
  mismatchAgain: "Reselect company",
} as const;
