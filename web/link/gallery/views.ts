// Every screen with every state worth looking at, as the server would send it.

import type {
  Client, ConsentView, CredentialsView, DeviceView, ErrorView, GuideView, HandOverView, HandoffView, HelperView, LandingView, Locale,
  MainView, ManagedConnection, ManagedView, ManageView, PickerView, ShareView, Step, TenantsView, Tile, TypeCard, View,
} from "@bowline/ui/view.ts";
import { symbol } from "./symbol.ts";

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

/** The same shelf without pictures, as a server draws it that spares the requests. */
const letters: Tile[] = [
  ...accounting.slice(0, 6).map(({ name, key }, n) => ({
    key, name, sandbox: false, monogram: name[0]!, color: ["#0b7a75", "#ffd23f", "#1f6fd6", "#d9f2e6", "#39424e", "#e85d04"][n],
  })),
  { key: "desk", name: "Counting House Desktop", sandbox: false, monogram: "CH", color: "#244b2f", device: "desktop" },
  { key: "suit", name: "SuiteLedger", sandbox: false, monogram: "SL", color: "#123c69", device: "package", linked: true },
  { key: "wide", name: "Widesheet Enterprise", sandbox: false, monogram: "W", color: "#6a1b4d", device: "large" },
];

const banks: Tile[] = [
  tile("alba", "Alba Bank", "#7a1f2b", { provider: "OpenPipe" }),
  tile("harb", "Harbor Credit Union", "#0e5a8a", { provider: "OpenPipe" }),
  tile("bank", "Banking Sandbox", "#5b5f66", { sandbox: true }),
];

const [ledger] = accounting as [Tile];

export const base: Omit<View, "step" | "flow"> = {
  post: "/link/companies/018f6d2e-0000-7000-8000-000000000001/journey",
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
const shareable: TypeCard = {
  sourceType: "Commerce",
  required: false,
  state: "shareable",
  connections: [{ id: "c-shop", name: "Corner Shopfront", monogram: "CS", color: "#3f7d20", status: "Linked", tenantName: "Rosa’s online store" }],
  actions: ["share", "addAnother"],
};

const several: TypeCard = {
  ...linked("Banking", banks[1]!),
  connections: [
    { id: "c-1", name: "Alba Bank", logoUrl: banks[0]!.logoUrl, status: "Linked", tenantName: "Current account ··42" },
    { id: "c-2", name: "Harbor Credit Union", logoUrl: banks[1]!.logoUrl, status: "Linked" },
  ],
  recommend: true,
};

export const finished: MainView = { types: [linked("Accounting", ledger, "Rosa’s Corner Café Ltd"), empty("Commerce"), linked("Banking", banks[1]!)], canFinish: true };

/** So many days before the picture is taken. */
const before = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

const managed = {
  ledger: {
    id: "c-clbk", name: ledger.name, logoUrl: ledger.logoUrl, status: "Linked", sourceType: "Accounting", tenantName: "Rosa’s Corner Café Ltd", lastActive: before(3),
  },
  bank: { id: "c-alba", name: "Alba Bank", logoUrl: banks[0]!.logoUrl, status: "Linked", sourceType: "Banking" },
  shop: {
    id: "c-shop", name: "Corner Shopfront", monogram: "CS", color: "#3f7d20", status: "Deauthorized", sourceType: "Commerce", tenantName: "Rosa’s online store", lastActive: before(75),
  },
  long: {
    id: "c-long", name: "Northumberland & District Cooperative Bookkeeping for Hospitality", monogram: "N", color: "#39424e", status: "Unlinked", sourceType: "Accounting",
    tenantName: "Bianchi Family Catering and Event Services Incorporated of Gatineau",
  },
} satisfies Record<string, ManagedConnection>;

const care: ManageView = {
  title: "Manage connected platforms", subtitle: "See what is connected to Harbor Lending, end it or bring it back.",
  connections: [managed.ledger, managed.bank, managed.shop, managed.long], canConnect: true, canFinish: true,
};

const working: ManagedView = {
  connection: managed.ledger, businessName: "Rosa’s Corner Café Ltd", linkedAt: before(210), dataTypes: [], canDisconnect: true, canReconnect: false, leads: false,
};
const ended: ManagedView = { ...working, connection: { ...managed.ledger, status: "Unlinked" }, endedAt: before(.02), endedBy: "customer", canDisconnect: false, canReconnect: true, leads: true };
const revoked: ManagedView = {
  connection: managed.shop, businessName: "Rosa’s online store", linkedAt: before(300), endedAt: before(12), endedBy: "provider", dataTypes: [], canDisconnect: false, canReconnect: true, leads: true,
};
const dataTypes = ["Profit and loss, balance sheet", "Invoices and bills", "**Bank transactions** as recorded in your books"];

/** As a page of the fintech sees the Connections SDK: no company, no looks, an X that leaves. */
const lone: Partial<View> = { company: { id: "", name: "Rosa’s Corner Café" }, client: { name: "Harbor Lending" }, exit: "close" };
const loneCare: ManageView = { ...care, title: "Manage connected accounts", canConnect: false, canFinish: false };

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
  canHandOver: true,
};

const helping: Partial<Client> = {
  supportText: "Call **0800 555 0199** on weekdays or write to us through [harbor.example](https://harbor.example/help).",
  securityUrl: "https://harbor.example/security",
};

const shelf: PickerView = { sourceType: "Accounting", integrations: accounting, canHandOver: true };

const redirect: HandoffView = { integration: ledger, mode: "redirect", url: "https://provider.example/authorize", canHandOver: true };
const tab: HandoffView = { ...redirect, mode: "tab", url: "/link/handoff?ticket=sealed" };

const tenants: TenantsView = {
  integration: ledger,
  multiple: false,
  items: [
    { id: "t1", name: "Rosa’s Corner Café Ltd", detail: "Ottawa" },
    { id: "t2", name: "Rosa Bianchi, sole proprietor" },
    { id: "t3", name: "Bianchi Family Catering and Event Services Incorporated", detail: "Gatineau, Québec" },
  ],
};

const landing: LandingView = {
  title: "Welcome to *Harbor Lending*",
  body: "To prepare your offer we look at your books. It takes about two minutes:\n\n1. choose your software\n2. say what we may read\n3. sign in there\n\n| We read | We never see |\n|---|---|\n| Invoices and bills | Your password |\n| Balances | Your customers’ cards |\n\nQuestions? [Write to us](https://harbor.example/help).",
  button: "Let’s go",
  showLogo: true,
};

const guide: GuideView = {
  integration: ledger,
  phase: "before",
  index: 0,
  count: 3,
  title: "Allow web services",
  body: "In Clear Ledger, open **Company → Admin → Security** and add our sender to the list.\n\n- You need the rights of an administrator.\n- It takes effect at once.",
  confirm: "I have added the sender",
  copies: [
    { label: "Sender ID", value: "bowline-harbor-lending" },
    { label: "Scopes", value: "read_orders,read_products,read_customers,read_locations,read_inventory,read_payment_terms" },
  ],
  link: { label: "Pictures of each step", url: "https://help.example/sender" },
  canHandOver: true,
};

const credentials: CredentialsView = {
  integration: ledger,
  canHandOver: true,
  fields: [
    { name: "shop", label: "Name of your store", secret: false, prefix: "https://", suffix: ".clearledger.example", placeholder: "rosas-cafe" },
    { name: "key", label: "API key", help: "Starts with “cl_live”. Create one under Settings, Developers.", secret: true, docsUrl: "https://help.example/key" },
    { name: "branch", label: "Branch", secret: false, optional: true },
  ],
};

const share: ShareView = {
  sourceType: "Accounting",
  connections: [{ id: "c1", name: ledger.name, logoUrl: ledger.logoUrl, status: "Linked", tenantName: "Rosa’s Corner Café Ltd" }],
  title: "Share your books once more?",
  subtitle: "You connected **Clear Ledger** in March. Harbor Lending would like to use it for your new application.",
  dataTypes: ["Profit and loss, balance sheet", "Invoices and bills", "Customers and suppliers"],
  terms: "By continuing you accept the [privacy notice](https://harbor.example/privacy) of Harbor Lending.",
  button: "",
};

const soon = "2026-12-01T16:30:00Z";
const handover: HandOverView = { integration: ledger, url: "https://link.harbor.example/link/go#K7QF-2MXD-9WRT-HB4C", expires: soon };
const device: DeviceView = { url: "https://link.harbor.example/link/go#M4TX-8PLK", code: "M4TX-8PLK", qr: symbol(33), expires: soon };
const helper: HelperView = { integration: ledger, dataTypes: share.dataTypes, expires: soon };

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

/** Stands in for a photograph behind the card. */
const scene = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90" preserveAspectRatio="xMidYMid slice"><linearGradient id="a" x2="0" y2="1"><stop stop-color="#f6c177"/><stop offset="1" stop-color="#31748f"/></linearGradient><path fill="url(#a)" d="M0 0h160v90H0z"/><path fill="#1f3b4d" d="M0 70l40-24 30 18 40-30 50 34v22H0z"/></svg>')}`;

const french = { locale: "fr-CA" as Locale, client: { ...base.client, name: "Prêts du Vieux-Port", logoUrl: undefined, primaryColor: "#b3471d" } };
const both: Partial<View> = { locales: ["en-US", "fr-CA"] };
const branded: Partial<View> = { ...both, client: { ...base.client, navigationBar: true, secondaryColor: "#0e2a47", hideMark: true } };

/** A button as a provider draws it, and under a pointer. */
const drawn = (colour: string) => `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="274" height="48" viewBox="0 0 274 48"><rect width="274" height="48" rx="4" fill="${colour}"/><circle cx="26" cy="24" r="13" fill="#fff"/><text x="152" y="30" font-family="sans-serif" font-size="17" font-weight="600" text-anchor="middle" fill="#fff">Connect to Clear Ledger</text></svg>`)}`;

const who = "An administrator of the Clear Ledger account has to sign in.";

/** What is asked before a sign-in. */
const inputs: CredentialsView = {
  integration: ledger,
  leads: true,
  canHandOver: true,
  fields: [
    {
      name: "region", label: "Region", help: "Where you signed up for Clear Ledger.", secret: false,
      options: [{ value: "eu", label: "Europe" }, { value: "us", label: "United States" }, { value: "au", label: "Australia and New Zealand, with the Pacific islands and everything around them" }],
    },
    { name: "address", label: "Address of your Clear Ledger", prefix: "https://", suffix: ".clear.example", secret: false, placeholder: "rosas-cafe" },
    { name: "file", label: "Kind of company file", secret: false, optional: true, options: [{ value: "a", label: "Kept online" }, { value: "b", label: "Kept on a computer" }] },
  ],
};

/** The gallery: name of a picture -> what it shows. */
export const gallery: Record<string, View> = {
  "gate": view("gate", { gate: { kind: "otp" }, company: { id: "", name: "" } }),
  "invite": view("invite", { invite: { title: "Let’s get you started", body: "Tell us which company you would like to connect." }, company: { id: "", name: "" } }),
  "invite-problem": view("invite", { invite: { title: "", body: "", problem: "A company of this name exists already. Please ask Harbor Lending for your own link." } }),
  "landing": view("landing", { landing, ...both }),
  "landing-plain": view("landing", { landing: { title: "Connect your books", body: "", button: "", showLogo: false } }),
  "landing-bar": view("landing", { landing: { ...landing, showLogo: false }, ...branded }),

  "main": view("main", { main: fresh }),
  "main-midway": view("main", { main: midway }),
  "main-finished": view("main", { main: finished }),
  "main-several": view("main", { main: { types: [shareable, several], canFinish: true }, ...both }),
  "main-own-words": view("main", {
    main: { ...fresh, title: "Show us *how you are doing*", subtitle: "We need **one** of these. [Why?](https://harbor.example/why)\n\n- two minutes\n- reading only" },
    ...branded,
  }),
  "main-no-words": view("main", { main: { ...fresh, title: "", subtitle: "" } }),
  "main-nothing": view("main", { main: { types: [], canFinish: false } }),
  "main-fr": view("main", { main: { types: [...midway.types.slice(0, 2), several], canFinish: true }, ...french, ...both }),
  "main-pale-brand": view("main", { main: fresh, client: { name: "Sunny Side Credit", primaryColor: "#ffe14d", navigationBar: true, secondaryColor: "#fff3c4" } }),
  "main-night-brand": view("main", { main: finished, client: { name: "Nocturne", primaryColor: "#0a0a12" } }),
  "main-light-only": view("main", { main: midway, client: { ...base.client, colorScheme: "light" } }),
  "main-dark-only": view("main", { main: midway, client: { ...base.client, colorScheme: "dark" } }),
  "main-hero": view("main", { main: fresh, client: { ...base.client, heroUrl: scene } }),
  "main-long": view("main", {
    main: midway,
    ...both,
    company: { ...base.company, name: "The Extraordinarily Long-Named Bakery, Delicatessen and Coffee Roastery of Saint-Louis-du-Ha! Ha!" },
    client: { name: "Northumberland and District Agricultural & Hospitality Finance Cooperative" },
  }),

  "picker": view("picker", { picker: shelf }),
  "picker-letters": view("picker", { picker: { sourceType: "Accounting", integrations: letters, canHandOver: true } }),
  "picker-banks": view("picker", { picker: { sourceType: "Banking", integrations: banks, canHandOver: false } }),
  "picker-preselected": view("picker", { picker: { sourceType: "Banking", integrations: banks.slice(0, 1), canHandOver: true, preselected: "alba" } }),
  "picker-none": view("picker", { picker: { sourceType: "Commerce", integrations: [], canHandOver: false } }),
  "picker-fr": view("picker", { picker: { sourceType: "Banking", integrations: banks, canHandOver: true }, ...french }),
  "notListed": view("notListed", { notListed: { sourceType: "Accounting", sent: false }, client: { ...base.client, ...helping } }),
  "notListed-sent": view("notListed", { notListed: { sourceType: "Accounting", name: "Abacus & Sons Ledger for Windows", sent: true } }),

  "consent": view("consent", { consent }),
  "consent-leaving": view("consent", { consent, exit: "ask" }),
  "consent-handover": view("consent", { consent: { ...consent, handOver: true, canHandOver: false, button: "Agree and make a link" }, client: { ...base.client, ...helping } }),
  "consent-data-only": view("consent", { consent: { ...consent, sections: [consent.sections[3]!], subtitle: "", canHandOver: false } }),
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
  "consent-who": view("consent", { consent: { ...consent, who: `${who} Ask your bookkeeper who that is.` } }),
  "consent-art": view("consent", { consent: { ...consent, button: "Connect to Clear Ledger", buttonImage: { default: drawn("#1d7a3a"), hover: drawn("#0f4f24") } } }),
  "consent-art-who": view("consent", { consent: { ...consent, who, button: "Connect to Clear Ledger", buttonImage: { default: drawn("#1d7a3a"), hover: drawn("#0f4f24") } } }),
  "guide": view("guide", { guide }),
  "guide-plain": view("guide", { guide: { ...guide, index: 1, confirm: undefined, copies: undefined, link: undefined, canHandOver: false } }),
  "guide-after": view("guide", {
    guide: { ...guide, phase: "after", count: 1, title: "Install our extension", body: "It takes **10 to 20 minutes**. You can leave this page meanwhile.", confirm: undefined, copies: undefined, canHandOver: false },
  }),
  "credentials": view("credentials", { credentials }),
  "credentials-wrong": view("credentials", {
    client: { ...base.client, ...helping },
    credentials: {
      ...credentials,
      problem: "Clear Ledger did not accept these credentials",
      fields: credentials.fields.map((field) => field.name === "key"
        ? { ...field, problem: "This key is not known there." }
        : field.name === "shop" ? { ...field, value: "rosas-cafe" } : field),
    },
  }),
  "inputs": view("credentials", { credentials: inputs }),
  "inputs-wrong": view("credentials", {
    credentials: { ...inputs, fields: inputs.fields.map((field, n) => (n ? { ...field, value: n === 2 ? "b" : "rosas-cafe" } : { ...field, problem: "Please fill this in." })) },
  }),
  "inputs-fr": view("credentials", { credentials: inputs, ...french }),
  "credentials-fr": view("credentials", { credentials, ...french }),
  "handoff": view("handoff", { handoff: redirect }),
  "handoff-tab": view("handoff", { handoff: tab }),
  "handoff-who": view("handoff", { handoff: { ...redirect, who } }),
  "handoff-tab-who": view("handoff", { handoff: { ...tab, who } }),
  "closed-linked": view("closed", { closed: { outcome: "linked", name: ledger.name } }),
  "closed-failed": view("closed", { closed: { outcome: "failed", name: ledger.name } }),
  "closed-choose": view("closed", { closed: { outcome: "choose", name: ledger.name } }),
  "closed-working": view("closed", { closed: { outcome: "working", name: ledger.name } }),
  "tenants": view("tenants", { tenants }),
  "tenants-many": view("tenants", { tenants: { ...tenants, multiple: true } }),

  "success": view("success", { success: { integration: ledger, connectionId: "c1", tenantName: "Rosa’s Corner Café Ltd", canAddAnother: false } }),
  "success-sheet": view("success", { main: finished, success: { integration: ledger, connectionId: "c1", canAddAnother: false } }),
  "success-many": view("success", { main: finished, success: { integration: ledger, connectionId: "c1", tenantNames: tenants.items.map((item) => item.name), canAddAnother: false } }),
  "success-last": view("success", { main: finished, success: { integration: ledger, connectionId: "c1", canAddAnother: false, canFinish: true, more: false } }),
  "success-another": view("success", { main: finished, success: { integration: banks[0]!, connectionId: "c1", canAddAnother: true, sourceType: "Banking" } }),
  "success-fr": view("success", { ...french, main: finished, success: { integration: banks[0]!, connectionId: "c1", canAddAnother: true } }),
  "error": view("error", { error: failure, client: { ...base.client, ...helping } }),
  "error-sheet": view("error", { main: fresh, error: failure }),
  "error-role": view("error", {
    main: fresh,
    error: {
      ...failure, code: "role", canHandOver: true, title: "This sign-in may not allow that",
      message: "Clear Ledger lets only certain people connect an account, such as its administrator. Nothing was shared. Ask somebody who may, or try with another sign-in.",
    },
  }),
  "error-plan": view("error", {
    main: fresh,
    error: {
      ...failure, code: "plan", title: "Your Clear Ledger plan does not include this",
      message: "The subscription with Clear Ledger has ended, or it leaves this out. Nothing was shared. Renew or change it there, then come back here and try again.",
    },
  }),
  "error-final": view("error", { error: { ...failure, integration: undefined, canRetry: false, title: "This software is not available right now", message: "Choose another one, or come back later." } }),

  "share": view("share", { share }),
  "shared": view("shared", { main: finished, shared: { sourceType: "Accounting" } }),
  "handover": view("handover", { handover }),
  "handover-fr": view("handover", { handover, ...french }),
  "device": view("device", { device: { ...device, integration: letters[6] } }),
  "device-fr": view("device", { device, ...french }),
  "helper-who": view("helper", { helper: { ...helper, who } }),
  "helper": view("helper", { helper, client: { ...base.client, ...helping } }),

  "manage": view("manage", { manage: care, ...both }),
  "manage-one": view("manage", { manage: { ...care, connections: [managed.bank], canConnect: false, subtitle: "" } }),
  "manage-empty": view("manage", { manage: { ...loneCare, connections: [] }, ...lone }),
  "manage-alone": view("manage", { manage: loneCare, ...lone }),
  "managed": view("managed", { managed: working }),
  "managed-ended": view("managed", { managed: ended }),
  "managed-replaces": view("managed", { managed: {
    ...ended, replaces: "If you reconnect this one, Harbor Books (Rosa’s Corner Café Ltd) is disconnected: only one of the two can be connected.",
    replaceButton: "Reconnect this one instead",
  } }),
  "managed-revoked": view("managed", { managed: revoked }),
  "managed-for-good": view("managed", { managed: { ...ended, connection: managed.long, businessName: managed.long.tenantName, endedBy: "client", canReconnect: false } }),
  "managed-alone": view("managed", { managed: { ...working, dataTypes }, ...lone }),
  "disconnect": view("disconnect", { managed: working, disconnect: { connection: managed.ledger, dataTypes: [] } }),
  "disconnect-data": view("disconnect", { managed: { ...working, dataTypes }, disconnect: { connection: managed.ledger, dataTypes }, ...lone }),
  "disconnect-long": view("disconnect", { managed: { ...working, connection: managed.long }, disconnect: { connection: managed.long, dataTypes: [] } }),
  "disconnected": view("disconnected", { managed: ended, disconnected: { connection: ended.connection } }),
  "mismatch": view("mismatch", {
    managed: revoked, mismatch: { integration: ledger, previous: "Rosa’s Corner Café Ltd", selected: ["Rosa Bianchi, sole proprietor"], leads: true, correlationId: "5f0c1e2d3b4a" },
  }),
  "mismatch-many": view("mismatch", {
    main: midway, mismatch: { integration: ledger, previous: "", selected: [...tenants.items.map((item) => item.name), "Northumberland & District Cooperative"], leads: true },
  }),
  "mismatch-unknown": view("mismatch", { main: midway, mismatch: { integration: ledger, previous: "Rosa’s Corner Café Ltd", selected: [], leads: true } }),
  "main-manage": view("main", { main: { ...midway, canManage: true } }),
  "success-again": view("success", { main: finished, success: { integration: ledger, connectionId: "c1", tenantName: "Rosa’s Corner Café Ltd", again: true, canAddAnother: false } }),
  "success-managed": view("success", { manage: { ...care, connections: [managed.ledger, managed.bank] }, success: { integration: ledger, connectionId: "c1", tenantName: "Rosa’s Corner Café Ltd", canAddAnother: false } }),
  "success-replaced": view("success", { manage: { ...care, connections: [managed.ledger, managed.bank] }, success: {
    integration: ledger, connectionId: "c1", tenantName: "Rosa’s Corner Café Ltd", canAddAnother: false,
    note: "Harbor Books (Rosa’s Corner Café Ltd) was disconnected, because only one of the two can be connected.",
  } }),
  "done": view("done", { done: { connections: [{ name: ledger.name, logoUrl: ledger.logoUrl, tenantName: "Rosa’s Corner Café Ltd" }, { name: banks[1]!.name, monogram: "HC", color: "#0e5a8a" }] } }),
  "done-leaving": view("done", { done: { redirectUrl: "https://harbor.example/return", connections: [] } }),
  "done-nothing": view("done", { done: { connections: [] } }),
  "done-helper": view("done", { done: { connections: [{ name: ledger.name, logoUrl: ledger.logoUrl }], helper: true } }),
  "expired": view("expired", { client: { ...base.client, ...helping } }),
  "expired-fr": view("expired", french),
  "notFound": view("notFound", { client: { name: "" }, company: { id: "", name: "" } }),
};

/** The standing story: what a server that knows only these screens would answer. */
export function story(action: string): View | undefined {
  switch (action) {
    case "connect": case "addAnother": case "replace": return view("picker", { picker: shelf });
    case "choose": case "retry": return view("consent", { consent });
    case "accept": case "resume": case "reconnect": case "signIn": case "help": case "submit": return view("handoff", { handoff: redirect });
    case "selectTenant": case "selectTenants": return view("success", { success: { integration: ledger, connectionId: "c1", canAddAnother: false } });
    case "details": return view("managed", { managed: working });
    case "manage": return view("manage", { manage: care });
    case "disconnect": return view("disconnect", { managed: working, disconnect: { connection: managed.ledger, dataTypes: [] } });
    case "continue": case "cancel": return view("main", { main: finished });
    case "back": case "start": case "create": return view("main", { main: fresh });
    case "notListed": return view("notListed", { notListed: { sourceType: "Accounting", sent: false } });
    case "request": return view("notListed", { notListed: { sourceType: "Accounting", name: "Abacus", sent: true } });
    case "handOver": return view("handover", { handover });
    case "device": return view("device", { device });
    case "confirm": return view("credentials", { credentials });
    case "share": return view("shared", { main: finished, shared: { sourceType: "Accounting" } });
    case "language": return view("main", { main: fresh, ...french, ...both });
    case "finish": case "leave": case "later": return gallery.done;
    default: return undefined;
  }
}
