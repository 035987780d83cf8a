// The browser's half of the journey: show the step that came, send what the
// person did, remember the way back. It never decides which step is next.
//
// States: idle (a screen is shown), busy (one action under way; further actions
// are dropped), fault (an action did not get through; its screen stays and the
// person may retry it). Beside them runs the question about news (check): it is
// never seen, and an action overtakes it.

import type { Action, ManagedConnection, Step, View } from "@bowline/ui/view.ts";
import type { Reply, Send, Trouble } from "./transport.ts";
import type { Entry, Memo, Trail } from "./trail.ts";

/** Why the last action brought nothing. */
export interface Fault {
  kind: "failed" | "offline" | "stale";
  correlationId?: string;
  /** A retry is waiting or under way. */
  retrying: boolean;
}

/** Everything that the screens draw from. A new object for each change. */
export interface Shown {
  view: View;
  /** What a sheet dims: the place that its view brings along, or the last one before it. */
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
  /** The view came by itself, as news, and not because of what the person did here. */
  quiet?: boolean;
  /** Nobody asks for news any more; `wake` asks again. */
  tired?: boolean;
}

/**
 * How a view came: as the answer to an action, as news that were asked for, or too
 * late, after the person went elsewhere, so that it is not shown.
 */
export type Arrival = "answer" | "news" | "late";

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
  /** Told of an action before it is sent, while the person's gesture still counts. */
  gesture?(action: Action, view: View): void;
  /** Told of each view that the server sent, once, when it can be drawn. */
  arrived?(view: View, how: Arrival): void;
  /** Told when an action brought no view, or only the news that all is over. */
  troubled?(trouble: Trouble): void;
}

/** Steps that one may come back to. The others are answers, not places. */
const places: ReadonlySet<Step> = new Set<Step>([
  "main", "picker", "notListed", "consent", "guide", "credentials", "tenants", "share", "helper", "manage", "managed",
]);

/** Steps that are drawn over the screen before them. */
const sheets: ReadonlySet<Step> = new Set<Step>(["success", "error", "shared", "disconnect", "disconnected", "mismatch"]);

/** Whether the news that a view waits for comes from elsewhere: another tab, person or device. */
export function waits({ step, handoff }: View): boolean {
  return step === "handover" || step === "device" || (step === "handoff" && handoff?.mode === "tab");
}

/** Longest wait before a retry, in milliseconds. */
const longestWait = 8000;

export class Journey {
  shown: Shown;
  readonly #options: JourneyOptions;
  readonly #listeners = new Set<() => void>();
  readonly #stopListening: () => void;
  #failures = 0;
  #stopped = false;
  #pending: { action: Action; key: string } | undefined;
  /** A sign-in in another tab that the person turned away from here; it may yet be finished there. */
  #left: View | undefined;
  /** The last place. */
  #behind: View | undefined;
  /** What is connected, as it was last heard of: the list may be come back to without asking again. */
  #known: ManagedConnection[] | undefined;
  /** Changes whenever the screen does; an answer to an earlier screen is dropped. */
  #turn = 0;

  constructor(options: JourneyOptions) {
    this.#options = options;
    const { view, trail } = options;
    const memo: Memo = {};
    this.shown = { view, under: this.#under(view), arrival: "first", memo, stay: false };
    this.#hear(view);
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
    this.#options.gesture?.(action, this.shown.view);
    void this.#deliver();
  }

  /** What there may be news of: the screen that waits, or the sign-in that was left for another screen. */
  get awaited(): View | undefined {
    return waits(this.shown.view) ? this.shown.view : this.#left;
  }

  /**
   * Asks whether there is news, unseen: nothing turns busy, a lost answer is no
   * fault, and an action that starts meanwhile goes first. Whether there was any.
   */
  async check(): Promise<boolean> {
    if (this.shown.busy !== undefined) return false;
    const turn = this.#turn;
    const about = this.awaited ?? this.shown.view;
    const reply = await this.#send({ action: "check" }, about, true);
    if (reply.kind !== "view") return false;
    const aside = about === this.#left;
    if (aside) this.#left = undefined;
    if (turn !== this.#turn) return false;
    // Who turned away from a sign-in is not interrupted to hear that it failed.
    if (aside && reply.view.step === "error") return true;
    this.#arrive(reply.view, { action: "check" }, "");
    return true;
  }

  /** Keeps what the screen wants to know of itself when the person comes back to it, and draws it. */
  remember(change: Memo): void {
    Object.assign(this.shown.memo, change);
    this.#patch({});
  }

  /** Nobody asks for news any more, until somebody wants to know. */
  tire(): void {
    this.#patch({ tired: true });
  }

  wake(): void {
    this.#patch({ tired: false });
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
    if (this.#pending) this.#options.gesture?.(this.#pending.action, this.shown.view);
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
    this.#stopped = true;
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
    const { manage } = entry.view;
    const view = manage ? { ...entry.view, manage: { ...manage, connections: this.#known ?? manage.connections } } : entry.view;
    // Once drawn, a screen's script is here for good: this fails only offline, after a reload.
    await this.#options.prepare(view).catch(() => this.#options.reload());
    if (turn !== this.#turn) return;
    this.#show({ view, arrival: "back", focus: entry.focus, memo: entry.memo, stay: true });
  }

  async #deliver(): Promise<void> {
    const pending = this.#pending;
    if (!pending) return;
    const turn = ++this.#turn;
    this.#patch({ busy: pending.key });
    const reply = await this.#send(pending.action, this.shown.view, false);
    if (turn !== this.#turn) return;
    if (reply.kind === "view") return this.#arrive(reply.view, pending.action, pending.key);
    this.#failures++;
    const fault: Fault = reply.kind === "failed"
      ? { kind: reply.offline ? "offline" : "failed", correlationId: reply.correlationId, retrying: false }
      : { kind: "stale", retrying: false };
    this.#patch({ busy: undefined, fault });
  }

  /** Sends, and has everything at hand to draw the answer. */
  async #send(action: Action, view: View, quiet: boolean): Promise<Reply> {
    const turn = this.#turn;
    const { send, prepare, arrived, troubled } = this.#options;
    let reply = await send({ flow: view.flow, ...action }, view.post);
    // The two ends need nothing from the server but the news.
    const end = reply.kind === "expired" ? "expired" : (reply.kind === "missing" || reply.kind === "refused") && "notFound";
    const next = reply.kind === "view" ? reply.view : end && bare(view, end);
    if (next) await prepare(next).catch(() => void (reply = { kind: "failed" }));
    if (this.#stopped) return { kind: "nothing" };
    if (reply.kind === "view") {
      arrived?.(reply.view, quiet ? "news" : turn === this.#turn ? "answer" : "late");
      return reply;
    }
    if (reply.kind === "nothing" && quiet) return reply;
    const trouble: Trouble = reply.kind === "nothing" ? { kind: "failed" } : reply;
    if (!quiet || end) troubled?.(trouble);
    return next && end === next.step && trouble.kind !== "failed" ? { kind: "view", view: next } : trouble;
  }

  #arrive(view: View, action: Action, key: string): void {
    const { trail } = this.#options;
    const from = this.shown;
    const here = trail.current();
    this.#settle();
    this.#hear(view);
    let memo: Memo = {};
    let focus: string | undefined;
    if (places.has(view.step)) {
      const depth = here?.depth ?? 0;
      if (action.action === "language" && view.step === from.view.step) {
        // The same place in other words; what lies before it speaks the old language.
        memo = from.memo;
        focus = key;
        trail.replace({ depth: 0, view, memo });
      } else if (here && places.has(from.view.step) && (view.step !== from.view.step || view.step === "guide")) {
        trail.replace({ ...here, memo: from.memo, focus: key });
        trail.push({ depth: depth + 1, view, memo });
      } else {
        trail.replace({ depth, view, memo });
      }
    } else if (here && places.has(from.view.step)) {
      trail.replace({ ...here, memo: from.memo, focus: key });
    }
    if (places.has(from.view.step)) this.#behind = from.view;
    const quiet = action.action === "check";
    this.#show({ view, under: this.#under(view), arrival: focus ? "back" : "forward", focus, memo, stay: false, quiet });
  }

  /** Keeps the list of what is connected as new as the view. */
  #hear({ manage, managed }: View): void {
    const one = managed?.connection;
    this.#known = (manage?.connections ?? this.#known)?.map((old) => (old.id === one?.id ? one : old));
  }

  /** What a view is laid over, if it is a sheet. */
  #under(view: View): View | undefined {
    if (!sheets.has(view.step)) return undefined;
    const step = (["managed", "manage", "main"] as const).find((one) => view[one]);
    return (this.#behind = step ? { ...view, step } : this.#behind);
  }

  #show(shown: Shown): void {
    const before = this.shown.view;
    if (!places.has(shown.view.step)) this.#left = undefined;
    else if (before.handoff?.mode === "tab" && !shown.quiet) this.#left = before;
    this.shown = shown;
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

/** A view that shows nothing of the company. */
function bare(view: View, step: Step): View {
  const { flow, post, locale, company, client } = view;
  return { flow, post, step, locale, company: { id: company.id, name: "" }, client };
}
