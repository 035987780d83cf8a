// Puts the journey on a page. Knows nothing of the document beyond the root it
// is given: the hosted page passes an element, an embedding one in a shadow root.

import type { ComponentChildren, VNode } from "preact";
import { brandProperties } from "@bowline/ui/colour.ts";
import type { View } from "@bowline/ui/view.ts";
import type { Word } from "@bowline/ui/words/words.ts";
import type { Aids, Drive, Go, OnStage, Stage, TabState } from "./context.ts";
import { once, release } from "./draw/once.ts";
import type { Shown } from "./journey.ts";
import type { Supply } from "./supply.ts";

/** What differs inside somebody else's page. */
export interface Embedded {
  tab: TabState;
  /** What assistive technology calls it. */
  label: Word;
  /** No border and no shadow. */
  plain?: boolean;
  /** Leaves the journey for good; absent where the host offers no leaving. Draws the X. */
  close?: () => void;
}

/** Gives the stage to something that is drawn. */
export type PutOnStage = (shown: Shown, children: ComponentChildren, aids: Aids | undefined) => VNode;

export interface MountOptions {
  journey: Drive;
  /** Already prepared for the first view. */
  supply: Supply;
  go: Go;
  /** Told the heading of each screen, for a page that owns its title. */
  onTitle?(title: string, view: View): void;
  /** Stands beside the card, on a page that is ours. */
  beside?(on: PutOnStage, shown: Shown, aids: Aids | undefined): VNode;
  embedded?: Embedded;
}

/** A journey on a page. */
export interface Mounted {
  /** Goes on with another journey that starts where this one is. */
  drive(journey: Drive): void;
  unmount(): void;
}

/**
 * Gives the stage to everything below it: always the same object, brought up to date.
 * A component that draws itself again is given the context of its first drawing.
 * Preact needs no more of a class than this.
 */
class OnStageProvider {
  declare props: { stage: Stage; children?: ComponentChildren };
  readonly #stage = {} as Stage;

  getChildContext(): OnStage {
    return { stage: Object.assign(this.#stage, this.props.stage) };
  }

  render({ children }: { children?: ComponentChildren }): ComponentChildren {
    return children;
  }
}
const Provide = OnStageProvider as unknown as (props: OnStageProvider["props"]) => VNode;

/** Draws the journey into a root and keeps it drawn. */
export function mount(root: HTMLElement, { journey: first, supply, go, onTitle, beside, embedded }: MountOptions): Mounted {
  let journey = first;
  let drawn: Shown | undefined;
  /** The person is asked whether to leave. */
  let leaving = false;
  let adopted = false;
  let unsubscribe: () => void;

  /** The X: leaves at once where nothing would be lost, else asks. */
  const close = () => {
    if (journey.shown.view.exit !== "ask") return embedded!.close!();
    supply.rest().then(() => ask(true), embedded!.close);
  };

  const ask = (whether: boolean) => {
    leaving = whether;
    paint();
    supply.aids!.cover(root, whether);
  };

  const on: PutOnStage = (shown, children, aids) => {
    const { words } = supply;
    return (
      <Provide stage={{ words, journey, go, aids, shown, embedded: !!embedded, close: embedded?.close && close, tab: embedded?.tab }}>{children}</Provide>
    );
  };

  const draw = (shown: Shown, aids: Aids | undefined) => {
    const { step, flow } = shown.view;
    const Drawn = supply.screens[step]!;
    return on(shown, <Drawn key={step + flow} />, aids);
  };

  const tree = (shown: Shown, aids: Aids | undefined): VNode => {
    const { words } = supply;
    const { view, under } = shown;
    const { client } = view;
    return (
      <div
        class={embedded ? "bowline embedded" : "bowline"}
        role={embedded && (embedded.close ? "dialog" : "region")}
        aria-label={embedded && words(embedded.label, { client: client.name })}
        lang={words.locale}
        dir={words.dir}
        data-step={view.step}
        data-arrival={shown.arrival}
        data-scheme={client.colorScheme}
        data-plain={embedded?.plain ? "" : undefined}
      >
        {client.heroUrl && <img class="hero" src={client.heroUrl} alt="" loading="lazy" decoding="async" />}
        {beside?.(on, shown, aids)}
        <div class="card">
          <p class="vh" role="status">{shown.busy !== undefined && words("busy")}</p>
          {under && (
            <div class="below" inert aria-hidden="true">
              {draw({ view: under, arrival: "first", memo: {}, stay: true }, aids)}
            </div>
          )}
          {draw(shown, aids)}
          {leaving && aids && on({ ...shown, under: view }, <aids.Exit onStay={() => ask(false)} onLeave={() => embedded!.close!()} />, aids)}
        </div>
      </div>
    );
  };

  const paint = () => {
    const { aids } = supply;
    const { shown } = journey;
    const { view, arrival } = shown;
    const came = drawn?.view !== view || drawn.arrival !== arrival;
    const free = !came || !drawn || !embedded || aids!.mayFocus(root, !!shown.quiet);
    const news = came && !!drawn;
    const before = drawn;
    drawn = shown;
    if (came) leaving = false;
    if (!aids) once(tree(shown, aids), root);
    else {
      if (before && !adopted) {
        // Preact takes over what stands there, as it was drawn, without comparing it, and then brings it up to date.
        release(root);
        aids.hydrate(tree(before, undefined), root);
      }
      aids.render(tree(shown, aids), root);
      adopted = true;
    }
    if (!came) return;
    // Through the object model, because the page's policy allows no style attributes.
    const frame = root.firstElementChild as HTMLElement;
    for (const [name, value] of Object.entries(brandProperties(view.client.primaryColor, view.client.secondaryColor))) {
      frame.style.setProperty(name, value);
    }
    onTitle?.([...root.querySelectorAll("[data-heading]")].at(-1)?.textContent ?? "", view);
    if (free && (news || !embedded)) aids?.arrive(root, shown, !!embedded);
  };

  const drive = (next: Drive) => {
    journey = next;
    unsubscribe = journey.subscribe(paint);
    paint();
  };
  drive(first);
  return {
    drive: (next) => {
      unsubscribe();
      drive(next);
    },
    unmount: () => {
      unsubscribe();
      if (adopted) supply.aids!.render(null, root);
      root.replaceChildren();
    },
  };
}
