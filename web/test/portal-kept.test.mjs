// What people did in the Portal is not thrown away: what they typed, and how far down a list
// they were. And what they need stays in sight in small windows.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Mock } from "../portal/dev/mock.mjs";
import { startPortal } from "../portal/dev/serve.mjs";
import { launch } from "../scripts/browser.mjs";

let browser, site;
const servers = []; // of pages that a failed test left open, too

before(async () => {
  [browser, site] = await Promise.all([launch(), startPortal({ mock: new Mock() })]);
});

after(async () => {
  await browser?.close();
  await Promise.all([site, ...servers].map((one) => one?.stop()));
});

async function open(path, set, viewport = { width: 1280, height: 800 }) {
  const mock = new Mock();
  mock.signedIn = true;
  set?.(mock);
  const context = await browser.newContext({ viewport, reducedMotion: "reduce", locale: "en-US" });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const own = await startPortal({ mock, files: site.files });
  servers.push(own);
  await page.goto(`${own.origin}/portal${path}`);
  await page.locator("h1").first().waitFor();
  return { page, mock, close: () => context.close() };
}

describe("a form in a dialog", () => {
  test("closes at once while nothing is typed, and asks once before it takes what was", async () => {
    const { page, close } = await open("/settings/users");
    const form = page.getByRole("dialog", { name: "Invite somebody" });
    const question = page.getByRole("alertdialog", { name: "Discard what you typed?" });
    const start = () => page.getByRole("button", { name: "Invite somebody" }).click();
    await start();
    await form.getByLabel("Name").press("Tab");
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "detached" });
    assert.equal(await question.count(), 0);

    await start();
    await form.getByLabel("Name").pressSequentially("Grace Okoro");
    for (let times = 0; times < 3; times++) {
      await page.keyboard.press("Escape");
      await question.waitFor();
      await page.keyboard.press("Escape");
      await question.waitFor({ state: "detached" });
      assert.equal(await form.getByLabel("Name").inputValue(), "Grace Okoro");
    }
    await form.getByRole("button", { name: "Close" }).click();
    await question.getByRole("button", { name: "Keep typing" }).click();
    assert.equal(await form.getByLabel("Name").inputValue(), "Grace Okoro");
    await form.getByLabel("Name").fill("");
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "detached" });
    assert.equal(await question.count(), 0);

    await start();
    await form.getByRole("radio").nth(1).check();
    await page.keyboard.press("Escape");
    await question.getByRole("button", { name: "Discard" }).click();
    await form.waitFor({ state: "detached" });
    await close();
  });
});

describe("small windows", () => {
  const within = (one) => one.evaluate((element) => {
    const { top, bottom, left, right, width } = element.getBoundingClientRect();
    return width > 20 && top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
  });

  test("say which instance it is, and where in it", async () => {
    const phone = await open("/settings/users", (mock) => { mock.instances[0].name = "Harbour Finance International Lending"; }, { width: 390, height: 800 });
    assert.ok(await within(phone.page.locator(".switcher .truncate")), "no name of the instance");
    await phone.close();
    const desk = await open("/developers/deprecations", undefined, { width: 1280, height: 560 });
    assert.ok(await within(desk.page.locator(".side [aria-current=page]")), "the current page is not in sight");
    assert.equal(await desk.page.evaluate(() => scrollY), 0);
    await desk.close();
  });

  test("hold a long name, and tell the figures of two kinds of software apart", async () => {
    const phone = { width: 390, height: 800 };
    const account = await open("/account", (mock) => { mock.instances[0].name = "N".repeat(50); }, phone);
    await account.page.locator("dt", { hasText: "NNN" }).waitFor();
    assert.equal(await account.page.evaluate(() => document.documentElement.scrollWidth), 390);
    await account.close();
    const split = { started: 8, succeeded: 4 };
    const category = (sourceType, succeeded) => ({
      sourceType, began: 9, started: 8, succeeded, rate: 50, integrations: [{ key: "a", name: "Counting House Online", ...split }], devices: [{ device: "phone", ...split }], locales: [{ locale: "fr-CA", ...split }], causes: [],
    });
    const { page, close } = await open("/monitor/auth-flow", (mock) => mock.route("GET /portal/api/monitor/authFlow", () => ({
      from: "2026-08-01", to: "2026-11-23", since: "2026-09-01", categories: [category("Accounting", 4), category("Banking", 0)], weeks: [{ week: "2026-W40", sourceType: "Accounting", started: 4, completed: 2, rate: 50 }],
    })), phone);
    await page.getByRole("table", { name: "Banking: By integration" }).waitFor();
    const names = await page.getByRole("table").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
    assert.equal(new Set(names).size, names.length, names.join());
    assert.equal(await page.getByText(/^Weeks begin with the first success/).count(), 1);
    await close();
  });

  test("keep what may be done with a row beside columns that do not fit", async () => {
    const { page, close } = await open("/companies", manyCompanies, { width: 1000, height: 800 });
    await page.getByRole("button", { name: /^Columns/ }).click();
    for (const column of ["Owners", "Tags", "Products"]) await page.getByRole("checkbox", { name: column }).or(page.getByRole("menuitemcheckbox", { name: column })).click();
    await page.keyboard.press("Escape");
    await page.locator(".tablebox:not(.fits)").waitFor();
    assert.ok(await within(page.getByRole("button", { name: "Actions for Company 1", exact: true })));
    assert.equal((await page.locator("tbody tr").first().getByRole("cell").allInnerTexts()).slice(0, -1).includes(""), false, "a cell says nothing");
    await close();
  });
});

describe("a new company", () => {
  test("has the cursor in the tag that was just added", async () => {
    const { page, close } = await open("/companies", manyCompanies);
    await page.getByRole("button", { name: "New company" }).click();
    const form = page.getByRole("dialog", { name: "New company" });
    for (const key of ["region", "tier"]) {
      await form.getByRole("button", { name: "Add tag" }).click();
      await page.keyboard.type(key);
    }
    assert.deepEqual(await form.locator(".tag-row").evaluateAll((all) => all.map((one) => one.querySelector("input").value)), ["region", "tier"]);
    await close();
  });
});

/** A directory of 120 companies, in pages of 50. */
function manyCompanies(mock) {
  const row = (n) => ({
    id: `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`, name: `Company ${n}`, description: "", created: "2026-11-01T00:00:00Z", createdBy: "", status: "NoConnections", statuses: ["NoConnections"],
    platforms: [], platformCount: 0, subsidiaries: 0, tags: {}, products: [], owners: [], redirect: "",
  });
  mock.companies = Array.from({ length: 120 }, (_, at) => row(at + 1));
  mock.route("GET /portal/api/directory", ({ query }) => {
    const from = Number((query.get?.("cursor") ?? query.cursor) || 0);
    return { results: mock.companies.slice(from, from + 50), next: from + 50 < 120 ? String(from + 50) : undefined, total: 120, totalIsExact: true, building: false };
  });
  mock.route("GET /portal/api/directory/counts", () => ({ byStatus: {}, invite: "", building: false }));
  mock.route("GET /portal/api/owners", () => ({ results: [] }));
}

describe("a list", () => {
  test("is as it was when one comes back to it, and then as the server has it now", async () => {
    const { page, mock, close } = await open("/companies", manyCompanies);
    await page.locator("a[href$='050']").scrollIntoViewIfNeeded();
    const there = page.locator("a[href$='083']");
    await there.scrollIntoViewIfNeeded();
    await page.evaluate(() => scrollTo(0, document.querySelector("a[href$='083']").getBoundingClientRect().top + scrollY - 300));
    const depth = await page.evaluate(() => scrollY);
    assert.ok(depth > 2000, `${depth}`);
    await there.click();
    await page.waitForURL(/companies\/0/);
    await page.waitForFunction(() => !document.querySelector("a[href$='082']"));
    mock.companies = mock.companies.map((one) => ({ ...one, name: one.name.replace("Company", "Firm") }));
    await page.goBack();
    await page.getByText("Firm 83", { exact: true }).waitFor();
    assert.equal(await page.evaluate(() => scrollY), depth);
    assert.equal(await page.locator("tbody tr:not([aria-hidden])").count() >= 100, true);
    // Whoever goes there anew begins at its top.
    await page.getByRole("link", { name: "API keys" }).click();
    await page.getByRole("heading", { level: 1, name: "API keys" }).waitFor();
    await page.getByRole("link", { name: "Companies", exact: true }).first().click();
    await page.getByText("Firm 1", { exact: true }).waitFor();
    assert.equal(await page.evaluate(() => scrollY), 0);
    await close();
  });
});
