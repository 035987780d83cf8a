import assert from "node:assert/strict";
import { test } from "node:test";
import type { Action, Tile, View } from "../ui/src/view.ts";
import { Journey } from "../link/src/journey.ts";
import { mayLead } from "../link/src/tab.ts";
import { ownTrail } from "../link/src/trail.ts";
import type { Reply } from "../link/src/transport.ts";
import { limit, watch } from "../link/src/watch.ts";
import { accounting, consent, fresh, gallery, view } from "../link/gallery/views.ts";

const waiting = () => view("handoff", { handoff: { integration: accounting[0]!, url: "/t", mode: "tab", canHandOver: true } });
const main = () => view("main", { main: fresh });

/** A watched journey whose clock moves when told to; the server answers at once. */
function stage(first: View) {
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];
  const asked: number[] = [];
  const comers = new Set<() => void>();
  let reply: Reply = { kind: "nothing" };
  const journey = new Journey({
    view: first,
    trail: ownTrail(),
    send: (message) => {
      if (message.action === "check") asked.push(now);
      return Promise.resolve(reply);
    },
    prepare: () => Promise.resolve(),
    reload: () => undefined,
    after: () => undefined,
  });
  const end = watch({
    journey,
    now: () => now,
    after: (delay, run) => {
      const timer = { at: now + delay, run };
      timers.push(timer);
      return () => void (timers = timers.filter((one) => one !== timer));
    },
    listen: (returned) => {
      comers.add(returned);
      return () => comers.delete(returned);
    },
  });
  const settle = () => new Promise((done) => setImmediate(done));
  return {
    journey, asked, end, settle,
    answers: (next: Reply) => (reply = next),
    comeBack: async () => {
      for (const one of comers) one();
      await settle();
    },
    idle: () => timers.length === 0 && comers.size === 0,
    pass: async (time: number) => {
      const until = now + time;
      for (;;) {
        const next = timers.sort((a, b) => a.at - b.at)[0];
        if (!next || next.at > until) break;
        timers = timers.filter((one) => one !== next);
        now = next.at;
        next.run();
        await settle();
      }
      now = until;
    },
  };
}

test("asks after 2 s, ever later, at most every 5 s", async () => {
  const s = stage(waiting());
  await s.pass(30_000);
  assert.equal(s.asked[0], 2000);
  const pauses = s.asked.slice(1).map((at, n) => at - s.asked[n]!);
  assert.ok(pauses.every((pause, n) => pause <= 5000 && pause >= (pauses[n - 1] ?? 2000)), String(pauses));
  assert.equal(pauses.at(-1), 5000);
});

test("coming back asks at once, and starts no second round", async () => {
  const s = stage(waiting());
  await s.pass(2100);
  const before = s.asked.length;
  await s.comeBack();
  assert.equal(s.asked.length, before + 1);
  await s.pass(60_000);
  assert.ok(s.asked.slice(before + 1).every((at, n, all) => n === 0 || at - all[n - 1]! >= 2000));
});

test("stops with the screen, and leaves nothing behind", async () => {
  const s = stage(waiting());
  s.answers({ kind: "view", view: main() });
  await s.pass(2000);
  assert.equal(s.journey.shown.view.step, "main");
  assert.ok(s.idle());
  s.end();
});

test("the end of a watch is one", async () => {
  const s = stage(waiting());
  s.end();
  await s.pass(60_000);
  assert.ok(s.idle());
  assert.deepEqual(s.asked, []);
});

test("tires after half an hour, and wakes when told to", async () => {
  const s = stage(waiting());
  await s.pass(limit + 10_000);
  assert.equal(s.journey.shown.tired, true);
  assert.ok(s.idle());
  const before = s.asked.length;
  await s.pass(limit);
  assert.equal(s.asked.length, before);
  s.journey.wake();
  await s.pass(2000);
  assert.equal(s.asked.length, before + 1);
});

test("a screen that waits for nobody asks nobody", async () => {
  const s = stage(main());
  await s.pass(60_000);
  await s.comeBack();
  assert.deepEqual(s.asked, []);
});

test("only what may lead to a sign-in opens a tab", () => {
  const [integration] = accounting as [Tile];
  const guide = (leads: boolean): View =>
    view("guide", { guide: { integration, phase: "before", index: 1, count: 2, title: "", body: "", leads, canHandOver: false } });
  const form = (leads: boolean): View => view("credentials", { credentials: { integration, fields: [], leads, canHandOver: false } });
  const failed = (leads: boolean): View => view("error", { main: main().main, error: { integration, code: "", title: "", message: "", canRetry: true, leads } });
  const rows: [Action, View, boolean][] = [
    [{ action: "accept" }, view("consent", { consent: { ...consent, leads: true } }), true],
    [{ action: "accept" }, view("consent", { consent: { ...consent, leads: false } }), false],
    [{ action: "confirm" }, guide(true), true],
    [{ action: "confirm" }, guide(false), false],
    [{ action: "submit", fields: {} }, form(true), true],
    [{ action: "submit", fields: {} }, form(false), false],
    [{ action: "retry" }, failed(true), true],
    [{ action: "retry" }, failed(false), false],
    [{ action: "retry" }, waiting(), true],
    [{ action: "retry", return: "https://host.example/" }, waiting(), false],
    [{ action: "resume", connectionId: "c" }, main(), true],
    [{ action: "reconnect", connectionId: "c" }, main(), true],
    [{ action: "reconnect", connectionId: "c-clbk" }, gallery["managed-ended"]!, true],
    [{ action: "reconnect", connectionId: "c-clbk" }, { ...gallery["managed-ended"]!, managed: { ...gallery["managed-ended"]!.managed!, leads: false } }, false],
    [{ action: "confirm" }, gallery["disconnect"]!, false],
    [{ action: "retry" }, gallery["mismatch"]!, true],
    [{ action: "retry", return: "https://host.example/" }, gallery["mismatch"]!, false],
    [{ action: "cancel" }, gallery["mismatch"]!, false],
    [{ action: "signIn" }, main(), true],
    [{ action: "finish" }, main(), false],
    [{ action: "connect" }, main(), false],
    [{ action: "check" }, waiting(), false],
    [{ action: "submit", fields: {} }, main(), false],
  ];
  for (const [action, on, expected] of rows) assert.equal(mayLead(action, on), expected, JSON.stringify(action));
});
