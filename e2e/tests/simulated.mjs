// Integrations of the catalog as an operator goes live with them, against the
// simulator: set up, connected by a customer, and what the customer sees when the
// provider makes trouble.

import assert from "node:assert/strict";
import { freePort } from "../harness/port.mjs";
import { scenario } from "../harness/scenario.mjs";
import { Simulator } from "../harness/simulator.mjs";

/** A Bowline whose providers are simulated, with these integrations set up. */
async function simulated(s, setups) {
  const listen = `127.0.0.1:${await freePort()}`;
  const simulator = await Simulator.start(`http://${listen}`);
  s.after(() => simulator.stop());
  const bowline = await s.bowline({ env: { BOWLINE_LISTEN: listen, BOWLINE_SIMULATOR: simulator.url } });
  for (const [key, shape] of Object.entries(setups)) {
    const given = await simulator.registration(key);
    const { missing } = await bowline.api("PUT", `/integrations/${key}/setup`, { version: 0, ...shape({ clientId: given["Client id"], clientSecret: given["Client secret"] }, given) });
    assert.deepEqual(missing ?? [], []);
  }
  return { bowline, simulator };
}

const plain = (client) => ({ clients: { "": client } });

/** On the provider's page: allows, with the organizations of these names. */
async function allow(customer, ...organizations) {
  for (const name of organizations) await customer.page.getByLabel(name).check();
  await customer.press(customer.button("Allow"));
}

scenario("simulated: Xero, from the operator's setup to a company with a name", async (s) => {
  const { bowline } = await simulated(s, { gbol: plain });
  const company = await bowline.createCompany();
  const customer = await s.customer();
  await customer.open(company.redirect);
  await customer.sees("main");
  await customer.choose("Accounting", "xero", /Xero/);
  await customer.press(customer.button("Connect to Xero"));
  await customer.page.waitForURL(/\/login\.xero\.com\//);
  assert.match(customer.page.url(), /^http:\/\/127\.0\.0\.1:\d+\/login\.xero\.com\//);
  await allow(customer);
  await customer.finish();
  const [connection] = await bowline.connections(company.id);
  assert.equal(connection.status, "Linked");
  assert.equal(connection.integrationKey, "gbol");
  assert.ok(connection.connectionInfo.tenantId && connection.connectionInfo.companyName, JSON.stringify(connection.connectionInfo));
});

scenario("simulated: Clover asks for the region, whose client it takes", async (s) => {
  const { bowline } = await simulated(s, { fqly: (client) => ({ clients: { europe: client } }) });
  const company = await bowline.createCompany();
  const customer = await s.customer();
  await customer.open(company.redirect);
  await customer.sees("main");
  await customer.choose("Commerce", "clover", /Clover/);
  await customer.agree();
  await customer.sees("credentials");
  assert.deepEqual((await customer.page.getByLabel("Region").locator("option").allTextContents()).filter((text) => /Europe|America/.test(text)), ["Europe"],
    "only regions in which the operator is registered");
  await customer.page.getByLabel("Region").selectOption({ label: "Europe" });
  await customer.press(customer.button("Continue"));
  await customer.page.waitForURL(/\/www\.eu\.clover\.com\//);
  await allow(customer);
  await customer.sees("success");
  const [connection] = await bowline.connections(company.id);
  assert.equal(connection.status, "Linked");
});

scenario("simulated: who may not allow it is told so, and a no is a no", async (s) => {
  const { bowline } = await simulated(s, { pdvj: plain });
  const company = await bowline.createCompany();
  const customer = await s.customer();
  await customer.open(company.redirect);
  await customer.sees("main");
  await customer.choose("Accounting", "myob", /MYOB Business/);
  await customer.page.getByText(/administrator/i).first().waitFor();
  await customer.agree();
  await customer.sees("credentials");
  await customer.press(customer.button("Continue"));
  await customer.page.waitForURL(/\/secure\.myob\.com\//);
  await customer.press(customer.button("I am not an administrator"));
  await customer.sees("error");
  await customer.page.getByText(/somebody else|someone else|another person|administrator/i).first().waitFor();
  await customer.press(customer.button(/try again|retry|another sign-in/i));
  await customer.sees("credentials");
  await customer.press(customer.button("Continue"));
  await customer.page.waitForURL(/\/secure\.myob\.com\//);
  await customer.press(customer.button("Deny"));
  await customer.sees("error");
  await customer.page.getByRole("heading", { name: "You chose not to connect" }).waitFor();
  const [connection] = await bowline.connections(company.id);
  assert.equal(connection.status, "PendingAuth");
});

scenario("simulated: an answer that got lost costs the customer one more try", async (s) => {
  const { bowline, simulator } = await simulated(s, { exgd: plain });
  await simulator.misbehave("exgd", "lost-exchange");
  const company = await bowline.createCompany();
  const customer = await s.customer();
  await customer.open(company.redirect);
  await customer.sees("main");
  await customer.choose("Commerce", "stripe", /^Stripe/);
  await customer.accept();
  await allow(customer);
  await customer.sees("error");
  await customer.press(customer.button("Retry connection"));
  await customer.page.waitForURL(/\/connect\.stripe\.com\//);
  await allow(customer);
  await customer.sees("success");
  assert.equal((await bowline.connections(company.id))[0].status, "Linked");
});
