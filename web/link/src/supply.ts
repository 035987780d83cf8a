// What a view needs before it can be drawn: the words of its language and the
// script of its screen. Both arrive in parts, so that the first screen is light.

import type { ComponentClass } from "preact";
import type { Step, View } from "@bowline/ui/view.ts";
import { plain } from "@bowline/ui/plain.ts";
import { wordsFor, type Words } from "@bowline/ui/words/words.ts";
import type { Aids, Screen } from "./context.ts";
import { Main } from "./screens/Main.tsx";

type Screens = Partial<Record<Step, Screen | ComponentClass>>;

/** A part of the screens as its module gives it. */
interface Part { screens: Screens; css: string; aids?: Aids }

/** Gives a style sheet to the root that the screens are drawn in. */
export type Adopt = (css: string) => void;

/** The parts after the first: the way of a simple journey, and everything else. */
const parts = {
  later: (): Promise<Part> => import("./screens/later.ts"),
  rare: (): Promise<Part> => import("./screens/rare.ts"),
};

/** Steps that the later part draws. */
const simple: ReadonlySet<Step> = new Set<Step>(["picker", "consent", "handoff", "tenants", "success", "error", "done"]);

export class Supply {
  /** Set once `prepare` has been awaited for any view. */
  words!: Words;
  readonly screens: Screens = { main: Main };
  /** Set together with the later screens. */
  aids: Aids | undefined;
  /** Called when the aids are there. */
  ready: (() => void) | undefined;
  readonly #dress: Adopt;
  readonly #fetched: Partial<Record<keyof typeof parts, Promise<void>>> = {};

  /** `root` adopts the style sheets that come with the later screens, or a function sees to it. */
  constructor(root: Document | Adopt) {
    this.#dress = typeof root === "function" ? root : (css) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets.push(sheet);
    };
  }

  /** Fetches what is missing for a view. Rejects when the network does; may be tried again. */
  async prepare(view: View): Promise<void> {
    await Promise.all([this.#speak(view), this.#draw(view)]);
  }

  /** Fetches the screens that come next in a simple journey, once. */
  async rest(): Promise<void> {
    await Promise.all([this.words.more(), this.#fetch("later")]);
  }

  async #speak({ locale, step }: View): Promise<void> {
    const words = this.words?.locale === locale ? this.words : await wordsFor(locale);
    if (step !== "main") await words.more();
    this.words = words;
  }

  async #draw({ step, main }: View): Promise<void> {
    // The list of types comes with the page, but not what draws Markdown in its title.
    if (step === "main" && !(plain(main?.title) && plain(main?.subtitle))) return this.#fetch("later");
    if (this.screens[step]) return;
    // The rare screens are built from parts of the later ones and their style sheet.
    await Promise.all([this.#fetch("later"), simple.has(step) || this.#fetch("rare")]);
  }

  #fetch(name: keyof typeof parts): Promise<void> {
    return (this.#fetched[name] ??= this.#adopt(name).catch((reason: unknown) => {
      this.#fetched[name] = undefined;
      throw reason;
    }));
  }

  async #adopt(name: keyof typeof parts): Promise<void> {
    // A later rule wins over an earlier one, so the sheets come in the order in which they build on each other.
    const [{ screens, css, aids }] = await Promise.all([parts[name](), name === "rare" && this.#fetch("later")]);
    this.#dress(css);
    Object.assign(this.screens, screens);
    if (!aids) return;
    this.aids = aids;
    this.ready?.();
  }
}
