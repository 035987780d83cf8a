// The Portal's own French, as it is set: what stands before a colon, and what an apostrophe is.

import assert from "node:assert/strict";
import { build } from "esbuild";
import { readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(web, "portal/src");

// What the words ask of a browser when they are loaded.
Object.assign(globalThis, {
  localStorage: { getItem: () => "fr-CA", setItem: () => undefined },
  document: { documentElement: { lang: "" } },
});

/** Every text of a set of words; of what is made of values, with values. */
function* texts(of, at) {
  if (typeof of === "string") yield [at, of];
  else if (typeof of === "function") {
    for (const value of ["7", 1]) {
      let made = "";
      try {
        made = of(...Array.from({ length: of.length }, () => value));
      } catch (error) {
        if (value === "7") throw error; // a number is no good where a name is wanted
      }
      yield* texts(made, at);
    }
  } else if (of && typeof of === "object") for (const [key, value] of Object.entries(of)) yield* texts(value, `${at}.${key}`);
}

test("the Portal's French is set as French is", async (t) => {
  const names = (await readdir(source, { recursive: true })).filter((name) => /(^|[/-])words\.ts$|^words\/index\.ts$/.test(name));
  assert.ok(names.length > 15, `only ${names.length} files of words`);
  const out = join(web, "node_modules/.cache/bowline-words");
  t.after(() => rm(out, { recursive: true, force: true }));
  await build({ entryPoints: names.map((name) => join(source, name)), outbase: source, outdir: out, outExtension: { ".js": ".mjs" }, bundle: true, format: "esm", platform: "node", logLevel: "error" });
  let read = 0;
  for (const name of names) {
    for (const words of Object.values(await import(join(out, name.replace(/\.ts$/, ".mjs"))))) {
      for (const [at, text] of texts(words?.["fr-CA"], name)) {
        if (text.startsWith("function ")) continue; // a script to begin with
        assert.doesNotMatch(text, /[^\s\u00a0][;?!»](\s|$)|[^\u00a0]:(\s|$)|[ \u202f][:;?!»](\s|$)|«[^\u00a0]|\p{L}'\p{L}/u, `${at}: ${text}`);
        read++;
      }
    }
  }
  assert.ok(read > 700, `only ${read} texts`);
});
