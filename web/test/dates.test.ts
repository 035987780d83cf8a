import assert from "node:assert/strict";
import { test } from "node:test";
import { moment, since } from "../link/src/parts/dates.ts";

const back = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

test("how long ago, in the largest unit that fits", () => {
  const day = 86_400;
  const said = [10, 90, 3 * 3600, day + 60, 12 * day, 75 * day, 800 * day].map((seconds) => since(back(seconds), "en-US"));
  assert.deepEqual(said, ["10 seconds ago", "1 minute ago", "3 hours ago", "yesterday", "12 days ago", "2 months ago", "2 years ago"]);
  assert.equal(since(back(12 * day), "fr-CA"), "il y a 12 jours");
});

test("a clock that is behind, and what is no time, do no harm", () => {
  assert.equal(since(back(-3600), "en-US"), "now");
  assert.equal(since("soon", "en-US"), "");
  assert.equal(moment("soon", "en-US"), "soon");
});

test("days and hours stay on one line, and a first of the month is one in French", () => {
  assert.match(moment("2026-11-01T12:00:00Z", "fr-CA"), /^1er\u00a0novembre 2026/);
  assert.match(moment("2026-11-19T12:00:00Z", "en-US", "medium"), /^Nov\u00a019, 2026/);
});
