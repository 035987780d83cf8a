// The hosted page. Its shell holds the first View as JSON, so the first screen is
// drawn without asking the server anything.

import type { View } from "@bowline/ui/view.ts";
import { Journey } from "./journey.ts";
import { mount } from "./mount.tsx";
import { Supply } from "./supply.ts";
import { browserTrail } from "./trail.ts";
import { isView, post } from "./transport.ts";

/** Changes with the shape of a remembered entry; older entries are then ignored. */
const edition = "bowline-1";

/** Draws the view that the shell carries into the shell's root. */
export async function start(): Promise<void> {
  const root = document.getElementById("bowline-link")!;
  const served: unknown = JSON.parse(document.getElementById("bowline-view")!.textContent!);
  if (!isView(served)) throw new Error("the page holds no view");

  const trail = browserTrail(window, edition);
  const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const before = visit?.type === "back_forward" ? trail.current()?.view : undefined;
  // After a Back gesture from the provider, the screen that the person left.
  const view: View = before && before.company.id === served.company.id ? before : served;

  const supply = new Supply(document);
  await supply.prepare(view);
  const journey = new Journey({
    view,
    send: post(location.origin, view.company.id),
    trail,
    prepare: (next) => supply.prepare(next),
    reload: () => location.reload(),
    after: (delay, run) => void setTimeout(run, delay),
  });
  // A page revived from the back-forward cache still says "Taking you to…".
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) journey.returned();
  });
  root.setAttribute("role", "main");
  root.textContent = "";
  mount(root, {
    journey,
    supply,
    go: { assign: (url) => location.assign(url), replace: (url) => location.replace(url) },
    onTitle: (title, shown) => {
      document.documentElement.lang = shown.locale;
      document.title = [title, shown.client.name].filter(Boolean).join(" · ");
    },
  });
  // While the person reads; a failure here is met again, and shown, when it matters.
  supply.rest().catch(() => undefined);
}
