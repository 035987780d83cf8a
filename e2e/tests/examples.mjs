// Every example of examples/, as its reader would try it: built, served by the
// backend, and used in a browser from the button to the end.

import assert from "node:assert/strict";
import { scenario } from "../harness/scenario.mjs";
import { assertLinked } from "../harness/assertions.mjs";
import { Example } from "../harness/example.mjs";

/** Where each example's pages are, once built. */
const pages = {
  vanilla: "vanilla/public",
  "strict policy": "strict-csp/public",
  React: "react/dist",
  "Next.js": "next/out",
  Vue: "vue/dist",
  Svelte: "svelte/dist",
  Angular: "angular/dist/browser",
};

for (const [name, directory] of Object.entries(pages)) {
  scenario(`examples: ${name}`, async (s) => {
    const bowline = await s.bowline();
    const example = await Example.open(s, bowline, directory);
    const { customer } = example;

    await example.openLink();
    await customer.press(customer.button("Close"));
    await example.tells("onClose");
    await example.assertUntouched();

    await example.openLink();
    await customer.choose("Accounting", "acc", /Accounting Sandbox/);
    const there = await example.toProvider();
    await there.grant();
    await customer.finish();
    await example.tells("onFinish");
    await example.assertUntouched();

    const { results } = await bowline.api("GET", "/companies");
    assert.deepEqual(results.map((company) => company.name), ["Harbour Bakery"], "the second visit is of the same company");
    const linked = await assertLinked(bowline, results[0], { tenant: "Harbour Lane Café" });
    const { id: connectionId, integrationId, integrationKey, platformName, sourceId, sourceType } = linked;
    const connection = { connectionId, integrationId, integrationKey, platformName, sourceId, sourceType };
    const [closed, consent, ...rest] = await example.told();
    assert.equal(closed.name, "onClose");
    assert.equal(consent.name, "onConsent");
    assert.match(consent.args.text, /Accounting Sandbox/);
    assert.deepEqual(rest, [
      { name: "onConnectionStarted", args: connection },
      { name: "onConnection", args: connection },
      { name: "onFinish", args: "" },
    ]);
    await example.assertClean();
  });
}
