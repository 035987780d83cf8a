// Settings in the Portal (link.md 5.2-5.4, 5.6), as a developer makes them: the preview
// follows, customers see what was saved, and every change has a way back.

import assert from "node:assert/strict";
import { colleague, withPortal } from "../harness/portal.mjs";
import { scenario } from "../harness/scenario.mjs";
import { until } from "../harness/until.mjs";

/** A Bowline with a developer, who is signed in. */
async function withDeveloper(s) {
  const { bowline, admin } = await withPortal(s);
  return { bowline, admin, dev: await colleague(s, admin, "developer") };
}

const preview = (dev) => dev.page.frameLocator("iframe");

/** The field for a file, by the words beside it. */
const file = (dev, label) => dev.page.locator("input[type=file]").and(dev.field(label));

/** Waits until what was typed is saved. */
const saved = (dev) => dev.page.getByRole("status").filter({ hasText: /^Saved$/ }).waitFor();

/** The colour of the first button of the journey's first screen. */
const buttonColour = (frame) => frame.getByRole("button", { name: /Connect/ }).first().evaluate((button) => getComputedStyle(button).backgroundColor);

scenario("portal settings: Link, with its preview, a customer who sees it, and back", async (s) => {
  const { bowline, admin, dev } = await withDeveloper(s);
  const company = await bowline.createCompany();
  await dev.goes("/settings/link/onboarding", "Link");
  await preview(dev).getByRole("heading", { name: /Share your records/ }).waitFor();
  // Not loaded anew: it follows what is typed where it is.
  const mark = () => dev.page.locator("iframe").evaluate((frame) => (frame.contentWindow.followed ??= Math.random()));
  const before = await mark();
  await dev.page.getByRole("switch", { name: "Landing page" }).click();
  await dev.field("Title").first().fill("Welcome aboard");
  await preview(dev).getByText("Welcome aboard").waitFor();
  await dev.field("Title").first().fill("Welcome aboard, captain");
  await preview(dev).getByText("Welcome aboard, captain").waitFor();
  assert.equal(await mark(), before, "the preview was loaded anew");
  await dev.assertAccessible("link");
  await dev.shows("link-onboarding");

  // Nobody leaves by accident, and customers see nothing yet.
  await dev.link("Branding").click();
  await dev.dialog().getByRole("button", { name: /stay/i }).click();
  const customer = await s.customer();
  await customer.open(company.redirect);
  await customer.page.getByRole("heading", { name: /Share your records/ }).waitFor();

  await dev.button("Save").click();
  await dev.told("Saved.");
  await dev.page.locator(".toast").filter({ hasText: "Saved." }).hover(); // as long as somebody points at it, it stays
  await customer.open(company.redirect);
  await customer.page.getByText("Welcome aboard, captain").waitFor();
  await dev.button("Undo").click();
  await until("the setting from before", async () => !(await bowline.api("GET", "/settings/link")).landing.enabled);
  await customer.open(company.redirect);
  await customer.page.getByRole("heading", { name: /Share your records/ }).waitFor();

  // One-time links say what they take away.
  await dev.page.getByRole("switch", { name: "One-time Link URLs" }).click();
  await dev.dialog("Switch on one-time links?").getByText(/stop working/).waitFor();
  await dev.assertAccessible("one-time links");
  await dev.dialog().getByRole("button", { name: "Cancel" }).click();
  const once = dev.page.getByRole("switch", { name: "One-time Link URLs" });
  assert.equal(await once.isChecked(), false);
  await once.click();
  await dev.dialog().getByRole("button", { name: "Switch on" }).click();
  await until("one-time links to be on", () => once.isChecked());
  await dev.button("Discard changes").click();
  await until("one-time links to be off", async () => !(await once.isChecked()));

  // Words of a consent, and each device.
  await dev.goes("/settings/link", "Link");
  await dev.page.getByLabel("Screen").selectOption({ label: "Consent, accounting" });
  await preview(dev).getByRole("button", { name: /agree/i }).waitFor();
  await dev.page.locator("summary", { hasText: "Consent: Accounting" }).click();
  await dev.field("Message (optional)").or(dev.field("Message")).first().fill("May we look at **your books**?");
  await preview(dev).getByText("your books", { exact: true }).waitFor();
  for (const device of ["Tablet", "Computer", "Phone"]) {
    await dev.page.getByRole("radio", { name: device }).check();
    await until(`the ${device} to fit its stage`, async () => {
      const { frame, stage } = await dev.page.evaluate(() => ({
        frame: document.querySelector("iframe").getBoundingClientRect().toJSON(), stage: document.querySelector(".stage").getBoundingClientRect().toJSON(),
      }));
      return frame.left >= stage.left - 1 && frame.right <= stage.right + 1 && frame.bottom <= stage.bottom + 1;
    });
    await dev.shows(`link-${device.toLowerCase()}`);
  }
  await dev.button("Discard changes").click();

  // Those who chase customers are not shown any of it, and the server refuses.
  const clerk = await colleague(s, admin, "onboarding");
  await clerk.open("/settings/branding");
  await clerk.page.getByText(/not for your role|your role/i).first().waitFor();
  assert.equal(await clerk.link("Branding").count() + await clerk.link("Integrations").count(), 0);
  for (const [method, path, body] of [["PUT", "/settings/link", {}], ["PUT", "/settings/branding", { primaryColor: "#000000" }], ["GET", "/settings/integrations"], ["PUT", "/profile", { name: "Mine" }], ["PUT", "/integrations/gbol/setup", { enabled: false }]]) {
    assert.equal((await clerk.calls(method, path, body)).status, 403, `${method} ${path}`);
  }
});

scenario("portal settings: branding saves itself, looks at pictures, and goes back", async (s) => {
  const { bowline, dev } = await withDeveloper(s);
  const company = await bowline.createCompany();
  await dev.goes("/settings/branding", "Branding");
  await preview(dev).getByRole("button", { name: /Connect/ }).first().waitFor();
  assert.ok(await dev.button("Undo last change").isDisabled(), "there is nothing to undo yet");
  await dev.field("Company name").fill("Harbour Lending");
  await saved(dev);
  await preview(dev).getByText("Harbour Lending").first().waitFor();
  await dev.field("Primary color, hex").or(dev.page.getByPlaceholder("#14495C").first()).first().fill("#7a1f5c");
  await until("the colour in the preview", async () => (await buttonColour(preview(dev))) === "rgb(122, 31, 92)");
  await saved(dev);
  await until("the colour to be stored", async () => (await bowline.api("GET", "/settings/branding")).primaryColor === "#7a1f5c");
  await dev.page.getByPlaceholder("#14495C").first().fill("#ffd54a");
  await dev.page.locator(".contrast.poor").first().waitFor();
  await saved(dev);
  await dev.assertAccessible("branding");
  await dev.shows("branding");
  await until("the second colour to be stored", async () => (await bowline.api("GET", "/settings/branding")).primaryColor === "#ffd54a");
  await saved(dev);
  await dev.button("Undo last change").click();
  await dev.told("Undone.");
  await until("the colour in its field", async () => (await dev.page.getByPlaceholder("#14495C").first().inputValue()) === "#7a1f5c");

  // A picture is what it is, and not what its name says.
  await file(dev, "Logo").setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: Buffer.from("no picture at all") });
  const refusal = await dev.page.locator(".field .error").first().innerText();
  assert.match(refusal, /^[A-Z].{15,}\.$/, refusal);
  await file(dev, "Logo").setInputFiles({ name: "logo.exe", mimeType: "application/x-msdownload", buffer: Buffer.from("MZ") });
  await dev.page.locator(".field .error").filter({ hasText: /PNG/ }).waitFor();
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 50"><rect width="300" height="50" fill="#0b5"/></svg>`;
  // What was being typed when the picture came is not lost.
  await dev.page.getByPlaceholder("#14495C").first().fill("#0f766e");
  await file(dev, "Logo").setInputFiles({ name: "logo.svg", mimeType: "image/svg+xml", buffer: Buffer.from(svg) });
  await dev.told("Logo: saved.");
  await until("the third colour to be stored", async () => (await bowline.api("GET", "/settings/branding")).primaryColor === "#0f766e");
  await saved(dev);
  const { logoUrl } = await bowline.api("GET", "/profile");
  // By its path: the Portal may be open under another name of the server than customers know.
  await dev.page.locator(`.filepicker img[src="${new URL(logoUrl).pathname}"]`).waitFor();
  assert.equal((await bowline.api("GET", "/profile")).name, "Harbour Lending");
  await file(dev, "Logo").setInputFiles({ name: "logo.svg", mimeType: "image/svg+xml", buffer: Buffer.from(svg.replace("#0b5", "#50b")) });
  const another = await until("another logo", async () => {
    const { logoUrl: now } = await bowline.api("GET", "/profile");
    return now !== logoUrl && now;
  });
  await dev.page.locator(`.filepicker img[src="${new URL(another).pathname}"]`).waitFor(); // the page has heard of it too
  await saved(dev);
  await dev.button("Undo last change").click();
  await until("the logo from before", async () => (await bowline.api("GET", "/profile")).logoUrl === logoUrl);
  assert.equal((await bowline.api("GET", "/settings/branding")).primaryColor, "#0f766e", "the undo took back something else");
  await dev.button("Remove").first().click();
  await until("the logo to be gone", async () => !(await bowline.api("GET", "/profile")).logoUrl);

  const customer = await s.customer();
  await customer.open(company.redirect);
  await customer.page.getByText("Harbour Lending").first().waitFor();
  assert.equal(await buttonColour(customer.page), "rgb(15, 118, 110)");
});

scenario("portal settings: redirects are tried out, origins come and go", async (s) => {
  const { bowline, dev } = await withDeveloper(s);
  await dev.goes("/settings/redirects", "Redirects");
  await dev.page.getByText("customers see a closing page").last().waitFor();
  await dev.field("Redirect URL").fill("https://app.harbour.example/done?c={companyId}&u={userId}&s=");
  await dev.button("{statusCode}").click();
  await dev.row("One connection").getByText(/done\?c=8a210b68.*&u=42&s=200/).waitFor();
  await dev.field("Parameters in the Link URL").fill("userId=a b");
  await dev.row("One connection").getByText(/u=a(%20|\+)b/).waitFor();
  await saved(dev);
  await dev.assertAccessible("redirects");
  await dev.shows("redirects");
  const url = async () => (await bowline.api("GET", "/profile")).redirectUrl;
  await until("the redirect to be stored", async () => (await url()).endsWith("{statusCode}"));
  await dev.field("Redirect URL").fill("https://app.harbour.example/done?c={compnyId}");
  await dev.page.getByText("Worth checking").waitFor();
  // What is wrong is told at its field, once.
  await dev.field("Redirect URL").fill("https://{site}/done");
  await dev.page.locator(".field").filter({ hasText: "Allowed redirect URLs" }).locator(".error").getByText(/origins/).waitFor();
  assert.equal(await dev.page.locator(".banner.bad").count(), 0);
  await dev.field("Redirect URL").fill("https://app.harbour.example/done?c={compnyId}");
  await until("the second redirect to be stored", async () => (await url()).endsWith("{compnyId}"));
  await saved(dev);
  await dev.button("Undo last change").click();
  await until("the first redirect", async () => (await url()).endsWith("{statusCode}"));
  await until("it in its field", async () => (await dev.field("Redirect URL").inputValue()).endsWith("{statusCode}"));

  // A name that is saved afterwards leaves it alone.
  await dev.link("Branding").click();
  await dev.sees("Branding");
  await dev.field("Company name").fill("Quay Lending");
  await saved(dev);
  await until("the name to be stored", async () => (await bowline.api("GET", "/profile")).name === "Quay Lending");
  assert.ok((await url()).endsWith("{statusCode}"));

  await dev.goes("/settings/origins", "Allowed origins");
  await dev.field("Origin").fill("app.harbour.example");
  await dev.button("Add origin").click();
  await dev.page.getByText("An origin looks like").waitFor();
  await dev.field("Origin").fill("https://app.harbour.example/connect");
  await dev.button("Add origin").click();
  await dev.row("https://app.harbour.example").waitFor();
  await dev.assertAccessible("origins");
  await dev.shows("origins");
  await dev.button("Remove https://app.harbour.example").click();
  await dev.told("was removed");
  const origins = async () => (await bowline.api("GET", "/corsSettings")).allowedOrigins ?? [];
  assert.deepEqual(await origins(), []);
  await dev.button("Undo").last().click();
  await dev.row("https://app.harbour.example").waitFor();
  assert.deepEqual(await origins(), ["https://app.harbour.example"]);
});

scenario("portal settings: an integration is set up, sorted by keyboard and tested", async (s) => {
  const { bowline, dev } = await withDeveloper(s);
  await dev.goes("/settings/integrations", "Integrations");
  await dev.row("Xero").getByText("Needs set-up").waitFor();
  await dev.assertAccessible("integrations");
  await dev.shows("integrations");
  await dev.link("Xero").click();
  await dev.sees("Xero");
  await dev.settles();
  await dev.page.getByText("Still missing").waitFor();
  await dev.field("Client ID").or(dev.field(/^Client id/i)).first().fill("harbour-client");
  await dev.page.locator("input[type=password]").first().fill("harbour-secret");
  await dev.assertAccessible("integration");
  await dev.button("Save").click();
  await dev.told("Saved.");
  await dev.page.getByText("Everything is there.").waitFor();
  await dev.shows("integration");
  assert.ok(!(await dev.page.content()).includes("harbour-secret"), "the secret is shown again");
  const offered = async (key) => (await bowline.api("GET", "/settings/integrations")).results.find((one) => one.key === key).offered;
  const { key } = (await bowline.api("GET", "/settings/integrations")).results.find(({ name }) => name === "Xero");
  assert.equal(await offered(key), true);
  const offer = dev.page.getByRole("switch", { name: "Offer Xero" });
  const heard = dev.page.waitForResponse((answer) => answer.request().method() === "GET" && answer.url().endsWith(`/integrations/${key}/setup`));
  await offer.click();
  await until("it is offered no longer", async () => !(await offered(key)));
  await heard; // which version it is now
  await until("the switch to say so", async () => !(await offer.isChecked()));
  await offer.click();
  await until("it is offered again", () => offered(key));

  // Up with the keyboard, as often as one likes.
  await dev.goes("/settings/integrations", "Integrations");
  const names = async () => (await dev.page.getByRole("row").locator(".integration-name .truncate").allInnerTexts());
  const from = (await names()).indexOf("Xero");
  await dev.button("Move Xero up").focus();
  for (let n = 1; n <= from; n++) {
    await dev.page.keyboard.press("Enter");
    await until(`place ${from - n}`, async () => (await names()).indexOf("Xero") === from - n);
    await until("the focus beside it", () => dev.page.evaluate(() => document.activeElement?.getAttribute("aria-label")?.startsWith("Move Xero")));
  }
  assert.ok(await dev.button("Move Xero up").isDisabled());
  // However often: one message, and one way back to how it was before.
  assert.equal(await dev.page.locator(".toast").filter({ hasText: "The order was changed." }).count(), 1);
  assert.equal((await bowline.api("GET", "/settings/integrations")).results.find(({ sourceType }) => sourceType === "Accounting").name, "Xero");

  await dev.button("Undo").click();
  await until("the order from before", async () => (await names()).indexOf("Xero") === from);

  // The whole way with the sandbox.
  await dev.link(/^Accounting Sandbox/).click();
  await dev.sees("Accounting Sandbox");
  await dev.button("Start test").click();
  const [tab] = await Promise.all([dev.page.waitForEvent("popup"), dev.link("Sign in at the provider").click()]);
  await tab.getByText(/Robin Ellery/).click();
  await tab.getByRole("button", { name: "Allow" }).click();
  await dev.page.getByText("Every step went well").waitFor();
  await dev.page.locator("summary").filter({ hasText: "/sandbox/token" }).first().waitFor();
  await dev.assertAccessible("test journey");
  await dev.shows("integration-tested");
});
