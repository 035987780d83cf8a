// Shows one canned screen, named by ?screen=, with a stand-in for the server.
// ?answer=fail|expired|stale makes every action end that way. What was sent and
// where the page would have gone is kept on window.gallery for tests.

import "../src/hosted.css";
import type { View } from "@bowline/ui/view.ts";
import { Journey } from "../src/journey.ts";
import { mount } from "../src/mount.tsx";
import { Supply } from "../src/supply.ts";
import { browserTrail } from "../src/trail.ts";
import type { Reply } from "../src/transport.ts";
import { gallery, story } from "./views.ts";

declare global {
  interface Window {
    gallery: { sent: Record<string, unknown>[]; left: string[]; answer: string; names: string[] };
  }
}

const asked = new URLSearchParams(location.search);
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

async function show(view: View): Promise<void> {
  const supply = new Supply(document);
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
  root.setAttribute("role", "main");
  mount(root, {
    journey,
    supply,
    go: { assign: leave, replace: leave },
    onTitle: (title, shown) => {
      document.documentElement.lang = shown.locale;
      document.title = title || "Link";
    },
  });
  await supply.rest();
  document.documentElement.dataset.ready = "true";
}

const wanted = gallery[asked.get("screen") ?? ""];
if (wanted) void show(wanted);
else index();
