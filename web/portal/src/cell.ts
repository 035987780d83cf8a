// One value that several parts of the page show: whoever uses it is drawn again when it changes.

import { useLayoutEffect, useState } from "preact/hooks";

export interface Cell<T> {
  get(): T;
  set(next: T): void;
  /** Calls back after each change; returns how to stop that. */
  watch(changed: (value: T) => void): () => void;
}

export function cell<T>(initial: T): Cell<T> {
  let value = initial;
  const watchers = new Set<(value: T) => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const changed of [...watchers]) changed(value);
    },
    watch(changed) {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
  };
}

/** The value of a cell, for a component. */
export function useCell<T>(of: Cell<T>): T {
  const [, redraw] = useState({});
  useLayoutEffect(() => {
    const shown = of.get();
    const stop = of.watch(() => redraw({}));
    // It may have changed between drawing and now.
    if (!Object.is(shown, of.get())) redraw({});
    return stop;
  }, [of]);
  return of.get();
}
