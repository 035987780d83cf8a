import assert from "node:assert/strict";
import { test } from "node:test";
import type { View } from "../ui/src/view.ts";
import { Journey, type Arrival } from "../link/src/journey.ts";
import { Opening } from "../link/src/opening.ts";
import { ownTrail } from "../link/src/trail.ts";
import { isView, type Reply } from "../link/src/transport.ts";
import { accounting, consent, fresh, gallery, view } from "../link/gallery/views.ts";

const main = () => view("main", { main: fresh });
const picker = () => view("picker", { picker: { sourceType: "Accounting", integrations: accounting, canHandOver: false } });
const agree = () => view("consent", { consent });
const handoff = () => view("handoff", { handoff: { integration: accounting[0]!, url: "https://p.example", mode: "redirect", canHandOver: false } });
const failure = (more: Partial<View> = {}) => view("error", { error: { code: "x", title: "t", message: "m", canRetry: true }, ...more });
const success = (more: Partial<View> = {}) => view("success", { success: { integration: accounting[0]!, connectionId: "c", canAddAnother: false }, ...more });
const seen = (it: View): Reply => ({ kind: "view", view: it });

/** A journey whose server answers when told to, and whose clock stands still. */
function stage(first: View) {
  const sent: Record<string, unknown>[] = [];
  const waits: number[] = [];
  const timers: (() => void)[] = [];
  const answers: ((reply: Reply) => void)[] = [];
  let reloads = 0;
  let broken = false;
  const trail = ownTrail();
  const told: string[] = [];
  const journey = new Journey({
    view: first,
    trail,
    send: (message) => {
      sent.push(message);
      return new Promise((resolve) => answers.push(resolve));
    },
    prepare: () => (broken ? Promise.reject(new Error("offline")) : Promise.resolve()),
    reload: () => void reloads++,
    after: (delay, run) => {
      waits.push(delay);
      timers.push(run);
    },
    gesture: (action) => told.push(`gesture ${action.action}`),
    arrived: (it, how: Arrival) => told.push(`${how} ${it.step}`),
    troubled: ({ kind }) => told.push(`trouble ${kind}`),
  });
  const settle = () => new Promise((done) => setImmediate(done));
  return {
    journey, sent, waits, trail, told,
    get reloads() { return reloads; },
    breakNetwork: (now: boolean) => (broken = now),
    answer: async (reply: Reply) => {
      answers.shift()!(reply);
      await settle();
    },
    tick: () => timers.shift()!(),
    settle,
    act: async (action: Parameters<Journey["act"]>[0], key: string, reply: Reply) => {
      journey.act(action, key);
      answers.shift()!(reply);
      await settle();
    },
  };
}

test("an action carries the proof of its hop, and a double click sends once", async () => {
  const first = main();
  const s = stage(first);
  s.journey.act({ action: "connect", sourceType: "Accounting" }, "connect");
  s.journey.act({ action: "connect", sourceType: "Accounting" }, "connect");
  s.journey.act({ action: "finish" }, "finish");
  assert.deepEqual(s.sent, [{ flow: first.flow, action: "connect", sourceType: "Accounting" }]);
  assert.equal(s.journey.shown.busy, "connect");
  const next = picker();
  await s.answer(seen(next));
  assert.equal(s.journey.shown.view, next);
  assert.equal(s.journey.shown.arrival, "forward");
  assert.equal(s.journey.shown.busy, undefined);
});

test("back redraws the remembered screen, its choice and its control, with its own proof", async () => {
  const choose = picker();
  const s = stage(main());
  await s.act({ action: "connect", sourceType: "Accounting" }, "connect-Accounting", seen(choose));
  s.journey.shown.memo.chosen = "frsh";
  await s.act({ action: "choose", integrationKey: "frsh" }, "next", seen(agree()));
  s.journey.back();
  await s.settle();
  assert.equal(s.journey.shown.view, choose);
  assert.equal(s.journey.shown.memo.chosen, "frsh");
  assert.equal(s.journey.shown.focus, "next");
  assert.equal(s.journey.shown.arrival, "back");
  s.journey.act({ action: "choose", integrationKey: "frsh" }, "next");
  assert.equal(s.sent.at(-1)!.flow, choose.flow);
});

test("the first screen of a visit asks the server for what was before", () => {
  const s = stage(agree());
  s.journey.back();
  assert.equal(s.sent[0]!.action, "back");
});

test("a failure keeps the screen; retries send the same action, later and later", async () => {
  const first = main();
  const s = stage(first);
  await s.act({ action: "finish" }, "finish", { kind: "failed", offline: false, correlationId: "abc" });
  for (let n = 0; n < 7; n++) {
    assert.equal(s.journey.shown.view, first);
    assert.deepEqual(s.journey.shown.fault, { kind: "failed", correlationId: "abc", retrying: false });
    s.journey.retry();
    s.journey.retry();
    assert.equal(s.journey.shown.fault?.retrying, true);
    s.tick();
    await s.answer({ kind: "failed", offline: false, correlationId: "abc" });
  }
  assert.deepEqual(s.waits, [0, 1000, 2000, 4000, 8000, 8000, 8000]);
  assert.equal(s.sent.length, 8);
  assert.ok(s.sent.every((message) => message.action === "finish" && message.flow === first.flow));
  s.journey.retry();
  s.tick();
  await s.answer(seen(view("done", { done: { connections: [] } })));
  assert.equal(s.journey.shown.view.step, "done");
  assert.equal(s.journey.shown.fault, undefined);
});

test("401 and 410 end on the expired screen without the company's name, 404 on not found", async () => {
  for (const [kind, step] of [["expired", "expired"], ["missing", "notFound"]] as const) {
    const s = stage(main());
    await s.act({ action: "finish" }, "finish", { kind });
    assert.equal(s.journey.shown.view.step, step);
    assert.equal(s.journey.shown.view.company.name, "");
    assert.equal(s.journey.shown.view.main, undefined);
  }
});

test("a stale screen offers a reload and does not send again", async () => {
  const s = stage(main());
  await s.act({ action: "finish" }, "finish", { kind: "stale" });
  s.journey.retry();
  assert.equal(s.reloads, 1);
  assert.equal(s.sent.length, 1);
});

test("an answer that arrives after going back is dropped", async () => {
  const first = main();
  const s = stage(first);
  await s.act({ action: "connect", sourceType: "Banking" }, "connect", seen(picker()));
  s.journey.act({ action: "choose", integrationKey: "x" }, "next");
  s.journey.back();
  await s.settle();
  await s.answer(seen(agree()));
  assert.equal(s.journey.shown.view, first);
  assert.equal(s.journey.shown.busy, undefined);
});

test("a sheet dims the place before it; leaving it replaces that place", async () => {
  const from = agree();
  const s = stage(main());
  await s.act({ action: "connect" }, "connect", seen(from));
  await s.act({ action: "accept" }, "accept", seen(failure()));
  assert.equal(s.journey.shown.under, from);
  const list = main();
  await s.act({ action: "continue" }, "continue", seen(list));
  assert.equal(s.journey.shown.under, undefined);
  assert.equal(s.trail.current()!.view, list);
  assert.equal(s.trail.current()!.depth, 1);
});

test("a sheet that brings the main list is laid over it, also on a fresh page", () => {
  assert.equal(stage(success({ main: fresh })).journey.shown.under?.step, "main");
  assert.equal(stage(success()).journey.shown.under, undefined);
});

test("a sheet about one connection is laid over its details, or over the list", () => {
  const { manage, disconnect } = gallery;
  assert.equal(stage(disconnect!).journey.shown.under?.step, "managed");
  assert.equal(stage(success({ manage: manage!.manage })).journey.shown.under?.step, "manage");
  assert.equal(stage(view("handoff", { handoff: handoff().handoff, main: fresh })).journey.shown.under, undefined, "no sheet");
});

test("the list that one comes back to knows what happened to its connections", async () => {
  const { manage, managed, disconnect, disconnected } = gallery as Record<string, View>;
  const s = stage(manage!);
  const states = () => s.journey.shown.view.manage!.connections.map((one) => one.status);
  assert.equal(states()[0], "Linked");
  await s.act({ action: "details", connectionId: "c-clbk" }, "row-c-clbk", seen(managed!));
  await s.act({ action: "disconnect" }, "disconnect", seen(disconnect!));
  await s.act({ action: "confirm" }, "confirm", seen(disconnected!));
  s.trail.back();
  await s.settle();
  assert.equal(s.journey.shown.view.step, "manage");
  assert.equal(s.journey.shown.view.flow, manage!.flow);
  assert.equal(states()[0], "Unlinked");
  assert.equal(s.sent.length, 3, "nothing was asked again");
});

test("coming back from a handover shows the place that was left, and stays there", async () => {
  const from = agree();
  const s = stage(from);
  await s.act({ action: "accept" }, "accept", seen(handoff()));
  assert.equal(s.journey.shown.view.step, "handoff");
  assert.equal(s.journey.shown.stay, false);
  s.journey.returned();
  await s.settle();
  assert.equal(s.journey.shown.view, from);
  assert.equal(s.journey.shown.focus, "accept");
});

test("a handover that opened the page stays put once it was come back to", () => {
  const s = stage(handoff());
  s.journey.returned();
  assert.equal(s.journey.shown.stay, true);
});

test("a screen whose script does not load counts as a lost answer", async () => {
  const first = main();
  const s = stage(first);
  s.breakNetwork(true);
  await s.act({ action: "connect" }, "connect", seen(picker()));
  assert.equal(s.journey.shown.view, first);
  assert.equal(s.journey.shown.fault?.kind, "failed");
  s.breakNetwork(false);
  s.journey.retry();
  s.tick();
  await s.answer(seen(picker()));
  assert.equal(s.journey.shown.view.step, "picker");
});

test("nothing is heard after stop", async () => {
  const s = stage(main());
  let calls = 0;
  s.journey.subscribe(() => calls++);
  s.journey.act({ action: "finish" }, "finish");
  const before = calls;
  s.journey.stop();
  await s.answer(seen(main()));
  assert.equal(calls, before);
});

test("a question about news is unseen, an action overtakes it, and its news are told all the same", async () => {
  const s = stage(view("handoff", { handoff: { integration: accounting[0]!, url: "/t", mode: "tab", canHandOver: true } }));
  const before = s.journey.shown;
  const nothing = s.journey.check();
  assert.equal(s.journey.shown, before, "nobody sees the question");
  await s.answer({ kind: "nothing" });
  assert.equal(await nothing, false);
  const lost = s.journey.check();
  await s.answer({ kind: "failed" });
  assert.equal(await lost, false);
  assert.equal(s.journey.shown, before, "nobody sees that it got lost");
  const late = s.journey.check();
  s.journey.act({ action: "back" }, "back");
  await s.answer(seen(success()));
  assert.equal(await late, false);
  assert.equal(s.journey.shown.busy, "back");
  await s.answer(seen(main()));
  assert.equal(s.journey.shown.view.step, "main");
  assert.deepEqual(s.told, ["gesture back", "news success", "answer main"]);
});

test("news are shown, and known as such", async () => {
  const s = stage(view("device", { device: { url: "u", code: "c", qr: { size: 1, path: "" }, expires: "" } }));
  const news = s.journey.check();
  await s.answer(seen(main()));
  assert.equal(await news, true);
  assert.equal(s.journey.shown.view.step, "main");
  assert.equal(s.journey.shown.quiet, true);
});

test("an answer that comes too late is told as late, and a retry is a gesture too", async () => {
  const s = stage(main());
  await s.act({ action: "connect" }, "connect", seen(agree()));
  s.journey.act({ action: "accept" }, "accept");
  s.journey.back();
  await s.settle();
  await s.answer(seen(handoff()));
  await s.act({ action: "connect" }, "connect", { kind: "failed" });
  s.journey.retry();
  assert.deepEqual(s.told, [
    "gesture connect", "answer consent", "gesture accept", "late handoff", "gesture connect", "trouble failed", "gesture connect",
  ]);
});

test("the end of a session is told together with its screen", async () => {
  for (const kind of ["expired", "missing", "refused"] as const) {
    const s = stage(main());
    await s.act({ action: "finish" }, "finish", { kind });
    assert.deepEqual(s.told, ["gesture finish", `trouble ${kind}`]);
    assert.equal(s.journey.shown.view.step, kind === "expired" ? "expired" : "notFound");
  }
});

test("another language keeps the place, its choice and its control, and what lies before it is asked for anew", async () => {
  const s = stage(main());
  await s.act({ action: "connect" }, "connect", seen(picker()));
  s.journey.shown.memo.chosen = "frsh";
  await s.act({ action: "language", locale: "fr-CA" }, "language", seen({ ...picker(), locale: "fr-CA" }));
  assert.equal(s.journey.shown.memo.chosen, "frsh");
  assert.equal(s.journey.shown.focus, "language");
  s.journey.back();
  assert.equal(s.sent.at(-1)!.action, "back");
});

test("a form that comes back with a problem is no second place to go back to", async () => {
  const form = () => view("notListed", { notListed: { sourceType: "Accounting", sent: false } });
  const s = stage(main());
  await s.act({ action: "notListed" }, "notListed", seen(form()));
  await s.act({ action: "request", name: "x" }, "send", seen(form()));
  s.journey.back();
  await s.settle();
  assert.equal(s.journey.shown.view.step, "main");
});

test("only what has the bones of a view is one", () => {
  assert.ok(isView(main()));
  assert.ok(isView(view("expired", {})));
  for (const bad of [null, 1, "x", {}, { ...main(), step: "toString" }, { ...main(), main: undefined }, { ...main(), flow: 1 }, { ...main(), client: null }]) {
    assert.ok(!isView(bad));
  }
});

test("a sign-in that the person turned away from is still heard of, when it worked", async () => {
  const tab = view("handoff", { handoff: { integration: accounting[0]!, url: "https://p.example", mode: "tab", canHandOver: false } });
  for (const { news, shown } of [{ news: success(), shown: "success" }, { news: failure(), shown: "consent" }]) {
    const s = stage(picker());
    await s.act({ action: "choose", integrationKey: "frsh" }, "next", seen(agree()));
    await s.act({ action: "accept" }, "accept", seen(tab));
    assert.equal(s.journey.awaited, tab);
    s.journey.back();
    await s.settle();
    assert.equal(s.journey.shown.view.step, "consent");
    assert.equal(s.journey.awaited, tab, "it may yet be finished in the other tab");
    const checked = s.journey.check();
    assert.deepEqual(s.sent.at(-1), { flow: tab.flow, action: "check" });
    await s.answer(seen(news));
    assert.equal(await checked, true);
    assert.equal(s.told.at(-1), `news ${news.step}`, "the host is told in any case");
    assert.equal(s.journey.shown.view.step, shown);
    assert.equal(s.journey.awaited, undefined);
  }
});

test("a new sign-in takes the place of the one before", async () => {
  const tab = () => view("handoff", { handoff: { integration: accounting[0]!, url: "https://p.example", mode: "tab", canHandOver: false } });
  const second = tab();
  const s = stage(agree());
  await s.act({ action: "accept" }, "accept", seen(tab()));
  s.journey.back();
  await s.settle();
  await s.act({ action: "accept" }, "accept", seen(second));
  assert.equal(s.journey.awaited, second);
});

test("what a screen remembers is drawn at once and survives the way back", async () => {
  const s = stage(picker());
  let drawn = 0;
  s.journey.subscribe(() => drawn++);
  s.journey.remember({ query: "led", chosen: "mqjo" });
  assert.deepEqual([drawn, s.journey.shown.memo], [1, { query: "led", chosen: "mqjo" }]);
  await s.act({ action: "choose", integrationKey: "mqjo" }, "next", seen(agree()));
  assert.deepEqual(s.journey.shown.memo, {});
  s.journey.back();
  await s.settle();
  assert.deepEqual(s.journey.shown.memo, { query: "led", chosen: "mqjo" });
});

/** A first screen whose journey comes when told to, or does not. */
function opening(first: View) {
  const calls: { resolve(): void; reject(reason: Error): void }[] = [];
  const early = new Opening(first, () => new Promise((resolve, reject) => calls.push({ resolve, reject })));
  return { early, calls };
}

test("before there is a journey the first action is kept, with what the screen remembers, and sent once", async () => {
  const first = picker();
  const { early, calls } = opening(first);
  early.remember({ query: "led" });
  early.act({ action: "choose", integrationKey: "mqjo" }, "next");
  early.act({ action: "notListed", sourceType: "Accounting" }, "notListed");
  early.back();
  assert.deepEqual([early.shown.busy, calls.length], ["next", 1]);
  const s = stage(first);
  const order: unknown[] = [];
  s.journey.subscribe(() => order.push("drawn"));
  early.pass(s.journey, () => order.push({ ...s.journey.shown.memo }));
  assert.deepEqual(order.slice(0, 2), [{ query: "led" }, "drawn"], "what is remembered is there when the journey draws first");
  assert.deepEqual(s.sent.map(({ action, integrationKey }) => [action, integrationKey]), [["choose", "mqjo"]]);
});

test("the way back is kept like any other action, and one that cannot be sent may be tried again", async () => {
  Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });
  const first = picker();
  const { early, calls } = opening(first);
  early.back();
  assert.equal(early.shown.busy, "back");
  calls[0]!.reject(new Error("offline"));
  await new Promise((done) => setImmediate(done));
  assert.deepEqual([early.shown.busy, early.shown.fault?.retrying], [undefined, false]);
  early.retry();
  assert.deepEqual([early.shown.busy, early.shown.fault, calls.length], ["back", undefined, 2]);
  const s = stage(first);
  early.pass(s.journey, () => undefined);
  assert.deepEqual(s.sent.map(({ action }) => action), ["back"]);
});

test("a journey after an idle first screen sends nothing", () => {
  const first = main();
  const s = stage(first);
  opening(first).early.pass(s.journey, () => undefined);
  assert.deepEqual(s.sent, []);
});
