// Every example of examples/, as its reader would try it: built, served by the
// backend, and used in a browser from the button to the end.

import assert from "node:assert/strict";
import { scenario } from "../harness/scenario.mjs";
import { assertLinked } from "../harness/assertions.mjs";
import { engines } from "../harness/bowline.mjs";
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

for (const engine of engines) {
  scenario(`examples: the Connections SDK, on ${engine}`, async (s) => {
    const bowline = await s.bowline({ engine });
    const example = await Example.open(s, bowline, "connections/public");
    const { customer } = example;
    await example.openLink();
    await customer.choose("Accounting", "acc", /Accounting Sandbox/);
    const there = await example.toProvider();
    await there.grant();
    await customer.finish();
    await example.tells("onFinish");
    const { results: [company] } = await bowline.api("GET", "/companies");
    const { id } = await assertLinked(bowline, company, { tenant: "Harbour Lane Café" });
    const status = async () => (await bowline.connections(company.id)).map((one) => `${one.id} ${one.status}`);

    await example.openConnections();
    await customer.press(customer.button(/^Accounting Sandbox/));
    await customer.sees("managed");
    await customer.press(customer.button("Disconnect"));
    await customer.sees("disconnect");
    await customer.press(customer.button("Disconnect").last());
    await customer.sees("disconnected");
    await example.tells("onDisconnect");
    assert.deepEqual(await status(), [`${id} Unlinked`]);

    await customer.press(customer.button("Continue"));
    await customer.sees("manage");
    await customer.press(customer.button(/^Accounting Sandbox/));
    await customer.sees("managed");
    const back = await example.abroad(() => customer.press(customer.button("Reconnect")));
    await back.grant();
    await customer.sees("success");
    await example.tells("onReconnect");
    assert.deepEqual(await status(), [`${id} Linked`]);
    await customer.press(customer.button("Continue"));
    await customer.sees("manage");
    await customer.press(customer.page.getByRole("button", { name: "Close", exact: true }));
    await example.tells("onClose");
    await example.assertUntouched();

    const told = await example.told();
    assert.deepEqual(told.map((one) => one.name), ["onConnection", "onFinish", "onDisconnect", "onReconnect", "onClose"]);
    assert.deepEqual(told.filter((one) => /onDisconnect|onReconnect/.test(one.name)).map((one) => one.args), [{ connectionId: id }, { connectionId: id }]);
    await example.assertClean();
  });
}
