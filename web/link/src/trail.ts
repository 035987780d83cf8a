// The way back. Each screen that a person can return to is one entry of the
// session history, so that a phone's Back gesture means what it says.

import type { View } from "@bowline/ui/view.ts";

/** What a screen wants remembered about itself, such as the chosen row. */
export type Memo = Record<string, string>;

export interface Entry {
  /** How many of our own entries lie before this one. */
  depth: number;
  view: View;
  memo: Memo;
  /** data-key of the control that led onwards; focus returns to it. */
  focus?: string;
}

/** Session history as the journey needs it. */
export interface Trail {
  current(): Entry | undefined;
  replace(entry: Entry): void;
  push(entry: Entry): void;
  back(): void;
  /** Calls back when the person moved to another entry; returns the way to stop. */
  listen(moved: (entry: Entry) => void): () => void;
}

/** A trail without browser history: for a component inside somebody's page. */
export function ownTrail(): Trail {
  const entries: Entry[] = [];
  let listener: ((entry: Entry) => void) | undefined;
  return {
    current: () => entries.at(-1),
    replace: (entry) => void entries.splice(Math.max(entries.length - 1, 0), 1, entry),
    push: (entry) => void entries.push(entry),
    back: () => {
      if (entries.length < 2) return;
      entries.pop();
      listener?.(entries.at(-1)!);
    },
    listen: (moved) => {
      listener = moved;
      return () => (listener = undefined);
    },
  };
}

/**
 * A trail in window.history. Entries carry their whole view, so they survive
 * the visit to the provider and a Back gesture from there. `edition` names the
 * build: entries of another build are ignored rather than trusted to fit.
 */
export function browserTrail(window: Window, edition: string): Trail {
  const read = (state: unknown): Entry | undefined => {
    const found = state as { edition?: unknown; entry?: Entry } | null;
    return found?.edition === edition && found.entry?.view ? found.entry : undefined;
  };
  return {
    current: () => read(window.history.state),
    replace: (entry) => window.history.replaceState({ edition, entry }, ""),
    push: (entry) => window.history.pushState({ edition, entry }, ""),
    back: () => window.history.back(),
    listen: (moved) => {
      const pop = (event: PopStateEvent) => {
        const entry = read(event.state);
        if (entry) moved(entry);
      };
      window.addEventListener("popstate", pop);
      return () => window.removeEventListener("popstate", pop);
    },
  };
}
