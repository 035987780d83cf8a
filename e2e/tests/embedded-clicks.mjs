// The simple journey needs at most three clicks of ours (pick, agree, done) and no
// typing. Counted by the pages themselves: every trusted click and key press that is
// not on the provider's pages.

import assert from "node:assert/strict";
import { assertLinked } from "../harness/assertions.mjs";
import { count } from "../harness/clicks.mjs";
import { Host } from "../harness/host.mjs";
import { scenario } from "../harness/scenario.mjs";

/** One kind of software is asked for. Others would each be one more click, to choose between them. */
async function onlyBooks(bowline) {
  const settings = await bowline.api("GET", "/settings/link");
  settings.sourceTypes.banking.enabled = settings.sourceTypes.commerce.enabled = false;
  await bowline.api("PUT", "/settings/link", settings);
}

scenario("embedded clicks: three of them, embedded", async (s) => {
  const bowline = await s.bowline();
  await onlyBooks(bowline);
  const company = await bowline.createCompany();
  const host = await Host.open(s, bowline);
  const { page, customer } = host;
  const given = await count(page.context());
  await host.visit(company);
  await customer.sees("picker");
  await page.getByRole("radio", { name: /Accounting Sandbox/ }).click();
  await customer.sees("consent");
  const there = await host.abroad(() => customer.agree());
  await host.grant(there);
  await customer.sees("success");
  await host.finish();
  assert.equal(given.length, 3, given.join(" | "));
  assert.deepEqual(await host.names(), ["onConsent", "onConnectionStarted", "onConnection", "onFinish"]);
  await assertLinked(bowline, company);
});

scenario("embedded clicks: three of them, hosted", async (s) => {
  const bowline = await s.bowline();
  await onlyBooks(bowline);
  const company = await bowline.createCompany();
  const customer = await s.customer();
  const { page } = customer;
  const given = await count(page.context());
  await customer.open(company.redirect);
  await customer.sees("picker");
  await page.getByRole("radio", { name: /Accounting Sandbox/ }).click();
  await customer.sees("consent");
  await customer.accept();
  await customer.grant();
  await customer.sees("success");
  await customer.button("Complete").click();
  await customer.sees("done");
  assert.equal(given.length, 3, given.join(" | "));
  await assertLinked(bowline, company);
});
