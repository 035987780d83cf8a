// Fetches what a Bowline server serves to pages. Both entries of this package share it, and
// with it the server that was chosen.

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

const loaded = new Map<string, Promise<unknown>>();

/** Fetches a script, once for each address, and resolves to its exports. A failure is forgotten. */
export function load<Exports>(title: string, current: string, options: LoadOptions): Promise<Exports> {
  const origin = options.origin ?? chosen;
  if (!origin) return Promise.reject(new Error(`${title}: name the server, with the origin option or setOrigin`));
  let address: string;
  try {
    address = new URL(options.path ?? current, origin).href;
  } catch {
    return Promise.reject(new Error(`${title}: ${origin} is no origin`));
  }
  let script = loaded.get(address);
  if (!script) {
    // The script lives on the server: bundlers must leave the import alone.
    script = import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ address).catch((reason: unknown) => {
      loaded.delete(address);
      throw reason;
    });
    loaded.set(address, script);
  }
  return script as Promise<Exports>;
}
