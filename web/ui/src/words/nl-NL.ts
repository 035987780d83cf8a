// What the first screen says in Dutch. Formal address; buttons in the infinitive.

import type { Catalogue } from "./words.ts";

export const first = {
  back: "Terug",
  next: "Volgende",
  close: "Sluiten",
  secured: "Beveiligd door Bowline",
  busy: "Een ogenblik…",

  mainTitle: "Deel uw gegevens met {client}",
  stateLinked: "Gekoppeld",

  sandbox: "Testomgeving",
  pickHint: "Kies uit de lijst om verder te gaan.",
  pickAccounting: "Welke boekhoudsoftware gebruikt u?",
  pickBanking: "Bij welke bank zit u?",
  pickCommerce: "Waar verkoopt u?",
  search: "Zoeken op naam",
  clearSearch: "Zoekopdracht wissen",
  through: "Via {provider}",
  results: { one: "{count} resultaat", other: "{count} resultaten" },
  noMatchTitle: "Niets gevonden voor ‘{query}’",
  noMatchBody: "Controleer de spelling of wis de zoekopdracht.",
  chooseFirst: "Kies eerst iets uit de lijst.",
  otherWays: "Andere mogelijkheden",
  notListed: "Mijn software staat er niet bij",
  handOver: "Iemand anders kan inloggen",
  otherDevice: "Doorgaan op een ander apparaat",
  onComputer: "Doorgaan op uw computer",
  deviceDesktop: "Alleen op een computer",
  devicePackage: "Vraagt een installatie op een computer",
  deviceLarge: "Makkelijker op een groter scherm",
  deviceDesktopWhy: "{name} kan alleen op een computer worden gekoppeld. Ga daar verder: u begint waar u gebleven was.",
  devicePackageWhy: "Voordat {name} kan worden gekoppeld, moet er iets op een computer worden geïnstalleerd.",
  deviceLargeWhy: "De pagina’s van {name} zijn lastig te gebruiken op een telefoon. Op een computer gaat het makkelijker.",

  faultOffline: "U lijkt offline te zijn. Er is niets verloren: probeer het opnieuw zodra u weer verbinding hebt.",
  faultFailed: "Er ging iets mis aan onze kant. Er is niets verloren: probeer het opnieuw.",
  tryAgain: "Opnieuw proberen",
} satisfies Catalogue;

export const list = () => import("./list/nl-NL.ts");
export const later = () => import("./later/nl-NL.ts");
export const manage = () => import("./manage/nl-NL.ts");
