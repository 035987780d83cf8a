// A newcomer, from the link that the first start prints to a Link URL that carries their name
// and colour: in fewer than ten clicks and two minutes.

import assert from "node:assert/strict";
import { count } from "../harness/clicks.mjs";
import { setUpLink, somebody } from "../harness/portal.mjs";
import { scenario } from "../harness/scenario.mjs";
import { until } from "../harness/until.mjs";

const colour = { hex: "#6d28d9", shown: "rgb(109, 40, 217)" };

scenario("newcomer: a branded, working Link URL in under ten clicks and two minutes", async (s) => {
  const bowline = await s.bowline();
  const link = await setUpLink(bowline);
  const one = await somebody(s, bowline);
  const { page } = one;
  const given = await count(page.context());
  const begun = Date.now();
  /** Types where the cursor stands, once it does (`first`), or where Tab takes it. */
  const types = async (label, text, first = false) => {
    const here = () => one.field(label).evaluate((field) => field === document.activeElement);
    if (first) await until(`the cursor in ${label}`, here);
    else for (let n = 0; n < 4 && !(await here()); n++) await page.keyboard.press("Tab");
    await page.keyboard.type(text);
    assert.equal(await one.field(label).inputValue(), text, label);
  };

  await page.goto(link);
  await one.sees("Set up Bowline");
  await types("Your name", "Grace Okoro", true);
  await types("Work email", "grace@harbour.example");
  await types("New password", "three-green-kettles-7");
  await one.button("Create the administrator").click();

  await one.sees("Hello, Grace");
  await one.page.getByRole("listitem").filter({ hasText: "Give your company its name" }).getByRole("link", { name: "Branding" }).click();
  await one.sees("Branding");
  const name = one.field("Company name");
  await name.click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("Harbour Lending");
  await one.button(colour.hex).click();
  await until("both to be saved", async () => (await bowline.api("GET", "/settings/branding")).primaryColor === colour.hex && (await bowline.api("GET", "/profile")).name === "Harbour Lending");

  await one.link("Companies").click();
  await one.sees("Companies");
  await one.button("New company").first().click();
  await types("Name", "Harbour Bakery", true);
  await one.button("Create company").click();
  const url = await one.field("Link URL").inputValue();
  await one.dialog("Harbour Bakery is ready").getByRole("button", { name: "Copy", exact: true }).click();
  const took = Date.now() - begun;

  const clicks = given.filter((what) => what.startsWith("click"));
  assert.ok(clicks.length < 10, `${clicks.length} clicks: ${clicks.join(" | ")}`);
  assert.ok(took < 120_000, `${took} ms`);

  const customer = await s.customer({ colorScheme: "light" });
  await customer.open(url);
  await customer.sees("main");
  await customer.page.getByText(/Harbour Lending/).first().waitFor();
  await customer.toPicker();
  await customer.pick(/Accounting Sandbox/);
  assert.equal(await customer.button("Agree and continue").evaluate((button) => getComputedStyle(button).backgroundColor), colour.shown);
  await customer.accept();
  await customer.seesSignIn();
  await customer.grant();
  await customer.finish();
  await one.goes("/", "Hello, Grace");
  await one.page.getByRole("listitem").filter({ hasText: "Connect something" }).getByRole("img", { name: "Done" }).waitFor();
});
