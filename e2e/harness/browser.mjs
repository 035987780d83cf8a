// The Chromium that is on the machine, shared by all tests of a run. Each test
// gets a context of its own: its own cookies, its own screen.

import { readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { keepCopies } from "./clipboard.mjs";
import { root } from "./tools.mjs";

/** Where pictures of failures go. */
export const pictures = join(root, "test-results/e2e");

let launched;

function launch() {
  const places = [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const executablePath = places.find((place) => place && existsSync(place));
  if (!executablePath) throw new Error("no Chromium found: install it or set CHROMIUM_PATH");
  return chromium.launch({
    executablePath,
    // A tab opens in a gesture or not at all, as for everybody.
    ignoreDefaultArgs: ["--disable-popup-blocking"],
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
}

/** The shared browser, started at its first use. */
export function browser() {
  launched ??= launch();
  return launched;
}

/** Closes the shared browser, if it was started. */
export async function closeBrowser() {
  await (await launched)?.close();
}

/** A phone: its screen, its finger. */
export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };

/**
 * A page in a context of its own, and how to close it. Closing fails when a page
 * of ours did what it may never do: throw, or break its own policy.
 */
export async function openPage(options = {}) {
  const context = await (await browser()).newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(30_000); // a machine may be busy
  await keepCopies(context);
  const page = await context.newPage();
  const faults = [];
  context.on("weberror", (fault) => faults.push(`script error on ${fault.page()?.url()}: ${fault.error()}`));
  context.on("console", (message) => {
    if (/Content.Security.Policy/i.test(message.text())) faults.push(`policy on ${message.page()?.url()}: ${message.text()}`);
  });
  const close = async () => {
    await context.close();
    if (faults.length) throw new Error(faults.join("\n"));
  };
  return { page, close };
}

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds wrong on the screen that is shown, in the light theme and in the dark one. */
export async function violations(page) {
  const found = [];
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(axe); // in the page's own world, where its policy does not reach
    const result = await page.evaluate(() => window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }));
    for (const one of result.violations) {
      found.push(`${colorScheme}: ${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`);
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: "reduce" });
  return found;
}
