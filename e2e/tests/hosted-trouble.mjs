// Tabs closed, networks lost, servers killed, sessions over: nothing is lost that
// was done, and the customer is told what to do.

import assert from "node:assert/strict";
import { phone } from "../harness/browser.mjs";
import { people } from "../harness/customer.mjs";
import { scenario } from "../harness/scenario.mjs";
import { reach } from "../harness/screens.mjs";

async function setUp(s) {
  const bowline = await s.bowline();
  return { s, bowline, company: await bowline.createCompany(), customer: await s.customer() };
}

async function assertOnce({ bowline, company }) {
  const [connection, ...more] = await bowline.connections(company.id);
  assert.equal(connection.status, "Linked");
  assert.deepEqual(more, []);
  const events = await bowline.events(company.id);
  assert.deepEqual(events, ["company.created", "connection.created", "connection.connected"]);
}

scenario("trouble: a tab closed at the provider, and the link opened on another device", async (s) => {
  const on = await setUp(s);
  await on.customer.toSandbox(on.company.redirect);
  await on.customer.page.close();
  const later = await s.customer(phone);
  await later.open(on.company.redirect);
  await later.sees("main");
  await later.page.getByText("Not finished").waitFor();
  await later.press(later.button(/^Resume.* Accounting Sandbox/));
  await later.seesSignIn();
  await later.grant();
  await later.finish();
  await later.sees("done");
  await assertOnce(on);
});

scenario("trouble: a tab closed while organizations are chosen", async (s) => {
  const on = await setUp(s);
  await reach(on, "tenants");
  await on.customer.openAnew(on.company.redirect);
  await on.customer.press(on.customer.button(/^Resume.* Accounting Sandbox/));
  await on.customer.seesSignIn();
  await on.customer.grant();
  await on.customer.sees("success");
  await assertOnce(on);
});

scenario("trouble: a tab closed before success was seen", async (s) => {
  const on = await setUp(s);
  await reach(on, "success");
  const later = await s.customer();
  await later.open(on.company.redirect);
  await later.page.getByText("Harbour Lane").waitFor();
  await later.press(later.button("Complete"));
  await later.sees("done");
  await assertOnce(on);
});

/** Loses the network, presses, is told, gets the network back, and tries again. */
async function offline(customer, button) {
  const context = customer.page.context();
  await context.setOffline(true);
  await customer.press(button);
  await customer.page.getByText("You seem to be offline. Nothing is lost").waitFor();
  await context.setOffline(false);
  await customer.press(customer.button("Try again"));
}

scenario("trouble: the network is lost and comes back at every step", async (s) => {
  const on = await setUp(s);
  const { customer } = on;
  const { page } = customer;
  const lose = (button) => offline(customer, button);
  await customer.open(on.company.redirect);
  await customer.sees("main");
  await page.waitForLoadState("networkidle"); // the rest of the script is there
  await lose(customer.button(/^Connect.* Accounting$/));
  await customer.sees("picker");
  await page.context().setOffline(true);
  const row = page.getByRole("radio", { name: /Accounting Sandbox/ });
  await row.focus();
  await row.press("Space");
  await lose(customer.button("Next"));
  await customer.sees("consent");
  await lose(customer.button("Agree and continue"));
  await customer.seesSignIn();
  await customer.grant(people.bookkeeper);
  await customer.sees("tenants");
  await page.getByRole("radio", { name: "Northlight Studio" }).check();
  await lose(customer.button("Next"));
  await customer.sees("success");
  await lose(customer.button("Continue"));
  await customer.sees("main");
  await lose(customer.button("Complete"));
  await customer.sees("done");
  await assertOnce(on);
});

scenario("trouble: an answer that was lost on its way, at every step", async (s) => {
  const on = await setUp(s);
  const { customer } = on;
  const { page } = customer;
  /** The server does it, and the browser never hears. */
  const lose = async (button) => {
    await page.route(/\/journey$/, async (route) => {
      await route.fetch();
      await route.abort();
    }, { times: 1 });
    await customer.press(button);
    await page.getByText("Nothing is lost").waitFor();
    await customer.press(customer.button("Try again"));
  };
  await customer.open(on.company.redirect);
  await lose(customer.button(/^Connect.* Accounting$/));
  await customer.sees("picker");
  await customer.pick(/Accounting Sandbox/);
  await lose(customer.button("Agree and continue"));
  await customer.seesSignIn();
  await customer.grant(people.bookkeeper);
  await customer.sees("tenants");
  await page.getByRole("radio", { name: "Northlight Studio" }).check();
  await lose(customer.button("Next"));
  await customer.sees("success");
  await lose(customer.button("Continue"));
  await customer.sees("main");
  await lose(customer.button("Complete"));
  await customer.sees("done");
  await assertOnce(on);
  assert.equal((await on.bowline.query("SELECT id FROM consents")).length, 1, "agreed once");
});

/** Where a kill may meet the rarer screens; killed.mjs has the rest. */
const killed = {
  async guide({ customer }) {
    await customer.page.getByRole("checkbox").check();
    await customer.press(customer.button("Next"));
    await customer.page.getByRole("heading", { name: "Allow the connection" }).waitFor();
  },
  async credentials({ customer }) {
    await customer.page.getByLabel("Store name").fill("harbour-lane");
    await customer.page.getByLabel("API key").fill("shop_demo2468");
    await customer.press(customer.button("Continue"));
    await customer.sees("success");
  },
  async error({ customer }) {
    await customer.press(customer.button("Retry connection"));
    await customer.seesSignIn();
  },
  async notListed({ customer }) {
    await customer.page.getByLabel("Name of your software").fill("Ledger 2000");
    await customer.press(customer.button("Send"));
    await customer.page.getByText("Thank you, noted").waitFor();
  },
  async invite({ customer }) {
    await customer.page.getByLabel("Name of your company").fill("Corner Cafe");
    await customer.press(customer.button("Next"));
    await customer.sees("main");
  },
};

for (const [screen, goOn] of Object.entries(killed)) {
  scenario(`trouble: the server is killed and started again at ${screen}`, async (s) => {
    const on = await setUp(s);
    await reach(on, screen);
    await on.bowline.restart();
    await goOn(on);
  });
}

// A flow that has been open for more than twelve hours and one that is no flow
// of ours get the same answer, and no test waits for half a day. TestStaleProof
// and others in internal/link move the clock.
for (const screen of ["main", "picker", "consent", "tenants", "success"]) {
  scenario(`trouble: the page has been open for too long at ${screen}`, async (s) => {
    const on = await setUp(s);
    const { customer } = on;
    await reach(on, screen);
    await customer.page.route(/\/journey$/, (route) => {
      const message = JSON.parse(route.request().postData());
      return route.continue({ postData: JSON.stringify({ ...message, flow: message.flow.slice(0, -8) }) });
    });
    const answer = customer.page.waitForResponse(/\/journey$/);
    if (screen === "picker") await customer.page.getByRole("button", { name: "My software is not listed" }).click();
    else if (screen === "tenants") await customer.page.getByRole("button", { name: "Cancel" }).click();
    else await customer.page.locator("[data-step] .actions .button, .type-actions .button").last().click();
    assert.equal((await answer).status(), 410);
    await customer.sees("expired");
    await customer.page.getByText("Ask the company that sent it for a new one").waitFor();
    assert.doesNotMatch(await customer.page.locator("body").innerText(), /Harbour Bakery|Harbour Lane/);
    await customer.page.unroute(/\/journey$/);
    await customer.open(on.company.redirect); // which still works where links are not for one browser
    await customer.sees("main");
  });
}
