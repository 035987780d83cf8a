// What each of the five roles can do on the pages of companies, people and keys (link.md 5.5):
// what it may works, what it may not is not there, and the server refuses it all the same.

import assert from "node:assert/strict";
import { colleague, roles, withPortal } from "../harness/portal.mjs";
import { scenario } from "../harness/scenario.mjs";
import { until } from "../harness/until.mjs";

/** Who may, by the letters of link.md 5.5. */
const letters = { onboarding: "O", advisor: "V", analyst: "A", developer: "D", administrator: "M" };

/** Every page of this part: who may see it, and its heading. `$company` and `$parent` stand for ids. */
const pages = [
  ["OVADM", "/", /^Hello, /],
  ["OVADM", "/companies", "Companies"],
  ["OVADM", "/companies/$parent", "Harbour Group"],
  ["OVADM", "/companies/$company/connections", "Harbour Bakery"],
  ["OVADM", "/companies/$parent/subsidiaries", "Harbour Group"],
  ["OVADM", "/companies/$company/consents", "Harbour Bakery"],
  ["OVADM", "/companies/$company/activity", "Harbour Bakery"],
  ["OVADM", "/account", "Your account"],
  ["M", "/settings/users", "Users"],
  ["M", "/settings/users/history", "Users"],
  ["M", "/settings/sign-in", "Sign-in"],
  ["M", "/settings/instances", "Instances"],
  ["DM", "/settings/access", "Company access"],
  ["DM", "/developers/keys", "API keys"],
];

/** The items of the navigation that belong to these pages. */
const items = { Home: "OVADM", Companies: "OVADM", Users: "M", "Sign-in": "M", Instances: "M", "Company access": "DM", "API keys": "DM" };

/** What the server says past the pages. The company that is named is one that does not exist, so that nothing happens. */
const nobody = "01890000-0000-7000-8000-000000000000";
const calls = [
  ["OVADM", "GET", "/directory"],
  ["OVADM", "GET", "/directory/counts"],
  ["OVADM", "PATCH", `/companies/${nobody}`, { name: "X" }],
  ["OVADM", "POST", `/companies/${nobody}/links`],
  ["OVADM", "POST", `/companies/${nobody}/connections`, { platformKey: "wvtc" }],
  ["OVADM", "GET", `/companies/${nobody}/activity`],
  ["ADM", "DELETE", `/companies/${nobody}`],
  ["ADM", "DELETE", `/companies/${nobody}?subsidiaries=1`],
  ["OADM", "PUT", `/companies/${nobody}/products/lending`],
  ["OADM", "POST", "/companies", { name: "", products: ["lending"] }],
  ["DM", "PATCH", `/companies/${nobody}/connections/${nobody}`, { status: "Unlinked" }],
  ["DM", "DELETE", `/companies/${nobody}/connections/${nobody}`],
  ["M", "GET", "/users"],
  ["M", "GET", "/users/history"],
  ["M", "POST", "/users", { name: "", email: "", role: "administrator" }],
  ["M", "PATCH", `/users/${nobody}`, { role: "administrator" }],
  ["M", "DELETE", `/users/${nobody}`],
  ["M", "GET", "/settings/signIn"],
  ["M", "GET", "/instances"],
  ["M", "PUT", "/settings/companies", {}],
  ["DM", "GET", "/settings/access"],
  ["DM", "GET", "/apiKeys"],
  ["DM", "POST", "/apiKeys", { name: "x".repeat(51) }],
  ["DM", "DELETE", `/apiKeys/${nobody}`],
];

/** A company with one below it that is linked: { parent, company }. */
async function family(bowline) {
  const parent = (await bowline.api("POST", "/companies", { name: "Harbour Group" })).id;
  const company = (await bowline.api("POST", "/companies", { name: "Harbour Bakery", tags: { region: "west" }, referenceParentCompany: { id: parent } })).id;
  const { id } = await bowline.api("POST", `/companies/${company}/connections`, { platformKey: "wvtc" });
  await bowline.api("PUT", `/companies/${company}/connections/${id}/authorization`, { store: "harbour-lane", key: "shop_demo2468" });
  await bowline.api("POST", "/companies", { name: "Salt Marsh Oysters" });
  return { parent, company };
}

/** The items of the menu that a button opens. */
async function menuOf(staff, button) {
  await button.click();
  await staff.page.getByRole("menuitem").first().waitFor();
  const entries = await staff.page.getByRole("menuitem").allInnerTexts();
  await staff.page.keyboard.press("Escape");
  return entries.map((text) => text.trim());
}

/** Walks every page: it is there, accessible, or said not to be for this role. */
async function walks(staff, role, ids) {
  const may = (who) => who.includes(letters[role]);
  await staff.goes("/", /^Hello, /);
  const names = (await staff.page.getByRole("navigation", { name: "Navigation" }).getByRole("link").allInnerTexts()).map((name) => name.trim());
  for (const [name, who] of Object.entries(items)) assert.equal(names.includes(name), may(who), `${role} and the item ${name}`);
  let told = false;
  for (const [who, path, title] of pages) {
    await staff.goes(path.replace("$company", ids.company).replace("$parent", ids.parent), may(who) ? title : "This page is not for your role");
    if (may(who) || !told) await staff.assertAccessible(`${role} at ${path}`);
    told ||= !may(who);
  }
}

for (const role of roles) {
  scenario(`roles: ${role}, on every page of companies, people and keys`, async (s) => {
    const { bowline, admin } = await withPortal(s);
    const ids = await family(bowline);
    const staff = role === "administrator" ? admin : await colleague(s, admin, role);
    const { page } = staff;
    const may = (who) => who.includes(letters[role]);
    await walks(staff, role, ids);

    // What all five do: make a company, hand over its link, change it, look into it.
    await staff.goes("/companies", "Companies");
    await staff.button("Invite company").click();
    await staff.dialog("Invite a company").getByLabel("Link URL").waitFor();
    await page.keyboard.press("Escape");
    await staff.button("New company").click();
    await staff.field("Name").fill("Café Léo");
    await staff.button("Create company").click();
    const done = staff.dialog("Café Léo is ready");
    assert.match(await done.getByLabel("Link URL").inputValue(), /\/company\//);
    await done.getByRole("button", { name: "Open company" }).click();
    await staff.sees("Café Léo");
    await staff.button("Request data").first().click();
    await staff.dialog("Request data from Café Léo").getByLabel("Link URL").waitFor();
    await page.keyboard.press("Escape");
    await staff.button("Edit").click();
    await staff.field("Name").fill("Café Léonie");
    const products = staff.dialog("Edit Café Léo").getByRole("combobox", { name: /^Products/ });
    assert.equal(await products.count(), may("OADM") ? 1 : 0, "the products of the company");
    if (may("OADM")) {
      await products.fill("lend");
      await page.getByRole("option", { name: "Lending" }).click();
      await page.keyboard.press("Tab"); // the list stays open for more, over the buttons
    }
    await staff.button("Save").click();
    await staff.sees("Café Léonie");
    if (may("OADM")) await page.getByRole("definition").filter({ hasText: "Lending" }).waitFor();

    // What some do is not there for the others.
    assert.equal(await staff.button("More for Café Léonie").count(), may("ADM") ? 1 : 0, "the menu of the company");
    await staff.goes(`/companies/${ids.company}`, "Harbour Bakery");
    const acts = staff.button("Keys Sandbox: Manage connections");
    assert.deepEqual(await menuOf(staff, acts), ["View timeline", "Copy link", ...(may("DM") ? ["Unlink", "Delete connection"] : [])]);
    await acts.click();
    await page.getByRole("menuitem", { name: "View timeline" }).click();
    await staff.dialog("Timeline").getByText("Completed", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    if (may("DM")) {
      await acts.click();
      await page.getByRole("menuitem", { name: "Unlink" }).click();
      await staff.dialog("Unlink Keys Sandbox?").getByRole("button", { name: "Unlink" }).click();
      await staff.told("Keys Sandbox was unlinked.");
    }
    await staff.goes("/companies", "Companies");
    assert.deepEqual(await menuOf(staff, staff.row("Salt Marsh Oysters").getByRole("button", { name: /^Actions for/ })), ["Request data", "Edit", ...(may("ADM") ? ["Delete"] : [])]);
    if (may("ADM")) {
      await staff.chooses("Salt Marsh Oysters", "Delete");
      const question = staff.dialog("Delete Salt Marsh Oysters?");
      await question.getByRole("textbox").fill("Salt Marsh Oysters");
      await question.getByRole("button", { name: "Delete company" }).click();
      await staff.told("Salt Marsh Oysters was deleted.");
    }

    // Search leads nowhere else than the navigation does.
    await page.keyboard.press("Control+k");
    const finder = staff.dialog("Search companies and pages");
    await finder.getByRole("searchbox").fill("harbour");
    await finder.getByRole("link", { name: "Harbour Bakery" }).waitFor();
    await staff.assertAccessible(`${role}: search`);
    await finder.getByRole("searchbox").fill("users");
    await until("the pages that fit", async () => (await finder.getByRole("link", { name: /^Users/ }).count()) === (may("M") ? 1 : 0));
    await page.keyboard.press("Escape");

    for (const [who, method, path, body] of calls) {
      const { status } = await staff.calls(method, path, body);
      assert.equal(status === 403, !may(who), `${role}: ${method} ${path} answers ${status}`);
      assert.ok(status !== 401 && status < 500, `${role}: ${method} ${path} answers ${status}`);
    }
  });
}

scenario("the history of people tells who did what to whom, page after page", async (s) => {
  const { admin } = await withPortal(s);
  const analyst = await colleague(s, admin, "analyst");
  await admin.does("POST", "/apiKeys", { name: "Loan engine" });
  await admin.does("PATCH", `/users/${analyst.id}`, { role: "developer" });
  await admin.goes("/settings/users", "Users");
  await admin.link("History").click();
  await admin.settles();
  const change = admin.row("Role changed");
  await change.getByText("Analyst Person").waitFor();
  await change.getByText("Analyst → Developer").waitFor();
  await change.getByText("Ada", { exact: true }).waitFor();
  await admin.row("API key created").getByText(/Loan engine/).waitFor();
  await admin.assertAccessible("history");
  await admin.shows("users-history");

  for (let i = 0; i < 101; i++) await admin.does("PATCH", `/users/${analyst.id}`, { role: i % 2 ? "developer" : "analyst" });
  await admin.page.reload();
  await admin.row("Role changed").first().waitFor();
  await admin.page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await admin.row("API key created").waitFor(); // on the second page
});

scenario("switching the instance stays where one is, or goes to the list of what is not there", async (s) => {
  const { bowline, admin } = await withPortal(s);
  const { page } = admin;
  const { parent } = await family(bowline);
  await admin.does("POST", "/instances", { name: "Harbour trials", kind: "test" });
  await page.reload();
  const [live] = (await admin.does("GET", "/instances")).results.filter(({ kind }) => kind === "live");
  const at = () => page.evaluate(() => location.pathname.replace("/portal", "") + location.search);
  const choose = async (name) => {
    await admin.button(/^Instance:/).click();
    await page.getByRole("menuitemradio", { name }).click();
    await until(`the instance ${name}`, async () => (await page.locator(".topbar.test").count() === 1) === /trials/.test(name));
    await admin.settles();
  };
  for (const [from, to] of [
    ["/account", "/account"],
    ["/settings/users/history", "/settings/users/history"],
    ["/settings/link/onboarding", "/settings/link/onboarding"],
    ["/companies?q=har&status=Linked", "/companies?q=har&status=Linked"],
    [`/companies/${parent}/subsidiaries`, "/companies"],
    ["/", "/"],
  ]) {
    await admin.open(from);
    await admin.button(/^Account/).waitFor();
    await admin.settles();
    await choose(/Harbour trials/);
    await until(`${to} from ${from}`, async () => (await at()) === to);
    await choose(new RegExp(`^${live.name}`));
  }
});

scenario("company permissions: who sees only their own companies sees them come and go with the switch", async (s) => {
  const { bowline, admin } = await withPortal(s, { env: { BOWLINE_COMPANY_LIMIT: "4" } });
  const { parent } = await family(bowline);
  const analyst = await colleague(s, admin, "analyst");
  await admin.does("PATCH", `/companies/${parent}`, { owners: [analyst.id] });
  const names = () => analyst.page.locator("tbody .company-cell .name").allInnerTexts();
  await analyst.goes("/companies", "Companies");
  await until("all three companies", async () => (await names()).length === 3);
  await admin.goes("/settings/users", "Users");
  const only = admin.page.getByRole("switch", { name: "Only own companies" });
  await only.click();
  await admin.dialog("Show only own companies?").getByRole("button", { name: "Show only own companies" }).click();
  await admin.told("People now see the companies that they own.");
  await admin.assertAccessible("company permissions");
  await admin.shows("company-permissions");
  await analyst.goes("/companies", "Companies");
  await until("the own company alone", async () => (await names()).join() === "Harbour Group");

  // It belongs to somebody who must not know what is below it, and so cannot take that along.
  const hidden = await analyst.calls("DELETE", `/companies/${parent}?subsidiaries=1`);
  assert.equal(hidden.status, 403);

  // A new one is theirs; and beyond the limit the sentence is one for people.
  for (const name of ["Quay Street Tools", "One too many"]) {
    await analyst.button("New company").click();
    await analyst.field("Name").fill(name);
    await analyst.button("Create company").click();
    if (name === "One too many") break;
    await analyst.dialog(`${name} is ready`).getByRole("button", { name: "Close" }).last().click();
  }
  await analyst.page.getByText("This plan allows 4 companies.").waitFor();
  await analyst.button("Cancel").click();
  await until("both companies", async () => (await names()).join() === "Quay Street Tools,Harbour Group");

  await only.click();
  await admin.told("Everybody sees all companies.");
  await analyst.goes("/companies", "Companies");
  await until("all four companies", async () => (await names()).length === 4);
});
