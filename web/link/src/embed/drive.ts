// The journey of an embedding, once its first screen stands: actions, the tab of a
// sign-in, asking for news.

import type { View } from "@bowline/ui/view.ts";
import { Journey } from "../journey.ts";
import type { Supply } from "../supply.ts";
import { mayLead, Tab } from "../tab.ts";
import { ownTrail } from "../trail.ts";
import { comings, watch } from "../watch.ts";
import type { Site } from "./site.ts";
import { Teller } from "./told.ts";

/** What drives an embedding. */
export interface Engine {
  journey: Journey;
  tab: Tab;
  /** Tells what the first view has to tell; last, because the host may answer by taking all down. */
  begin(): void;
  stop(): void;
}

/** Starts a journey at a view that is drawn already. */
export function drive(site: Site, view: View, supply: Supply): Engine {
  const tab = new Tab(() => supply.words("busy"));
  const teller = new Teller(site);
  const journey = new Journey({
    view,
    // Whether there is a tab tells the fintech why a sign-in came to nothing.
    send: (message, path) => site.send({ ...message, led: tab.led }, path),
    trail: ownTrail(),
    prepare: (next) => supply.prepare(next),
    reload: site.restart,
    after: (delay, run) => void site.after(delay, run),
    gesture: (action, shown) => {
      if (mayLead(action, shown)) tab.open();
    },
    arrived: (next, how) => {
      const { handoff } = next;
      if (how !== "news") tab.settle(how === "answer" && handoff?.mode === "tab" ? handoff.url : undefined);
      teller.view(next);
    },
    troubled: (trouble) => {
      tab.settle(undefined);
      teller.trouble(trouble);
    },
  });
  const unwatch = watch({ journey, now: () => performance.now(), after: site.after, listen: comings(window) });
  return {
    journey,
    tab,
    begin: () => teller.view(view),
    stop: () => {
      unwatch();
      journey.stop();
      tab.close();
    },
  };
}
