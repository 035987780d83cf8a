// Settings that two people change at once (web/portal/src/pages/settings/merge.ts).

import assert from "node:assert/strict";
import { test } from "node:test";
import { laidOver } from "../portal/src/pages/settings/merge.ts";

const base = { types: { banking: { enabled: true, text: "a" }, commerce: { enabled: true, text: "" } }, list: ["x"], title: "Hello" };
const but = (change: (to: typeof base) => void): typeof base => {
  const copy = structuredClone(base);
  change(copy);
  return copy;
};

test("what one person changed is laid over what another one changed meanwhile", () => {
  const now = but((to) => { to.types.banking.enabled = false; });
  const mine = but((to) => { to.types.commerce.enabled = false; to.list = ["x", "y"]; });
  const both = but((to) => { to.types.banking.enabled = false; to.types.commerce.enabled = false; to.list = ["x", "y"]; });
  assert.deepEqual(laidOver(base, mine, now), { mine: both, theirs: both, clashes: [] });
});

test("what both changed differently is named, and either can be kept", () => {
  const now = but((to) => { to.title = "Theirs"; to.list = []; });
  const mine = but((to) => { to.title = "Mine"; to.types.banking.text = "b"; to.list = ["z"]; });
  const over = laidOver(base, mine, now);
  assert.deepEqual(over.clashes, ["list", "title"]);
  assert.deepEqual(over.mine, mine);
  assert.deepEqual(over.theirs, but((to) => { to.title = "Theirs"; to.list = []; to.types.banking.text = "b"; }));
});

test("what both changed to the same is no matter, nor is what was left out", () => {
  const same = but((to) => { to.title = "Same"; });
  assert.deepEqual(laidOver(base, same, structuredClone(same)).clashes, []);
  assert.deepEqual(laidOver({ a: null, b: "" } as object, { a: [], b: "x" }, { b: "" }), { mine: { a: undefined, b: "x" }, theirs: { a: undefined, b: "x" }, clashes: [] });
});
