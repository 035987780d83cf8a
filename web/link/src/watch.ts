// Asks for news while a screen waits for somebody or something elsewhere. Only the
// server knows how a sign-in ended: a tab that looks closed may be open, and the
// other way round.

import type { Journey } from "./journey.ts";

/** Milliseconds between questions: the first pause, its growth and the longest. */
const first = 2000;
const growth = 1.25;
const longest = 5000;

/** Milliseconds after which nobody asks unless told to. */
export const limit = 30 * 60_000;

export interface WatchOptions {
  journey: Journey;
  /** Milliseconds since any fixed moment. */
  now(): number;
  /** Runs a function later; returns the way to forget it. */
  after(delay: number, run: () => void): () => void;
  /** Calls back whenever the person seems to have come back; returns the way to stop. */
  listen(returned: () => void): () => void;
}

/** Starts asking whenever something is awaited and stops when nothing is; returns the way to end it all. */
export function watch({ journey, now, after, listen }: WatchOptions): () => void {
  let end: (() => void) | undefined;

  const begin = () => {
    const since = now();
    let pause = first;
    let asking = false;
    let forget: () => void;
    const later = () => {
      forget = after(pause, ask);
      pause = Math.min(longest, pause * growth);
    };
    const ask = async () => {
      if (asking) return;
      forget();
      if (now() - since >= limit) return journey.tire();
      asking = true;
      await journey.check();
      asking = false;
      if (end === finish) later();
    };
    const ignore = listen(() => void ask());
    const finish = () => {
      forget();
      ignore();
    };
    end = finish;
    later();
  };

  const look = () => {
    const waiting = !!journey.awaited && !journey.shown.tired;
    if (waiting === !!end) return;
    if (waiting) return begin();
    end!();
    end = undefined;
  };

  const unsubscribe = journey.subscribe(look);
  look();
  return () => {
    unsubscribe();
    end?.();
    end = undefined;
  };
}

/** The moments at which somebody comes back to a page. */
export function comings(window: Window): (returned: () => void) => () => void {
  return (returned) => {
    const seen = () => {
      if (!window.document.hidden) returned();
    };
    const names = ["focus", "online", "pageshow"];
    for (const name of names) window.addEventListener(name, seen);
    window.document.addEventListener("visibilitychange", seen);
    return () => {
      for (const name of names) window.removeEventListener(name, seen);
      window.document.removeEventListener("visibilitychange", seen);
    };
  };
}
