// The contract between Link and the page that embeds it. Everything that a host
// may pass and everything that it is told.

/** What a connection is for. Files that the customer uploads count as Other. */
export type SourceType = "Unknown" | "Accounting" | "Banking" | "BankFeed" | "Commerce" | "Expense" | "Other";

/** A connection, as callbacks tell it. Every member is there, and a string. */
export interface ConnectionCallbackArgs {
  connectionId: string;
  integrationId: string;
  /** Four letters that name the platform. */
  integrationKey: string;
  platformName: string;
  /** Tells banks of one supplier apart. */
  sourceId: string;
  sourceType: SourceType;
}

export interface ErrorCallbackArgs {
  /** Names the failed request in our logs; quote it when you ask for help. */
  correlationId?: string;
  message?: string;
  /** As HTTP numbers them: 401 token missing or expired, 403 refused, 404 unknown company, and so on. */
  errorCode?: number;
  /** Whether the customer can go on. If not, take Link off the page. */
  userRecoverable: boolean;
}

export interface ConsentCallbackArgs {
  /** Everything that the customer saw and agreed to, as Markdown. */
  text: string;
}

export interface ColorsOptions {
  /** Hex colour of buttons, links and spinners: #rgb or #rrggbb. */
  primary?: string;
}

export interface ThemeOptions {
  colors?: ColorsOptions;
}

/** What to ask for of one kind of platform. */
export interface SourceTypeOptions {
  /** True lets the customer finish without it. */
  optional: boolean;
  enableIntegrations: boolean;
  /** Platform keys to offer, among those that are enabled; absent offers all, empty none. */
  allowedIntegrations?: string[];
  /** Bullets of the "Platform data" section; Markdown. */
  dataTypes?: string[];
}

export interface UploadSourceTypeOptions extends SourceTypeOptions {
  enableFileUpload?: boolean;
}

export interface BusinessDocumentsOptions {
  optional: boolean;
  enableFileUpload?: boolean;
}

/** The kinds of platforms to show. When given, a kind that is left out is not shown. */
export interface SourceTypesOptions {
  accounting?: UploadSourceTypeOptions;
  banking?: UploadSourceTypeOptions;
  commerce?: SourceTypeOptions;
  businessDocuments?: BusinessDocumentsOptions;
}

type Kind = "accounting" | "banking" | "commerce";
type ConsentSection = "purpose" | "access" | "accountInformation" | "retention";

/** Texts that may be replaced. Most take Markdown; consent texts also `{companyName}` and `{platformName}`. */
export type TextOptionsKeys =
  | "companyName"
  | "landing.title" | "landing.subtitle" | "landing.nextButton"
  | "main.title" | "main.subtitle"
  | `${"accounting" | "banking" | "businessDocuments"}.fileUpload.subtitle`
  | `${Kind}.${"consents" | "additionalConsents"}.${"title" | "subtitle" | "termsAndConditions" | "nextButton"}`
  | `${Kind}.consents.${ConsentSection}`
  | `${Kind}.consents.headers.${ConsentSection | "platformData"}`
  | DeprecatedTextOptionsKeys;

/** Older names. The console says what replaces them. */
export type DeprecatedTextOptionsKeys =
  | `${Kind}.consents.accountInfo`
  | `${Kind}.dataAccess.${"consent" | "nextButton" | "additionalConsent.title" | "additionalConsent.subtitle"}`;

/** Older names of `sourceTypes.<kind>.dataTypes`. */
export type TextOptionsDataTypesKeys = `${Kind}.dataAccess.dataTypes` | `${Kind}.dataTypes`;

export type TextOptions = Partial<Record<TextOptionsKeys, string> & Record<TextOptionsDataTypesKeys, string[]>>;

/** Read once, when Link is put on the page. What is absent follows the settings in the Portal. */
export interface LinkOptions {
  /** @deprecated Use `hideBorder` and leave `onClose` out. */
  nonModal?: boolean;
  hideBorder?: boolean;
  showLandingPage?: boolean;
  showSandboxIntegrations?: boolean;
  /** Asks customers who connected on an earlier visit to agree to a new use of the data. */
  enableAdditionalConsent?: boolean;
  /** Lets customers connect several companies of one account at once. */
  enableMultiEntityLinking?: boolean;
  theme?: ThemeOptions;
  sourceTypes?: SourceTypesOptions;
  text?: TextOptions;
  /** For style elements, in browsers without constructed style sheets. Others need no nonce. */
  nonce?: string;
}

/**
 * What the host passes. Callbacks are looked up whenever they are called, so they may
 * be exchanged later; everything else is read once. What a callback throws is logged
 * and changes nothing. None is called after Link has left the page.
 */
export interface LinkProps {
  /** UUID of the company that connects. */
  companyId: string;
  /** Access token of that company. */
  accessToken?: string;
  /** A connection works. */
  onConnection: (args: ConnectionCallbackArgs) => void;
  onError: (args: ErrorCallbackArgs) => void;
  /** The customer is done. Take Link off the page. */
  onFinish: () => void;
  /** The customer wants to leave. Take Link off the page. Without it there is no X. */
  onClose?: () => void;
  /** The customer agreed and a connection was made; it does not work yet. */
  onConnectionStarted?: (args: ConnectionCallbackArgs) => void;
  onConsent?: (args: ConsentCallbackArgs) => void;
  options?: LinkOptions;
}

/** Link on a page. Removing its element does the same as `destroy`. */
export interface LinkInstance {
  /** Takes it off the page with everything that belongs to it. Calling it again does nothing. */
  destroy(): void;
  /** The same under the name that component frameworks use. */
  $destroy(): void;
}

/** What the script at `/sdk/link.js` exports as `Link`. */
export interface LinkConstructor {
  new (arguments_: { target: HTMLElement; props: LinkProps }): LinkInstance;
}
