// The main job, as the owner of a small business lives it, on every engine.

import assert from "node:assert/strict";
import { engines } from "../harness/bowline.mjs";
import { phone, violations } from "../harness/browser.mjs";
import { people } from "../harness/customer.mjs";
import { scenario } from "../harness/scenario.mjs";
import { assertLinked } from "../harness/assertions.mjs";
import { openFintech } from "../harness/fintech.mjs";

for (const engine of engines) {
  scenario(`story: a bookkeeper connects one of three organizations (${engine})`, async (s) => {
    const bowline = await s.bowline({ engine });
    const company = await bowline.createCompany();
    const customer = await s.customer();
    await customer.toSandbox(company.redirect);
    await customer.grant(people.bookkeeper);
    await customer.chooseOrganization("Northlight Studio");
    await customer.finish();
    await customer.sees("done");
    await customer.page.getByText("You can close this window").waitFor();
    await assertLinked(bowline, company, { tenant: "Northlight Studio" });
    assert.deepEqual(await bowline.events(company.id), ["company.created", "connection.created", "connection.connected"]);
    const history = await bowline.query("SELECT from_status, to_status FROM connection_history ORDER BY id");
    assert.deepEqual(history.map((row) => row.to_status), ["PendingAuth", "Linked"]);
    const [consent] = await bowline.query("SELECT text, granted_from FROM consents");
    assert.match(consent.text, /Connect to Accounting Sandbox/);
    assert.match(consent.text, /Invoices and bills/);
    assert.match(consent.granted_from, /127\.0\.0\.1/);
    const left = await bowline.query("SELECT status FROM authorizations WHERE sealed_grant IS NOT NULL OR tenants NOT IN ('', '[]')");
    assert.deepEqual(left, [], "nothing of the choice is kept once it is made");
  });

  scenario(`story: the browser ends at the fintech's own page (${engine})`, async (s) => {
    const fintech = await openFintech();
    s.after(() => fintech.close());
    const bowline = await s.bowline({ engine });
    await bowline.api("PUT", "/profile", { name: "Harbour Lending", redirectUrl: fintech.url, whiteListUrls: [] });
    const company = await bowline.createCompany();
    const customer = await s.customer();
    await customer.toSandbox(company.redirect);
    await customer.grant();
    await customer.finish();
    await customer.page.waitForURL(fintech.url);
    await customer.page.getByRole("heading", { name: "Back at the fintech" }).waitFor();
    await assertLinked(bowline, company, { tenant: "Harbour Lane Café" });
  });

  scenario(`story: a connection's own link goes straight to the provider and back (${engine})`, async (s) => {
    const bowline = await s.bowline({ engine });
    const company = await bowline.createCompany();
    const connection = await bowline.api("POST", `/companies/${company.id}/connections`, { platformKey: "mqjo" });
    assert.equal(connection.status, "PendingAuth");
    const customer = await s.customer();
    await customer.open(connection.linkUrl);
    await customer.seesSignIn();
    await customer.grant();
    await customer.sees("success");
    const linked = await assertLinked(bowline, company);
    assert.equal(linked.id, connection.id);
  });
}

scenario("story: on a phone, with a finger", async (s) => {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const customer = await s.customer(phone);
  await customer.toSandbox(company.redirect);
  await customer.grant(people.bookkeeper);
  await customer.chooseOrganization("Maple & Pine Joinery");
  await customer.finish();
  await customer.sees("done");
  await assertLinked(bowline, company, { tenant: "Maple & Pine Joinery" });
});

scenario("story: by keyboard alone", async (s) => {
  const bowline = await s.bowline();
  await bowline.api("PUT", "/settings/link", {
    sourceTypes: { accounting: { consent: { access: { body: "You sign in on {platformName}'s own page." } } } },
  });
  const company = await bowline.createCompany();
  const customer = await s.customer();
  const { page } = customer;
  await customer.open(company.redirect);
  await customer.sees("main");
  await customer.key(/^Connect.* Accounting$/);
  await customer.sees("picker");
  await customer.tabTo(/^Search/);
  await page.keyboard.type("acc");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await customer.sees("consent");
  await customer.key(/^Access$/);
  await page.getByText(/on Accounting Sandbox's own page/).waitFor();
  await customer.key(/^Agree and continue$/);
  await customer.seesSignIn();
  await customer.key(/Sam Okafor/);
  await page.getByRole("heading", { name: /Allow .* to connect/ }).waitFor();
  await customer.key(/^Allow$/);
  await customer.sees("tenants");
  await customer.tabTo(/Maple & Pine/);
  await page.keyboard.press("Space");
  await customer.key(/^Next$/);
  await customer.sees("success");
  await customer.key(/^Continue$/);
  await customer.sees("main");
  await customer.key(/^Complete$/);
  await customer.sees("done");
  await assertLinked(bowline, company, { tenant: "Maple & Pine Joinery" });
});

scenario("story: axe finds nothing on any screen, in the light theme and the dark one", async (s) => {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const customer = await s.customer();
  const { page } = customer;
  const found = {};
  const inspect = async (name) => {
    const wrong = await violations(page);
    if (wrong.length) found[name] = wrong;
  };
  await customer.open(company.redirect);
  await customer.sees("main");
  await inspect("main");
  await customer.press(customer.button(/^Connect.* Accounting$/));
  await customer.sees("picker");
  await inspect("picker");
  await page.getByRole("searchbox").fill("accounting");
  await page.getByRole("radio", { name: /Accounting Sandbox/ }).press("Space"); // a click would lead on
  await inspect("picker with a choice");
  await customer.button("Next").click();
  await customer.sees("consent");
  await inspect("consent");
  await customer.accept();
  await inspect("sandbox sign-in");
  await customer.signIn(people.bookkeeper);
  await inspect("sandbox consent");
  await customer.press(customer.button("Deny"));
  await customer.sees("error");
  await inspect("error");
  await customer.button("Retry connection").click();
  await customer.seesSignIn();
  await customer.grant(people.bookkeeper);
  await customer.sees("tenants");
  await inspect("organizations");
  await customer.chooseOrganization("Northlight Studio");
  await customer.sees("success");
  await inspect("success");
  await customer.button("Continue").click();
  await customer.sees("main");
  await inspect("main, connected");
  await customer.button("Complete").click();
  await customer.sees("done");
  await inspect("done");
  await customer.open(`${bowline.url}/link/company/${connectionless}`);
  await customer.sees("notFound");
  await inspect("not found");
  await customer.open(`${bowline.url}/sandbox/switches`);
  await inspect("sandbox switches");
  await customer.open(`${bowline.url}/portal/`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await inspect("portal");
  assert.deepEqual(found, {});
});

scenario("story: every page fits the screen that it is on", async (s) => {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const beyond = {};
  for (const [width, height] of [[320, 640], [390, 844], [1280, 800]]) {
    const customer = await s.customer({ viewport: { width, height } });
    for (const address of [`/link/company/${company.id}`, `/link/company/${connectionless}`, "/sandbox/switches", "/portal/", "/docs/api"]) {
      await customer.open(bowline.url + address);
      const { wide, tall } = await customer.page.evaluate(() => ({
        wide: document.documentElement.scrollWidth - innerWidth, tall: document.documentElement.scrollHeight - innerHeight,
      }));
      if (wide > 0) beyond[`${address} at ${width}`] = `${wide} px too wide`;
      // On a desk the card of Link scrolls inside itself; the page does not.
      if (address.startsWith("/link/") && width > 1000 && tall > 0) beyond[`${address} at ${width}`] = `${tall} px too tall`;
    }
  }
  assert.deepEqual(beyond, {});
});

/** A well-formed id that belongs to nobody. */
const connectionless = "0190a0b0-0000-7000-8000-000000000000";
