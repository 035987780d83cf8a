// The companies of a fintech in the Portal (link.md 5.8, 5.9): found, ordered, changed, looked
// into, and taken away by those alone who may.

import assert from "node:assert/strict";
import { colleague, withPortal } from "../harness/portal.mjs";
import { scenario } from "../harness/scenario.mjs";
import { until } from "../harness/until.mjs";

/** A shop of each standing, by the API: { name: id }. */
async function shops(bowline) {
  const ids = {};
  const make = async (body) => (ids[body.name] = (await bowline.api("POST", "/companies", body)).id);
  await make({ name: "Harbour Group", tags: { region: "west" } });
  await make({ name: "Harbour Bakery", referenceParentCompany: { id: ids["Harbour Group"] } });
  await make({ name: "Ponte Vecchio Gelato", tags: { region: "east" } });
  await make({ name: "Tidewater Books" });
  for (const name of ["Harbour Bakery", "Ponte Vecchio Gelato"]) {
    const { id } = await bowline.api("POST", `/companies/${ids[name]}/connections`, { platformKey: "wvtc" });
    if (name === "Harbour Bakery") await bowline.api("PUT", `/companies/${ids[name]}/connections/${id}/authorization`, { store: "harbour-lane", key: "shop_demo2468" });
  }
  return ids;
}

/** The names in the table, from the top. */
const names = (staff) => staff.page.locator("tbody .company-cell .name").allInnerTexts();

/** Waits until the table holds exactly these. */
function lists(staff, ...wanted) {
  return until(wanted.join(", "), async () => (await names(staff)).join() === wanted.join());
}

scenario("companies: found by search, status, tag and owner, sorted, in the columns one likes", async (s) => {
  const { bowline, admin } = await withPortal(s);
  const { page } = admin;
  await admin.goes("/companies", "Companies");
  await page.getByText("No companies yet").waitFor();
  await admin.assertAccessible("no companies");
  const ids = await shops(bowline);
  const { results: [ada] } = await admin.does("GET", "/owners");
  await admin.does("PATCH", `/companies/${ids["Tidewater Books"]}`, { owners: [ada.id] });

  await admin.goes("/companies", "Companies");
  await lists(admin, "Tidewater Books", "Ponte Vecchio Gelato", "Harbour Bakery", "Harbour Group");
  await page.getByText("4 companies", { exact: true }).waitFor();
  await admin.button("Company").click();
  await lists(admin, "Harbour Bakery", "Harbour Group", "Ponte Vecchio Gelato", "Tidewater Books");
  await admin.button("Company").click();
  await lists(admin, "Tidewater Books", "Ponte Vecchio Gelato", "Harbour Group", "Harbour Bakery");
  await admin.assertAccessible("companies");
  await admin.shows("companies");

  const search = admin.field("Find companies");
  await search.fill("VECCHIO g");
  await lists(admin, "Ponte Vecchio Gelato");
  assert.deepEqual(await page.locator("tbody mark").allInnerTexts(), ["Vecchio G"]);
  await search.fill(ids["Harbour Group"]);
  await lists(admin, "Harbour Group");
  await search.fill("keys sand");
  await lists(admin, "Ponte Vecchio Gelato", "Harbour Bakery");
  assert.deepEqual(await page.locator("tbody mark").allInnerTexts(), ["Keys Sand", "Keys Sand"]);
  await search.fill("nobody at all");
  await page.getByText("No company fits").waitFor();
  await admin.assertAccessible("nothing found");
  await admin.link("Companies").click(); // the same page without what was looked for
  await until("the search to be empty", async () => (await search.inputValue()) === "");
  await lists(admin, "Tidewater Books", "Ponte Vecchio Gelato", "Harbour Bakery", "Harbour Group");

  const status = admin.button(/^Status:/);
  await status.click();
  await page.getByRole("menuitemcheckbox", { name: /^Pending/ }).getByText("1 · A connection was begun and not finished.").waitFor();
  await admin.assertAccessible("statuses");
  await page.getByRole("menuitemcheckbox", { name: /^Pending/ }).click();
  await lists(admin, "Ponte Vecchio Gelato");
  await page.getByRole("menuitemcheckbox", { name: /^Linked/ }).click();
  await page.keyboard.press("Escape");
  await until("both statuses", async () => (await names(admin)).includes("Harbour Bakery") && !(await names(admin)).includes("Tidewater Books"));
  await page.reload(); // it is in the address
  await admin.button("Status: Pending, Linked").waitFor();
  await admin.goes("/companies", "Companies");

  await admin.field("Tag").fill("region");
  await page.getByText("Write key:value.").waitFor();
  await admin.field("Tag").fill("region:east");
  await lists(admin, "Ponte Vecchio Gelato");
  await admin.field("Tag").fill("");
  await admin.field("Owner").selectOption("Ada");
  await lists(admin, "Tidewater Books");

  await admin.goes("/companies", "Companies");
  await admin.button(/^Columns/).click();
  await page.getByRole("menuitemcheckbox", { name: "Tags" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("columnheader", { name: "Tags" }).waitFor();
  const kept = () => admin.does("GET", "/me").then(({ preferences }) => JSON.stringify(preferences ?? {}).includes("tags"));
  await until("the columns to be kept", kept);
  await page.reload();
  await page.getByRole("columnheader", { name: "Tags" }).waitFor();
  await admin.row("Ponte Vecchio Gelato").getByText("region:east").waitFor();

  await admin.button("Show companies of Harbour Group").click();
  await page.locator(".company-cell.child").getByText("Harbour Bakery").waitFor();
  await admin.assertAccessible("subsidiaries");
  await admin.button("Hide companies of Harbour Group").click();
  await page.locator(".company-cell.child").waitFor({ state: "detached" });

  // What a parent's companies are linked to, in a tip and beside the table.
  const below = admin.button(/^Connections of Harbour Group/);
  await below.hover();
  await page.getByRole("tooltip").getByText("Keys Sandbox: 1/1 company").waitFor();
  await below.click();
  const panel = admin.dialog("Connections of Harbour Group");
  await panel.getByText("This company has no connections.").waitFor();
  await panel.getByRole("listitem").filter({ hasText: "Keys Sandbox" }).getByText("1/1 company").waitFor();
  await admin.settles();
  await admin.assertAccessible("what a parent's companies are linked to");
  await admin.shows("family");
  await panel.getByRole("link", { name: "See the subsidiaries" }).click();
  await admin.sees("Harbour Group");
  await page.getByRole("columnheader", { name: "Tags" }).waitFor(); // the columns are those of the companies
  await admin.button(/^Columns/).click();
  await page.getByRole("menuitem", { name: "Default view" }).click();
  await page.getByRole("columnheader", { name: "Tags" }).waitFor({ state: "detached" });
  await admin.button("Columns: default").waitFor();
  await admin.field("Find companies").fill("bakery");
  await until("the child that was looked for", async () => (await page.locator("tbody mark").allInnerTexts()).join() === "Bakery");
  await admin.assertAccessible("subsidiaries of a company");
  await admin.field("Find companies").fill("tidewater");
  await page.getByText("No company fits").waitFor();

  // Who made a company is found, and said.
  await admin.does("POST", "/companies", { name: "Lindens Nursery" });
  await admin.goes("/companies?q=ada", "Companies");
  await lists(admin, "Lindens Nursery");
  await admin.row("Lindens Nursery").getByText("Created by Ada").waitFor();
});

scenario("companies: a connection is checked with its provider at once, and what came of it is said", async (s) => {
  const { bowline, admin } = await withPortal(s);
  const company = await bowline.createCompany("Tidewater Books");
  const customer = await s.customer();
  await customer.toSandbox(company.redirect);
  await customer.grant();
  await customer.finish();
  await bowline.api("POST", `/companies/${company.id}/connections`, { platformKey: "wvtc" });
  const onboarding = await colleague(s, admin, "onboarding"); // whoever may see the status may ask for it
  const { page } = onboarding;
  await onboarding.goes(`/companies/${company.id}/connections`, "Tidewater Books");
  const row = (name) => page.locator(".connection-list > li").filter({ has: page.getByText(name, { exact: true }) });
  const books = row("Accounting Sandbox");
  assert.equal(await row("Keys Sandbox").getByRole("button", { name: /^Check/ }).count(), 0, "nothing to ask about one that is pending");

  const tab = await customer.page.context().newPage(); // the customer takes it back at the provider
  await tab.goto(`${bowline.url}/sandbox/switches`);
  await tab.getByRole("button", { name: /Revoke/ }).first().click();
  await tab.getByText("Revoked", { exact: true }).first().waitFor();
  await tab.close();
  await onboarding.button("Check now: Accounting Sandbox").click();
  await books.getByRole("status").getByText("The access was lost").waitFor();
  await books.getByText("The provider no longer accepts the authorization.", { exact: true }).waitFor();
  const link = books.getByRole("button", { name: "Copy link" });
  await link.waitFor();
  await until("focus to stay where it was", () => link.evaluate((button) => button === document.activeElement));
  await onboarding.assertAccessible("the access was lost");
  await onboarding.shows("check-lost");
  const [{ id, status }] = (await bowline.connections(company.id)).filter(({ platformName }) => platformName === "Accounting Sandbox");
  assert.equal(status, "Deauthorized");
  const again = await onboarding.does("POST", `/companies/${company.id}/connections/${id}/check`);
  assert.deepEqual([again.result, again.status, again.checkedAt], ["notLinked", "Deauthorized", undefined]);

  await books.getByRole("button", { name: "Accounting Sandbox: Manage connections" }).click();
  await page.getByRole("menuitem", { name: "View timeline" }).click();
  const steps = onboarding.dialog("Timeline").getByRole("listitem");
  await steps.filter({ hasText: "Access lost" }).getByText("The provider no longer accepts the authorization.").waitFor();
  await page.keyboard.press("Escape");

  await customer.openAnew(company.redirect); // and gives it again
  await customer.toSandbox(company.redirect);
  await customer.grant();
  await customer.finish();
  await onboarding.goes(`/companies/${company.id}/connections`, "Tidewater Books");
  await books.getByRole("button", { name: "Accounting Sandbox: Manage connections" }).click();
  await page.getByRole("menuitem", { name: "View timeline" }).click();
  await steps.filter({ hasText: "Connected again" }).waitFor();
  await onboarding.assertAccessible("timeline of a connection that came back");
  await page.keyboard.press("Escape");

  await onboarding.button("Check now: Accounting Sandbox").click();
  await books.getByRole("status").getByText("Still linked").waitFor();
  await books.getByText(/^The provider confirmed it on /).waitFor();
  await onboarding.assertAccessible("still linked");
  await onboarding.shows("check-linked");
});

scenario("companies: made, changed and changed back, looked into, ended and deleted with care", async (s) => {
  const { bowline, admin } = await withPortal(s);
  const ids = await shops(bowline);
  const baker = await s.customer();
  await baker.toSandbox((await bowline.api("GET", `/companies/${ids["Tidewater Books"]}`)).redirect);
  await baker.grant();
  await baker.finish();
  const developer = await colleague(s, admin, "developer");
  const { page } = developer;

  await developer.goes("/companies", "Companies");
  await developer.button("New company").click();
  await developer.assertAccessible("new company");
  await developer.field("Name").fill("Élan Café");
  await developer.field(/^Description/).fill("Since spring");
  await developer.button("Add tag").click();
  await developer.field("Key").fill("region");
  await developer.field("Value").fill("north");
  await developer.button("Create company").click();
  await developer.dialog("Élan Café is ready").waitFor(); // people keep their letters, where keys of this deployment do not
  await developer.assertAccessible("its link");
  await developer.button("Open company").click();
  await developer.sees("Élan Café");
  await developer.button("Edit").click();
  await developer.field("Name").fill("Elan Cafe");
  await developer.button("Save").click();
  await developer.sees("Elan Cafe");
  await developer.page.locator(".toast").getByRole("button", { name: "Undo" }).click();
  await developer.sees("Élan Café");
  const { name, description, tags } = await bowline.api("GET", `/companies/${page.url().split("/").pop()}`);
  assert.deepEqual([name, description, tags], ["Élan Café", "Since spring", { region: "north" }]);

  const books = `/companies/${ids["Tidewater Books"]}`;
  await developer.goes(books, "Tidewater Books");
  const more = developer.button("Accounting Sandbox: Manage connections");
  const act = async (item) => {
    await more.click();
    await page.getByRole("menuitem", { name: item, exact: true }).click();
  };
  await developer.assertAccessible("company");
  await developer.shows("company");
  await act("View timeline");
  const timeline = developer.dialog("Timeline");
  const steps = timeline.getByRole("listitem");
  await steps.first().waitFor();
  const told = (await steps.locator("strong").allInnerTexts()).join();
  assert.match(told, /^(Consent given,Started|Started,Consent given),Completed/);
  await developer.assertAccessible("timeline");
  await page.keyboard.press("Escape");
  await timeline.waitFor({ state: "hidden" });
  await until("focus to be back", () => more.evaluate((button) => button === document.activeElement));
  await developer.link("Consents").click();
  await page.getByText("What was agreed to").click();
  await page.getByText(/Connect to Accounting Sandbox/).waitFor();
  await developer.assertAccessible("consents");
  await developer.link("Activity").click();
  await developer.row("Company created").waitFor();
  await developer.row("Completed").waitFor();
  await developer.assertAccessible("activity");

  await developer.link(/^Connections/).click();
  await act("Unlink");
  const unlink = developer.dialog("Unlink Accounting Sandbox?");
  await developer.assertAccessible("unlink");
  await unlink.getByRole("button", { name: "Cancel" }).click();
  await act("Unlink");
  await unlink.getByRole("button", { name: "Unlink" }).click();
  await developer.told("Accounting Sandbox was unlinked.");
  await page.getByText("Unlinked", { exact: true }).waitFor();
  await act("Delete connection");
  await developer.dialog("Delete Accounting Sandbox?").getByRole("button", { name: "Delete connection" }).click();
  await page.getByText("Nothing is connected yet").waitFor();

  const onboarding = await colleague(s, admin, "onboarding");
  await onboarding.goes(`/companies/${ids["Harbour Bakery"]}`, "Harbour Bakery");
  await onboarding.button("Keys Sandbox: Manage connections").click();
  await onboarding.page.getByRole("menuitem", { name: "View timeline" }).waitFor();
  assert.equal(await onboarding.page.getByRole("menuitem", { name: /Unlink|Delete/ }).count(), 0);
  assert.equal(await onboarding.button("More for Harbour Bakery").count(), 0);
  const [{ id: connection }] = await bowline.connections(ids["Harbour Bakery"]);
  const path = `/companies/${ids["Harbour Bakery"]}`;
  for (const [method, at, body] of [["DELETE", path], ["DELETE", `${path}/connections/${connection}`], ["PATCH", `${path}/connections/${connection}`, { status: "Unlinked" }]]) {
    assert.equal((await onboarding.calls(method, at, body)).status, 403, `${method} ${at}`);
  }

  await developer.goes("/companies", "Companies");
  await developer.chooses("Tidewater Books", "Delete");
  const remove = developer.dialog("Delete Tidewater Books?");
  assert.equal(await remove.getByRole("button", { name: "Delete company" }).getAttribute("aria-disabled"), "true", "before the name is typed");
  await remove.getByRole("textbox").fill("Tidewater Books");
  await developer.assertAccessible("delete");
  await remove.getByRole("button", { name: "Delete company" }).click();
  await developer.told("Tidewater Books was deleted.");
  await until("the row to be gone", async () => !(await names(developer)).includes("Tidewater Books"));
  await developer.open(books);
  await page.getByText("This company is not here any more.").waitFor();
});

scenario("companies: one goes with all below it, named and counted before", async (s) => {
  const { bowline, admin } = await withPortal(s);
  const { page } = admin;
  const below = async (name, parent) => (await bowline.api("POST", "/companies", { name, ...(parent && { referenceParentCompany: { id: parent } }) })).id;
  const group = await below("Harbour Group");
  const bakery = await below("Harbour Bakery", group);
  for (let i = 1; i <= 9; i++) await below(`Kiosk ${i}`, group);
  await below("Market stall", bakery);
  const { id } = await bowline.api("POST", `/companies/${bakery}/connections`, { platformKey: "wvtc" });
  await bowline.api("PUT", `/companies/${bakery}/connections/${id}/authorization`, { store: "harbour-lane", key: "shop_demo2468" });

  await admin.goes(`/companies/${group}`, "Harbour Group");
  const ask = async () => {
    await admin.button("More for Harbour Group").click();
    await page.getByRole("menuitem", { name: "Delete company" }).click();
  };
  const question = admin.dialog("Delete Harbour Group?");
  await ask();
  await question.getByText("The 11 companies that belong to it go too, with their connections:").waitFor();
  assert.deepEqual(await question.getByRole("listitem").allInnerTexts(), ["Harbour Bakery", ...[1, 2, 3, 4, 5, 6, 7].map((i) => `Kiosk ${i}`), "and 3 more"]);
  await admin.assertAccessible("what goes too");
  await admin.shows("delete-parent");

  // Another one is added while the question is open: what was agreed to is no longer so.
  await below("Kiosk 10", group);
  await question.getByRole("textbox").fill("Harbour Group");
  await question.getByRole("button", { name: "Delete 12 companies" }).click();
  await question.getByRole("alert").getByText(/not those that you saw/).waitFor();
  await question.getByRole("button", { name: "Cancel" }).click();
  await ask();
  await question.getByText("The 12 companies that belong to it").waitFor();
  await question.getByRole("textbox").fill("Harbour Group");
  await question.getByRole("button", { name: "Delete 13 companies" }).click();
  await admin.told("Harbour Group and 12 companies below it were deleted.");
  await admin.sees("Companies");
  await page.getByText("No companies yet").waitFor();
  const { results } = await bowline.api("GET", "/erasures");
  assert.deepEqual([results.filter(({ kind }) => kind === "company").length, results.filter(({ kind }) => kind === "connection").length], [13, 1], "a proof each");
  assert.equal((await bowline.api("GET", "/erasures/check")).intact, true);
});
