// Puts Link on a page: fetches the script from a Bowline server, which keeps it up to
// date, and mounts it.

import { load, type LoadOptions } from "./load.js";
import type { LinkConstructor, LinkInstance, LinkProps } from "./types.js";

export type * from "./types.js";
export type * from "./codat.js";
export { setOrigin, type LoadOptions } from "./load.js";

/**
 * Fetches the script, once for each address, and resolves to the `Link` that it
 * exports. Rejects when it cannot be fetched; the next call tries again. Fetch it
 * early and mounting later takes no time.
 */
export async function loadLink(options: LoadOptions = {}): Promise<LinkConstructor> {
  return (await load<{ Link: LinkConstructor }>("Bowline Link", "/sdk/link.js", options)).Link;
}

/**
 * Fetches the script and puts Link into an element; resolves to what takes it away
 * again. Rejects when the script cannot be fetched, and tells `onError` too.
 */
export async function initLink(target: HTMLElement, props: LinkProps, options?: LoadOptions): Promise<LinkInstance> {
  let Link: LinkConstructor;
  try {
    Link = await loadLink(options);
  } catch (reason) {
    props.onError({ message: "Link could not be loaded.", errorCode: 503, userRecoverable: true });
    throw reason;
  }
  return new Link({ target, props });
}

/** The same under the name, and with the result, that pages written for Codat Link use. */
export async function initializeCodatLink(target: HTMLElement, props: LinkProps, options?: LoadOptions): Promise<void> {
  await initLink(target, props, options);
}
