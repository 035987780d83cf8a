// Puts Link on a page: fetches the script from a Bowline server, which keeps it up to
// date, and mounts it.

import type { LinkConstructor, LinkInstance, LinkProps } from "./types.js";

export type * from "./types.js";
export type * from "./codat.js";

/** Where the script comes from. */
export interface LoadOptions {
  /** Scheme and host of the Bowline server, such as "https://link.example.com". */
  origin?: string;
  /** Path of a pinned version as `/sdk/versions.json` names it; the current version otherwise. */
  path?: string;
}

let chosen: string | undefined;

/** Sets the server for every later call that names none. Returns what was set before. */
export function setOrigin(origin: string | undefined): string | undefined {
  const before = chosen;
  chosen = origin;
  return before;
}

const loaded = new Map<string, Promise<LinkConstructor>>();

/**
 * Fetches the script, once for each address, and resolves to the `Link` that it
 * exports. Rejects when it cannot be fetched; the next call tries again. Fetch it
 * early and mounting later takes no time.
 */
export function loadLink(options: LoadOptions = {}): Promise<LinkConstructor> {
  const origin = options.origin ?? chosen;
  if (!origin) return Promise.reject(new Error("Bowline Link: name the server, with the origin option or setOrigin"));
  let address: string;
  try {
    address = new URL(options.path ?? "/sdk/link.js", origin).href;
  } catch {
    return Promise.reject(new Error(`Bowline Link: ${origin} is no origin`));
  }
  let link = loaded.get(address);
  if (!link) {
    // The script lives on the server: bundlers must leave the import alone.
    link = import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ address).then(
      (module: { Link: LinkConstructor }) => module.Link,
      (reason: unknown) => {
        loaded.delete(address);
        throw reason;
      },
    );
    loaded.set(address, link);
  }
  return link;
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
