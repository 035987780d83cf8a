// Every scenario, in one process that shares one browser. run.mjs starts it.

import { test } from "node:test";
import { browser, closeBrowser } from "./harness/browser.mjs";
import { scenarios } from "./harness/scenario.mjs";

// A journey waits for its browser more than it computes.
const concurrency = 3;

const journeys = [
  "story", "independent", "independent-calls", "stranger", "misbehaviour", "secrets", "killed",
  "embedded-callbacks", "embedded-options", "embedded-texts",
  "embedded-complaints", "embedded-trouble", "embedded-clicks", "embedded-many", "embedded-look",
  "hosted-onetime", "hosted-redirects", "hosted-pages", "hosted-screens", "hosted-trouble", "hosted-steps", "hosted-inputs", "hosted-everyone",
  "handover", "handover-device", "manage",
  "trial", "simulated",
  "webhooks", "webhooks-replicas",
  "portal-people", "portal-history", "portal-roles", "portal-companies", "portal-story", "portal-newcomer", "portal-sso",
  "portal-preview", "portal-panel", "portal-roles-settings", "portal-french",
  "portal-settings", "portal-settings-shared", "portal-monitor", "portal-notices",
];
const others = ["examples"]; // only where asked for: they must be built before
const wanted = process.argv.slice(2);
for (const name of [...journeys, ...others]) {
  if (wanted.length ? wanted.includes(name) : journeys.includes(name)) await import(`./tests/${name}.mjs`);
}

test("end to end", { concurrency }, async (t) => {
  await browser();
  try {
    await Promise.all(scenarios.map(({ name, run }) => t.test(name, run)));
  } finally {
    await closeBrowser();
  }
});
