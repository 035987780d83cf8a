// How an action reaches the server and what may come back. The journey decides
// with the reply alone, so a test or a gallery can stand in for the network.

import type { Action, Step, View } from "@bowline/ui/view.ts";

/** The answer to an action, reduced to what the screens can do about it. */
export type Reply =
  | { kind: "view"; view: View }
  /** 401 or 410: the link or session is over. */
  | { kind: "expired" }
  /** 404: nothing lives here. */
  | { kind: "missing" }
  /** Another 4xx: what the screen shows no longer fits; a reload brings the truth. */
  | { kind: "stale" }
  /** No answer, 429 or 5xx: worth trying again. */
  | { kind: "failed"; offline: boolean; correlationId?: string };

/** Sends one action and the proof of the hop that it belongs to. */
export type Send = (message: Action & { flow: string }) => Promise<Reply>;

/** Every step, and whether its screen draws from the field of the same name. */
const steps: Record<Step, boolean> = {
  main: true, picker: true, consent: true, handoff: true, tenants: true,
  success: true, error: true, done: true, expired: false, notFound: false,
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Whether a value has the bones of a View. The server is trusted for the rest. */
export function isView(value: unknown): value is View {
  if (!isObject(value) || typeof value.flow !== "string" || !isObject(value.client) || !isObject(value.company)) {
    return false;
  }
  const step = value.step as Step;
  return Object.hasOwn(steps, step) && (!steps[step] || isObject(value[step]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Milliseconds to wait for an answer before calling it lost. */
const patience = 30_000;

/**
 * Posts actions to the journey endpoint of a company on the given origin.
 * Nothing is retried here: an action may have been done although its answer was
 * lost, and the person decides (the server answers a repeated hop the same way).
 */
export function post(origin: string, companyId: string): Send {
  const address = `${origin}/link/companies/${encodeURIComponent(companyId)}/journey`;
  return async (message) => {
    let status: number;
    let body: unknown;
    try {
      const response = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        credentials: "same-origin",
        cache: "no-store",
        redirect: "error",
        signal: AbortSignal.timeout(patience),
        body: JSON.stringify(message),
      });
      status = response.status;
      body = parse(await response.text());
    } catch {
      return { kind: "failed", offline: globalThis.navigator?.onLine === false };
    }
    if (status === 200 && isView(body)) return { kind: "view", view: body };
    if (status === 401 || status === 410) return { kind: "expired" };
    if (status === 404) return { kind: "missing" };
    if (status >= 400 && status < 500 && status !== 408 && status !== 429) return { kind: "stale" };
    const correlationId = isObject(body) ? body.correlationId : undefined;
    return {
      kind: "failed",
      offline: false,
      correlationId: typeof correlationId === "string" ? correlationId : undefined,
    };
  };
}
