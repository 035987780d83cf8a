// The journey as the server tells it: one View for each hop, one Action back.
// These types mirror the JSON of the journey endpoint; absent fields are
// omitted, never null. Nothing here decides anything.

/** What a connection is for. The wire uses these capitals. */
export type SourceType = "Accounting" | "Banking" | "Commerce";

/** Languages that the catalogue covers completely. */
export type Locale = "en-US" | "fr-CA";

export type Step =
  | "main" | "picker" | "consent" | "handoff" | "tenants"
  | "success" | "error" | "done" | "expired" | "notFound";

/** One integration as the picker and the later screens show it. */
export interface Tile {
  key: string;
  name: string;
  logoUrl: string;
  sandbox: boolean;
  /** Named when the data comes through another supplier, such as a bank aggregator. */
  provider?: string;
}

export interface LinkedAccount {
  id: string;
  name: string;
  logoUrl: string;
  /** The API's status word: PendingAuth, Linked, Deauthorized or Unlinked. */
  status: string;
  tenantName?: string;
}

export type CardAction = "connect" | "resume" | "replace" | "addAnother" | "reconnect";

export interface TypeCard {
  sourceType: SourceType;
  required: boolean;
  state: "empty" | "pending" | "linked" | "lost";
  connections: LinkedAccount[];
  /** What the person may do now, the most likely first. */
  actions: CardAction[];
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
  /** #rgb or #rrggbb; anything else is ignored. */
  primaryColor?: string;
  logoUrl?: string;
  supportText?: string;
}

export interface MainView { types: TypeCard[]; canFinish: boolean }
export interface PickerView { sourceType: SourceType; integrations: Tile[] }
export interface ConsentView {
  sourceType: SourceType;
  integration: Tile;
  title: string;
  subtitle: string;
  sections: ConsentSection[];
  terms: string;
  button: string;
}
export interface HandoffView { integration: Tile; url: string }
export interface Tenant { id: string; name: string; detail?: string }
export interface TenantsView { integration: Tile; items: Tenant[] }
export interface SuccessView {
  integration: Tile;
  connectionId: string;
  tenantName?: string;
  canAddAnother: boolean;
  /** The type to return to for "Connect another account". */
  sourceType?: SourceType;
}
export interface ErrorView {
  integration?: Tile;
  code: string;
  title: string;
  message: string;
  canRetry: boolean;
  correlationId?: string;
}
export interface DoneView {
  redirectUrl?: string;
  connections: { name: string; logoUrl: string; tenantName?: string }[];
}

/** One screen. The field named like the step is present on that step. */
export interface View {
  /** Opaque proof for this hop; goes back unchanged with the action. */
  flow: string;
  step: Step;
  locale: Locale;
  company: { id: string; name: string };
  client: Client;
  main?: MainView;
  picker?: PickerView;
  consent?: ConsentView;
  handoff?: HandoffView;
  tenants?: TenantsView;
  success?: SuccessView;
  error?: ErrorView;
  done?: DoneView;
}

/** What the person did. The journey adds `flow` when it is sent. */
export type Action =
  | { action: "connect" | "replace" | "addAnother"; sourceType?: SourceType }
  | { action: "choose"; integrationKey: string }
  | { action: "resume" | "reconnect"; connectionId: string }
  | { action: "selectTenant"; tenantId: string }
  | { action: "accept" | "continue" | "retry" | "cancel" | "back" | "finish" };
