// What hosted pages say beside the card (link.md 5.2, left panel), from the Portal to the
// customer; and that what the server says of settings follows the language of who reads it.

import assert from "node:assert/strict";
import { violations } from "../harness/browser.mjs";
import { colleague, withPortal } from "../harness/portal.mjs";
import { scenario } from "../harness/scenario.mjs";
import { until } from "../harness/until.mjs";

const wide = { viewport: { width: 1280, height: 860 } };

scenario("portal settings: words beside the card, previewed, shown where there is room, and taken back", async (s) => {
  const { bowline, admin } = await withPortal(s);
  const dev = await colleague(s, admin, "developer", wide);
  const company = await bowline.createCompany();
  await dev.goes("/settings/link/onboarding", "Link");
  const card = dev.page.locator("[data-wide]").filter({ has: dev.page.getByRole("heading", { name: "Left panel" }) });
  const preview = dev.page.frameLocator("iframe");
  await preview.getByRole("heading", { name: /Share your records/ }).waitFor();
  await card.getByLabel("Heading").fill("x".repeat(51));
  await card.getByText(/1 character too many|1 too many|too many/).waitFor();
  await card.getByLabel("Heading").fill("Funding that follows your sales");
  await card.getByLabel("Text").fill("Connect **once**:\n\n- no paperwork\n- [ask us](https://help.example/ask)\n\n<b>not bold</b>");
  // The preview turns to a computer, because nothing else shows it.
  await until("the preview on a computer", () => dev.page.getByRole("radio", { name: "Computer" }).isChecked());
  await preview.getByRole("heading", { name: "Funding that follows your sales" }).waitFor();
  await preview.getByText("<b>not bold</b>").waitFor();
  await preview.getByRole("link", { name: /ask us/ }).waitFor();
  await dev.assertAccessible("left panel");
  await dev.shows("link-panel");
  await dev.page.getByRole("radio", { name: "Phone" }).check();
  await preview.getByRole("heading", { name: "Funding that follows your sales" }).waitFor({ state: "hidden" });
  await dev.button("Save").click();
  await dev.told("Saved.");

  const customer = await s.customer(wide);
  await customer.open(company.redirect);
  const { page } = customer;
  const beside = page.getByRole("heading", { level: 2, name: "Funding that follows your sales" });
  await beside.waitFor();
  await page.getByText("<b>not bold</b>").waitFor();
  assert.equal(await page.getByRole("link", { name: /ask us/ }).getAttribute("rel"), "noopener noreferrer");
  const sides = () => page.evaluate(() => [".panel", ".card"].map((one) => document.querySelector(one).getBoundingClientRect().toJSON()));
  let [panel, link] = await sides();
  assert.ok(panel.right <= link.left && link.right <= 1280 && link.width === 460, JSON.stringify({ panel, link }));
  assert.deepEqual(await violations(page), []);
  // It stays while the customer goes on, and on the other side where lines begin there.
  await page.getByRole("button", { name: /^Connect/ }).first().click();
  await page.getByRole("heading", { level: 1, name: /accounting/i }).waitFor();
  await beside.waitFor();
  await page.locator(".bowline").evaluate((frame) => (frame.dir = "rtl"));
  [panel, link] = await sides();
  assert.ok(panel.left >= link.right, JSON.stringify({ panel, link }));
  for (const [width, height] of [[1039, 860], [390, 800], [1280, 500]]) {
    await page.setViewportSize({ width, height });
    await until(`nothing beside the card at ${width} × ${height}`, () => beside.isHidden());
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
  }

  // In another language there are no words of theirs.
  const settings = await bowline.api("GET", "/settings/link");
  await bowline.api("PUT", "/settings/link", { ...settings, locales: ["en-US", "fr-CA"] });
  const french = await s.customer({ ...wide, locale: "fr-CA" });
  await french.open(company.redirect);
  await french.page.getByRole("heading", { level: 1 }).waitFor();
  assert.equal(await french.page.locator(".panel").count(), 0);

  // Nor beside a card in somebody else's page: what it is sent says nothing of them.
  const { accessToken } = await bowline.api("GET", `/companies/${company.id}/accessToken`);
  await bowline.api("POST", "/corsSettings", { allowedOrigins: ["https://app.example"] });
  const answer = await fetch(`${bowline.url}/sdk/companies/${company.id}/journey`, {
    method: "POST", headers: { "Content-Type": "application/json", Authorization: `Bearer ${accessToken}`, Origin: "https://app.example" },
    body: JSON.stringify({ action: "boot", locales: ["en-US"] }),
  });
  const view = await answer.json();
  assert.equal(view.step, "main");
  assert.equal(view.client.panel, undefined);
});

scenario("portal settings: what the server warns of follows the language, and takes no words from who is writing", async (s) => {
  // Two of the operator's own files, each a supplier of banks.
  const supplier = (key, name) => `key: ${key}\nname: ${name}\nsourceType: Banking\nlogo:\n  monogram: Ba\n  color: "#2b4c9b"\ndataTypes: [Balances]\noauth:
  authorizeUrl: https://bank.example/authorize\n  tokenUrl: https://bank.example/token\n  clientId: a\n  clientSecret: b\n  scopes: [read]\n`;
  const { bowline, admin } = await withPortal(s, { integrations: { "bnka.yaml": supplier("bnka", "Quay Bank"), "bnkb.yaml": supplier("bnkb", "Pier Bank") } });
  const dev = await colleague(s, admin, "developer", wide);
  await dev.goes("/settings/link", "Link");
  await dev.page.getByText(/2 suppliers of banks are on/).waitFor();
  await dev.page.getByRole("switch", { name: /sandbox/i }).click();
  const french = async () => {
    await dev.button(/^Language|^Langue/).click();
    await dev.page.getByRole("menuitemradio", { name: /Français/ }).click();
  };
  assert.ok(await dev.button("Save").isEnabled());
  await french();
  await dev.page.getByText(/2 fournisseurs de banques sont activés/).waitFor();
  await dev.page.getByRole("button", { name: "Enregistrer" }).waitFor();
  assert.equal(await dev.page.getByText(/suppliers of banks/).count(), 0);
  assert.ok(await dev.page.getByRole("button", { name: "Enregistrer" }).isEnabled(), "what was changed is still to be saved");
  await dev.page.getByRole("button", { name: "Enregistrer" }).click();
  await until("the setting to be stored", async () => !(await bowline.api("GET", "/settings/link")).showSandboxIntegrations);
});
