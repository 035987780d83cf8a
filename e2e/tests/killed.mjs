// kill -9 at each point of the journey. After a restart the customer goes on or
// starts again, and in the end there is one connection, linked once.

import assert from "node:assert/strict";
import { assertLinked } from "../harness/assertions.mjs";
import { engines } from "../harness/bowline.mjs";
import { people } from "../harness/customer.mjs";
import { scenario } from "../harness/scenario.mjs";
import { until } from "../harness/until.mjs";

async function assertLinkedOnce(bowline, company, options) {
  await assertLinked(bowline, company, options);
  const events = await bowline.events(company.id);
  for (const once of ["company.created", "connection.created", "connection.connected"]) {
    assert.equal(events.filter((type) => type === once).length, 1, `one ${once} in ${events}`);
  }
}

/**
 * Opened the link anew, not knowing how far it had gone: does what the list
 * offers until there is nothing left to do.
 */
async function goOn(customer) {
  await customer.sees("main");
  if (await customer.button("Complete").isVisible()) return customer.press(customer.button("Complete"));
  if (await customer.button(/^Resume/).isVisible()) {
    await customer.press(customer.button(/^Resume/));
  } else {
    await customer.choose("Accounting", "acc", /Accounting Sandbox/);
    await customer.accept();
  }
  await customer.seesSignIn();
  await customer.grant();
  await customer.finish();
}

/** Each plays the journey to its end and kills Bowline once on the way. */
const points = {
  async "after the company was created"({ bowline, company, customer }) {
    await bowline.restart();
    await customer.toSandbox(company.redirect);
    await customer.grant();
    await customer.finish();
  },

  async "on the consent screen"({ bowline, company, customer }) {
    await customer.toConsent(company.redirect);
    await bowline.restart();
    await customer.accept();
    await customer.grant();
    await customer.finish();
  },

  async "while it is down the customer agrees"({ bowline, company, customer }) {
    await customer.toConsent(company.redirect);
    await bowline.kill();
    await customer.agree();
    await customer.page.getByText("That did not go through").waitFor();
    await bowline.start();
    await customer.press(customer.button("Try again"));
    await customer.seesSignIn();
    await customer.grant();
    await customer.finish();
  },

  async "as the customer agrees"({ bowline, company, customer }) {
    await customer.toConsent(company.redirect);
    const killed = customer.page.waitForEvent("request", (request) => request.method() === "POST").then(() => bowline.kill());
    await customer.agree();
    await killed;
    await bowline.start();
    await customer.openAnew(company.redirect); // whatever the answer was, if there was one
    await goOn(customer);
  },

  async "as the callback arrives"({ bowline, company, customer }) {
    await customer.toSandbox(company.redirect);
    await customer.signIn();
    const killed = customer.page.waitForEvent("request", (request) => request.url().includes("/oauth/callback/")).then(() => bowline.kill());
    await customer.allow();
    await killed;
    await bowline.start();
    await customer.openAnew(company.redirect);
    await goOn(customer);
  },

  async "at the provider's sign-in"({ bowline, company, customer }) {
    await customer.toSandbox(company.redirect);
    await bowline.restart();
    await customer.grant();
    await customer.finish();
  },

  async "between the provider and the callback"({ bowline, company, customer }) {
    await customer.toSandbox(company.redirect);
    await customer.signIn();
    const callback = await customer.answer();
    await bowline.restart();
    await customer.open(callback);
    await customer.finish();
  },

  async "while the code is exchanged"({ bowline, company, customer }) {
    await customer.misbehave(bowline, { slow: 40 }); // it is killed long before
    await customer.toSandbox(company.redirect);
    await customer.signIn();
    await customer.allow();
    await until("the exchange to be under way", async () =>
      (await bowline.query("SELECT id FROM authorizations WHERE status = 'exchanging'")).length);
    await bowline.restart();
    await customer.behave(bowline);
    await customer.open(company.redirect);
    await customer.press(customer.button(/^Resume/));
    await customer.seesSignIn();
    await customer.grant();
    await customer.finish();
  },

  async "while organizations are chosen"({ bowline, company, customer }) {
    await customer.toSandbox(company.redirect);
    await customer.grant(people.bookkeeper);
    await customer.sees("tenants");
    await bowline.restart();
    await customer.chooseOrganization("Northlight Studio");
    await customer.finish();
  },

  async "after success"({ bowline, company, customer }) {
    await customer.toSandbox(company.redirect);
    await customer.grant();
    await customer.sees("success");
    await bowline.restart();
    await customer.finish();
  },
};

for (const engine of engines) {
  for (const [name, play] of Object.entries(points)) {
    scenario(`killed: ${name} (${engine})`, async (s) => {
      const bowline = await s.bowline({ engine });
      const company = await bowline.createCompany();
      const customer = await s.customer();
      await play({ bowline, company, customer });
      await customer.sees("done");
      await assertLinkedOnce(bowline, company);
    });
  }

  scenario(`killed: while the customer is at an independent provider (${engine})`, async (s) => {
    const { provider, bowline } = await s.withProvider({ engine });
    const company = await bowline.createCompany();
    const customer = await s.customer();
    await customer.toIndependent(company.redirect);
    await provider.signIn(customer);
    await bowline.kill();
    const refused = customer.page.waitForEvent("requestfailed", (request) => request.url().startsWith(`${bowline.url}/oauth/`));
    // The browser's own error page is a navigation too, and must not overtake the reload.
    const told = customer.page.waitForEvent("framenavigated", (frame) => frame.url().startsWith("chrome-error:"));
    await customer.button("Continue").click();
    const callback = (await refused).url();
    await told;
    await bowline.start();
    await customer.open(callback); // the customer reloads the page
    await customer.finish();
    await customer.sees("done");
    await assertLinkedOnce(bowline, company, { key: "oidp" });
    assert.equal(provider.exchanges, 1);
  });
}
