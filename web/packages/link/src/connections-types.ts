// The contract between the Connections SDK and the page that embeds it (link.md 3.1).

import type { ErrorCallbackArgs, LinkInstance } from "./types.js";

type Kind = "accounting" | "banking" | "commerce";

/** Lists what a connection of that kind shares, a bullet each; Markdown. Without one, no list is shown. */
export type ConnectionsTextOptionsKeys = `${Kind}.connectionDetails.dataTypes`;

export type ConnectionsTextOptions = Partial<Record<ConnectionsTextOptionsKeys, string[]>>;

/** Read once, when the component is put on the page. */
export interface ConnectionsOptions {
  text?: ConnectionsTextOptions;
  /** For style elements, in browsers without constructed style sheets. Others need no nonce. */
  nonce?: string;
}

/** The connection that a callback is about. */
export interface ManagedConnectionCallbackArgs {
  connectionId: string;
}

/**
 * What the host passes. Callbacks are looked up whenever they are called, so they may be
 * exchanged later; everything else is read once. What a callback throws is logged and changes
 * nothing. None is called after the component has left the page.
 */
export interface ConnectionsProps {
  /** Access token of the company; it also says which company that is. */
  accessToken: string;
  /** The customer wants to leave. Take the component off the page. Without it there is no X. */
  onClose?: () => void;
  onError?: (args: ErrorCallbackArgs) => void;
  /** The customer ended a connection: nothing more can be read through it. */
  onDisconnect?: (args: ManagedConnectionCallbackArgs) => void;
  /** The customer brought a connection back: it works again, under the id that it had. */
  onReconnect?: (args: ManagedConnectionCallbackArgs) => void;
  options?: ConnectionsOptions;
}

/** The component on a page. Removing its element does the same as `destroy`. */
export type ConnectionsInstance = LinkInstance;

/** What the script at `/sdk/connections.js` exports as `Connections`. */
export interface ConnectionsConstructor {
  new (arguments_: { target: HTMLElement; props: ConnectionsProps }): ConnectionsInstance;
}
