// What waits for somebody, behind the bell: for each role what it may act on, new until it was
// looked at, by each person for themselves. And what is going to end: told, ended early, undone.

import assert from "node:assert/strict";
import { colleague, roles, withPortal } from "../harness/portal.mjs";
import { scenario } from "../harness/scenario.mjs";
import { until } from "../harness/until.mjs";

const day = 86_400_000;

/** The bell, whatever it counts. */
const bell = (staff) => staff.page.getByRole("button", { name: /^Notifications/ });

/** Waits until the bell tells of so many new ones. */
const counts = (staff, n) => staff.page.getByRole("button", { name: n ? `Notifications, ${n} new` : "Notifications", exact: true }).waitFor();

/** What opens below the bell. */
const panel = (staff) => staff.page.getByRole("dialog", { name: "Notifications" });

/** An instance with a connection that was lost, a key that expires and an integration that lacks something. */
async function trouble(s, bowline, admin) {
  const company = await bowline.createCompany("Tidewater Books");
  const customer = await s.customer();
  await customer.toSandbox(company.redirect);
  await customer.grant();
  await customer.finish();
  const tab = await customer.page.context().newPage(); // the customer takes it back at the provider
  await tab.goto(`${bowline.url}/sandbox/switches`);
  await tab.getByRole("button", { name: /Revoke/ }).first().click();
  await tab.getByText("Revoked", { exact: true }).first().waitFor();
  await tab.close();
  const [connection] = await bowline.connections(company.id);
  await admin.does("POST", `/companies/${company.id}/connections/${connection.id}/check`);
  assert.equal((await bowline.connections(company.id))[0].status, "Deauthorized");
  await bowline.api("POST", "/apiKeys", { name: "Night run", expires: new Date(Date.now() + 3 * day).toISOString() });
  await bowline.api("PUT", "/integrations/gbol/setup", { version: 0, enabled: true });
}

scenario("portal notices: each role is told what it may act on, and each person what is new", async (s) => {
  const { bowline, admin } = await withPortal(s);
  // What is going to end is known from the first day.
  await counts(admin, (await admin.does("GET", "/deprecations")).results.length);
  await trouble(s, bowline, admin);
  for (const role of roles) {
    const staff = role === "administrator" ? admin : await colleague(s, admin, role, role === "analyst" ? { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } : {});
    const builds = role === "developer" || role === "administrator";
    await staff.goes("/account", "Your account");
    const ending = builds ? (await staff.does("GET", "/deprecations")).results.map(({ title }) => `Going to end: ${title}`) : [];
    await counts(staff, builds ? 3 + ending.length : 1);
    const before = await bell(staff).boundingBox();
    await bell(staff).click();
    const rows = panel(staff).getByRole("listitem");
    await rows.first().waitFor();
    const titles = await rows.locator("strong").allInnerTexts();
    assert.deepEqual(titles.toSorted(), (builds
      ? ["A connection was lost", ...ending, "The API key Night run expires soon", "Xero cannot be chosen"]
      : ["A connection was lost"]).toSorted(), role);
    await until("all of them to be new", async () => (await panel(staff).getByText("New", { exact: true }).count()) === titles.length);
    assert.deepEqual(await bell(staff).boundingBox(), before, "the bell has moved");
    await staff.assertAccessible(`${role}: notices`);
    await staff.shows(`notices-${role}`);
    const { body: told } = await staff.calls("GET", "/notices");
    assert.equal(told.results.length, titles.length);

    // Looked at is read: here, on the server, and for this person alone.
    await counts(staff, 0);
    await until("read on the server", async () => (await staff.calls("GET", "/notices")).body.unread === 0);
    await staff.page.keyboard.press("Escape");
    await panel(staff).waitFor({ state: "hidden" });
    await until("the focus back on the bell", () => bell(staff).evaluate((button) => button === document.activeElement));
    await staff.page.reload();
    await counts(staff, 0);
    await bell(staff).click();
    await rows.first().waitFor();
    assert.equal(await panel(staff).getByText("New", { exact: true }).count(), 0);

    // Each leads to where one can do something about it.
    await panel(staff).getByRole("link", { name: /A connection was lost/ }).click();
    await staff.sees("Companies");
    await panel(staff).waitFor({ state: "hidden" });
    await staff.row("Tidewater Books").waitFor();
    assert.match(staff.page.url(), /status=Deauthorized/);
    if (!builds) continue;
    for (const [title, heading] of [[/Xero cannot/, "Xero"], [/API key Night run/, "API keys"], ...ending.map((title) => [title, "Deprecations"])]) {
      await bell(staff).click();
      await panel(staff).getByRole("link", { name: title }).click();
      await staff.sees(heading);
    }
  }

  // What is mended is gone, and something later is new.
  await bowline.api("PUT", "/integrations/gbol/setup", { version: 1, enabled: false });
  await bowline.api("POST", "/apiKeys", { name: "Day run", expires: new Date(Date.now() + 4 * day).toISOString() });
  await admin.goes("/account", "Your account");
  await counts(admin, 1);
  await bell(admin).click();
  await panel(admin).getByRole("link", { name: /Day run/ }).getByText("New", { exact: true }).waitFor();
  assert.equal(await panel(admin).getByText("Xero").count(), 0);
});

scenario("portal notices: nothing waits, by keyboard, and in French", async (s) => {
  const { bowline, admin } = await withPortal(s);
  await bowline.api("POST", "/apiKeys", { name: "Day run", expires: new Date(Date.now() + 4 * day).toISOString() });
  const onboarding = await colleague(s, admin, "onboarding");
  await counts(onboarding, 0);
  await bell(onboarding).focus();
  await onboarding.page.keyboard.press("Enter");
  await panel(onboarding).getByRole("heading", { name: "Nothing needs you" }).waitFor();
  await panel(onboarding).getByText(/lost at their provider/).waitFor();
  await onboarding.assertAccessible("no notices");
  await onboarding.page.keyboard.press("Escape");
  await panel(onboarding).waitFor({ state: "hidden" });
  await admin.goes("/account", "Your account");
  await admin.page.getByRole("combobox", { name: "Language" }).selectOption({ label: "Français (Canada)" });
  await admin.page.getByRole("button", { name: /^Notifications, \d nouvelles?$/ }).click();
  await panel(admin).getByText("La clé API Day run expire bientôt").waitFor();
  await admin.assertAccessible("notices in French");
});

scenario("portal deprecations: told a year ahead, ended early, and undone", async (s) => {
  const { bowline, admin } = await withPortal(s);
  const dev = await colleague(s, admin, "developer");
  const calls = (method, path, body) => fetch(`${bowline.url}/api${path}`, {
    method, headers: { authorization: `Basic ${Buffer.from(bowline.apiKey).toString("base64")}`, ...(body && { "content-type": "application/json" }) }, body: body && JSON.stringify(body),
  });
  const [ahead] = (await dev.does("GET", "/deprecations")).results;
  if (ahead?.id !== "rules") { // its day has come
    await dev.goes("/developers/deprecations", "Deprecations");
    await dev.assertAccessible("no deprecations");
    return;
  }
  const told = await calls("GET", "/rules");
  assert.equal(told.status, 200);
  assert.match(told.headers.get("deprecation"), /^@\d+$/);
  assert.equal(Date.parse(told.headers.get("sunset")), Date.parse(ahead.effective));
  const [, docs] = /^<(.+)>; rel="deprecation sunset"/.exec(told.headers.get("link"));

  await dev.goes("/developers/deprecations", "Deprecations");
  const card = dev.page.locator(".card").filter({ has: dev.page.getByRole("heading", { name: "Alert rules" }) });
  await card.getByText("Nov 22, 2027").waitFor();
  await card.getByRole("row", { name: /POST \/rules POST \/webhooks/ }).waitFor();
  await dev.assertAccessible("deprecations");
  await dev.shows("deprecations");
  assert.equal((await card.getByRole("link", { name: "Read on in the API reference" }).getAttribute("href")), "/docs/api#create-rule");
  assert.match(await (await fetch(docs.replace(/^https?:\/\/[^/]+/, bowline.url))).text(), /id="list-rules"/);

  // Nothing happens before the question is answered.
  const toggle = card.getByRole("switch", { name: "Opt in early" });
  await toggle.click();
  const question = dev.dialog("Let this end early: Alert rules?");
  await question.getByText(/refused from now on/).waitFor();
  await dev.assertAccessible("the question");
  await question.getByRole("button", { name: "Cancel" }).click();
  assert.equal((await calls("GET", "/rules")).status, 200);
  await toggle.click();
  await question.getByRole("button", { name: "Opt in early" }).click();
  await dev.told("Ended early: Alert rules");
  await card.getByText("Ended early", { exact: true }).waitFor();
  const gone = await calls("POST", "/rules", { type: "Sync Failed", notifiers: { webhook: "https://hooks.example" } });
  assert.equal(gone.status, 404);
  assert.match((await gone.json()).error, /^NotFound: .*Use POST \/webhooks instead\.$/);
  assert.ok(gone.headers.get("sunset"));
  assert.equal((await dev.does("GET", "/notices")).results.filter(({ kind }) => kind === "deprecation").length, 0);

  // The call that was refused is found from here.
  await card.getByRole("link", { name: "Who still calls it" }).click();
  await dev.sees("Request log");
  await until("the refused call", async () => {
    if (await dev.row("POST /api/rules").count()) return true;
    await dev.page.reload();
    await dev.settles();
    return false;
  });
  await dev.goes("/developers/deprecations", "Deprecations");
  await toggle.click();
  await dev.told("Answers again: Alert rules");
  assert.equal((await calls("GET", "/rules")).status, 200);
  await dev.page.locator(".toast").filter({ hasText: "Answers again" }).getByRole("button", { name: "Undo" }).click();
  await card.getByText("Ended early", { exact: true }).waitFor();
  await until("undone", async () => (await calls("GET", "/rules")).status === 404);

  await admin.goes("/settings/users/history", "Users");
  await admin.row("Early end of deprecations changed").first().waitFor();
  assert.equal(await admin.row("Early end of deprecations changed").count(), 3);
});
