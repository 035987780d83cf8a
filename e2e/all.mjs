// Every scenario, in one process that shares one browser. run.mjs starts it.

import { test } from "node:test";
import { browser, closeBrowser } from "./harness/browser.mjs";
import { scenarios } from "./harness/scenario.mjs";

// A journey waits for its browser more than it computes.
const concurrency = 3;

const wanted = process.argv.slice(2);
for (const name of ["story", "independent", "misbehaviour", "secrets", "killed"]) {
  if (!wanted.length || wanted.includes(name)) await import(`./tests/${name}.mjs`);
}

test("end to end", { concurrency }, async (t) => {
  await browser();
  try {
    await Promise.all(scenarios.map(({ name, run }) => t.test(name, run)));
  } finally {
    await closeBrowser();
  }
});
