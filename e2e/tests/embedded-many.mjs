// Several Links at a time: on one page, in one target, in two tabs.

import assert from "node:assert/strict";
import { assertLinked } from "../harness/assertions.mjs";
import { Customer } from "../harness/customer.mjs";
import { Host, only } from "../harness/host.mjs";
import { scenario } from "../harness/scenario.mjs";

const options = only("accounting", "mqjo");
const connect = ["onConsent", "onConnectionStarted", "onConnection"];

/** One Link among several. */
class Place {
  constructor(host, id) {
    this.host = host;
    this.id = id;
    this.root = host.page.locator(`#${id} .bowline`);
  }

  sees(step) {
    return this.host.page.locator(`#${this.id} .bowline[data-step=${step}]`).waitFor();
  }

  press(key) {
    return this.root.locator(`[data-key=${key}]`).last().click();
  }

  names() {
    return this.host.names(this.id);
  }

  async toProvider() {
    await this.sees("picker");
    await this.press("next");
    await this.sees("consent");
    const there = await this.host.abroad(() => this.press("accept"));
    await this.sees("handoff");
    return there;
  }
}

async function two(s, companies) {
  const bowline = await s.bowline();
  const host = await Host.open(s, bowline);
  const all = [];
  for (const name of companies) all.push(await bowline.createCompany(name));
  const links = [];
  for (const [n, id] of ["one", "two"].entries()) links.push(await host.link(all[n] ?? all[0], { id, options }));
  await host.customer.open(host.address(links));
  await host.ready();
  return { bowline, host, companies: all, one: new Place(host, "one"), two: new Place(host, "two") };
}

scenario("embedded many: two companies on one page, each with its own sign-in and callbacks", async (s) => {
  const { bowline, host, companies, one, two: other } = await two(s, ["Harbour Bakery", "Maple Joinery"]);
  const first = await one.toProvider();
  await other.sees("picker");
  const second = await other.toProvider();
  await one.sees("handoff");
  assert.equal(host.tabs(), 3);
  await host.grant(second);
  await other.sees("success");
  await one.sees("handoff");
  assert.deepEqual(await one.names(), ["onConsent", "onConnectionStarted"]);
  await host.grant(first);
  await one.sees("success");
  assert.deepEqual(await one.names(), connect);
  assert.deepEqual(await other.names(), connect);
  const [a, b] = (await host.told()).filter(({ name }) => name === "onConnection");
  assert.notEqual(a.args[0].connectionId, b.args[0].connectionId);
  for (const company of companies) assert.equal((await bowline.connections(company.id)).length, 1);
});

scenario("embedded many: one is taken off, the other goes on", async (s) => {
  const { host, one, two: other } = await two(s, ["Harbour Bakery", "Maple Joinery"]);
  await one.toProvider();
  const there = await other.toProvider();
  const before = await one.names();
  await host.remove("one");
  await host.grant(there);
  await other.sees("success");
  await other.press("continue"); // which is all that is left to do
  await host.tells("onFinish");
  assert.deepEqual(await other.names(), [...connect, "onFinish"]);
  assert.deepEqual(await one.names(), before);
});

scenario("embedded many: a second one in the same target takes the place of the first", async (s) => {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const host = await Host.open(s, bowline);
  await host.visit(company, { options });
  const first = await host.toProvider();
  const before = await host.names();
  await host.embed(company, { options });
  assert.equal(await host.page.locator("#link > *").count(), 1);
  await host.customer.sees("handoff"); // the sign-in that is open is not forgotten
  await host.grant(first);
  await host.customer.sees("success");
  await host.tells("onConnection");
  assert.deepEqual(await host.names(), [...before, "onConnection"], "once, though both would have heard of it");
});

scenario("embedded many: twice the same company on one page", async (s) => {
  const { bowline, host, companies: [company], one, two: other } = await two(s, ["Harbour Bakery"]);
  const first = await one.toProvider();
  const second = await other.toProvider();
  await host.grant(first);
  await one.sees("success");
  await host.grant(second);
  await other.sees("success");
  assert.deepEqual(await one.names(), connect);
  assert.deepEqual(await other.names(), connect);
  await assertLinked(bowline, company);
});

scenario("embedded many: two tabs with the same company", async (s) => {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const host = await Host.open(s, bowline);
  await host.visit(company, { options });
  const tab = await host.page.context().newPage();
  const there = new Customer(tab);
  await there.open(host.address([await host.link(company, { options })]));
  await there.sees("picker");
  await there.button("Next").click();
  await there.sees("consent");
  const abroad = await host.abroad(() => there.agree());
  await there.sees("handoff");

  await host.page.bringToFront();
  const second = await host.toProvider();
  await host.grant(second);
  await host.customer.sees("success");
  assert.deepEqual(await host.names(), connect);

  await abroad.page.close(); // not needed any more: the other tab learns of it too
  await there.sees("success");
  assert.deepEqual(await tab.evaluate(() => window.told.map(({ name }) => name)), connect);
  await assertLinked(bowline, company);
});
