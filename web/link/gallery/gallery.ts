// Shows one canned screen, named by ?screen=, with a stand-in for the server.
// ?answer=fail|expired|stale makes every action end that way; ?locale= changes the
// language of our own words to any that ships ("mirror" is the right-to-left one of
// mirror.ts); ?embedded=1 draws as in somebody's page, with an X. What was sent and
// where the page would have gone is kept on window.gallery for tests.

import "../src/hosted.css";
import embedSheet from "../src/embed/embed.css?text";
import type { Locale, View } from "@bowline/ui/view.ts";
import { languages } from "@bowline/ui/words/words.ts";
import { Journey } from "../src/journey.ts";
import { mount } from "../src/mount.tsx";
import { adoptIn, Supply } from "../src/supply.ts";
import { browserTrail } from "../src/trail.ts";
import type { Reply } from "../src/transport.ts";
import { mirrored } from "./mirror.ts";
import { gallery, story } from "./views.ts";

declare global {
  interface Window {
    gallery: { sent: Record<string, unknown>[]; left: string[]; answer: string; names: string[] };
  }
}

const asked = new URLSearchParams(location.search);
const spoken = asked.get("locale");
const root = document.getElementById("bowline-link")!;
window.gallery = { sent: [], left: [], answer: asked.get("answer") ?? "", names: Object.keys(gallery) };

function index(): void {
  const list = document.createElement("ul");
  for (const name of Object.keys(gallery)) {
    const link = document.createElement("a");
    link.href = `?screen=${name}`;
    link.textContent = name;
    list.append(document.createElement("li"));
    list.lastElementChild!.append(link);
  }
  root.append(list);
}

async function answer(message: Record<string, unknown>): Promise<Reply> {
  window.gallery.sent.push(message);
  switch (window.gallery.answer) {
    case "hang": return new Promise(() => undefined);
    case "fail": return { kind: "failed", offline: false, correlationId: "5f0c1e2d3b4a" };
    case "expired": return { kind: "expired" };
    case "stale": return { kind: "stale" };
  }
  const next = story(String(message.action));
  return next ? { kind: "view", view: next } : { kind: "missing" };
}

/** The screen in another language; where it offers a choice, all that ship are in it. */
function inLanguage(view: View, locale: Locale): View {
  return { ...view, locale, locales: view.locales && (Object.keys(languages) as Locale[]) };
}

/** Supplies the test language whatever a view asks for. */
class MirrorSupply extends Supply {
  override async prepare(view: View): Promise<void> {
    await super.prepare(view);
    this.words = mirrored();
    await Promise.all([this.words.more(), this.words.manage()]);
  }
}

/** Lays the card out as in a host's page, in a target as high as the window. */
function likeEmbedded(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${embedSheet} .bowline.embedded { max-width: 460px; height: 100vh; margin: auto; padding: 0; }`);
  document.adoptedStyleSheets.push(sheet);
}

async function show(view: View): Promise<void> {
  if (asked.has("embedded")) likeEmbedded();
  const supply = new (spoken === "mirror" ? MirrorSupply : Supply)(adoptIn(document));
  await supply.prepare(view);
  const journey = new Journey({
    view,
    send: answer,
    trail: browserTrail(window, "gallery"),
    prepare: (next) => supply.prepare(next),
    reload: () => window.gallery.left.push("reload"),
    after: (_delay, run) => queueMicrotask(run),
  });
  const leave = (url: string) => void window.gallery.left.push(url);
  window.close = () => leave("close");
  root.setAttribute("role", "main");
  const { drive } = mount(root, {
    journey,
    supply,
    go: { assign: leave, replace: leave },
    onTitle: (title, shown) => {
      document.documentElement.lang = shown.locale;
      document.title = title || "Link";
    },
    embedded: asked.has("embedded") ? { label: view.manage ?? view.managed ? "manageOpen" : "mainTitle", tab: { led: true }, close: () => leave("close") } : undefined,
  });
  await supply.rest();
  drive(journey);
  document.documentElement.dataset.ready = "true";
}

const wanted = gallery[asked.get("screen") ?? ""];
if (wanted) void show(spoken && spoken !== "mirror" ? inLanguage(wanted, spoken as Locale) : wanted);
else index();
