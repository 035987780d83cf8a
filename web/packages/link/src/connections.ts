// Puts the Connections SDK on a page: the customer sees what is connected, ends it and brings
// it back. The script comes from a Bowline server, which keeps it up to date.

import type { ConnectionsConstructor, ConnectionsInstance, ConnectionsOptions, ConnectionsProps } from "./connections-types.js";
import { load, type LoadOptions } from "./load.js";

export type * from "./connections-types.js";
export type { ErrorCallbackArgs } from "./types.js";
export { setOrigin, type LoadOptions } from "./load.js";

/** The names that pages written for Codat use. */
export type CodatConnectionsProps = ConnectionsProps;
export type CodatConnectionsOptions = ConnectionsOptions;

/**
 * Fetches the script, once for each address, and resolves to the `Connections` that it exports.
 * Rejects when it cannot be fetched; the next call tries again.
 */
export async function loadConnections(options: LoadOptions = {}): Promise<ConnectionsConstructor> {
  return (await load<{ Connections: ConnectionsConstructor }>("Bowline Connections", "/sdk/connections.js", options)).Connections;
}

/**
 * Fetches the script and puts the component into an element; resolves to what takes it away
 * again. Rejects when the script cannot be fetched, and tells `onError` too.
 */
export async function initConnections(target: HTMLElement, props: ConnectionsProps, options?: LoadOptions): Promise<ConnectionsInstance> {
  let Connections: ConnectionsConstructor;
  try {
    Connections = await loadConnections(options);
  } catch (reason) {
    props.onError?.({ message: "Connections could not be loaded.", errorCode: 503, userRecoverable: true });
    throw reason;
  }
  return new Connections({ target, props });
}

/** The same under the name, and with the result, that pages written for Codat use. */
export async function initCodatConnections(target: HTMLElement, props: ConnectionsProps, options?: LoadOptions): Promise<void> {
  await initConnections(target, props, options);
}
