// The first screen while the rest of the script is on its way. It takes the journey's
// place: shows the view, and keeps what the person does until the journey takes over.

import type { Action, View } from "@bowline/ui/view.ts";
import type { Drive } from "./context.ts";
import type { Fault, Shown } from "./journey.ts";

export class Opening implements Drive {
  shown: Shown;
  readonly #listeners = new Set<() => void>();
  readonly #wanted: () => Promise<void>;
  #done: [Action, string] = [{ action: "check" }, ""];

  /** `wanted` fetches the journey, which ends in `pass`. A rejection says that the network does not. */
  constructor(view: View, wanted: () => Promise<void>, fault?: Fault) {
    this.shown = { view, arrival: "first", memo: {}, stay: false, fault };
    this.#wanted = wanted;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  act(action: Action, key: string): void {
    if (this.shown.busy !== undefined) return;
    this.#done = [action, key];
    this.#show({ busy: key, fault: undefined });
    this.#wanted().catch(() => {
      this.#show({ busy: undefined, fault: { kind: navigator.onLine ? "failed" : "offline", retrying: false } });
    });
  }

  retry(): void {
    this.act(...this.#done);
  }

  /** Gives a journey that starts with the same view what happened meanwhile. */
  pass(journey: Drive): void {
    Object.assign(journey.shown.memo, this.shown.memo);
    if (this.shown.busy !== undefined) journey.act(...this.#done);
  }

  // A first screen has nothing before it, and waits for nobody.
  back(): void {}
  wake(): void {}
  check(): Promise<boolean> {
    return Promise.resolve(false);
  }

  #show(change: Partial<Shown>): void {
    this.shown = { ...this.shown, ...change };
    for (const listener of this.#listeners) listener();
  }
}
