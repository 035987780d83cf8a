// The icons that the server embeds are those of the pinned set, and nothing but paths.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { directory, files, wanted } from "../scripts/icons.mjs";

test("the committed icons are what the script makes", async () => {
  const made = await files();
  assert.deepEqual((await readdir(directory)).sort(), [...made.keys()].sort(), "run node web/scripts/icons.mjs");
  for (const [name, text] of made) {
    assert.equal(await readFile(join(directory, name), "utf8"), text, `${name}: run node web/scripts/icons.mjs`);
  }
});

test("the list is sorted and every icon is one path", async () => {
  assert.deepEqual(wanted, [...new Set(wanted)].sort());
  const made = await files();
  for (const slug of wanted) {
    assert.match(made.get(`${slug}.svg`), /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 24 24"><path d="[^"<>&]+"\/><\/svg>\n$/);
  }
});
