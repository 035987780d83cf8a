// The browser's half of the journey: show the step that came, send what the
// person did, remember the way back. It never decides which step is next.
//
// States: idle (a screen is shown), busy (one action under way; further actions
// are dropped), fault (an action did not get through; its screen stays and the
// person may retry it).

import type { Action, Step, View } from "@bowline/ui/view.ts";
import type { Reply, Send } from "./transport.ts";
import type { Entry, Memo, Trail } from "./trail.ts";

export interface Fault {
  kind: "failed" | "offline" | "stale";
  correlationId?: string;
  /** A retry is waiting or under way. */
  retrying: boolean;
}

/** Everything that the screens draw from. A new object for each change. */
export interface Shown {
  view: View;
  /** The last place before this view: what a sheet dims. */
  under?: View;
  /** How the view was reached; decides where focus goes. */
  arrival: "first" | "forward" | "back";
  /** Control to focus on arrival by "back". */
  focus?: string;
  memo: Memo;
  /** Key of the control whose action is under way. */
  busy?: string;
  fault?: Fault;
  /** A handover was interrupted by coming back: do not leave again unasked. */
  stay: boolean;
}

export interface JourneyOptions {
  view: View;
  send: Send;
  trail: Trail;
  /** Fetches what a view needs before it is shown. A rejection counts as a lost answer. */
  prepare(view: View): Promise<void>;
  /** Reloads the page, the cure for a stale screen. */
  reload(): void;
  /** Runs a function after a delay in milliseconds; injected so that tests own time. */
  after(delay: number, run: () => void): void;
}

/** Steps that one may come back to. The others are answers, not places. */
const places: ReadonlySet<Step> = new Set<Step>(["main", "picker", "consent", "tenants"]);

/** Steps that lie over the screen before them. */
export const sheets: ReadonlySet<Step> = new Set<Step>(["success", "error"]);

/** Longest wait before a retry, in milliseconds. */
const longestWait = 8000;

export class Journey {
  shown: Shown;
  readonly #options: JourneyOptions;
  readonly #listeners = new Set<() => void>();
  readonly #stopListening: () => void;
  #failures = 0;
  #pending: { action: Action; key: string } | undefined;
  /** Changes whenever the screen does; an answer to an earlier screen is dropped. */
  #turn = 0;

  constructor(options: JourneyOptions) {
    this.#options = options;
    const { view, trail } = options;
    const memo: Memo = {};
    this.shown = { view, under: under(view), arrival: "first", memo, stay: false };
    if (places.has(view.step)) {
      const before = trail.current();
      // The same entry drawn again after a visit elsewhere keeps what it remembered.
      const same = before?.view.flow === view.flow;
      if (same) this.shown.memo = before.memo;
      trail.replace({ depth: before?.depth ?? 0, view, memo: this.shown.memo, focus: same ? before.focus : undefined });
    }
    this.#stopListening = trail.listen((entry) => void this.#revisit(entry));
  }

  /** Calls back after each change of `shown`; returns the way to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Sends what the person did. `key` names the control that they used. While an
   * action is under way, others are dropped: a double click sends once.
   */
  act(action: Action, key: string): void {
    if (this.shown.busy !== undefined) return;
    this.#pending = { action, key };
    this.#failures = 0;
    this.#patch({ fault: undefined });
    void this.#deliver();
  }

  /**
   * Sends the action that failed once more. The first retry goes at once, later
   * ones wait longer each time, so that impatience cannot flood a server in trouble.
   */
  retry(): void {
    const { fault, busy } = this.shown;
    if (!fault || fault.retrying || busy !== undefined) return;
    if (fault.kind === "stale") return this.#options.reload();
    const wait = this.#failures < 2 ? 0 : Math.min(longestWait, 500 * 2 ** (this.#failures - 1));
    const turn = this.#turn;
    this.#patch({ fault: { ...fault, retrying: true } });
    this.#options.after(wait, () => {
      if (turn === this.#turn) void this.#deliver();
    });
  }

  /** The previous screen: our own history when there is some, else the server's word. */
  back(): void {
    const { trail } = this.#options;
    const here = trail.current();
    if (!places.has(this.shown.view.step) && here) return this.returned();
    if (here && here.depth > 0) return trail.back();
    this.act({ action: "back" }, "back");
  }

  /**
   * The document came back from the browser's cache, or the person gave up on a
   * handover: show the place that they left from and wait for them.
   */
  returned(): void {
    const here = this.#options.trail.current();
    if (here) return void this.#revisit(here);
    this.#settle();
    this.#patch({ busy: undefined, stay: true });
  }

  /** Stops listening. No callback fires afterwards. */
  stop(): void {
    this.#settle();
    this.#listeners.clear();
    this.#stopListening();
  }

  #settle(): void {
    this.#turn++;
    this.#pending = undefined;
    this.#failures = 0;
  }

  async #revisit(entry: Entry): Promise<void> {
    this.#settle();
    const turn = this.#turn;
    // Once drawn, a screen's script is here for good: this fails only offline, after a reload.
    await this.#options.prepare(entry.view).catch(() => this.#options.reload());
    if (turn !== this.#turn) return;
    this.#show({ view: entry.view, arrival: "back", focus: entry.focus, memo: entry.memo, stay: true });
  }

  async #deliver(): Promise<void> {
    const pending = this.#pending;
    if (!pending) return;
    const turn = ++this.#turn;
    this.#patch({ busy: pending.key });
    const reply = await this.#send(pending.action);
    if (turn !== this.#turn) return;
    if (reply.kind === "view") return this.#arrive(reply.view, pending.key);
    this.#failures++;
    const fault: Fault = reply.kind === "failed"
      ? { kind: reply.offline ? "offline" : "failed", correlationId: reply.correlationId, retrying: false }
      : { kind: "stale", retrying: false };
    this.#patch({ busy: undefined, fault });
  }

  /** Sends, and has everything at hand to draw the answer. */
  async #send(action: Action): Promise<Reply> {
    const { view } = this.shown;
    const { send, prepare } = this.#options;
    let reply = await send({ flow: view.flow, ...action });
    // The two ends need nothing from the server but the news.
    if (reply.kind === "expired") reply = { kind: "view", view: bare(view, "expired") };
    if (reply.kind === "missing") reply = { kind: "view", view: bare(view, "notFound") };
    if (reply.kind !== "view") return reply;
    return prepare(reply.view).then((): Reply => reply, () => ({ kind: "failed", offline: false }));
  }

  #arrive(view: View, key: string): void {
    const { trail } = this.#options;
    const from = this.shown;
    this.#settle();
    const memo: Memo = {};
    if (places.has(view.step)) {
      const here = trail.current();
      const depth = here?.depth ?? 0;
      if (here && places.has(from.view.step)) {
        trail.replace({ ...here, memo: from.memo, focus: key });
        trail.push({ depth: depth + 1, view, memo });
      } else {
        trail.replace({ depth, view, memo });
      }
    } else if (places.has(from.view.step)) {
      const here = trail.current();
      if (here) trail.replace({ ...here, memo: from.memo, focus: key });
    }
    const before = places.has(from.view.step) ? from.view : from.under;
    this.#show({ view, under: under(view) ?? before, arrival: "forward", memo, stay: false });
  }

  #show(shown: Shown): void {
    this.shown = places.has(shown.view.step) ? { ...shown, under: undefined } : shown;
    this.#tell();
  }

  #patch(change: Partial<Shown>): void {
    this.shown = { ...this.shown, ...change };
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** A sheet that arrives with the main list in its view is laid over that list. */
function under(view: View): View | undefined {
  return sheets.has(view.step) && view.main ? { ...view, step: "main" } : undefined;
}

/** A view that shows nothing of the company. */
function bare(view: View, step: Step): View {
  return { flow: view.flow, step, locale: view.locale, company: { id: view.company.id, name: "" }, client: view.client };
}
