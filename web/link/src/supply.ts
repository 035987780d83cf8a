// What a view needs before it can be drawn: the words of its language and the
// script of its screen. Both arrive in parts, so that the first screen is light.

import type { ComponentClass } from "preact";
import type { Step, View } from "@bowline/ui/view.ts";
import { plain } from "@bowline/ui/plain.ts";
import { wordsFor, type Words } from "@bowline/ui/words/words.ts";
import type { Aids, Screen } from "./context.ts";

type Screens = Partial<Record<Step, Screen | ComponentClass>>;

/** A part of the screens as its module gives it. */
interface Part { screens: Screens; css?: string; aids?: Aids }

/** Gives a style sheet to the root that the screens are drawn in. */
export type Adopt = (css: string) => void;

/** Dresses a page that is ours. */
export function adoptIn(page: Document): Adopt {
  return (css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    page.adoptedStyleSheets.push(sheet);
  };
}

/** The parts after the first: the list of types, that of software, what is connected, one of that, the way on from there, and everything else. */
const parts = {
  list: (): Promise<Part> => import("./screens/list.ts"),
  pick: (): Promise<Part> => import("./screens/pick.ts"),
  manage: (): Promise<Part> => import("./screens/manage.ts"),
  managed: (): Promise<Part> => import("./screens/managed.ts"),
  later: (): Promise<Part> => import("./screens/later.ts"),
  rare: (): Promise<Part> => import("./screens/rare.ts"),
};

type PartName = keyof typeof parts;

/** What a part builds on: its style sheet, or what its sheets are laid over. */
const before: Partial<Record<PartName, PartName[]>> = { later: ["list", "pick"], rare: ["later"], managed: ["later"] };

/** Steps that the later part draws, or an earlier one in its company. */
const simple: ReadonlySet<Step> = new Set<Step>(["main", "picker", "consent", "handoff", "tenants", "success", "error", "done"]);

/** The part that draws a view alone: that of a plain list, with something in it and no Markdown in its title. */
function alone({ step, main, picker }: View): PartName | undefined {
  if (step === "main") return main!.types.length && plain(main!.title) && plain(main!.subtitle) ? "list" : undefined;
  if (step === "picker") return picker!.integrations.length ? "pick" : undefined;
  return step === "manage" ? step : undefined;
}

/** Whether a view shows what is connected, be it behind a sheet, or the way to it. */
function manages({ main, manage, managed, mismatch }: View): unknown {
  return manage ?? managed ?? mismatch ?? main?.canManage;
}

export class Supply {
  /** Set once `prepare` has been awaited for any view. */
  words!: Words;
  readonly screens: Screens = {};
  /** Set together with the later screens. */
  aids: Aids | undefined;
  /** Called when the aids are there. */
  ready: (() => void) | undefined;
  readonly #dress: Adopt;
  readonly #fetched: Partial<Record<PartName, Promise<void>>> = {};

  /** `dress` is given the style sheets that come with the screens. */
  constructor(dress: Adopt) {
    this.#dress = dress;
  }

  /** Fetches what is missing for a view. Rejects when the network does; may be tried again. */
  async prepare(view: View): Promise<void> {
    await Promise.all([this.#speak(view), this.#draw(view)]);
  }

  /** Fetches the screens that come next in a simple journey, once. */
  async rest(): Promise<void> {
    await Promise.all([this.words.more(), this.#fetch("later")]);
  }

  async #speak(view: View): Promise<void> {
    const { locale } = view;
    const words = this.words?.locale === locale ? this.words : await wordsFor(locale);
    const part = alone(view);
    await Promise.all([
      this.aids || !part ? words.more() : part === "list" && words.list(),
      manages(view) && words.manage(),
    ]);
    this.words = words;
  }

  async #draw(view: View): Promise<void> {
    await Promise.all([
      manages(view) && this.#fetch("manage"),
      this.#fetch(alone(view) ?? (simple.has(view.step) ? "later" : view.managed ?? view.mismatch ? "managed" : "rare")),
    ]);
  }

  #fetch(name: PartName): Promise<void> {
    return (this.#fetched[name] ??= this.#adopt(name).catch((reason: unknown) => {
      this.#fetched[name] = undefined;
      throw reason;
    }));
  }

  async #adopt(name: PartName): Promise<void> {
    // A later rule wins over an earlier one, so the sheets come in that order.
    const needed = before[name] ?? [];
    const [{ screens, css, aids }] = await Promise.all([parts[name](), ...needed.map((one) => this.#fetch(one))]);
    if (css) this.#dress(css);
    Object.assign(this.screens, screens);
    if (!aids) return;
    // They speak later words, which the first view either has or is about to have.
    await this.words?.more();
    this.aids = aids;
    this.ready?.();
  }
}
