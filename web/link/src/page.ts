// The hosted page. Its shell holds the first View as JSON, so the first screen is
// drawn without asking the server anything.

import type { Action, View } from "@bowline/ui/view.ts";
import { mount } from "./mount.tsx";
import { Opening } from "./opening.ts";
import { panel } from "./parts/panel.tsx";
import { adoptIn, Supply } from "./supply.ts";
import type { Entry } from "./trail.ts";
import { isView, post } from "./transport.ts";

/** Changes with the shape of a remembered entry; older entries are then ignored. */
const edition = "bowline-2";

/**
 * The screen that the person left, when a Back gesture brought them here. Not one that asked
 * about a sign-in: the address is that sign-in's, and the server knows what was answered.
 */
function left(): View | undefined {
  const kept = history.state as { edition?: unknown; entry?: Entry } | null;
  if (kept?.edition !== edition) return undefined;
  const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const view = visit?.type === "back_forward" ? kept.entry?.view : undefined;
  return view?.step === "tenants" || view?.guide?.phase === "after" ? undefined : view;
}

/** Milliseconds for a first touch before the phone turns to the next screens, which keep it busy for a moment. */
const patience = 400;

/** Resolves once what has just been drawn has been painted and the browser has had a moment. */
async function atLeisure(): Promise<void> {
  await new Promise((resolve) => requestAnimationFrame(resolve));
  await new Promise((resolve) => {
    if ("requestIdleCallback" in window) requestIdleCallback(resolve, { timeout: 300 });
    else setTimeout(resolve);
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Draws the view that the shell carries into the shell's root. */
export async function start(): Promise<void> {
  const root = document.getElementById("bowline-link")!;
  const served: unknown = JSON.parse(document.getElementById("bowline-view")!.textContent!);
  if (!isView(served)) throw new Error("the page holds no view");

  const send = post({ origin: location.origin });
  const before = left();
  let view = before?.company.id === served.company.id ? before! : served;
  let again: Action | undefined;
  if (view.step === "gate") ({ view, again } = await (await import("./gate.ts")).pass(view, send));

  const supply = new Supply(adoptIn(document));
  await supply.prepare(view);
  // A touch is answered before the phone turns to what comes next.
  const opening = new Opening(view, () => atLeisure().then(() => supply.rest()));
  root.setAttribute("role", "main");
  root.textContent = "";
  const { drive } = mount(root, {
    journey: opening,
    supply,
    beside: panel,
    go: { assign: (url) => location.assign(url), replace: (url) => location.replace(url) },
    onTitle: (heading, shown) => {
      const title = [heading, shown.client.name].filter(Boolean).join(" · ");
      // Telling the browser what it knows costs a slow phone a moment.
      if (document.documentElement.lang !== shown.locale) document.documentElement.lang = shown.locale;
      if (document.title !== title) document.title = title;
    },
  });

  const ready = () => {
    const journey = supply.aids!.host(view, send, supply, edition);
    opening.pass(journey, () => drive(journey));
    if (again) journey.act(again, "open");
  };
  if (supply.aids) return ready();
  supply.ready = ready;
  // While the person reads; a failure here is met again, and shown, when it matters. Words that stand
  // beside the card, where there is room (panel.css), may wait for it to be drawn.
  const soon = view.client.panel && innerWidth >= 1040;
  setTimeout(() => void atLeisure().then(() => supply.rest()).catch(() => undefined), soon ? 0 : patience);
}
