// Every way in which a provider, a person or an attacker can end an attempt. The
// customer sees a screen with a way on that works, and nothing is half made.
// Here on SQLite; TestMisbehaviour in internal/link does it on every engine.
// A state that has expired needs a clock: TestExpiredState in internal/link.

import assert from "node:assert/strict";
import { assertLinked, assertNotLinked } from "../harness/assertions.mjs";
import { people } from "../harness/customer.mjs";
import { scenario } from "../harness/scenario.mjs";

/**
 * `atOnce`: the provider answers before it shows a page. `status` is what the
 * fintech is told (link.md 4.6), `title` what the customer reads.
 */
const failures = [
  { name: "declined on the consent page", deny: true, status: "403", title: "You chose not to connect" },
  { name: "denied before any page", label: "Deny at once", atOnce: true, status: "403", title: "You chose not to connect" },
  { name: "server error", label: "Server error", atOnce: true, status: "500", title: "Accounting Sandbox is not answering right now" },
  { name: "token endpoint down", label: "Token endpoint down", status: "500", title: "Accounting Sandbox is not answering right now" },
  { name: "too slow an answer", slow: 40, status: "500", title: "Accounting Sandbox is not answering right now" },
  { name: "expired code", label: "Expired code", status: "500", title: "Accounting Sandbox did not accept the sign-in" },
  { name: "wrong issuer", label: "Wrong issuer", status: "500", title: "We stopped to keep you safe" },
  { name: "no organizations", label: "Missing organizations", status: "500", title: "No business found in that account" },
];

for (const failure of failures) {
  scenario(`misbehaviour: ${failure.name}`, async (s) => {
    const bowline = await s.bowline();
    const company = await bowline.createCompany();
    const customer = await s.customer();
    if (failure.label || failure.slow) await customer.misbehave(bowline, failure);
    await customer.toConsent(company.redirect);
    await customer.agree();
    if (!failure.atOnce) await customer.signIn();
    if (failure.deny) await customer.press(customer.button("Deny"));
    else if (!failure.atOnce) await customer.allow();
    await customer.sees("error", { timeout: 60_000 });
    const { page } = customer;
    await page.getByRole("heading", { name: failure.title }).waitFor();
    const text = await page.locator("body").innerText();
    assert.doesNotMatch(text, /access_denied|server_error|invalid_grant|temporarily|switch/, "no word of the provider's");
    const connection = await assertNotLinked(bowline, company, failure);

    await customer.behave(bowline);
    await customer.press(customer.button("Retry connection"));
    await customer.seesSignIn();
    await customer.grant();
    await customer.sees("success");
    assert.equal((await assertLinked(bowline, company)).id, connection.id, "trying again does not make a second connection");
    await customer.finish();
    await customer.sees("done");
  });
}

scenario("misbehaviour: a slow answer is waited for", async (s) => {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const customer = await s.customer();
  await customer.misbehave(bowline, { slow: 3 });
  await customer.toSandbox(company.redirect);
  await customer.grant();
  await customer.sees("success");
  await assertLinked(bowline, company);
});

scenario("misbehaviour: the error screen also leads back to the list", async (s) => {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const customer = await s.customer();
  await customer.toSandbox(company.redirect);
  await customer.press(customer.button("Go back without signing in"));
  await customer.sees("error");
  await customer.press(customer.button("Continue"));
  await customer.sees("main");
  await customer.page.getByText("Not finished").waitFor();
  await customer.press(customer.button(/^Resume/));
  await customer.seesSignIn();
  await customer.grant();
  await customer.sees("success");
  await assertLinked(bowline, company);
});

scenario("misbehaviour: the callback in another browser", async (s) => {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const customer = await s.customer();
  await customer.toSandbox(company.redirect);
  await customer.signIn();
  const callback = await customer.answer();
  const other = await s.customer();
  await other.open(callback);
  await other.sees("error");
  await other.page.getByRole("heading", { name: "Please finish in the browser where you started" }).waitFor();
  await other.page.getByText(/the link that you were given/).waitFor();
  assert.equal(await other.button(/./).count(), 0, "no button that could not work");
  await assertNotLinked(bowline, company, { errors: 0 });
  await other.open(company.redirect); // what the screen says to do
  await other.sees("main");
  await customer.open(callback);
  await customer.sees("success");
  await assertLinked(bowline, company);
});

scenario("misbehaviour: a forged state", async (s) => {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const customer = await s.customer();
  await customer.toSandbox(company.redirect);
  await customer.signIn();
  const callback = new URL(await customer.answer());
  const forged = new URL(callback);
  forged.searchParams.set("state", "A".repeat(43));
  await customer.open(forged.href);
  await customer.sees("error");
  await customer.page.getByText(/the link that you were given/).waitFor();
  assert.equal(await customer.button(/./).count(), 0, "no button that could not work");
  await assertNotLinked(bowline, company, { errors: 0 });
  await customer.open(callback.href);
  await customer.sees("success");
  await assertLinked(bowline, company);
});

scenario("misbehaviour: the same callback twice while organizations are chosen", async (s) => {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const customer = await s.customer();
  await customer.toSandbox(company.redirect);
  await customer.grant(people.bookkeeper);
  await customer.sees("tenants");
  const [callback] = customer.callbacks();
  await customer.open(callback);
  await customer.chooseOrganization("Northlight Studio");
  await customer.sees("success");
  await customer.open(callback);
  await customer.sees("success");
  await assertLinked(bowline, company, { tenant: "Northlight Studio" });
});
