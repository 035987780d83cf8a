// The first screen while the rest of the script is on its way. It takes the journey's
// place: shows the view, and keeps what the person does until the journey takes over.

import type { Action, View } from "@bowline/ui/view.ts";
import type { Drive } from "./context.ts";
import type { Fault, Shown } from "./journey.ts";
import type { Memo } from "./trail.ts";

export class Opening implements Drive {
  shown: Shown;
  readonly #listeners = new Set<() => void>();
  readonly #wanted: () => Promise<void>;
  /** What was done last, and where. */
  #key = "";
  #done: (journey: Drive) => void = () => undefined;

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
    this.#keep(key, (journey) => journey.act(action, key));
  }

  back(): void {
    this.#keep("back", (journey) => journey.back());
  }

  retry(): void {
    this.#keep(this.#key, this.#done);
  }

  remember(change: Memo): void {
    Object.assign(this.shown.memo, change);
    this.#show({});
  }

  /** Gives a journey that starts with the same view what happened meanwhile; `drive` lets it draw. */
  pass(journey: Drive, drive: () => void): void {
    Object.assign(journey.shown.memo, this.shown.memo);
    drive();
    if (this.shown.busy !== undefined) this.#done(journey);
  }

  // A first screen waits for nobody.
  wake(): void {}
  check(): Promise<boolean> {
    return Promise.resolve(false);
  }

  #keep(key: string, done: (journey: Drive) => void): void {
    if (this.shown.busy !== undefined) return;
    this.#key = key;
    this.#done = done;
    this.#show({ busy: key, fault: undefined });
    this.#wanted().catch(() => {
      this.#show({ busy: undefined, fault: { kind: navigator.onLine ? "failed" : "offline", retrying: false } });
    });
  }

  #show(change: Partial<Shown>): void {
    this.shown = { ...this.shown, ...change };
    for (const listener of this.#listeners) listener();
  }
}
