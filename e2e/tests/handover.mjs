// Hand it to someone who can: the owner agrees, somebody else signs in with a
// link that is good for that and nothing else, and the owner's page shows it
// live. The two stay separate records.

import assert from "node:assert/strict";
import { Host } from "../harness/host.mjs";
import { Received } from "../harness/received.mjs";
import { scan } from "../harness/scanner.mjs";
import { scenario } from "../harness/scenario.mjs";
import { toHandOver } from "../harness/screens.mjs";
import { linkSettings, profile } from "../harness/settings.mjs";
import { openFintech } from "../harness/fintech.mjs";

async function setUp(s) {
  const bowline = await s.bowline();
  await profile(bowline);
  const company = await bowline.createCompany();
  return { s, bowline, company, customer: await s.customer() };
}

/** Somebody with the sign-in, who opens the link. */
async function openAsHelper(s, link) {
  const helper = await s.customer({ userAgent: "Mozilla/5.0 (Helper) Firefox/140.0" });
  const received = new Received(helper.page);
  await helper.open(link);
  await helper.sees("helper");
  assert.equal(new URL(helper.page.url()).hash, "", "the code does not stay in the address bar");
  return { helper, received };
}

/** From the helper's first screen to their last. */
async function help(helper) {
  await helper.press(helper.button("Continue to Accounting Sandbox"));
  await helper.seesSignIn();
  await helper.grant();
  await helper.sees("done");
  await helper.page.getByText("now has what Harbour Bakery agreed to share").waitFor();
}

async function assertTwoRecords(bowline, company) {
  const [connection] = await bowline.connections(company.id);
  assert.equal(connection.status, "Linked");
  const [consent, ...others] = await bowline.query("SELECT id, connection_id, user_agent, text FROM consents");
  assert.deepEqual(others, []);
  assert.equal(consent.connection_id, connection.id);
  assert.doesNotMatch(consent.user_agent, /Helper/, "the owner agreed");
  const [asked] = await bowline.query("SELECT * FROM handovers WHERE finished_at IS NOT NULL");
  assert.match(asked.user_agent, /Helper/, "the helper signed in");
  assert.equal(asked.kind, "colleague");
  assert.equal(asked.connection_id, connection.id);
  assert.match(asked.opened_from, /127\.0\.0\.1/);
  const [signIn] = await bowline.query(`SELECT handover_id, status, connection_id FROM authorizations WHERE id = '${asked.authorization_id}'`);
  assert.deepEqual(signIn, { handover_id: asked.id, status: "linked", connection_id: connection.id });
  const history = await bowline.query("SELECT reason FROM connection_history ORDER BY id");
  assert.deepEqual(history.map(({ reason }) => reason), ["", "Handed to a colleague.", "A colleague signed in."]);
  assert.deepEqual(await bowline.events(company.id), ["company.created", "connection.created", "connection.connected"]);
}

scenario("handover: from the picker, and the owner's page shows it live", async (s) => {
  const on = await setUp(s);
  const { bowline, company, customer } = on;
  const link = await toHandOver(on);
  assert.match(link, new RegExp(`^${bowline.url}/link/go#`));
  const mail = await customer.page.getByRole("link", { name: "Email" }).getAttribute("href");
  assert.match(decodeURIComponent(mail), new RegExp(`Please connect Accounting Sandbox for Harbour Bakery[^]*${link}`));
  const loads = customer.requests.length;

  const { helper } = await openAsHelper(s, link);
  await helper.page.getByRole("heading", { name: "Harbour Bakery asks you to connect Accounting Sandbox" }).waitFor();
  await helper.page.getByText("Invoices and bills").waitFor();
  await help(helper);
  await customer.sees("success");
  const since = customer.requests.slice(loads).filter((url) => !url.endsWith("/journey"));
  assert.deepEqual(since, [], "without loading anything again");
  await customer.finish();
  await customer.sees("done");
  await assertTwoRecords(bowline, company);
});

scenario("handover: at a guided step, after the owner's consent", async (s) => {
  const { bowline, company, customer } = await setUp(s);
  await customer.open(company.redirect);
  await customer.toPicker();
  await customer.pick(/Guided Sandbox/);
  await customer.agree();
  await customer.sees("guide");
  await customer.press(customer.button("Someone else has the sign-in"));
  await customer.sees("handover");
  const link = await customer.page.locator("code.address").innerText();
  const { helper } = await openAsHelper(s, link);
  await helper.press(helper.button("Continue to Guided Sandbox"));
  for (const title of ["You need to be an administrator", "Allow the connection"]) {
    await helper.page.getByRole("heading", { name: title }).waitFor();
    if (await helper.page.getByRole("checkbox").count()) await helper.page.getByRole("checkbox").check();
    await helper.press(helper.button("Next"));
  }
  await helper.seesSignIn();
  await helper.grant();
  await helper.page.getByRole("heading", { name: "Let the extension finish" }).waitFor();
  await helper.page.getByRole("checkbox").check();
  await helper.press(helper.button("Complete"));
  await helper.sees("done");
  await customer.sees("success");
  const [asked] = await bowline.query("SELECT kind, finished_at FROM handovers");
  assert.equal(asked.kind, "colleague");
  assert.ok(asked.finished_at);
  const consents = await bowline.query("SELECT id FROM consents");
  assert.equal(consents.length, 1, "the helper agrees to nothing for the company");
});

scenario("handover: of a key that somebody else has", async (s) => {
  const { bowline, company, customer } = await setUp(s);
  await customer.open(company.redirect);
  await customer.toPicker("Commerce");
  await customer.pick(/Keys Sandbox/);
  await customer.agree();
  await customer.sees("credentials");
  await customer.press(customer.button("Someone else has the sign-in"));
  await customer.sees("handover");
  const { helper } = await openAsHelper(s, await customer.page.locator("code.address").innerText());
  await helper.press(helper.button("Continue to Keys Sandbox"));
  await helper.sees("credentials");
  for (const key of ["shop_wrong1234", "shop_demo2468"]) {
    await helper.page.getByLabel("Store name").fill("harbour-lane");
    await helper.page.getByLabel("API key").fill(key);
    await helper.press(helper.button("Continue"));
    if (key === "shop_wrong1234") await helper.page.locator("[role=alert] strong").waitFor();
  }
  await helper.sees("done");
  await customer.sees("success");
  const [connection] = await bowline.connections(company.id);
  assert.equal(connection.status, "Linked");
  const told = await customer.page.locator("body").innerText();
  assert.doesNotMatch(told, /shop_/);
});

scenario("handover: good for one browser", async (s) => {
  const on = await setUp(s);
  const link = await toHandOver(on);
  for (const { who, method, body } of await scan(link)) assert.equal(body.includes("Harbour"), false, `${method} by ${who}`);
  const { helper } = await openAsHelper(s, link);
  await helper.page.reload(); // the same browser may come back without the code
  await helper.sees("helper");
  await helper.open("about:blank");
  await helper.open(link); // and with it
  await helper.sees("helper");
  const third = await s.customer();
  const received = new Received(third.page);
  await third.open(link);
  await third.sees("expired");
  assert.deepEqual(await received.holding("Harbour"), []);
  await help(helper);
  await helper.page.reload();
  await helper.sees("done");
  await third.open("about:blank");
  await third.open(link);
  await third.sees("expired");
});

scenario("handover: the helper learns nothing that leads to the company", async (s) => {
  const fintech = await openFintech();
  s.after(() => fintech.close());
  const on = await setUp(s);
  const { bowline, company } = on;
  await profile(bowline, { redirectUrl: `${fintech.url}?c={companyId}` });
  const { id } = await bowline.api("POST", `/companies/${company.id}/connections`, { platformKey: "qhnd" });
  const link = await toHandOver(on);
  const { helper, received } = await openAsHelper(s, link);
  await helper.press(helper.button("Continue to Accounting Sandbox"));
  await helper.seesSignIn();
  await helper.signIn();
  await helper.press(helper.button("Deny"));
  await helper.sees("error");
  await helper.press(helper.button("Retry connection"));
  await helper.seesSignIn();
  await helper.grant();
  await helper.sees("done");
  await helper.page.reload();
  await helper.sees("done");
  const kept = await helper.page.evaluate(() => JSON.stringify([history.state, { ...localStorage }, { ...sessionStorage }, document.cookie]));
  const cookies = JSON.stringify(await helper.page.context().cookies());
  for (const secret of [company.id, company.id.replaceAll("-", ""), id, "Banking Sandbox", company.redirect]) {
    assert.deepEqual(await received.holding(secret), [], `the network tells the helper ${secret}`);
    assert.equal(`${kept}${cookies}`.includes(secret), false, `the browser keeps ${secret}`);
  }
  assert.ok((await received.holding("Harbour Bakery")).length, "the test sees what the helper is told");
  assert.equal(helper.requests.some((url) => url.startsWith(fintech.url)), false, "the fintech's page is the owner's to go back to");
});

scenario("handover: with links that are good for one browser", async (s) => {
  const on = await setUp(s);
  const { bowline } = on;
  await linkSettings(bowline, { oneTimeLinks: true });
  on.company = await bowline.createCompany("Harbour Bakery");
  const { helper } = await openAsHelper(s, await toHandOver(on));
  await help(helper);
  await on.customer.sees("success");
  await helper.open(on.company.redirect); // a helper who had the owner's link gets no further by helping
  await helper.sees("expired");
});

scenario("handover: the owner signs in after all, and the helper's link is over", async (s) => {
  const on = await setUp(s);
  const { bowline, company, customer } = on;
  const link = await toHandOver(on);
  const { helper } = await openAsHelper(s, link);
  await customer.press(customer.button("I can sign in after all"));
  await customer.seesSignIn();
  await customer.grant();
  await customer.sees("success");
  await helper.press(helper.button("Continue to Accounting Sandbox"));
  await helper.sees("expired");
  assert.equal((await bowline.connections(company.id)).length, 1);
});

scenario("handover: the waiting page and the link outlive a killed server", async (s) => {
  const on = await setUp(s);
  const { bowline, company, customer } = on;
  const link = await toHandOver(on);
  await bowline.restart();
  const { helper } = await openAsHelper(s, link);
  await helper.press(helper.button("Continue to Accounting Sandbox"));
  await helper.seesSignIn();
  await bowline.restart();
  await helper.grant();
  await helper.sees("done");
  await customer.sees("success");
  await assertTwoRecords(bowline, company);
});

scenario("handover: embedded, the host's page is told when it is done", async (s) => {
  const bowline = await s.bowline();
  await profile(bowline);
  const company = await bowline.createCompany();
  const host = await Host.open(s, bowline);
  await host.visit(company);
  const { customer, page } = host;
  await host.openType("Accounting");
  const row = page.getByRole("radio", { name: /Accounting Sandbox/ });
  await row.focus();
  await row.press("Space");
  await customer.press(customer.button("Someone else has the sign-in"));
  await customer.press(customer.button("Agree and make a link"));
  await customer.sees("handover");
  const { helper, received } = await openAsHelper(s, await host.at("code.address").innerText());
  await help(helper);
  await customer.sees("success");
  const { connectionId } = await host.tells("onConnection");
  assert.deepEqual(await host.names(), ["onConsent", "onConnectionStarted", "onConnection"]);
  assert.equal((await bowline.connections(company.id))[0].id, connectionId);
  assert.deepEqual(await received.holding(company.id), []);
  await assertTwoRecords(bowline, company);
});
