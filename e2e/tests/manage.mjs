// Looking after what is connected (link.md 1.3.17, 1.3.18 and 3): in Hosted Link, in
// embedded Link and with the Connections SDK. A connection is ended, brought back under the
// same id, and never becomes another business's.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { violations } from "../harness/browser.mjs";
import { count } from "../harness/clicks.mjs";
import { people } from "../harness/customer.mjs";
import { Host, strict } from "../harness/host.mjs";
import { scenario } from "../harness/scenario.mjs";
import { linkSettings } from "../harness/settings.mjs";

const care = { manageConnections: { enabled: true } };
const connectionsCallbacks = ["onDisconnect", "onReconnect", "onError", "onClose"];
const sdk = { script: "connections", callbacks: connectionsCallbacks };

/** A company whose owner has connected the books. */
async function connected(s, bowline) {
  const company = await bowline.createCompany();
  const owner = await s.customer();
  await owner.toSandbox(company.redirect);
  await owner.grant();
  await owner.sees("success");
  const [connection] = await bowline.connections(company.id);
  assert.equal(connection.status, "Linked");
  return { company, connection };
}

/** The one connection, as the fintech sees it: the same as ever. */
async function assertStatus(bowline, company, { id }, status) {
  const all = await bowline.connections(company.id);
  assert.deepEqual(all.map((one) => [one.id, one.status]), [[id, status]]);
}

/** Opens the details of the books from the list. */
async function toDetails(customer) {
  await customer.sees("manage");
  await customer.press(customer.button(/^Accounting Sandbox/));
  await customer.sees("managed");
}

/** From the details to the list, with the connection ended. */
async function disconnect(customer) {
  await customer.press(customer.button("Disconnect"));
  await customer.sees("disconnect");
  await customer.press(customer.button("Disconnect").last());
  await customer.sees("disconnected");
  await customer.press(customer.button("Continue"));
  await customer.sees("manage");
  await customer.page.getByText("Disconnected", { exact: true }).waitFor();
}

/** Looks at screens with axe, and keeps what is wrong. */
function inspector(page) {
  const found = {};
  return { found, look: async (name) => void (found[name] = await violations(page)) };
}

const assertClean = ({ found }) => assert.deepEqual(Object.entries(found).filter(([, wrong]) => wrong.length), []);

scenario("manage: hosted, from the list to a disconnection, a wrong business, and back", async (s) => {
  const bowline = await s.bowline();
  const { company, connection } = await connected(s, bowline);
  await linkSettings(bowline, { ...care, oneTimeLinks: true });
  const customer = await s.customer();
  const { page } = customer;
  const axe = inspector(page);
  await customer.open((await bowline.api("GET", `/companies/${company.id}`)).redirect);
  await customer.sees("manage");
  await page.getByRole("heading", { name: "Manage connected platforms" }).waitFor();
  await axe.look("manage");
  await toDetails(customer);
  await axe.look("managed");
  for (const label of ["Connected on", "Name"]) await page.getByText(label, { exact: true }).waitFor();

  await customer.press(customer.button("Disconnect"));
  await customer.sees("disconnect");
  await axe.look("disconnect");
  await page.keyboard.press("Escape");
  await customer.sees("managed");
  await assertStatus(bowline, company, connection, "Linked");
  await disconnect(customer);
  await assertStatus(bowline, company, connection, "Unlinked");

  // The way back in the browser's history knows what happened.
  await page.goBack();
  await customer.sees("manage");
  await page.getByText("Disconnected", { exact: true }).waitFor();
  await toDetails(customer);
  await page.getByText(/^You disconnected it\./).waitFor();
  await axe.look("managed, ended");

  await customer.press(customer.button("Reconnect"));
  await customer.seesSignIn();
  await customer.grant(people.stranger);
  await customer.sees("mismatch");
  await page.getByRole("heading", { name: "That is not the same business" }).waitFor();
  await axe.look("mismatch");
  await assertStatus(bowline, company, connection, "Unlinked");
  await customer.press(customer.button("Reselect company"));
  await customer.seesSignIn();
  await customer.grant(people.stranger);
  await customer.sees("mismatch");
  await customer.press(customer.button("Cancel"));
  await customer.sees("managed");
  await assertStatus(bowline, company, connection, "Unlinked");

  await customer.press(customer.button("Reconnect"));
  await customer.seesSignIn();
  await customer.grant();
  await customer.sees("success");
  await axe.look("success");
  await customer.press(customer.button("Continue"));
  await customer.sees("manage");
  await assertStatus(bowline, company, connection, "Linked");
  const events = await bowline.events(company.id);
  assert.deepEqual(events.filter((one) => /connected$/.test(one)), ["connection.connected", "connection.disconnected", "connection.reconnected"]);

  // There is a way to everything else, and back.
  await customer.press(customer.button("Connect something else"));
  await customer.sees("main");
  await customer.press(customer.button("Manage connections"));
  await customer.sees("manage");
  assertClean(axe);
});

scenario("manage: hosted, nobody without a one-time password sees what is connected", async (s) => {
  const bowline = await s.bowline();
  const { company } = await connected(s, bowline);
  await linkSettings(bowline, care);
  const customer = await s.customer();
  await customer.open(company.redirect);
  await customer.sees("main");
  assert.equal(await customer.button("Manage connections").count(), 0);
});

scenario("manage: embedded Link, two clicks to a sign-in, and the callbacks of a reconnection", async (s) => {
  const bowline = await s.bowline();
  const { company, connection } = await connected(s, bowline);
  await linkSettings(bowline, care);
  const host = await Host.open(s, bowline);
  const { customer } = host;
  await host.visit(company);
  await toDetails(customer);
  await disconnect(customer);
  await assertStatus(bowline, company, connection, "Unlinked");
  assert.deepEqual(await host.names(), [], "Link has no callback for that");

  await host.remove();
  const given = await count(host.page.context());
  await host.visit(company);
  await toDetails(customer);
  const stranger = await host.abroad(() => customer.button("Reconnect").click());
  assert.equal(given.length, 2, given.join(" | "));
  await host.grant(stranger, people.stranger);
  await customer.sees("mismatch");
  assert.deepEqual(await host.names(), ["onConnectionStarted", "onError 409"]);
  const there = await host.abroad(() => customer.button("Reselect company").click());
  await host.grant(there);
  await customer.sees("success");
  const told = await host.tells("onConnection");
  assert.equal(told.connectionId, connection.id);
  await assertStatus(bowline, company, connection, "Linked");
  await customer.button("Continue").click();
  await customer.sees("manage");
  await customer.button("Done").click();
  await host.tells("onFinish");
  await host.assertClean();
});

scenario("manage: the Connections SDK tells what was ended and what came back, once each", async (s) => {
  const bowline = await s.bowline();
  const { company, connection } = await connected(s, bowline);
  const host = await Host.open(s, bowline);
  const { page, customer } = host;
  const axe = inspector(page);
  const options = { text: { "accounting.connectionDetails.dataTypes": ["Invoices and **bills**", "Profit and loss"] } };
  await host.visit(company, { ...sdk, options });
  await customer.sees("manage");
  await page.getByRole("dialog", { name: "Manage connections" }).waitFor();
  await page.getByRole("heading", { name: "Manage connected accounts" }).waitFor();
  await axe.look("manage");
  await toDetails(customer);
  await page.getByText("Authorized", { exact: true }).waitFor();
  assert.deepEqual(await page.locator(".bowline .items li").allInnerTexts(), ["Invoices and bills", "Profit and loss"]);
  await axe.look("managed");
  await disconnect(customer);
  assert.deepEqual(await host.tells("onDisconnect"), { connectionId: connection.id });
  await assertStatus(bowline, company, connection, "Unlinked");

  await toDetails(customer);
  const first = await host.abroad(() => customer.button("Reconnect").click());
  await customer.sees("handoff");
  await axe.look("handoff");
  await host.deny(first);
  await customer.sees("error");
  await axe.look("error");
  const second = await host.abroad(() => customer.button("Retry connection").click());
  await host.grant(second, people.stranger);
  await customer.sees("mismatch");
  await axe.look("mismatch");
  await customer.button("Cancel").click();
  await customer.sees("managed");
  const third = await host.abroad(() => customer.button("Reconnect").click());
  await host.grant(third);
  await customer.sees("success");
  assert.deepEqual(await host.tells("onReconnect"), { connectionId: connection.id });
  await assertStatus(bowline, company, connection, "Linked");
  await customer.button("Continue").click();
  await customer.sees("manage");

  // Once more, so that "once each" does not mean once for ever.
  await toDetails(customer);
  await disconnect(customer);
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await host.tells("onClose");
  assert.deepEqual(await host.names(), ["onDisconnect", "onError 403", "onError 409", "onReconnect", "onDisconnect", "onClose"]);
  await assertStatus(bowline, company, connection, "Unlinked");
  assertClean(axe);
  assert.deepEqual(host.warnings(), []);
});

scenario("manage: the Connections SDK with nothing connected, without an X, pinned, under a strict policy", async (s) => {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const host = await Host.open(s, bowline, { headers: { "content-security-policy": strict(bowline) } });
  const { connections } = await (await fetch(`${bowline.url}/sdk/versions.json`)).json();
  assert.match(connections.url, /^\/sdk\/[\w.-]+\/connections\.js$/);
  await host.visit(company, { pinned: { ...connections, url: bowline.url + connections.url }, callbacks: ["onError"] });
  await host.customer.sees("manage");
  await host.page.getByText("Nothing is connected yet.").waitFor();
  assert.equal(await host.page.locator(".bowline button").count(), 0, "there is nothing to press");
  assert.deepEqual((await violations(host.page)), []);
  await host.assertClean();
});

scenario("manage: the Connections SDK with a token that is no good", async (s) => {
  const bowline = await s.bowline();
  const { company } = await connected(s, bowline);
  const host = await Host.open(s, bowline);
  await host.visit(company, { ...sdk, accessToken: "nonsense" });
  await host.customer.sees("expired");
  const told = await host.tells("onError");
  assert.deepEqual([told.errorCode, told.userRecoverable], [401, false]);
  await host.page.getByRole("dialog", { name: "Manage connections" }).waitFor();
  assert.deepEqual(await violations(host.page), []);
});

scenario("manage: the page of the guide works as it is printed", async (s) => {
  const bowline = await s.bowline();
  const { company, connection } = await connected(s, bowline);
  const guide = await readFile(new URL("../../docs/connections-sdk.md", import.meta.url), "utf8");
  const [, example] = /```html\n(.*?)```/s.exec(guide);
  const server = createServer(async ({ url }, response) => {
    const { accessToken } = url === "/connections-token" ? await bowline.api("GET", `/companies/${company.id}/accessToken`) : {};
    response.writeHead(200, { "content-type": accessToken ? "application/json" : "text/html; charset=utf-8" });
    response.end(accessToken ? JSON.stringify({ accessToken }) : `<!doctype html><title>Settings</title>${example.replace("https://connect.example.com", bowline.url)}`);
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  s.after(() => new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  }));
  const origin = `http://localhost:${server.address().port}`;
  await bowline.api("POST", "/corsSettings", { allowedOrigins: [origin] });
  const customer = await s.customer();
  const said = [];
  customer.page.on("console", (message) => said.push(message.text()));
  await customer.open(`${origin}/settings`);
  await toDetails(customer);
  await customer.page.getByText("Invoices and bills").waitFor();
  await disconnect(customer);
  assert.deepEqual(said.filter((one) => one.startsWith("ended")), [`ended ${connection.id}`]);
  await assertStatus(bowline, company, connection, "Unlinked");
  await customer.button("Close").click();
  await customer.page.locator("#connections > *").waitFor({ state: "detached" });
});
