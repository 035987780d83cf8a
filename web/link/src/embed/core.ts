// Draws the journey inside somebody else's page. Apart from the entry (embed.ts),
// so that both travel at the same time as the first question to the server.

import type { Locale, View } from "@bowline/ui/view.ts";
import { wordsFor } from "@bowline/ui/words/words.ts";
import "../carried.ts";
import type { Fault } from "../journey.ts";
import { mount } from "../mount.tsx";
import { Opening } from "../opening.ts";
import { Supply } from "../supply.ts";
import css from "./embed.css?text";
import type { Site } from "./site.ts";

/** Fetches the words that are likely to be needed. */
export function warm(language: string): void {
  wordsFor(language as Locale).catch(() => undefined);
}

/**
 * Draws a view and keeps on drawing; resolves to the way to take it all down. With a
 * fault there is no journey: what the person may do is to start all over.
 */
export async function draw(site: Site, view: View, fault?: Fault): Promise<() => void> {
  const supply = new Supply(site.adopt);
  await supply.prepare(view);
  const opening = new Opening(view, fault ? () => Promise.resolve(site.restart()) : () => supply.rest(), fault);
  let tab: { readonly led: boolean } | undefined;
  let stop: (() => void) | undefined;

  site.adopt(css);
  const follow = (url: string) => location.assign(url);
  const { drive, unmount } = mount(site.root, {
    journey: opening,
    supply,
    go: { assign: follow, replace: follow },
    embedded: { tab: { get led() { return !!tab?.led; } }, label: site.label, plain: site.plain, close: site.close },
  });
  const ready = () => {
    const engine = supply.aids!.drive(site, view, supply);
    ({ tab, stop } = engine);
    opening.pass(engine.journey, () => {
      drive(engine.journey);
      engine.begin();
    });
  };
  if (fault) return unmount;
  if (supply.aids) ready();
  else {
    supply.ready = ready;
    // While the person reads; a failure here is met again, and shown, when it matters.
    supply.rest().catch(() => undefined);
  }
  return () => {
    supply.ready = undefined;
    stop?.();
    unmount();
  };
}
