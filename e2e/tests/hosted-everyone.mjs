// For everyone: axe on each screen as it really is reached, the journey by
// keyboard alone on the narrowest screen, the focus, and motion only where it is
// wanted.

import assert from "node:assert/strict";
import { phone, violations } from "../harness/browser.mjs";
import { scenario } from "../harness/scenario.mjs";
import { reach, screens } from "../harness/screens.mjs";
import { linkSettings, profile } from "../harness/settings.mjs";
import { until } from "../harness/until.mjs";

async function setUp(s, options) {
  const bowline = await s.bowline();
  await profile(bowline);
  return { s, bowline, company: await bowline.createCompany(), customer: await s.customer(options) };
}

for (const screen of Object.keys(screens)) {
  scenario(`everyone: axe finds nothing at ${screen}, wide and narrow, light and dark`, async (s) => {
    const on = await setUp(s);
    const { customer: { page } } = on;
    await reach(on, screen);
    const found = await violations(page);
    await page.setViewportSize({ width: 320, height: 640 });
    found.push(...await violations(page));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} px too wide at 320 px`);
    assert.deepEqual(found, []);
  });
}

scenario("everyone: axe finds nothing where something went wrong", async (s) => {
  const on = await setUp(s);
  const { customer } = on;
  const { page } = customer;
  await reach(on, "credentials");
  await customer.press(customer.button("Continue"));
  assert.deepEqual(await violations(page), [], "fields that were left empty");
  await page.getByLabel("Store name").fill("harbour-lane");
  await page.getByLabel("API key").fill("shop_wrong1234");
  await customer.press(customer.button("Continue"));
  await page.locator("[role=alert] strong").first().waitFor();
  assert.deepEqual(await violations(page), [], "what the server found");
  await page.context().setOffline(true);
  await page.getByLabel("API key").fill("shop_wrong1234");
  await customer.press(customer.button("Continue"));
  await page.getByText("You seem to be offline").waitFor();
  await page.context().setOffline(false);
  assert.deepEqual(await violations(page), [], "a fault");
});

scenario("everyone: axe finds nothing in a brand's own colours", async (s) => {
  const on = await setUp(s);
  const { bowline, customer } = on;
  for (const looks of [
    { primaryColor: "#ffe600", secondaryColor: "#ffee88" }, { primaryColor: "#777777", secondaryColor: "#888888", colorScheme: "dark" },
  ]) {
    await bowline.api("PUT", "/settings/branding", looks);
    await linkSettings(bowline, { navigationBar: true, locales: ["en-US", "fr-CA"], supportText: "Call [us](https://harbour.example)." });
    await reach(on, "consent");
    assert.deepEqual(await violations(customer.page), [], looks.primaryColor);
  }
});

/** Where the focus is: a control or a heading, never nowhere. */
const focus = (page) => page.evaluate(() => {
  const { activeElement: one } = document;
  return one === document.body ? "body" : `${one.localName} ${one.textContent.trim().slice(0, 60)}`;
});

scenario("everyone: the whole journey by keyboard alone at 320 px, and the focus is never lost", async (s) => {
  const on = await setUp(s, { viewport: { width: 320, height: 640 } });
  const { company, customer } = on;
  const { page } = customer;
  const arrives = async (step) => {
    await customer.sees(step);
    assert.notEqual(await focus(page), "body", step);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${step} is ${wide} px too wide`);
  };
  /** The control with the focus is to be seen, and not under the sticky footer. */
  const isSeen = () => until("the control with the focus to be seen", async () => {
    const covered = await page.evaluate(() => {
      const { activeElement: one } = document;
      const { left, top, width, height } = one.getBoundingClientRect();
      const there = document.elementFromPoint(left + width / 2, top + height / 2);
      return !(one.contains(there) || there?.contains(one) || one.labels?.[0]?.contains(there));
    });
    return !covered; // a screen that has just come may still move it into view
  });
  const use = async (name, key) => {
    await customer.tabTo(name);
    await isSeen();
    await page.keyboard.press(key ?? "Enter");
  };
  await customer.open(company.redirect);
  await customer.sees("main"); // a page that has just loaded leaves the focus alone
  await use(/^Connect.* Accounting$/);
  await arrives("picker");
  await use(/^My software is not listed$/);
  await arrives("notListed");
  await use(/^Back$/);
  await arrives("picker");
  assert.match(await focus(page), /not listed/, "back at the control that led away");
  await customer.open(company.redirect);
  await use(/^Connect.* Accounting$/);
  await arrives("picker");
  await customer.tabTo(/^Search/);
  await page.keyboard.type("guided");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await arrives("consent");
  await use(/^Agree and continue$/);
  await arrives("guide");
  await use(/^I am an administrator$/, "Space");
  await use(/^Next$/);
  await page.getByRole("heading", { name: "Allow the connection" }).waitFor();
  assert.notEqual(await focus(page), "body");
  await use(/^Next$/);
  await customer.seesSignIn();
  await customer.key(/Sam Okafor/);
  await page.getByRole("heading", { name: /Allow .* to connect/ }).waitFor();
  await customer.key(/^Deny$/);
  await customer.sees("error");
  await use(/^Retry connection$/);
  await customer.seesSignIn();
  await customer.key(/Sam Okafor/);
  await page.getByRole("heading", { name: /Allow .* to connect/ }).waitFor();
  await customer.key(/^Allow$/);
  await customer.sees("tenants");
  await use(/Maple & Pine/, "Space");
  await use(/^Next$/);
  await arrives("guide");
  await use(/^The extension is installed$/, "Space");
  await use(/^Complete$/);
  await arrives("success");
  await page.keyboard.press("Escape"); // the safe way on
  await arrives("main");
  await use(/^Complete$/);
  await arrives("done");
});

scenario("everyone: motion only for those who want it", async (s) => {
  for (const [reducedMotion, moves] of [["reduce", false], ["no-preference", true]]) {
    const on = await setUp(s, { reducedMotion });
    const { page } = on.customer;
    await page.route(/\/sandbox\/authorize/, (route) => route.fulfill({ status: 204 })); // leads nowhere: what says so stays
    await reach(on, "consent");
    await on.customer.agree();
    await on.customer.sees("handoff");
    const moving = await page.evaluate(() => document.getAnimations()
      .filter((one) => one.playState === "running" && one.effect.getComputedTiming().duration > 10 && one.effect.getComputedTiming().iterations > 1).length > 0);
    assert.equal(moving, moves, reducedMotion);
  }
});

scenario("everyone: what a finger presses is large enough", async (s) => {
  const small = {};
  const on = await setUp(s, phone);
  await linkSettings(on.bowline, { locales: ["en-US", "fr-CA"] });
  for (const screen of ["main", "picker", "consent", "guide", "credentials", "device", "tenants", "error", "success"]) {
    on.company = await on.bowline.createCompany();
    await reach(on, screen);
    const found = await on.customer.page.evaluate(() => [...document.querySelectorAll(".bowline button, .bowline label.row, .bowline a.button")]
      .filter((one) => !one.closest("[inert]"))
      .map((one) => ({ text: one.textContent.trim().slice(0, 30), ...one.getBoundingClientRect().toJSON() }))
      .filter(({ width, height }) => width && (width < 44 || height < 44))
      .map(({ text, width, height }) => `${text}: ${Math.round(width)} x ${Math.round(height)}`));
    if (found.length) small[screen] = found;
  }
  assert.deepEqual(small, {});
});
