// Takes a picture of every gallery screen: desk and phone, light and dark, and a
// phone at 200 % zoom, in the screen's own language; desk and phone also in French
// and in the right-to-left test language. Writes into test-results/gallery at the
// repository root. Arguments narrow it down to screens whose name contains one;
// --locale=de-DE,it-IT takes these languages instead.

import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "./browser.mjs";
import { poses, strike } from "./poses.mjs";
import { startGallery } from "./gallery-site.mjs";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../../test-results/gallery");

// 200 % zoom halves the viewport in CSS pixels and doubles the density.
const shapes = {
  "desk": { viewport: { width: 1280, height: 900 } },
  "phone": { viewport: { width: 390, height: 844 } },
  "zoom": { viewport: { width: 320, height: 422 }, deviceScaleFactor: 2 },
};

await mkdir(folder, { recursive: true });
const site = await startGallery();
const browser = await launch();
const locales = process.argv.find((one) => one.startsWith("--locale="))?.slice("--locale=".length).split(",");
const wanted = process.argv.slice(2).filter((one) => !one.startsWith("--"));
let count = 0;
try {
  const probe = await browser.newPage();
  await probe.goto(site.origin);
  const names = [...await probe.evaluate(() => window.gallery.names), ...Object.keys(poses)];
  const wantedNames = names.filter((one) => !wanted.length || wanted.some((part) => one.includes(part)));
  for (const [shape, options] of Object.entries(shapes)) {
    for (const colorScheme of ["light", "dark"]) {
      const context = await browser.newContext({ ...options, colorScheme, reducedMotion: "reduce" });
      const page = await context.newPage();
      for (const locale of locales ?? (shape === "zoom" ? [""] : ["", "fr-CA", "mirror"])) {
        // Poses find controls by their English names.
        for (const name of wantedNames.filter((one) => !locale || !poses[one])) {
          await strike(page, site.origin, name, locale);
          const path = join(folder, `${[name, shape, colorScheme, locale].filter(Boolean).join("-")}.png`);
          await page.screenshot({ path, fullPage: shape === "zoom" });
          count++;
        }
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  await site.stop();
}
console.log(`${count} pictures in test-results/gallery`);
