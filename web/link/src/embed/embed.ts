// Link, or the Connections SDK (product.ts), inside somebody else's page: the element, the
// first question to the server, and leaving without a trace. It is small because a page waits for it; the screens
// (core.ts) travel while the server answers.
//
// States: loading (a quiet card), drawn (the core has the root), gone. Gone is for
// good: no timer, no listener and no callback survives it.

import type { Step, View } from "@bowline/ui/view.ts";
import type { LinkInstance } from "../../../packages/link/src/types.ts";
import type { Fault } from "../journey.ts";
import { post, type Trouble } from "../transport.ts";
import * as product from "./product.ts";
import { call, isElement, say } from "./props.ts";
import { whenRemoved } from "./removal.ts";
import css from "./shadow.css?text";
import type { Core, Props, Site } from "./site.ts";
import { adopt } from "./styles.ts";

/** Scheme and host that this script came from: the server to talk to. */
const { origin } = new URL(import.meta.url);

/** Where an element keeps the way to take its Link down, for another copy of this script too. */
const mark = Symbol.for("bowline.link");

type Marked = Element & { [mark]?: () => void };

/** Milliseconds before the tries after the first. */
const pauses = [2000, 4000];

/** Milliseconds for which a sign-in in another tab is worth coming back to. */
const life = 30 * 60_000;

/** Frames were warned of. */
let warned = false;

/** The screens, fetched once for all instances; a failure is forgotten. */
let fetched: Promise<Core> | undefined;
function core(): Promise<Core> {
  return (fetched ??= import("./core.ts").catch((reason: unknown) => {
    fetched = undefined;
    throw reason;
  }));
}

/**
 * The proof of a sign-in that went on in another tab when this page was left (told.ts keeps it).
 * `drop` forgets it first: who left on purpose does not find the sign-in waiting.
 */
function recall(name: string, drop?: boolean): string | undefined {
  try {
    if (drop) sessionStorage.removeItem(name);
    const [flow, at] = JSON.parse(sessionStorage.getItem(name)!) as [string, number];
    return Date.now() - at < life ? flow : undefined;
  } catch {
    return undefined;
  }
}

export class Embedding implements LinkInstance {
  readonly #host = document.createElement("div");
  readonly #site: Site;
  readonly #ends = new Set<() => void>();
  /** Notices a removal that no observer has reported yet. */
  #look: () => void = () => undefined;
  #undraw: (() => void) | undefined;
  #gone = false;
  /** Failures before the first screen. */
  #failures = 0;
  /** Changes with each start; what belongs to an earlier one is dropped. */
  #run = 0;

  constructor({ target, props: given }: { target: HTMLElement; props: Props }) {
    const props = given ?? {};
    const host = this.#host;
    const shadow = host.attachShadow({ mode: "open" });
    const root = document.createElement("div");
    shadow.append(root);
    let wrong = isElement(target) ? product.wanting(props) : "target is no element";
    const { nonce, ...options } = props.options ?? {};
    let frozen: object = {};
    try {
      // As they are now, whatever the host does to them later.
      frozen = JSON.parse(JSON.stringify(options)) as object;
    } catch {
      wrong ??= "options are no plain data";
    }
    const send = post({ origin, embedded: { token: props.accessToken, options: frozen } });
    let closed = false;
    const close = () => {
      recall(this.#site.memory, true);
      if (!closed) this.#site.call("onClose");
      closed = true;
    };
    this.#site = {
      ...product.about(props),
      root,
      plain: !!(options.hideBorder ?? options.nonModal),
      close: props.onClose && !options.nonModal ? close : undefined,
      adopt: (text) => adopt(shadow, text, nonce),
      send: async (message, path) => {
        const reply = this.#here() && await send(message, path);
        return reply && this.#here() ? reply : { kind: "nothing" };
      },
      call: (name, argument) => {
        if (!isElement(target) || this.#here()) call(props, name, argument);
      },
      warn: (text) => say("warn", text),
      restart: () => this.#start(),
      after: (delay, run) => this.#after(delay, run),
    };
    this.#site.adopt(css);
    if (isElement(target)) {
      for (const child of [...target.children] as Marked[]) child[mark]?.();
      (host as Marked)[mark] = () => this.destroy();
      target.append(host);
      const removal = whenRemoved(host, () => this.destroy());
      this.#look = removal.look;
      this.#ends.add(removal.stop);
    }
    if (!warned && window.top !== window) say("warn", "frames are not supported: the server may refuse their origin");
    warned = true;
    if (wrong) say("error", wrong);
    void this.#start(wrong);
  }

  /** Takes Link off the page with everything that belongs to it. */
  destroy(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#clear();
    for (const end of this.#ends) end();
    this.#host.remove();
    this.#host.shadowRoot!.adoptedStyleSheets = [];
    delete (this.#host as Marked)[mark];
  }

  $destroy(): void {
    this.destroy();
  }

  /** Whether there is still a page to draw on. Whoever finds out that there is not cleans up. */
  #here(): boolean {
    this.#look();
    return !this.#gone;
  }

  /** An empty card that is drawn on next; what went on in the old one is over. */
  #clear(): number {
    this.#undraw?.();
    this.#undraw = undefined;
    const { root, plain } = this.#site;
    root.replaceChildren();
    root.className = plain ? "ghost plain" : "ghost";
    root.ariaBusy = "true";
    return ++this.#run;
  }

  async #start(wrong?: string): Promise<void> {
    const run = this.#clear();
    const { send, call: tell, memory, path } = this.#site;
    core().then((one) => one.warm(navigator.language), () => undefined);
    const reply = wrong
      ? await Promise.resolve<Trouble>({ kind: "stale", status: 400, message: wrong })
      : await send({ action: "boot", locales: navigator.languages, resume: recall(memory) }, path);
    if (run !== this.#run || reply.kind === "nothing") return;
    if (reply.kind === "view") return this.#draw(reply.view);
    const { kind, status, message, correlationId } = reply;
    const failed = kind === "failed";
    if (!failed || ++this.#failures === pauses.length + 1) {
      tell("onError", { errorCode: kind === "expired" ? 401 : (status ?? 503), message, correlationId, userRecoverable: failed });
    }
    if (run === this.#run) await this.#draw(this.#bare(kind), failed ? reply : undefined);
  }

  /** A view that needs nothing from the server. */
  #bare(kind: Trouble["kind"]): View {
    const step: Step = kind === "expired" ? kind : kind === "failed" ? "gate" : "notFound";
    const locale = navigator.language as View["locale"];
    return { flow: "", post: "", step, gate: { kind: "otp" }, locale, company: { id: "", name: "" }, client: { name: "" }, ...product.ends };
  }

  /** Draws a view; over a failure, with the news of it and another try. */
  async #draw(view: View, failure?: Trouble): Promise<void> {
    const run = this.#run;
    const fault: Fault | undefined = failure && {
      kind: failure.offline ? "offline" : "failed", correlationId: failure.correlationId, retrying: false,
    };
    let drawn = true;
    try {
      const undraw = await (await core()).draw(this.#site, view, fault);
      if (run !== this.#run) return undraw();
      this.#undraw = undraw;
      this.#site.root.className = "";
      this.#site.root.ariaBusy = null;
    } catch {
      drawn = false;
    }
    if (run !== this.#run || (drawn && !failure)) return;
    if (!drawn) this.#sign();
    this.#again();
  }

  /** What can be said without the screens, which did not come either. */
  #sign(): void {
    const button = document.createElement("button");
    button.textContent = "↻";
    button.ariaLabel = "Try again";
    button.onclick = () => void this.#start();
    this.#site.root.replaceChildren(button);
  }

  /** Another try follows by itself, the first times after a while, then when the network is back. */
  #again(): void {
    const run = this.#run;
    const retry = () => {
      end();
      if (run === this.#run) void this.#start();
    };
    const end = () => {
      window.removeEventListener("online", retry);
      this.#ends.delete(end);
    };
    window.addEventListener("online", retry);
    this.#ends.add(end);
    const pause = pauses[this.#failures - 1];
    if (pause) this.#after(pause, retry);
  }

  #after(delay: number, run: () => void): () => void {
    const end = () => {
      clearTimeout(timer);
      this.#ends.delete(end);
    };
    const timer = setTimeout(() => {
      end();
      if (this.#here()) run();
    }, delay);
    this.#ends.add(end);
    return end;
  }
}
