// One-time Link URLs (link.md 4.3): good for one browser, spent by a page that
// somebody looks at and not by a program that reads the address, and explained
// when they are over (link.md 7.2, row 20).

import assert from "node:assert/strict";
import { assertLinked } from "../harness/assertions.mjs";
import { Received } from "../harness/received.mjs";
import { scan } from "../harness/scanner.mjs";
import { scenario } from "../harness/scenario.mjs";
import { linkSettings, profile } from "../harness/settings.mjs";

const password = /(?:link\.)?otp=[0-9A-HJKMNP-TV-Z]{6}$/;

async function withOneTimeLinks(s) {
  const bowline = await s.bowline();
  await profile(bowline);
  await linkSettings(bowline, { oneTimeLinks: true, supportText: "Call us on **555 0100**." });
  const company = await bowline.createCompany();
  assert.match(company.redirect, password);
  return { bowline, company, read: async () => (await bowline.api("GET", `/companies/${company.id}`)).redirect };
}

/** Opens an address and returns the status with which its gate opened or did not. */
async function openGate(customer, url) {
  const answer = customer.page.waitForResponse((one) => one.request().method() === "POST" && one.url().endsWith("/journey"));
  await customer.open(url);
  return (await answer).status();
}

/** The page that says why, and nothing about the company. */
async function assertExpired(customer, received) {
  await customer.sees("expired");
  await customer.page.getByRole("heading", { name: "This link has expired" }).waitFor();
  await customer.page.getByText("Ask the company that sent it for a new one").waitFor();
  await customer.page.getByText("Call us on 555 0100.").waitFor();
  assert.deepEqual(await received.holding("Harbour Bakery"), [], "the name of the company");
  assert.deepEqual(await received.holding("Harbour Lending"), [], "the name of the fintech");
  assert.equal(await customer.button(/./).count(), 0, "no button that could not work");
}

scenario("one-time links: good for the whole journey in one browser", async (s) => {
  const { bowline, company } = await withOneTimeLinks(s);
  const owner = await s.customer();
  assert.equal(await openGate(owner, company.redirect), 200);
  await owner.sees("main");
  assert.doesNotMatch(owner.page.url(), /otp/, "the password does not stay in the address bar");
  await owner.page.reload();
  await owner.sees("main");
  await owner.choose("Accounting", "acc", /Accounting Sandbox/);
  await owner.page.reload();
  await owner.sees("main");
  await owner.choose("Accounting", "acc", /Accounting Sandbox/);
  await owner.accept();
  await owner.grant();
  await owner.sees("success");
  await owner.page.reload();
  await owner.finish();
  await owner.sees("done");
  const [connection] = await bowline.connections(company.id);
  assert.equal(connection.status, "Linked");
});

scenario("one-time links: a second browser is told why, and nothing else", async (s) => {
  const { company, read } = await withOneTimeLinks(s);
  const owner = await s.customer();
  await owner.open(company.redirect);
  await owner.sees("main");
  for (const address of [company.redirect, company.redirect.split("?")[0]]) {
    const other = await s.customer();
    const received = new Received(other.page);
    assert.equal(await openGate(other, address), 401);
    await assertExpired(other, received);
    await other.page.reload();
    await assertExpired(other, received);
  }
  const third = await s.customer();
  await third.open(await read()); // each reading of the company has a link of its own
  await third.sees("main");
});

scenario("one-time links: programs that read the address use nothing up", async (s) => {
  const { company } = await withOneTimeLinks(s);
  for (const { who, method, status, body, cookies } of await scan(company.redirect)) {
    const what = `${method} by ${who}`;
    assert.equal(status, 200, what);
    assert.deepEqual(cookies, [], what);
    for (const name of ["Harbour Bakery", "Harbour Lending"]) assert.equal(body.includes(name), false, `${what} learns ${name}`);
  }
  const owner = await s.customer();
  await owner.open(company.redirect);
  await owner.sees("main");
});

scenario("one-time links: a connection's own link", async (s) => {
  const { bowline, company } = await withOneTimeLinks(s);
  const { linkUrl } = await bowline.api("POST", `/companies/${company.id}/connections`, { platformKey: "mqjo" });
  assert.match(linkUrl, password);
  for (const { who, method, body } of await scan(linkUrl)) assert.equal(body.includes("Harbour"), false, `${method} by ${who}`);
  const owner = await s.customer();
  await owner.open(linkUrl);
  await owner.seesSignIn();
  const other = await s.customer();
  const received = new Received(other.page);
  assert.equal(await openGate(other, linkUrl), 401);
  await assertExpired(other, received);
  await owner.grant();
  await owner.sees("success");
  await owner.page.reload();
  await owner.sees("success");
  const [connection] = await bowline.connections(company.id);
  assert.equal(connection.status, "Linked");
});

scenario("one-time links: who guesses is slowed down, and the owner is told to wait", async (s) => {
  const { company } = await withOneTimeLinks(s);
  const guesser = await s.customer();
  const [address] = company.redirect.split("?");
  for (let n = 0; n < 5; n++) assert.equal(await openGate(guesser, `${address}?link.otp=00000${n}`), 401);
  const owner = await s.customer();
  const received = new Received(owner.page);
  assert.equal(await openGate(owner, company.redirect), 429);
  await owner.page.getByText("That did not go through").waitFor();
  await owner.button("Try again").waitFor();
  assert.deepEqual(await received.holding("Harbour Bakery"), []);
});

scenario("one-time links: a browser that lost its session asks for a new link", async (s) => {
  const { bowline, company, read } = await withOneTimeLinks(s);
  const owner = await s.customer();
  await owner.open(company.redirect);
  await owner.sees("main");
  await owner.page.context().clearCookies();
  await owner.page.reload();
  await owner.sees("expired");
  await owner.open(await read());
  await owner.sees("main");
  await owner.choose("Accounting", "acc", /Accounting Sandbox/);
  await owner.accept();
  await owner.grant();
  await owner.sees("success");
  assert.equal((await bowline.connections(company.id))[0].status, "Linked");
});

scenario("one-time links: switched off again, every link works as before", async (s) => {
  const { bowline, company } = await withOneTimeLinks(s);
  await linkSettings(bowline, {});
  const customer = await s.customer();
  await customer.toSandbox(company.redirect);
  await customer.grant();
  await customer.sees("success");
  await assertLinked(bowline, company);
});
