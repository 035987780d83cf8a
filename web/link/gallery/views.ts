// Every screen with every state worth looking at, as the server would send it.

import type { ConsentView, ErrorView, Locale, MainView, Step, Tile, TypeCard, View } from "@bowline/ui/view.ts";

/** A letter on a colour stands in for a real logo. */
function logo(letter: string, colour: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="20" fill="${colour}"/><text x="20" y="27" font-family="sans-serif" font-size="20" font-weight="700" text-anchor="middle" fill="#fff">${letter}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

function tile(key: string, name: string, colour: string, more: Partial<Tile> = {}): Tile {
  return { key, name, logoUrl: logo(name[0]!, colour), sandbox: false, ...more };
}

export const accounting: Tile[] = [
  tile("clbk", "Clear Ledger", "#0b7a75"),
  tile("cafe", "Comptabilité Café", "#8a4b2a"),
  tile("frsh", "Freshly Books", "#1f6fd6"),
  tile("kash", "Kashbook", "#5c3fb3"),
  tile("long", "Northumberland & District Cooperative Bookkeeping for Hospitality", "#39424e"),
  tile("quik", "QuickTally Online", "#2a8f3c"),
  tile("sagr", "Sagaro", "#00804a"),
  tile("xyla", "Xyla", "#137cbd"),
  tile("zenb", "Zenbalance", "#b23a6f"),
  tile("mqjo", "Accounting Sandbox", "#5b5f66", { sandbox: true }),
];

const banks: Tile[] = [
  tile("alba", "Alba Bank", "#7a1f2b", { provider: "OpenPipe" }),
  tile("harb", "Harbor Credit Union", "#0e5a8a", { provider: "OpenPipe" }),
  tile("bank", "Banking Sandbox", "#5b5f66", { sandbox: true }),
];

const [ledger] = accounting as [Tile];

export const base: Omit<View, "step" | "flow"> = {
  locale: "en-US",
  company: { id: "018f6d2e-0000-7000-8000-000000000001", name: "Rosa’s Corner Café" },
  client: { name: "Harbor Lending", primaryColor: "#1f5eff", logoUrl: logo("H", "#1f5eff") },
};

const empty = (sourceType: TypeCard["sourceType"], required = false): TypeCard =>
  ({ sourceType, required, state: "empty", connections: [], actions: ["connect"] });

function linked(sourceType: TypeCard["sourceType"], one: Tile, tenantName?: string): TypeCard {
  return {
    sourceType,
    required: sourceType === "Accounting",
    state: "linked",
    connections: [{ id: `c-${one.key}`, name: one.name, logoUrl: one.logoUrl, status: "Linked", tenantName }],
    actions: [sourceType === "Accounting" ? "replace" : "addAnother"],
  };
}

const pending: TypeCard = {
  sourceType: "Banking",
  required: false,
  state: "pending",
  connections: [{ id: "c-alba", name: "Alba Bank", logoUrl: banks[0]!.logoUrl, status: "PendingAuth" }],
  actions: ["resume", "connect"],
};

const lost: TypeCard = {
  sourceType: "Commerce",
  required: false,
  state: "lost",
  connections: [{ id: "c-shop", name: "Corner Shopfront", logoUrl: logo("C", "#3f7d20"), status: "Deauthorized", tenantName: "Rosa’s online store" }],
  actions: ["reconnect"],
};

export const fresh: MainView = { types: [empty("Accounting", true), empty("Commerce"), empty("Banking")], canFinish: false };
export const midway: MainView = { types: [linked("Accounting", ledger, "Rosa’s Corner Café Ltd"), lost, pending], canFinish: true };
export const finished: MainView = { types: [linked("Accounting", ledger, "Rosa’s Corner Café Ltd"), empty("Commerce"), linked("Banking", banks[1]!)], canFinish: true };

export const consent: ConsentView = {
  sourceType: "Accounting",
  integration: ledger,
  title: "Connect to Clear Ledger",
  subtitle: "Harbor Lending would like to read your records to prepare a loan offer.",
  sections: [
    { id: "purpose", header: "Purpose", body: "Harbor Lending reads your accounts **to work out what you can borrow** and on which terms." },
    { id: "access", header: "Access", body: "Reading only. Nothing in Clear Ledger is changed.\n\nAccess lasts until you end it:\n\n- here, with a new link\n- in Clear Ledger, under connected apps" },
    { id: "accountInformation", header: "Account information", body: "Your name and email address as Clear Ledger knows them." },
    { id: "platformData", header: "Platform data", items: ["Profit and loss, balance sheet", "Invoices and bills", "Customers and suppliers", "Bank transactions as recorded in your books"] },
    { id: "retention", header: "Retention", body: "Kept for **24 months** after your last application, then deleted." },
  ],
  terms: "By continuing you accept the [privacy notice](https://harbor.example/privacy) of Harbor Lending.",
  button: "Allow and continue",
};

const failure: ErrorView = {
  integration: ledger,
  code: "access_denied",
  title: "The connection was not approved",
  message: "Clear Ledger told us that sign-in was cancelled. If that was a slip, try once more.",
  canRetry: true,
  correlationId: "7c1e6f0a9b2d4e55",
};

let hop = 0;

/** A view of the given step; each has a proof of its own. */
export function view(step: Step, more: Partial<View>): View {
  return { ...base, flow: `flow-${++hop}`, step, ...more };
}

const french = { locale: "fr-CA" as Locale, client: { ...base.client, name: "Prêts du Vieux-Port", logoUrl: undefined, primaryColor: "#b3471d" } };

/** The gallery: name of a picture -> what it shows. */
export const gallery: Record<string, View> = {
  "main": view("main", { main: fresh }),
  "main-midway": view("main", { main: midway }),
  "main-finished": view("main", { main: finished }),
  "main-nothing": view("main", { main: { types: [], canFinish: false } }),
  "main-fr": view("main", { main: midway, ...french }),
  "main-pale-brand": view("main", { main: fresh, client: { name: "Sunny Side Credit", primaryColor: "#ffe14d" } }),
  "main-night-brand": view("main", { main: finished, client: { name: "Nocturne", primaryColor: "#0a0a12" } }),
  "main-long": view("main", {
    main: midway,
    company: { ...base.company, name: "The Extraordinarily Long-Named Bakery, Delicatessen and Coffee Roastery of Saint-Louis-du-Ha! Ha!" },
    client: { name: "Northumberland and District Agricultural & Hospitality Finance Cooperative" },
  }),
  "picker": view("picker", { picker: { sourceType: "Accounting", integrations: accounting } }),
  "picker-banks": view("picker", { picker: { sourceType: "Banking", integrations: banks } }),
  "picker-none": view("picker", { picker: { sourceType: "Commerce", integrations: [] } }),
  "picker-fr": view("picker", { picker: { sourceType: "Banking", integrations: banks }, ...french }),
  "consent": view("consent", { consent }),
  "consent-data-only": view("consent", { consent: { ...consent, sections: [consent.sections[3]!], subtitle: "" } }),
  "consent-fr": view("consent", {
    ...french,
    consent: {
      ...consent,
      title: "Connexion à Comptabilité Café",
      subtitle: "Prêts du Vieux-Port souhaite consulter vos données pour préparer une offre de prêt.",
      button: "Autoriser et continuer",
      terms: "En continuant, vous acceptez l’[avis de confidentialité](https://pret.example/avis).",
      sections: [{ id: "purpose", header: "Fins", body: "Établir une offre." }, { id: "retention", header: "Conservation des renseignements", body: "24 mois." }],
    },
  }),
  "handoff": view("handoff", { handoff: { integration: ledger, url: "https://provider.example/authorize" } }),
  "tenants": view("tenants", {
    tenants: {
      integration: ledger,
      items: [
        { id: "t1", name: "Rosa’s Corner Café Ltd", detail: "Ottawa" },
        { id: "t2", name: "Rosa Bianchi, sole proprietor" },
        { id: "t3", name: "Bianchi Family Catering and Event Services Incorporated", detail: "Gatineau, Québec" },
      ],
    },
  }),
  "success": view("success", { success: { integration: ledger, connectionId: "c1", tenantName: "Rosa’s Corner Café Ltd", canAddAnother: false } }),
  "success-sheet": view("success", { main: finished, success: { integration: ledger, connectionId: "c1", canAddAnother: false } }),
  "success-another": view("success", { main: finished, success: { integration: banks[0]!, connectionId: "c1", canAddAnother: true, sourceType: "Banking" } }),
  "success-fr": view("success", { ...french, main: finished, success: { integration: banks[0]!, connectionId: "c1", canAddAnother: true } }),
  "error": view("error", { error: failure }),
  "error-sheet": view("error", { main: fresh, error: failure }),
  "error-final": view("error", { error: { ...failure, integration: undefined, canRetry: false, title: "This software is not available right now", message: "Choose another one, or come back later." } }),
  "done": view("done", { done: { connections: [{ name: ledger.name, logoUrl: ledger.logoUrl, tenantName: "Rosa’s Corner Café Ltd" }, { name: banks[1]!.name, logoUrl: banks[1]!.logoUrl }] } }),
  "done-leaving": view("done", { done: { redirectUrl: "https://harbor.example/return", connections: [] } }),
  "done-nothing": view("done", { done: { connections: [] } }),
  "expired": view("expired", { client: { ...base.client, supportText: "Call **0800 555 0199** on weekdays or write to us through [harbor.example](https://harbor.example/help)." } }),
  "expired-fr": view("expired", french),
  "notFound": view("notFound", { client: { name: "" }, company: { id: "", name: "" } }),
};

/** The standing story: what a server that knows only these screens would answer. */
export function story(action: string): View | undefined {
  switch (action) {
    case "connect": case "addAnother": case "replace": return view("picker", { picker: { sourceType: "Accounting", integrations: accounting } });
    case "choose": case "retry": return view("consent", { consent });
    case "accept": case "resume": case "reconnect": return view("handoff", { handoff: { integration: ledger, url: "https://provider.example/authorize" } });
    case "selectTenant": return view("success", { success: { integration: ledger, connectionId: "c1", canAddAnother: false } });
    case "continue": case "cancel": return view("main", { main: finished });
    case "back": return view("main", { main: fresh });
    case "finish": return gallery.done;
    default: return undefined;
  }
}
