// Takes the README's pictures into docs/screenshots, from a fresh Bowline and a
// real journey. `make screenshots` calls it.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Bowline } from "./harness/bowline.mjs";
import { closeBrowser, openPage } from "./harness/browser.mjs";
import { Customer, people } from "./harness/customer.mjs";
import { root } from "./harness/tools.mjs";

const target = join(root, "docs/screenshots");
const narrow = { viewport: { width: 390, height: 844 } };
const wide = { viewport: { width: 1280, height: 800 } };

const bowline = await Bowline.create();
try {
  await mkdir(target, { recursive: true });
  await bowline.start();
  await bowline.api("PUT", "/profile", { name: "Tideline Lending", redirectUrl: "", whiteListUrls: [] });
  await journey(narrow, (screen) => `${screen}.png`);
  // The soft ground of the wide page would weigh four times as much as a PNG.
  await journey(wide, (screen) => (screen === "main" ? "desk.jpg" : undefined));
} finally {
  await bowline.remove();
  await closeBrowser();
}

/** Plays the journey and keeps the pictures to which `named` gives a name. */
async function journey(size, named) {
  const { page, close } = await openPage({ ...size, colorScheme: "light" });
  const customer = new Customer(page);
  const take = async (screen) => {
    const name = named(screen);
    if (!name) return;
    await page.mouse.move(0, 0); // off the button that was just pressed
    await page.screenshot({ path: join(target, name), animations: "disabled", quality: name.endsWith(".jpg") ? 82 : undefined });
  };
  const company = await bowline.createCompany("Harbour Bakery");
  await customer.open(company.redirect);
  await customer.sees("main");
  await take("main");
  await customer.press(customer.button(/^Connect.* Accounting$/));
  await customer.sees("picker");
  await page.getByRole("searchbox").fill("acc");
  await page.getByRole("radio", { name: /Accounting Sandbox/ }).press("Space"); // a click would lead on
  await take("picker");
  await customer.button("Next").click();
  await customer.sees("consent");
  await take("consent");
  await customer.accept();
  await customer.seesSignIn();
  await take("sandbox");
  await customer.grant(people.bookkeeper);
  await customer.sees("tenants");
  await take("organization");
  await customer.chooseOrganization("Northlight Studio");
  await customer.sees("success");
  await take("success");
  await close();
}
