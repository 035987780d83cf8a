// Addresses and pages. Links are ordinary <a href="/portal/…">: a click on one is
// answered here, without a new page load, unless the person asked for a new tab.

import type { ComponentType } from "preact";
import { cell, useCell } from "./cell.ts";
import type { Action } from "./session.ts";

export { match } from "./match.ts";

export const base = "/portal";

/** What a page is given. */
export interface PageProps {
  params: Record<string, string>;
}

export interface Route {
  /** Below /portal: "/companies/:id/:tab?". */
  path: string;
  load: () => Promise<{ default: ComponentType<PageProps> }>;
  /** Whether it is shown to people who have not signed in. */
  open?: boolean;
  /** What a role needs to see it; none: everybody who is signed in. */
  action?: Action;
  /** The page stays as it is while a value after this many parts of its path changes, such as a tab's name. */
  stays?: number;
}

export interface Place {
  /** Below /portal, without the query: "/companies". */
  path: string;
  query: URLSearchParams;
  hash: string;
  /** Counts navigations to another path, so that focus moves with them. */
  visit: number;
  /** How far down it was when it was left, if somebody came back with the browser's buttons. */
  returned: number | undefined;
}

function read(visit: number, returned?: number): Place {
  const path = location.pathname.slice(base.length).replace(/\/+$/, "") || "/";
  return { path, query: new URLSearchParams(location.search), hash: location.hash.slice(1), visit, returned };
}

export const place = cell<Place>(read(0));

// How far down each entry of the history was when it was left.
const depths = new Map<string, number>();
let entries = 0;
const fresh = (): { entry: string } => ({ entry: `${Date.now()}.${entries++}` });
const entryNow = (): string => (history.state as { entry?: string } | null)?.entry ?? "";
let entry = entryNow();

/** Asks before a page with unsaved changes is left; see leave.ts. */
export const leaving = { may: async (): Promise<boolean> => true };

let at = location.href;

function arrive(returned?: number): void {
  const now = place.get();
  let next = read(now.visit, now.returned);
  if (next.path !== now.path) next = { ...next, visit: now.visit + 1, returned };
  at = location.href;
  entry = entryNow();
  place.set(next);
}

/** Goes to an address below /portal, such as "/companies?status=Linked". */
export async function navigate(to: string, options: { replace?: boolean; force?: boolean } = {}): Promise<void> {
  if (!options.force && pathOf(to) !== place.get().path && !(await leaving.may())) return;
  depths.set(entry, scrollY);
  // The browser would scroll before the page is there.
  history.scrollRestoration = "manual";
  history[options.replace ? "replaceState" : "pushState"](fresh(), "", base + to);
  const before = place.get().path;
  arrive();
  if (place.get().path !== before) scrollTo(0, 0);
}

const pathOf = (to: string): string => to.split(/[?#]/)[0]!.replace(/\/+$/, "") || "/";

/** Changes values of the query in place; null takes one away. Nothing scrolls and no history entry is made. */
export function setQuery(changes: Record<string, string | null>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  history.replaceState(history.state, "", location.pathname + (text ? `?${text}` : "") + location.hash);
  arrive();
}

/** Goes as far down as somebody was who came back; again while the page grows, until they move themselves. */
export function takeUp(depth: number): () => void {
  const watch = new ResizeObserver(() => go());
  const moves = ["wheel", "touchstart", "pointerdown", "keydown"] as const;
  const stop = (): void => {
    watch.disconnect();
    moves.forEach((one) => removeEventListener(one, stop, true));
  };
  const go = (): void => {
    scrollTo(0, depth);
    if (scrollY >= depth - 1) stop();
  };
  moves.forEach((one) => addEventListener(one, stop, true));
  watch.observe(document.body);
  go();
  return stop;
}

export const usePlace = (): Place => useCell(place);

/** Follows clicks on links and the Back button. */
export function startRouter(): void {
  // A page that is loaded anew is the browser's to scroll.
  addEventListener("pagehide", () => {
    history.scrollRestoration = "auto";
  });
  addEventListener("popstate", () => {
    if (read(0).path === place.get().path) return arrive();
    const wanted = location.href;
    const from = at;
    void leaving.may().then((may) => {
      if (may) {
        depths.set(entry, scrollY);
        return arrive(depths.get(entryNow()) ?? 0);
      }
      // The address has changed already; put the old one back.
      if (location.href === wanted) history.pushState(fresh(), "", from);
    });
  });
  addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.("a[href]") as HTMLAnchorElement | null;
    if (!link || (link.target && link.target !== "_self") || link.hasAttribute("download")) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || !(url.pathname === base || url.pathname.startsWith(`${base}/`))) return;
    // These are answered by the server.
    if (/^\/portal\/(sso|preview|api)\//.test(url.pathname)) return;
    event.preventDefault();
    if (url.pathname === location.pathname && url.search === location.search && url.hash) {
      // The skip link and its like: the browser does it better.
      document.getElementById(url.hash.slice(1))?.focus();
      return;
    }
    void navigate(url.pathname.slice(base.length) + url.search + url.hash);
  });
}
