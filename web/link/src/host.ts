// The journey of the hosted page, once its first screen stands.

import type { View } from "@bowline/ui/view.ts";
import { Journey } from "./journey.ts";
import type { Supply } from "./supply.ts";
import { browserTrail } from "./trail.ts";
import type { Send } from "./transport.ts";
import { comings, watch } from "./watch.ts";

/** Starts a journey, for as long as the page lives, at a view that is drawn already. */
export function host(view: View, send: Send, supply: Supply, edition: string): Journey {
  const journey = new Journey({
    view,
    send,
    trail: browserTrail(window, edition),
    prepare: (next) => supply.prepare(next),
    reload: () => location.reload(),
    after: (delay, run) => void setTimeout(run, delay),
  });
  watch({
    journey,
    now: () => performance.now(),
    after: (delay, run) => {
      const timer = setTimeout(run, delay);
      return () => clearTimeout(timer);
    },
    listen: comings(window),
  });
  // A page revived from the back-forward cache still says "Taking you to…".
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) journey.returned();
  });
  return journey;
}
