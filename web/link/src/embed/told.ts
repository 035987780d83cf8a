// What a view says besides what it shows: callbacks for the host, warnings for its
// developers, and what to remember for a reload of its page.

import type { ConnectionArgs, JourneyEvent, View } from "@bowline/ui/view.ts";
import type { ErrorCallbackArgs } from "../../../packages/link/src/types.ts";
import type { Trouble } from "../transport.ts";
import type { Callback, Site } from "./site.ts";

/**
 * Keeps the proof of a view that sends the person to the provider, in another tab or in this
 * one, and forgets it with any other view (embed.ts reads it).
 */
function remember(name: string, { flow, handoff }: View): void {
  // A page may be forbidden to store anything.
  try {
    if (handoff) sessionStorage.setItem(name, JSON.stringify([flow, Date.now()]));
    else sessionStorage.removeItem(name);
  } catch {
    return;
  }
}

/** Passes on what one journey has to tell. */
export class Teller {
  readonly #site: Site;
  readonly #warned = new Set<string>();
  /** Connections that the host has been told of since they were started. */
  readonly #connected = new Set<string>();
  /** Those that it was told of as ended. */
  readonly #disconnected = new Set<string>();
  /** Failures in a row. */
  #failures = 0;

  constructor(site: Site) {
    this.#site = site;
  }

  /** A view came. */
  view(view: View): void {
    this.#failures = 0;
    remember(this.#site.memory, view);
    const { connection, canDisconnect, canReconnect } = view.managed ?? {};
    // What works may be lost again, and the other way round.
    if (canDisconnect) this.#disconnected.delete(connection!.id);
    if (canReconnect) this.#connected.delete(connection!.id);
    for (const warning of view.warnings ?? []) {
      if (!this.#warned.has(warning)) this.#site.warn(warning);
      this.#warned.add(warning);
    }
    for (const event of view.events ?? []) this.#event(event);
  }

  #event(event: JourneyEvent): void {
    const { call } = this.#site;
    switch (event.type) {
      case "consent": return call("onConsent", { text: event.text });
      case "finish": return call("onFinish");
      case "error": return call("onError", event.error);
      case "connectionStarted":
        this.#connected.delete(event.connection.connectionId);
        return call("onConnectionStarted", event.connection);
      case "connection": return this.#once(this.#connected, "onConnection", event.connection);
      case "disconnect": return this.#once(this.#disconnected, "onDisconnect", event.connection);
      case "reconnect": return this.#once(this.#connected, "onReconnect", event.connection);
    }
  }

  /** The news and an answer may both bring it, as may the answer to an action that was sent again. */
  #once(told: Set<string>, name: Callback, connection: ConnectionArgs): void {
    const { connectionId } = connection;
    if (told.has(connectionId)) return;
    told.add(connectionId);
    this.#site.call(name, name === "onConnection" ? connection : { connectionId });
  }

  /** An action brought no view. */
  trouble({ kind, status, message, correlationId }: Trouble): void {
    const again = kind === "failed" ? ++this.#failures < 3 : kind === "stale";
    const error: ErrorCallbackArgs = { errorCode: kind === "expired" ? 401 : (status ?? 503), message, correlationId, userRecoverable: again };
    this.#site.call("onError", error);
  }
}
