// The steps that only some software has: credentials, guided steps, several
// organizations at once, one more account.

import assert from "node:assert/strict";
import { copied } from "../harness/clipboard.mjs";
import { people } from "../harness/customer.mjs";
import { leaks } from "../harness/leaks.mjs";
import { scenario } from "../harness/scenario.mjs";
import { reach } from "../harness/screens.mjs";
import { linkSettings } from "../harness/settings.mjs";

async function setUp(s, settings) {
  const bowline = await s.bowline();
  if (settings) await linkSettings(bowline, settings);
  return { s, bowline, company: await bowline.createCompany(), customer: await s.customer() };
}

scenario("steps: credentials, empty, then malformed, then wrong, then right", async (s) => {
  const on = await setUp(s);
  const { bowline, company, customer } = on;
  const { page } = customer;
  await reach(on, "credentials");
  const [store, key] = [page.getByLabel("Store name"), page.getByLabel("API key")];
  const focused = (one) => one.evaluate((input) => input === document.activeElement);
  await customer.press(customer.button("Continue"));
  assert.equal(await page.getByText("Please fill this in.").count(), 2);
  assert.equal(await focused(store), true);
  await store.fill("harbour-lane");
  await key.fill("not a key");
  await customer.press(customer.button("Continue"));
  await page.getByText("Please check what you entered").waitFor();
  assert.equal(await store.inputValue(), "harbour-lane", "what is no secret need not be typed again");
  await key.fill("shop_wrong1234");
  await customer.press(customer.button("Continue"));
  await page.locator("[role=alert] .notice, [role=alert] strong").first().waitFor();
  assert.equal(await key.getAttribute("type"), "password");
  assert.equal((await bowline.connections(company.id))[0].status, "PendingAuth");
  await key.fill("shop_demo2468");
  await customer.press(customer.button("Continue"));
  await customer.sees("success");
  await page.getByText("Harbour Lane Coffee Beans").first().waitFor();
  const [connection] = await bowline.connections(company.id);
  assert.equal(connection.status, "Linked");
  const events = await bowline.events(company.id);
  assert.equal(events.at(-1), "connection.connected");
  assert.ok(events.includes("connection.failed"), `a wrong try is told: ${events}`);
  const secrets = [{ kind: "right key", value: "shop_demo2468" }, { kind: "wrong key", value: "shop_wrong1234" }];
  const places = { ...(await bowline.everythingStored()), stdout: bowline.stdout, stderr: bowline.stderr };
  assert.deepEqual(leaks(secrets, places), []);
});

scenario("steps: guided, before the sign-in and after it", async (s) => {
  const on = await setUp(s);
  const { bowline, company, customer } = on;
  const { page } = customer;
  await page.context().grantPermissions(["clipboard-write"]);
  await reach(on, "guide");
  await page.getByText("Step 1 of 2").waitFor();
  await customer.button("Next").press("Enter"); // unavailable, and says why
  await page.getByText("Tick the box to go on.").waitFor();
  await page.getByRole("checkbox", { name: "I am an administrator" }).check();
  await customer.press(customer.button("Next"));
  await page.getByRole("heading", { name: "Allow the connection" }).waitFor();
  await customer.press(customer.button(/^Copy/));
  await customer.button(/^Copied/).waitFor();
  assert.equal(await copied(page), "Demo Lender for Harbour Bakery");
  assert.match(await page.getByRole("link", { name: /More about this sandbox/ }).getAttribute("href"), /\/sandbox\/$/);
  await customer.press(customer.button("Back"));
  await page.getByRole("heading", { name: "You need to be an administrator" }).waitFor();
  await page.getByRole("checkbox").check();
  await customer.press(customer.button("Next"));
  await customer.press(customer.button("Next"));
  await customer.seesSignIn();
  await customer.grant();
  await page.getByRole("heading", { name: "Let the extension finish" }).waitFor();
  assert.equal((await bowline.connections(company.id))[0].status, "PendingAuth");
  await page.reload();
  await page.getByRole("heading", { name: "Let the extension finish" }).waitFor();
  await page.getByRole("checkbox").check();
  await customer.button("Complete").dblclick();
  await customer.sees("success");
  assert.deepEqual(await bowline.events(company.id), ["company.created", "connection.created", "connection.connected"]);
});

scenario("steps: the guided step after the sign-in, later", async (s) => {
  const on = await setUp(s);
  const { bowline, company, customer } = on;
  const { page } = customer;
  await reach(on, "guide");
  await page.getByRole("checkbox").check();
  await customer.press(customer.button("Next"));
  await customer.press(customer.button("Next"));
  await customer.seesSignIn();
  await customer.grant();
  await page.getByRole("heading", { name: "Let the extension finish" }).waitFor();
  await customer.press(customer.button("Do it later"));
  await customer.sees("main");
  assert.equal((await bowline.connections(company.id))[0].status, "PendingAuth");
  await customer.openAnew(company.redirect);
  await customer.press(customer.button(/^Resume.* Guided Sandbox/));
  await customer.page.locator("[data-step=guide]").or(customer.page.getByRole("heading", { name: "Sign in" })).first().waitFor();
});

scenario("steps: several organizations at once, each a company of its own", async (s) => {
  const on = await setUp(s, { multiEntity: true });
  const { bowline, company, customer } = on;
  const { page } = customer;
  await reach(on, "guide");
  await page.getByRole("checkbox").check();
  await customer.press(customer.button("Next"));
  await customer.press(customer.button("Next"));
  await customer.seesSignIn();
  await customer.grant(people.bookkeeper);
  await customer.sees("tenants");
  await page.getByText("3 of 3 selected").waitFor();
  await customer.press(customer.button("Clear all"));
  await page.getByText("0 of 3 selected").waitFor();
  await customer.button("Next").press("Enter");
  await page.getByText("Choose at least one.").waitFor();
  await page.getByRole("checkbox", { name: "Northlight Studio" }).check();
  await page.getByRole("checkbox", { name: /Maple & Pine/ }).check();
  await customer.button("Next").dblclick();
  await page.getByRole("heading", { name: "Let the extension finish" }).waitFor();
  await page.getByRole("checkbox").check();
  await customer.press(customer.button("Complete"));
  await customer.sees("success");
  const names = await page.locator("ul.items li").allInnerTexts();
  assert.deepEqual(names.sort(), ["Maple & Pine Joinery", "Northlight Studio"]);
  const { results } = await bowline.api("GET", "/companies");
  const children = results.filter((one) => one.id !== company.id);
  assert.equal(children.length, 2);
  for (const child of children) {
    assert.equal(child.referenceParentCompany.id, company.id);
    assert.deepEqual((await bowline.connections(child.id)).map(({ status }) => status), ["Linked"]);
    assert.deepEqual(await bowline.events(child.id), ["company.created", "connection.created", "connection.connected"]);
  }
  assert.deepEqual(await bowline.connections(company.id), []);
  await customer.finish();
  await customer.sees("done");
});

scenario("steps: one more bank account", async (s) => {
  const { bowline, company, customer } = await setUp(s);
  const { page } = customer;
  const connectBank = async (person) => {
    await customer.sees("picker");
    await customer.pick(/Banking Sandbox/);
    await customer.accept();
    await customer.grant(person);
    await page.locator(".bowline:is([data-step=tenants], [data-step=success])").waitFor();
    if ((await page.locator(".bowline").getAttribute("data-step")) === "tenants") {
      await page.getByRole("radio").first().check();
      await customer.press(customer.button("Next"));
    }
    await customer.sees("success");
  };
  await customer.open(company.redirect);
  await customer.toPicker("Banking");
  await connectBank(people.owner);
  await page.getByText(/the fuller the picture of your cash flow/).waitFor();
  await customer.press(customer.button("Connect another account"));
  await customer.sees("picker");
  await page.locator(".row", { hasText: "Banking Sandbox" }).getByText("Connected").waitFor();
  await connectBank(/Zoë/);
  await customer.press(customer.button("Continue"));
  await page.getByText("2 connected").waitFor();
  const statuses = (await bowline.connections(company.id)).map(({ status }) => status);
  assert.deepEqual(statuses, ["Linked", "Linked"]);

  await linkSettings(bowline, { recommendAnother: false });
  await customer.press(customer.button(/^Add another.* Banking$/));
  await customer.pick(/Banking Sandbox/);
  await customer.press(customer.button("Back"));
  await customer.sees("picker");
  await customer.press(customer.button("Back"));
  await customer.page.reload();
  assert.equal(await page.getByText("Recommended").count(), 0);
});
