// How an action reaches the server and what may come back. The journey decides
// with the reply alone, so a test or a gallery can stand in for the network.

import type { Action, View } from "@bowline/ui/view.ts";

/** Why there is no view to show. */
export interface Trouble {
  /**
   * expired: 401 or 410, the link or session is over. missing: 404, nothing lives here.
   * refused: 403, this page may not ask for this company. stale: another 4xx, what the
   * screen shows no longer fits and a reload brings the truth. failed: no answer, 408,
   * 429 or 5xx, worth trying again.
   */
  kind: "expired" | "missing" | "refused" | "stale" | "failed";
  /** HTTP status; absent when no answer came. */
  status?: number;
  /** The browser itself says that it is offline. */
  offline?: boolean;
  message?: string;
  correlationId?: string;
}

/** The answer to an action, reduced to what the screens can do about it. */
export type Reply =
  | { kind: "view"; view: View }
  /** 204: a question about news, and there are none. */
  | { kind: "nothing" }
  | Trouble;

/** What is sent: an action and the proof of the hop that it belongs to. */
export type Message = Action & { flow: string };

/** Sends one message to a path of our own, as View.post names it. */
export type Send = (message: Message, path: string) => Promise<Reply>;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Steps whose screen says all by itself. */
const bare = ["expired", "notFound"];

/** Whether a value has the bones of a View. The server is trusted for the rest. */
export function isView(value: unknown): value is View {
  if (!isObject(value) || typeof value.flow !== "string" || !isObject(value.client) || !isObject(value.company)) {
    return false;
  }
  const step = String(value.step);
  return bare.includes(step) || (Object.hasOwn(value, step) && isObject(value[step]));
}

/** Reads JSON. With an origin, every address in it that is a path becomes whole. */
function parse(text: string, origin?: string): unknown {
  const whole = (name: string, value: unknown) =>
    typeof value === "string" && value.startsWith("/") && /url$/i.test(name) ? new URL(value, origin).href : value;
  try {
    return JSON.parse(text, origin ? whole : undefined);
  } catch {
    return undefined;
  }
}

/** Milliseconds to wait for an answer before calling it lost. */
const patience = 30_000;

export interface PostOptions {
  /** Scheme and host of the server; nothing is ever sent elsewhere. */
  origin: string;
  /** For a page of another origin: its proof instead of a cookie. */
  embedded?: { token: string | undefined; options: object };
}

function kindOf(status: number, embedded: boolean): Trouble["kind"] {
  if (status === 401 || status === 410) return "expired";
  if (status === 404) return "missing";
  if (status === 403 && embedded) return "refused";
  return status >= 400 && status < 500 && status !== 408 && status !== 429 ? "stale" : "failed";
}

/**
 * Posts actions as JSON. Nothing is retried here: an action may have been done
 * although its answer was lost, and the person decides (the server answers a
 * repeated hop the same way).
 */
export function post({ origin, embedded }: PostOptions): (message: object, path: string) => Promise<Reply> {
  const headers: Record<string, string> = { "Content-Type": "application/json", Accept: "application/json" };
  if (embedded?.token) headers.Authorization = `Bearer ${embedded.token}`;
  return async (message, path) => {
    let status: number;
    let body: unknown;
    try {
      const address = new URL(path, origin);
      if (address.origin !== origin) throw new Error("another origin");
      const response = await fetch(address, {
        method: "POST",
        headers,
        credentials: embedded ? "omit" : "same-origin",
        cache: "no-store",
        redirect: "error",
        signal: AbortSignal.timeout(patience),
        body: JSON.stringify(embedded ? { ...message, options: embedded.options } : message),
      });
      status = response.status;
      body = parse(await response.text(), embedded && origin);
    } catch {
      return { kind: "failed", offline: globalThis.navigator?.onLine === false };
    }
    if (status === 200 && isView(body)) return { kind: "view", view: body };
    if (status === 204) return { kind: "nothing" };
    const told = (name: string) => {
      const value = isObject(body) ? body[name] : undefined;
      return typeof value === "string" ? value : undefined;
    };
    return { kind: kindOf(status, !!embedded), status, message: told("error"), correlationId: told("correlationId") };
  };
}
