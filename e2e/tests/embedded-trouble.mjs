// An embedded journey when things go wrong, or differently: no network, a session that
// ends, impatient clicks, a keyboard alone, pages that are loaded anew.

import assert from "node:assert/strict";
import { assertLinked } from "../harness/assertions.mjs";
import { people } from "../harness/customer.mjs";
import { Host, only } from "../harness/host.mjs";
import { scenario } from "../harness/scenario.mjs";
import { until } from "../harness/until.mjs";

const options = only("accounting", "mqjo");
const journeys = /\/sdk\/companies\/[^/]+\/journey$/;

async function start(s, given) {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const host = await Host.open(s, bowline, given);
  return { bowline, company, host, customer: host.customer, network: host.page.context() };
}

async function toConsent({ host, company, customer }) {
  await host.visit(company, { options });
  await host.next();
  await customer.sees("consent");
}

scenario("embedded trouble: the network goes as the customer agrees, and comes back", async (s) => {
  const it = await start(s);
  const { bowline, company, host, customer, network } = it;
  await toConsent(it);
  await network.setOffline(true);
  await customer.agree();
  await host.page.getByText("You seem to be offline").waitFor();
  await until("the empty tab to close", () => host.tabs() === 1);
  await network.setOffline(false);
  const there = await host.abroad(() => customer.button("Try again").click());
  await host.grant(there);
  await customer.sees("success");
  await host.tells("onConnection");
  assert.deepEqual(await host.names(), ["onError 503", "onConsent", "onConnectionStarted", "onConnection"]);
  assert.equal((await host.told())[0].args[0].userRecoverable, true);
  await assertLinked(bowline, company);
});

scenario("embedded trouble: the network goes while the provider is open, and comes back", async (s) => {
  const { bowline, company, host, customer, network } = await start(s);
  await host.visit(company, { options });
  const there = await host.toProvider();
  await there.signIn();
  await network.setOffline(true);
  await customer.button("I have finished").click(); // asks in vain, and says no more than that
  await host.page.getByText("has not told us yet").waitFor();
  await customer.sees("handoff");
  await network.setOffline(false);
  await host.closing(there, () => there.allow());
  await customer.sees("success");
  await host.tells("onConnection");
  assert.deepEqual(await host.names(), ["onConsent", "onConnectionStarted", "onConnection"]);
  await assertLinked(bowline, company);
});

scenario("embedded trouble: no network at the start, and another try", async (s) => {
  const { company, host, customer } = await start(s);
  await host.visitBare();
  await host.page.route(journeys, (route) => route.abort());
  await host.embed(company, { options });
  for (let n = 0; n < 2; n++) {
    await Promise.all([
      host.page.waitForEvent("requestfailed", (request) => journeys.test(request.url())),
      customer.button("Try again").click(),
    ]);
  }
  const error = await host.tells("onError");
  assert.deepEqual([error.errorCode, error.userRecoverable], [503, true]);
  await host.page.unrouteAll();
  await customer.button("Try again").click();
  await customer.sees("picker");
  assert.deepEqual(await host.names(), ["onError 503"], "once, after three tries");
});

scenario("embedded trouble: Bowline is started anew in the middle", async (s) => {
  const { bowline, company, host, customer } = await start(s);
  await host.visit(company, { options });
  const there = await host.toProvider();
  await there.signIn();
  await bowline.restart();
  await host.closing(there, () => there.allow());
  await customer.sees("success");
  await host.tells("onConnection");
  assert.deepEqual(await host.names(), ["onConsent", "onConnectionStarted", "onConnection"]);
  await assertLinked(bowline, company);
});

/** From now on the token is one that has ended, as far as Bowline can tell. */
const expire = (page) => page.route(journeys, (route) => {
  const headers = route.request().headers();
  return route.continue({ headers: { ...headers, authorization: `${headers.authorization}ended` } });
});

scenario("embedded trouble: the session ends between two clicks", async (s) => {
  const it = await start(s);
  const { bowline, company, host, customer } = it;
  await toConsent(it);
  await expire(host.page);
  await customer.agree();
  await customer.sees("expired");
  const error = await host.tells("onError");
  assert.deepEqual([error.errorCode, error.userRecoverable], [401, false]);
  await until("the empty tab to close", () => host.tabs() === 1);
  assert.deepEqual(await host.names(), ["onError 401"]);
  assert.deepEqual(await bowline.connections(company.id), []);
  assert.doesNotMatch(await host.page.locator(".bowline").innerText(), /Harbour Bakery/);
});

scenario("embedded trouble: the session ends while the provider is open", async (s) => {
  const { company, host, customer } = await start(s);
  await host.visit(company, { options });
  await host.toProvider();
  await expire(host.page);
  await customer.sees("expired");
  const error = await host.tells("onError");
  assert.deepEqual([error.errorCode, error.userRecoverable], [401, false]);
  assert.deepEqual(await host.names(), ["onConsent", "onConnectionStarted", "onError 401"]);
});

scenario("embedded trouble: a double click on Agree makes one connection", async (s) => {
  const it = await start(s);
  const { bowline, company, host, customer } = it;
  await toConsent(it);
  const there = await host.abroad(() => customer.button("Agree and continue").dblclick());
  assert.equal(host.tabs(), 2);
  await host.grant(there);
  await customer.sees("success");
  await customer.button("Complete").dblclick();
  await host.tells("onFinish");
  assert.deepEqual(await host.names(), ["onConsent", "onConnectionStarted", "onConnection", "onFinish"]);
  await assertLinked(bowline, company);
  assert.deepEqual(await bowline.events(company.id), ["company.created", "connection.created", "connection.connected"]);
});

scenario("embedded trouble: by keyboard alone, from the page into Link, to the provider and out again", async (s) => {
  const { bowline, company, host, customer } = await start(s);
  const { page } = host;
  await host.visit(company);
  await customer.sees("main");
  await page.locator("#before").focus();
  const inside = async (step) => {
    await customer.sees(step);
    await until(`focus on ${step}`, async () => (await host.focus()).inside);
  };
  await host.key(/^Connect.* Accounting$/);
  await inside("picker");
  await host.tabTo(/^Search/);
  await page.keyboard.type("acc");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await inside("consent");
  await host.key(/^Platform data$/);
  await page.getByText("Invoices and bills").waitFor({ state: "hidden" });
  const there = await host.abroad(() => host.key(/^Agree and continue$/));
  await inside("handoff");
  await there.key(people.bookkeeper);
  await there.page.getByRole("heading", { name: /Allow .* to connect/ }).waitFor();
  await there.tabTo(/^Allow$/);
  await host.closing(there, () => there.page.keyboard.press("Enter").catch(() => {})); // the tab closes under the key
  await inside("tenants");
  await host.tabTo(/Harbour Lane|Maple|Northlight/);
  await page.keyboard.press("Space");
  await host.key(/^Next$/);
  await inside("success");
  await host.key(/^Continue$/);
  await inside("main");
  await host.tabTo(/^Complete$/);
  await page.keyboard.press("Tab"); // Link is no trap
  await until("the page behind Link", async () => (await host.focus()).name === "After Link");
  await page.keyboard.press("Shift+Tab");
  await host.key(/^Complete$/);
  await host.tells("onFinish");
  await assertLinked(bowline, company);
});

scenario("embedded trouble: the focus is never lost when the screen changes", async (s) => {
  const { company, host, customer } = await start(s);
  const lost = [];
  const arrived = async (step) => {
    await customer.sees(step);
    await until("focus to settle", async () => (await host.focus()).inside).catch(async () => lost.push(`${step}: ${JSON.stringify(await host.focus())}`));
  };
  const press = (key) => host.at(`[data-key="${key}"]`).last().click();
  await host.visit(company, { options: { showLandingPage: true } });
  await customer.sees("landing");
  await press("start");
  await arrived("main");
  await press("connect-Accounting");
  await arrived("picker");
  await press("notListed");
  await arrived("notListed");
  await press("back");
  await arrived("picker");
  await host.pick(/Accounting Sandbox/);
  await arrived("consent");
  await press("back");
  await arrived("picker");
  await host.pick(/Guided Sandbox/);
  await arrived("consent");
  await press("accept");
  await arrived("guide");
  await press("back");
  await arrived("consent");
  await press("back");
  await arrived("picker");
  await host.pick(/Accounting Sandbox/);
  const there = await host.abroad(() => customer.agree());
  await arrived("handoff");
  await host.deny(there);
  await arrived("error");
  const again = await host.abroad(() => press("retry"));
  await arrived("handoff");
  await host.grant(again);
  await arrived("success");
  await press("continue");
  await arrived("main");
  assert.deepEqual(lost, []);
});

scenario("embedded trouble: a sign-in that the customer turned away from, and finished all the same", async (s) => {
  const { bowline, company, host, customer } = await start(s);
  await host.visit(company, { options });
  const there = await host.toProvider();
  await host.at("[data-key=back]").click();
  await customer.sees("consent");
  await host.grant(there);
  await host.finish();
  assert.deepEqual(await host.names(), ["onConsent", "onConnectionStarted", "onConnection", "onFinish"]);
  await assertLinked(bowline, company);
});

scenario("embedded trouble: the browser's Back and Forward while the provider is open", async (s) => {
  const { bowline, company, host, customer } = await start(s);
  await host.visitBare();
  await host.visit(company, { options });
  const there = await host.toProvider();
  await host.page.goBack();
  await host.page.locator("#link:empty").waitFor();
  await host.page.goForward();
  await customer.sees("handoff");
  await host.grant(there);
  await customer.sees("success");
  await host.tells("onConnection");
  await assertLinked(bowline, company);
});

scenario("embedded trouble: the host's page is loaded anew at every step", async (s) => {
  const { bowline, company, host, customer } = await start(s);
  const again = async (step) => {
    await host.page.reload();
    await host.ready();
    await customer.sees(step);
  };
  await host.visit(company, { options });
  await customer.sees("picker");
  await again("picker");
  await host.next();
  await customer.sees("consent");
  await again("picker");
  await host.next();
  await customer.sees("consent");
  const there = await host.abroad(() => customer.agree());
  await customer.sees("handoff");
  await again("handoff");
  await again("handoff");
  await host.grant(there);
  await customer.sees("success");
  await host.tells("onConnection");
  await again("main");
  assert.deepEqual(await host.names(), [], "what was told is not told again");
  await customer.button("Complete").click();
  await host.tells("onFinish");
  await assertLinked(bowline, company);
});
