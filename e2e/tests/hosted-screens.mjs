// Each screen of hosted Link, loaded again and left with the browser's Back:
// nothing is lost, and the journey still ends with one connection.

import assert from "node:assert/strict";
import { people } from "../harness/customer.mjs";
import { scenario } from "../harness/scenario.mjs";
import { reach, screens } from "../harness/screens.mjs";
import { linkSettings } from "../harness/settings.mjs";

async function stage(s) {
  const bowline = await s.bowline();
  return { s, bowline, company: await bowline.createCompany(), customer: await s.customer() };
}

/**
 * What a screen is after the page was loaded again. Where it is not itself,
 * nothing had been decided on it, or the list offers to resume it.
 */
const again = {
  picker: "main", notListed: "main", consent: "main", guide: "main", credentials: "main", handover: "main", device: "main", done: "main",
};

/** From wherever a screen leads to the end, as somebody does who reads what is offered. */
async function toTheEnd(customer) {
  const { page } = customer;
  const buttons = ["Retry connection", /^Continue to /, /^Resume/, /^Connect.* Accounting$/, "Complete", "Continue", "Agree and continue"];
  for (let n = 0; n < 12; n++) {
    await page.locator(".bowline[data-step]:not([data-step=handoff])").or(page.getByRole("heading", { name: "Sign in" })).first().waitFor();
    if (!page.url().includes("/link/")) {
      await customer.grant();
      await page.waitForURL(/\/link\//);
      continue;
    }
    const step = await page.locator(".bowline").getAttribute("data-step");
    if (step === "done") return;
    if (step === "picker") await customer.pick(/Accounting Sandbox/);
    else if (step === "tenants") await customer.chooseOrganization("Northlight Studio");
    else {
      let pressed;
      for (const name of buttons) {
        const button = customer.button(name).first();
        if (!(await button.isVisible())) continue;
        pressed = name;
        await customer.press(button);
        break;
      }
      assert.ok(pressed, `a way on from ${step}`);
    }
    await page.waitForFunction((before) => document.querySelector(".bowline")?.dataset.step !== before, step);
  }
  assert.fail("the journey does not end");
}

/** What to do after that, where it is not the way to the end of this company's journey. */
const afterwards = {
  invite: () => {},
  expired: () => {},
  notFound: () => {},
  done: ({ customer }) => customer.button("Complete").waitFor(),
  landing: async ({ customer }) => {
    await customer.press(customer.button("Next"));
    await customer.sees("main");
  },
  guide: async ({ customer }) => {
    await customer.press(customer.button(/^Resume.* Guided Sandbox/));
    await customer.sees("guide");
  },
  credentials: async ({ customer }) => {
    await customer.press(customer.button(/^Resume.* Keys Sandbox/));
    await customer.sees("credentials");
  },
};

async function finishes({ customer, bowline, company }) {
  await toTheEnd(customer);
  const [connection, ...more] = await bowline.connections(company.id);
  assert.equal(connection.status, "Linked");
  assert.deepEqual(more, []);
}

for (const screen of Object.keys(screens)) {
  scenario(`screens: ${screen}, loaded again`, async (s) => {
    const on = await stage(s);
    await reach(on, screen);
    await on.customer.page.reload();
    await on.customer.sees(again[screen] ?? screen);
    await (afterwards[screen] ?? finishes)(on);
  });
}

scenario("screens: the browser's Back from each screen", async (s) => {
  const { bowline, company, customer } = await stage(s);
  const { page } = customer;
  const back = async (step) => {
    await page.goBack();
    await customer.sees(step);
  };
  await customer.open(company.redirect);
  await customer.toPicker();
  await back("main");
  await customer.toPicker();
  await page.getByRole("searchbox").fill("acc");
  await customer.pick(/Accounting Sandbox/);
  await back("picker");
  assert.equal(await page.getByRole("searchbox").inputValue(), "acc", "the search is still there");
  assert.equal(await page.getByRole("radio", { name: /Accounting Sandbox/ }).isChecked(), true, "and the choice");
  await customer.pick(/Accounting Sandbox/);
  await customer.accept();
  await customer.seesSignIn();
  await back("consent");
  await page.goForward();
  await customer.seesSignIn();
  await customer.signIn(people.bookkeeper);
  await page.goBack();
  await customer.seesSignIn();
  await back("consent");
  await customer.accept(); // agreeing twice is agreeing once
  await customer.seesSignIn();
  await customer.grant(people.bookkeeper);
  await customer.chooseOrganization("Northlight Studio");
  await customer.sees("success");
  await page.goBack(); // what is behind is the provider, whose answer has been used
  await page.goForward();
  await customer.sees("success");
  await customer.press(customer.button("Continue"));
  await customer.sees("main");
  await customer.press(customer.button("Complete"));
  await customer.sees("done");
  const [connection, ...more] = await bowline.connections(company.id);
  assert.equal(connection.status, "Linked");
  assert.deepEqual(more, []);
  assert.deepEqual(await bowline.events(company.id), ["company.created", "connection.created", "connection.connected"]);
});

scenario("screens: the browser's Back from the rarer screens", async (s) => {
  const on = await stage(s);
  const { customer, bowline } = on;
  await linkSettings(bowline, { landing: { enabled: true, title: "Welcome" } });
  await customer.open(on.company.redirect);
  await customer.press(customer.button("Next"));
  await customer.sees("main");
  await customer.toPicker();
  await customer.press(customer.button("My software is not listed"));
  await customer.sees("notListed");
  await customer.page.goBack();
  await customer.sees("picker");
  await customer.press(customer.button("Continue on another device"));
  await customer.sees("device");
  await customer.press(customer.button("Back"));
  await customer.sees("picker");
  await customer.pick(/Guided Sandbox/);
  await customer.agree();
  await customer.sees("guide");
  await customer.page.getByRole("checkbox").check();
  await customer.press(customer.button("Next"));
  await customer.page.getByRole("heading", { name: "Allow the connection" }).waitFor();
  await customer.page.goBack();
  await customer.page.getByRole("heading", { name: "You need to be an administrator" }).waitFor();
  await customer.page.goBack();
  await customer.sees("consent");
  await customer.press(customer.button("Back"));
  await customer.sees("picker");
  await customer.press(customer.button("Back"));
  await customer.sees("main");
  await customer.page.reload();
  await customer.sees("landing");
  await customer.press(customer.button("Next"));
  await customer.button(/^Resume.* Guided Sandbox/).waitFor();
});

scenario("screens: two clicks where one was meant", async (s) => {
  const { bowline, company, customer } = await stage(s);
  const { page } = customer;
  await customer.open(company.redirect);
  await customer.button(/^Connect.* Accounting$/).dblclick();
  await customer.sees("picker");
  const row = page.getByRole("radio", { name: /Accounting Sandbox/ });
  await row.focus();
  await row.press("Space");
  await customer.button("Next").dblclick();
  await customer.sees("consent");
  await customer.button("Agree and continue").dblclick();
  await customer.seesSignIn();
  await customer.signIn(people.bookkeeper);
  await page.getByRole("button", { name: "Allow", exact: true }).dblclick();
  await customer.sees("tenants");
  await page.getByRole("radio", { name: "Northlight Studio" }).check();
  await customer.button("Next").dblclick();
  await customer.sees("success");
  await customer.button("Continue").dblclick();
  await customer.sees("main");
  await customer.button("Complete").dblclick();
  await customer.sees("done");
  assert.deepEqual(await bowline.events(company.id), ["company.created", "connection.created", "connection.connected"]);
  const consents = await bowline.query("SELECT id FROM consents");
  assert.equal(consents.length, 1, "agreed once");
});

scenario("screens: two clicks that make one link for a colleague", async (s) => {
  const on = await stage(s);
  const { customer, bowline } = on;
  await customer.open(on.company.redirect);
  await customer.toPicker();
  const row = customer.page.getByRole("radio", { name: /Accounting Sandbox/ });
  await row.focus();
  await row.press("Space");
  await customer.button("Someone else has the sign-in").dblclick();
  await customer.sees("consent");
  await customer.button("Agree and make a link").dblclick();
  await customer.sees("handover");
  assert.equal((await bowline.query("SELECT id FROM handovers")).length, 1);
  assert.equal((await bowline.connections(on.company.id)).length, 1);
});
