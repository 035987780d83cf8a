// The journey as the server tells it: one View for each hop, one Action back.
// These types mirror the JSON of the journey endpoint; absent fields are
// omitted, never null. Nothing here decides anything.

/** What a connection is for. The wire uses these capitals. */
export type SourceType = "Accounting" | "Banking" | "Commerce";

/** Languages that the catalogue covers completely. */
export type Locale = "en-US" | "en-GB" | "fr-CA" | "fr-FR" | "de-DE" | "es-ES" | "nl-NL" | "it-IT" | "pt-PT";

export type Step =
  | "gate" | "invite" | "landing" | "main" | "picker" | "notListed" | "consent" | "guide" | "credentials"
  | "handoff" | "closed" | "tenants" | "success" | "error" | "share" | "shared" | "handover" | "device"
  | "helper" | "done" | "expired" | "notFound" | "manage" | "managed" | "disconnect" | "disconnected" | "mismatch";

/** One integration as the picker and the later screens show it. */
export interface Tile {
  /** Of the integration, with /id behind it for a row that its provider lists. */
  key: string;
  name: string;
  /** Absent where a monogram says enough. */
  logoUrl?: string;
  monogram?: string;
  /** Of the monogram's tile, #rrggbb. */
  color?: string;
  sandbox: boolean;
  /** The company is connected to it already. */
  linked?: boolean;
  /** A warning on a phone: cannot be done there, needs an installation on a computer, has large pages. */
  device?: "desktop" | "package" | "large";
  /** Named when the data comes through another supplier, such as a bank aggregator. */
  provider?: string;
}

export interface LinkedAccount {
  id: string;
  name: string;
  logoUrl?: string;
  monogram?: string;
  color?: string;
  /** The API's status word: PendingAuth, Linked, Deauthorized or Unlinked. */
  status: string;
  tenantName?: string;
}

export type CardAction = "connect" | "resume" | "replace" | "addAnother" | "reconnect" | "share";

export interface TypeCard {
  sourceType: SourceType;
  required: boolean;
  /** shareable: linked on an earlier visit, and asked for once more (additional consent). */
  state: "empty" | "pending" | "linked" | "lost" | "shareable";
  connections: LinkedAccount[];
  /** What the person may do now, the most likely first. */
  actions: CardAction[];
  /** "Add another" is recommended. */
  recommend?: boolean;
}

export type SectionId = "purpose" | "access" | "accountInformation" | "platformData" | "retention";

export interface ConsentSection {
  id: SectionId;
  header: string;
  /** Safe Markdown subset, see richtext. */
  body?: string;
  items?: string[];
}

export interface Client {
  name: string;
  logoUrl?: string;
  iconUrl?: string;
  /** Behind the card, where there is room. */
  heroUrl?: string;
  /** #rgb or #rrggbb; anything else is ignored. */
  primaryColor?: string;
  secondaryColor?: string;
  /** Absent follows the device. */
  colorScheme?: "light" | "dark";
  navigationBar?: boolean;
  /** No "Secured by". */
  hideMark?: boolean;
  /** Safe Markdown subset. */
  supportText?: string;
  securityUrl?: string;
  /** Beside the card of a page of ours that is wide enough. Absent when embedded. */
  panel?: Panel;
}

/** The client's own words beside the card. */
export interface Panel {
  /** Plain text. */
  header?: string;
  /** Safe Markdown subset. */
  body?: string;
}

/** Arguments of onConnection and onConnectionStarted: all strings, all present. */
export interface ConnectionArgs {
  connectionId: string;
  integrationId: string;
  integrationKey: string;
  platformName: string;
  sourceId: string;
  sourceType: string;
}

export interface ErrorArgs {
  correlationId?: string;
  message?: string;
  errorCode?: number;
  userRecoverable: boolean;
}

/** A callback for the host page; the server decides which and in what order. */
export type JourneyEvent =
  | { type: "consent"; text: string }
  | { type: "connectionStarted" | "connection"; connection: ConnectionArgs }
  /** In the Connections SDK alone. */
  | { type: "disconnect" | "reconnect"; connection: ConnectionArgs }
  | { type: "error"; error: ErrorArgs }
  | { type: "finish" };

/** Nothing is told until the script has sent "open" with what the address holds. */
export interface GateView { kind: "otp" | "code" }
export interface InviteView { title: string; body: string; problem?: string }
export interface LandingView { title: string; body: string; button: string; showLogo: boolean }
export interface NotListedView { sourceType: SourceType; name?: string; sent: boolean }
export interface GuideView {
  integration: Tile;
  phase: "before" | "after";
  /** From 0. */
  index: number;
  count: number;
  title: string;
  /** Safe Markdown subset. */
  body: string;
  /** Text of a box to tick before going on. */
  confirm?: string;
  copies?: { label: string; value: string }[];
  link?: { label: string; url: string };
  /** The provider's sign-in follows at once. */
  leads?: boolean;
  canHandOver: boolean;
}
export interface CredentialField {
  name: string;
  label: string;
  help?: string;
  secret: boolean;
  optional?: boolean;
  prefix?: string;
  suffix?: string;
  placeholder?: string;
  docsUrl?: string;
  /** To choose from; none for a text. */
  options?: { value: string; label: string }[];
  value?: string;
  problem?: string;
}
export interface CredentialsView {
  integration: Tile;
  fields: CredentialField[];
  /** The provider's sign-in follows: these are no credentials. */
  leads?: boolean;
  problem?: string;
  canHandOver: boolean;
}
export interface ClosedView { outcome: "linked" | "failed" | "choose" | "working"; name: string }
export interface ShareView {
  sourceType: SourceType;
  connections: LinkedAccount[];
  title: string;
  subtitle: string;
  dataTypes: string[];
  terms: string;
  button: string;
}
export interface SharedView { sourceType: SourceType }
/** Times are RFC 3339. */
export interface HandOverView { integration: Tile; url: string; expires: string }
/** A QR symbol without quiet zone: `size` modules a side, dark ones as an SVG path. */
export interface QRCode { size: number; path: string }
export interface DeviceView { integration?: Tile; url: string; code: string; qr: QRCode; expires: string }
export interface HelperView { integration: Tile; dataTypes: string[]; who?: string; expires: string }

export interface MainView {
  /** Markdown; absent: our own words, empty: none. */
  title?: string;
  subtitle?: string;
  types: TypeCard[];
  canFinish: boolean;
  /** What is connected can be looked after. */
  canManage?: boolean;
}

/** A connection that works, or did once. */
export interface ManagedConnection extends LinkedAccount {
  status: "Linked" | "Unlinked" | "Deauthorized";
  sourceType: SourceType;
  /** RFC 3339, like all times here; absent: unknown. */
  lastActive?: string;
}
export interface ManageView {
  /** Plain text, as is the subtitle. */
  title: string;
  subtitle: string;
  connections: ManagedConnection[];
  canConnect: boolean;
  canFinish: boolean;
}
export interface ManagedView {
  connection: ManagedConnection;
  /** What it is called at the provider. */
  businessName?: string;
  linkedAt?: string;
  endedAt?: string;
  endedBy?: "customer" | "client" | "provider";
  /** Markdown. */
  dataTypes: string[];
  canDisconnect: boolean;
  canReconnect: boolean;
  /** Reconnecting goes to the provider's sign-in at once. */
  leads: boolean;
  /** What reconnecting ends, and the words of its button then. */
  replaces?: string;
  replaceButton?: string;
}
export interface DisconnectView { connection: ManagedConnection; dataTypes: string[] }
export interface DisconnectedView { connection: ManagedConnection }
/** Somebody signed in to another business than before. Names may be unknown. */
export interface MismatchView { integration: Tile; previous: string; selected: string[]; leads: boolean; correlationId?: string }
export interface PickerView {
  sourceType: SourceType;
  integrations: Tile[];
  canHandOver: boolean;
  /** Key of the only choice. */
  preselected?: string;
}
export interface ConsentView {
  sourceType: SourceType;
  integration: Tile;
  title: string;
  subtitle: string;
  sections: ConsentSection[];
  terms: string;
  button: string;
  /** The provider's own pictures of the button, which say what `button` says. */
  buttonImage?: { default: string; hover: string };
  /** Has to sign in, when that cannot be anybody. */
  who?: string;
  /** The provider's sign-in follows at once: an embedded journey opens its tab with the click that agrees. */
  leads?: boolean;
  /** Somebody else will sign in. */
  handOver?: boolean;
  canHandOver: boolean;
}
/** redirect: leave in the same tab. tab: open `url` in a new one and ask for the result. */
export interface HandoffView { integration: Tile; mode: "redirect" | "tab"; url: string; who?: string; canHandOver: boolean }
export interface Tenant { id: string; name: string; detail?: string }
export interface TenantsView { integration: Tile; items: Tenant[]; multiple: boolean }
export interface SuccessView {
  integration: Tile;
  connectionId: string;
  tenantName?: string;
  /** When several were connected at once. */
  tenantNames?: string[];
  /** The business was connected before: that connection was brought back. */
  again?: boolean;
  /** What was disconnected by it. */
  note?: string;
  canAddAnother: boolean;
  /** Nothing that is required is missing. */
  canFinish?: boolean;
  /** There is more that could be connected. */
  more?: boolean;
  /** The type to return to for "Connect another account". */
  sourceType?: SourceType;
}
export interface ErrorView {
  integration?: Tile;
  code: string;
  title: string;
  message: string;
  canRetry: boolean;
  /** Trying again goes to the provider's sign-in at once. */
  leads?: boolean;
  /** Somebody else could do what this sign-in may not. */
  canHandOver?: boolean;
  correlationId?: string;
}
export interface DoneView {
  redirectUrl?: string;
  connections: { name: string; logoUrl?: string; monogram?: string; color?: string; tenantName?: string }[];
  /** The visitor signed in for somebody else. */
  helper?: boolean;
}

/** One screen. The field named like the step is present on that step. */
export interface View {
  /** Opaque proof for this hop; goes back unchanged with the action. */
  flow: string;
  /** Path that takes this view's actions. */
  post: string;
  step: Step;
  locale: Locale;
  /** Offered by the language toggle, if more than one. */
  locales?: Locale[];
  company: { id: string; name: string };
  client: Client;
  /** What the X does, embedded only. */
  exit?: "close" | "ask";
  exitMessage?: string;
  events?: JourneyEvent[];
  /** For the host's developers: the console shows each once. */
  warnings?: string[];
  gate?: GateView;
  invite?: InviteView;
  landing?: LandingView;
  main?: MainView;
  picker?: PickerView;
  notListed?: NotListedView;
  consent?: ConsentView;
  guide?: GuideView;
  credentials?: CredentialsView;
  handoff?: HandoffView;
  closed?: ClosedView;
  tenants?: TenantsView;
  success?: SuccessView;
  error?: ErrorView;
  share?: ShareView;
  shared?: SharedView;
  handover?: HandOverView;
  device?: DeviceView;
  helper?: HelperView;
  done?: DoneView;
  manage?: ManageView;
  managed?: ManagedView;
  disconnect?: DisconnectView;
  disconnected?: DisconnectedView;
  mismatch?: MismatchView;
}

/** What the person did. The journey adds `flow` when it is sent. */
export type Action =
  | { action: "connect" | "replace" | "addAnother" | "notListed" | "share"; sourceType?: SourceType }
  | { action: "choose"; integrationKey: string }
  | { action: "handOver" | "device"; integrationKey?: string }
  | { action: "resume" | "reconnect" | "details"; connectionId: string }
  | { action: "selectTenant"; tenantId: string }
  | { action: "selectTenants"; tenantIds: string[] }
  | { action: "submit"; fields: Record<string, string> }
  | { action: "request"; name: string }
  | { action: "create"; name: string }
  | { action: "language"; locale: Locale }
  | { action: "open"; otp?: string; code?: string }
  | {
    action: "start" | "accept" | "confirm" | "later" | "continue" | "leave" | "retry" | "check" | "signIn" | "help"
      | "cancel" | "back" | "finish" | "manage" | "disconnect";
  }
  /** An embedded journey leaves in the same tab and wants to come back to this address. */
  | { action: "retry"; return: string };
