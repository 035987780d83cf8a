// Puts the journey on a page. Knows nothing of the document beyond the root it
// is given: the hosted page passes an element, an embedding passes a shadow root.

import { Component, createRef, render, type ComponentChildren, type VNode } from "preact";
import { brandProperties } from "@bowline/ui/colour.ts";
import type { View } from "@bowline/ui/view.ts";
import type { Go, OnStage, Stage } from "./context.ts";
import { sheets, type Journey, type Shown } from "./journey.ts";
import type { Supply } from "./supply.ts";

export interface MountOptions {
  journey: Journey;
  /** Already prepared for the first view. */
  supply: Supply;
  go: Go;
  /** Told the heading of each screen, for a page that owns its title. */
  onTitle?(title: string, view: View): void;
}

/** Gives the stage to everything below it. */
class OnStageProvider extends Component<{ stage: Stage; children?: ComponentChildren }> {
  override getChildContext(): OnStage {
    return { stage: this.props.stage };
  }

  override render(): ComponentChildren {
    return this.props.children;
  }
}

/** Focus after a screen change: the control that led away, or the screen's heading. */
function moveFocus(root: HTMLElement, heading: HTMLElement | undefined, key: string | undefined): void {
  const control = key === undefined
    ? undefined
    : [...root.querySelectorAll<HTMLElement>("[data-key]")].find((element) => element.dataset.key === key);
  if (control) return control.focus();
  root.scrollIntoView({ block: "start" });
  heading?.focus({ preventScroll: true });
}

class App extends Component<MountOptions, { shown: Shown }> {
  override state = { shown: this.props.journey.shown };
  readonly #root = createRef<HTMLDivElement>();
  #unsubscribe: (() => void) | undefined;

  override componentDidMount(): void {
    const { journey } = this.props;
    this.#unsubscribe = journey.subscribe(() => this.setState({ shown: journey.shown }));
    this.#arrived();
  }

  override componentDidUpdate(_: MountOptions, before: { shown: Shown }): void {
    const { view, arrival } = this.state.shown;
    if (before.shown.view !== view || before.shown.arrival !== arrival) this.#arrived();
  }

  override componentWillUnmount(): void {
    this.#unsubscribe?.();
  }

  /** A view has just been drawn: colour, title and focus follow it. */
  #arrived(): void {
    const { view, under, arrival, focus } = this.state.shown;
    const root = this.#root.current!;
    // Through the object model, because the page's policy allows no style attributes.
    for (const [name, value] of Object.entries(brandProperties(view.client.primaryColor))) {
      root.style.setProperty(name, value);
    }
    const heading = [...root.querySelectorAll<HTMLElement>("[data-heading]")].at(-1);
    this.props.onTitle?.(heading?.textContent ?? "", view);
    // A page that has just loaded keeps its focus, unless a dialog is open on it.
    const dialog = under && sheets.has(view.step);
    if (arrival !== "first" || dialog) moveFocus(root, heading, arrival === "back" ? focus : undefined);
  }

  override render({ journey, supply, go }: MountOptions): VNode {
    const { shown } = this.state;
    const { words, screens } = supply;
    const { view } = shown;
    const under = sheets.has(view.step) ? shown.under : undefined;
    const draw = (of: View, as: Shown) => {
      const Drawn = screens[of.step]!;
      return (
        <OnStageProvider stage={{ words, journey, go, shown: as }}>
          <Drawn key={of.step + of.flow} />
        </OnStageProvider>
      );
    };
    return (
      <div class="bowline" lang={words.locale} ref={this.#root} data-step={view.step} data-arrival={shown.arrival}>
        <div class="card">
          <p class="vh" role="status">{shown.busy !== undefined && words("busy")}</p>
          {under && (
            <div class="below" inert aria-hidden="true">
              {draw(under, { view: under, arrival: "first", memo: {}, stay: true })}
            </div>
          )}
          {draw(view, shown)}
        </div>
      </div>
    );
  }
}

/** Draws the journey into a root and keeps it drawn; returns the way to take it down. */
export function mount(root: Element | ShadowRoot, options: MountOptions): () => void {
  render(<App {...options} />, root);
  return () => {
    options.journey.stop();
    render(null, root);
  };
}
