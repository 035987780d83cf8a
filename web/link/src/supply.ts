// What a view needs before it can be drawn: the words of its language and the
// script of its screen. Both arrive in parts, so that the first screen is light.

import type { ComponentClass } from "preact";
import type { Locale, Step, View } from "@bowline/ui/view.ts";
import { wordsFor, type Words } from "@bowline/ui/words/words.ts";
import type { Screen } from "./context.ts";
import { Main } from "./screens/Main.tsx";

type Screens = Partial<Record<Step, Screen | ComponentClass>>;

export class Supply {
  /** Set once `prepare` has been awaited for any view. */
  words!: Words;
  readonly screens: Screens = { main: Main };
  readonly #root: Document | ShadowRoot;
  #later: Promise<void> | undefined;

  /** `root` adopts the style sheets that come with the later screens. */
  constructor(root: Document | ShadowRoot) {
    this.#root = root;
  }

  /** Fetches what is missing for a view. Rejects when the network does; may be tried again. */
  async prepare(view: View): Promise<void> {
    await Promise.all([
      this.words?.locale === view.locale || this.#speak(view.locale),
      this.screens[view.step] || this.rest(),
    ]);
  }

  /** Fetches the screens after the first, once. */
  rest(): Promise<void> {
    return (this.#later ??= this.#fetch().catch((reason: unknown) => {
      this.#later = undefined;
      throw reason;
    }));
  }

  async #speak(locale: Locale): Promise<void> {
    this.words = await wordsFor(locale);
  }

  async #fetch(): Promise<void> {
    const later = await import("./screens/later.ts");
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(later.css);
    this.#root.adoptedStyleSheets.push(sheet);
    Object.assign(this.screens, later.screens satisfies Screens);
  }
}
