// Each row of link.md 1.4 in a real browser: which callbacks the host gets, in which
// order, with what arguments, each as often as stated and none after Link is gone.

import assert from "node:assert/strict";
import { callbacks, Host, only } from "../harness/host.mjs";
import { people } from "../harness/customer.mjs";
import { scenario } from "../harness/scenario.mjs";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const accounting = only("accounting", "mqjo");

/** All members are there, all are strings, and there is nothing else. */
function assertConnection(args, { key, platform, type }) {
  assert.deepEqual(Object.keys(args).sort(), ["connectionId", "integrationId", "integrationKey", "platformName", "sourceId", "sourceType"]);
  for (const name of ["connectionId", "integrationId", "sourceId"]) assert.match(args[name], uuid);
  assert.deepEqual([args.integrationKey, args.platformName, args.sourceType], [key, platform, type]);
}

const books = { key: "mqjo", platform: "Accounting Sandbox", type: "Accounting" };

function assertError(args, { code, recoverable }) {
  assert.equal(args.errorCode, code);
  assert.equal(args.userRecoverable, recoverable);
  for (const name of ["message", "correlationId"]) if (args[name] !== undefined) assert.equal(typeof args[name], "string");
  assert.deepEqual(Object.keys(args).filter((name) => !["correlationId", "message", "errorCode", "userRecoverable"].includes(name)), []);
}

/** Link is taken off, things go on elsewhere, and the host hears no more of them. */
async function assertSilence(host, goOn = async () => {}) {
  const before = await host.told();
  await host.remove();
  await goOn();
  await host.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  assert.deepEqual(await host.told(), before, "callbacks after Link is gone");
}

async function start(s, options) {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const host = await Host.open(s, bowline, options);
  return { bowline, company, host, customer: host.customer };
}

/** Connects a company's shop before the visit, as its fintech could through the API. */
async function connectShop(bowline, company) {
  const { id } = await bowline.api("POST", `/companies/${company.id}/connections`, { platformKey: "wvtc" });
  await bowline.api("PUT", `/companies/${company.id}/connections/${id}/authorization`, { store: "harbour-lane", key: "shop_demo2468" });
}

scenario("embedded callbacks: OAuth connect", async (s) => {
  const { bowline, company, host, customer } = await start(s);
  await host.visit(company);
  await host.openType("Accounting");
  await host.pick(/Accounting Sandbox/);
  assert.deepEqual(await host.told(), [], "nothing before the consent");
  const there = await host.abroad(() => customer.agree());
  await host.tells("onConnectionStarted");
  await host.grant(there);
  await customer.sees("success");
  const connection = await host.tells("onConnection");
  await host.page.getByRole("button", { name: "Continue" }).click();
  await customer.sees("main");
  await customer.button("Complete").click();
  await host.tells("onFinish");
  assert.deepEqual(await host.names(), ["onConsent", "onConnectionStarted", "onConnection", "onFinish"]);
  const [consent, started, , finish] = await host.told();
  assert.deepEqual(Object.keys(consent.args[0]), ["text"]);
  assert.match(consent.args[0].text, /^# Connect to Accounting Sandbox/);
  assert.match(consent.args[0].text, /- Invoices and bills/, "what stands in the sections is in it");
  assertConnection(started.args[0], books);
  assert.deepEqual(connection, started.args[0]);
  assert.deepEqual(finish.args, []);
  const [linked] = await bowline.connections(company.id);
  assert.equal(linked.id, connection.connectionId);
  const [stored] = await bowline.query("SELECT text FROM consents");
  assert.equal(stored.text, consent.args[0].text, "the host is told what is kept as evidence");
  await assertSilence(host);
});

scenario("embedded callbacks: credentials connect, after a wrong try", async (s) => {
  const { company, host, customer } = await start(s);
  await host.visit(company, { options: only("commerce", "wvtc") });
  await host.next();
  await customer.sees("consent");
  await customer.agree();
  await customer.sees("credentials");
  const fill = async (key) => {
    await host.page.getByLabel(/^Store name/).fill("harbour-lane");
    await host.page.getByLabel(/^API key/).fill(key);
    await customer.button("Continue").click();
  };
  await fill("shop_wrong1234");
  assertError(await host.tells("onError"), { code: 422, recoverable: true });
  await host.page.getByText(/does not know these/).waitFor();
  await fill("shop_demo2468");
  await host.finish();
  assert.deepEqual(await host.names(), ["onConsent", "onConnectionStarted", "onError 422", "onConnection", "onFinish"]);
  assertConnection(await host.tells("onConnection"), { key: "wvtc", platform: "Keys Sandbox", type: "Commerce" });
  assert.equal(host.tabs(), 1, "no tab is opened for a form");
});

scenario("embedded callbacks: cancelled at the provider, then tried again", async (s) => {
  const { company, host, customer } = await start(s);
  await host.visit(company, { options: accounting });
  await host.deny(await host.toProvider());
  await customer.sees("error");
  assertError(await host.tells("onError"), { code: 403, recoverable: true });
  assert.deepEqual(await host.names(), ["onConsent", "onConnectionStarted", "onError 403"]);
  const there = await host.abroad(() => customer.button("Retry connection").click());
  await host.grant(there);
  await customer.sees("success");
  const names = await host.names();
  assert.equal(names.filter((name) => name === "onConnection").length, 1);
  assert.equal(names.filter((name) => name === "onConsent").length, 1, "the consent is given once");
});

scenario("embedded callbacks: additional consent", async (s) => {
  const { bowline, company, host, customer } = await start(s);
  await connectShop(bowline, company);
  const events = await bowline.events(company.id);
  await host.visitBare();
  // Earlier means before this second.
  await host.page.waitForFunction((now) => Date.now() >= now, (Math.floor(Date.now() / 1000) + 1) * 1000);
  await host.embed(company, { options: { ...only("commerce", "wvtc"), enableAdditionalConsent: true } });
  await customer.sees("main");
  await customer.button(/^Share data/).click();
  await customer.sees("share");
  await customer.button("Share data").click();
  await customer.sees("shared");
  await customer.button("Continue").click();
  await customer.sees("main");
  await host.page.getByText("Connected", { exact: true }).waitFor();
  await customer.button("Complete").click();
  await host.tells("onFinish");
  assert.deepEqual(await host.names(), ["onConsent", "onFinish"]);
  assert.deepEqual(await bowline.events(company.id), events, "no connection changes");
  const [consent] = await bowline.query("SELECT kind, text FROM consents");
  assert.equal(consent.text, (await host.told())[0].args[0].text);
});

for (const [name, settings, options] of [
  ["by the option", false, { enableMultiEntityLinking: true }],
  ["by the setting", true, {}],
]) {
  scenario(`embedded callbacks: several entities, ${name}`, async (s) => {
    const { bowline, company, host, customer } = await start(s);
    const before = await bowline.api("GET", "/settings/link");
    await bowline.api("PUT", "/settings/link", { ...before, multiEntity: settings });
    await host.visit(company, { options: { ...accounting, ...options } });
    await host.grant(await host.toProvider(), people.bookkeeper);
    await customer.sees("tenants");
    assert.equal(await host.at("input[type=checkbox]:checked").count(), 3, "all are preselected");
    await host.page.getByRole("checkbox", { name: "Maple & Pine Joinery" }).click();
    await customer.button("Next").click();
    await customer.sees("success");
    await host.tells("onConnection", 2);
    await host.finish();
    assert.deepEqual(await host.names(), ["onConsent", "onConnectionStarted", "onConnection", "onConnection", "onFinish"]);
    const told = (await host.told()).filter((one) => one.name === "onConnection").map(({ args }) => args[0]);
    for (const args of told) assertConnection(args, books);
    assert.notEqual(told[0].connectionId, told[1].connectionId);
  });
}

scenario("embedded callbacks: one entity where the option says so against the setting", async (s) => {
  const { bowline, company, host, customer } = await start(s);
  const before = await bowline.api("GET", "/settings/link");
  await bowline.api("PUT", "/settings/link", { ...before, multiEntity: true });
  await host.visit(company, { options: { ...accounting, enableMultiEntityLinking: false } });
  await host.grant(await host.toProvider(), people.bookkeeper);
  await customer.chooseOrganization("Northlight Studio");
  await customer.sees("success");
  await host.tells("onConnection");
  assert.deepEqual(await host.names(), ["onConsent", "onConnectionStarted", "onConnection"]);
});

scenario("embedded callbacks: resume pending", async (s) => {
  const { bowline, company, host, customer } = await start(s);
  const { id } = await bowline.api("POST", `/companies/${company.id}/connections`, { platformKey: "mqjo" });
  await host.visit(company);
  await customer.sees("main");
  const there = await host.abroad(() => customer.button(/^Resume/).click());
  await host.grant(there);
  await customer.sees("success");
  const connection = await host.tells("onConnection");
  assert.equal(connection.connectionId, id);
  assert.deepEqual(await host.names(), ["onConnectionStarted", "onConnection"]);
  assert.deepEqual(await bowline.events(company.id), ["company.created", "connection.created", "connection.connected"]);
});

scenario("embedded callbacks: X", async (s) => {
  const { company, host, customer } = await start(s);
  const x = host.page.getByRole("button", { name: "Close", exact: true });

  await host.visit(company, { leaveOn: ["onClose"] });
  await customer.sees("main");
  await x.click();
  await host.tells("onClose");
  assert.deepEqual((await host.told()).map(({ name, args }) => [name, args]), [["onClose", []]], "with nothing begun it closes at once");

  // Half-way it asks first, and one may stay.
  await host.embed(company, { options: accounting });
  await customer.sees("picker");
  await x.click();
  await host.page.getByRole("dialog", { name: "Leave before you are done?" }).waitFor();
  await host.page.keyboard.press("Escape");
  await host.page.getByRole("dialog", { name: "Leave before you are done?" }).waitFor({ state: "detached" });
  await x.click();
  await customer.button("Finish connecting").click();
  assert.equal((await host.focus()).name, "Close", "focus is where it was");
  await host.next();
  await customer.sees("consent");
  await x.click();
  await customer.button("Exit without saving").click();
  await host.tells("onClose", 2);
  await customer.button("Exit without saving").dispatchEvent("click").catch(() => {}); // may be gone, and may not count
  assert.deepEqual(await host.names(), ["onClose", "onClose"], "once for each visit");
});

scenario("embedded callbacks: who exits on purpose does not find the sign-in waiting", async (s) => {
  const { company, host, customer } = await start(s);
  await host.visit(company, { options: accounting });
  await host.toProvider();
  await customer.sees("handoff");
  await host.page.getByRole("button", { name: "Close", exact: true }).click();
  await customer.button("Exit without saving").click();
  await host.tells("onClose");
  await host.embed(company, { options: accounting });
  await customer.sees("main"); // where the pending connection can be resumed
  assert.deepEqual(await host.names(), ["onConsent", "onConnectionStarted", "onClose"]);
});

scenario("embedded callbacks: X after an error", async (s) => {
  const { company, host, customer } = await start(s);
  await host.visit(company, { options: accounting });
  await host.deny(await host.toProvider());
  await customer.sees("error");
  await customer.button("Continue").click();
  await customer.sees("main");
  await host.page.getByRole("button", { name: "Close", exact: true }).click();
  await customer.button("Exit without saving").click();
  await host.tells("onClose");
  assert.deepEqual(await host.names(), ["onConsent", "onConnectionStarted", "onError 403", "onClose"]);
});

scenario("embedded callbacks: no X without onClose", async (s) => {
  const { company, host, customer } = await start(s);
  await host.visit(company, { callbacks: callbacks.filter((name) => name !== "onClose") });
  await customer.sees("main");
  assert.equal(await host.page.getByRole("button", { name: "Close", exact: true }).count(), 0);
});

scenario("embedded callbacks: software that is not listed", async (s) => {
  const { company, host, customer } = await start(s);
  await host.visit(company, { options: accounting });
  await customer.sees("picker");
  await customer.button("My software is not listed").click();
  await customer.sees("notListed");
  await host.page.getByRole("textbox", { name: /software/ }).fill("Abacus 2000");
  await customer.button("Send").click();
  await customer.button("Stop here").click();
  await host.tells("onFinish");
  assertError(await host.tells("onError"), { code: 501, recoverable: true });
  assert.deepEqual(await host.names(), ["onError 501", "onFinish"]);
});

scenario("embedded callbacks: fatal", async (s) => {
  const { company, host, customer } = await start(s);
  const fatal = async ({ link = {}, code, step }) => {
    await host.visitBare();
    const told = { ...await host.link(company), ...link };
    await host.page.evaluate((one) => window.embed(one), told);
    if (step) await customer.sees(step);
    assertError(await host.tells("onError"), { code, recoverable: false });
    assert.deepEqual(await host.names(), [`onError ${code}`]);
    assert.equal(await host.page.locator("#link > *").count(), 1, "one child, with a screen");
  };
  await fatal({ link: { companyId: "harbour-bakery" }, code: 400 });
  await fatal({ link: { callbacks: ["onError", "onFinish"] }, code: 400 });
  await fatal({ link: { accessToken: "nonsense" }, code: 401, step: "expired" });
});

scenario("embedded callbacks: none after Link is gone, though the provider goes on", async (s) => {
  const { bowline, company, host } = await start(s);
  await host.visit(company, { options: accounting });
  const there = await host.toProvider();
  await there.signIn();
  await assertSilence(host, async () => {
    if (there.page.isClosed()) return;
    const back = there.page.waitForEvent("close").catch(() => {});
    await there.allow().catch(() => {}); // the tab may go with Link
    await back;
  });
  assert.deepEqual(await host.names(), ["onConsent", "onConnectionStarted"]);
  assert.equal((await bowline.connections(company.id)).length, 1);
});

scenario("embedded callbacks: what the host throws stays with the host", async (s) => {
  const { company, host } = await start(s);
  await host.visit(company, { options: accounting, throwOn: callbacks });
  await host.grant(await host.toProvider());
  await host.finish();
  assert.deepEqual(await host.names(), ["onConsent", "onConnectionStarted", "onConnection", "onFinish"]);
  assert.equal(host.console.filter(({ type, text }) => type === "error" && text.includes("Bowline Link:")).length, 4, "each is in the console");
});
