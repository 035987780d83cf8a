// Two people at the same settings: nobody undoes unseen what somebody else did, and every
// change can be found and restored later.

import assert from "node:assert/strict";
import { colleague, withPortal } from "../harness/portal.mjs";
import { scenario } from "../harness/scenario.mjs";
import { until } from "../harness/until.mjs";

const saved = (person) => person.page.getByRole("status").filter({ hasText: /^Saved$/ }).waitFor();
const turn = (person, name) => person.page.getByRole("switch", { name, exact: true }).click();

scenario("portal settings: two people at Link keep each other's changes, and take back their own only", async (s) => {
  const { bowline, admin } = await withPortal(s);
  const dev = await colleague(s, admin, "developer");
  const types = async () => Object.entries((await bowline.api("GET", "/settings/link")).sourceTypes).filter(([, { enabled }]) => enabled).map(([name]) => name).join();
  for (const person of [admin, dev]) await person.goes("/settings/link", "Link");
  for (const person of [admin, dev]) await person.page.getByRole("switch", { name: "Banking", exact: true }).waitFor();
  await turn(admin, "Banking");
  await admin.button("Save").click();
  await admin.told("Saved.");
  await admin.page.locator(".toast").filter({ hasText: "Saved." }).hover();
  await turn(dev, "Commerce");
  await dev.button("Save").click();
  await dev.told("Saved.");
  assert.equal(await types(), "accounting");
  await until("the other one's change on the page", async () => !(await dev.page.getByRole("switch", { name: "Banking", exact: true }).isChecked()));

  // The undo of the first save would take the second one's change back: it says so.
  await admin.button("Undo").click();
  await admin.page.getByText("Somebody has changed these settings since").waitFor();
  assert.equal(await types(), "accounting");

  // The same words, by both: whoever comes second chooses.
  for (const person of [admin, dev]) {
    await person.goes("/settings/link/onboarding", "Link");
    await person.field("Question").waitFor();
  }
  await admin.field("Question").fill("Really?");
  await admin.button("Save").click();
  await until("the first question", async () => (await bowline.api("GET", "/settings/link")).exitMessage === "Really?");
  await dev.field("Question").fill("Leaving?");
  await dev.button("Save").click();
  await dev.page.getByText("Somebody else changed this, too").waitFor();
  await dev.page.getByText(/changed “When somebody leaves” on/).waitFor();
  await until("the choice to be in sight", () => dev.button("Save mine").evaluate((one) => one.getBoundingClientRect().bottom < innerHeight && one.getBoundingClientRect().top > 56));
  await dev.assertAccessible("a clash");
  await dev.shows("link-clash");
  assert.equal((await bowline.api("GET", "/settings/link")).exitMessage, "Really?");
  await dev.button("Keep theirs").click();
  await until("their question in the field", async () => (await dev.field("Question").inputValue()) === "Really?");
  await admin.field("Question").fill("Off so soon?");
  await dev.field("Question").fill("Going?");
  await dev.button("Save").click();
  await until("the third question", async () => (await bowline.api("GET", "/settings/link")).exitMessage === "Going?");
  await admin.button("Save").click();
  await admin.button("Save mine").click();
  await until("the fourth question", async () => (await bowline.api("GET", "/settings/link")).exitMessage === "Off so soon?");

  // All of it is listed, and goes back as far as somebody wants.
  await dev.button("Former settings").click();
  const drawer = dev.dialog("Former settings");
  await drawer.getByText("Commerce", { exact: true }).waitFor();
  assert.equal(await drawer.locator(".former li").count(), 5);
  await dev.assertAccessible("former settings");
  await dev.shows("link-former");
  await drawer.locator(".former li").filter({ hasText: "Commerce" }).getByRole("button").click();
  await dev.dialog("Restore these settings?").getByText("When somebody leaves").waitFor();
  await dev.dialog("Restore these settings?").getByRole("button", { name: "Restore", exact: true }).click();
  await dev.told("The former settings are back.");
  await until("commerce again", async () => (await types()) === "accounting,commerce");
  assert.equal((await bowline.api("GET", "/settings/link")).exitMessage, "");
  await until("the empty question", async () => (await dev.field("Question").inputValue()) === "");
});

scenario("portal settings: branding and redirects save beside each other", async (s) => {
  const { bowline, admin } = await withPortal(s);
  const dev = await colleague(s, admin, "developer");
  await admin.goes("/settings/branding", "Branding");
  await admin.field("Company name").waitFor();
  await dev.goes("/settings/branding", "Branding");
  await dev.button("Former settings").click();
  await dev.dialog("Former settings").getByText("Nothing was changed yet").waitFor();
  await dev.page.keyboard.press("Escape");
  await admin.page.getByPlaceholder("#14495C").first().fill("#7a1f5c");
  await until("the first colour", async () => (await bowline.api("GET", "/settings/branding")).primaryColor === "#7a1f5c");
  await dev.page.getByRole("radio", { name: "Dark" }).first().check();
  await until("both", async () => {
    const { primaryColor, colorScheme } = await bowline.api("GET", "/settings/branding");
    return primaryColor === "#7a1f5c" && colorScheme === "dark";
  });
  await until("the other one's colour in its field", async () => (await dev.page.getByPlaceholder("#14495C").first().inputValue()) === "#7a1f5c");
  await saved(admin);
  await admin.button("Undo last change").click();
  await admin.page.getByText("Somebody has changed these settings since").waitFor();
  assert.equal((await bowline.api("GET", "/settings/branding")).colorScheme, "dark");

  // A redirect and a name are stored in one place.
  await dev.goes("/settings/redirects", "Redirects");
  await dev.field("Redirect URL").waitFor();
  await admin.field("Company name").fill("Harbour Lending");
  await until("the name", async () => (await bowline.api("GET", "/profile")).name === "Harbour Lending");
  await dev.field("Redirect URL").fill("https://{site}.harbour.example/?c={compnyId}");
  // What cannot be saved can be tried out.
  await dev.row("One connection").getByText("Refused (400)").waitFor();
  await dev.page.getByText("Worth checking").waitFor();
  await dev.field("Allowed redirect URLs").or(dev.field("Allowed redirect URLs (optional)")).first().fill("https://www.harbour.example\nharbour");
  await dev.page.getByText("“harbour” is not a full web address").waitFor();
  await dev.shows("redirects-refused");
  await dev.field("Parameters in the Link URL").fill("site=www");
  await dev.row("One connection").getByText("https://www.harbour.example/?c=").waitFor();
  await dev.field("Allowed redirect URLs").or(dev.field("Allowed redirect URLs (optional)")).first().fill("https://www.harbour.example");
  await until("redirect and name", async () => {
    const { name, redirectUrl } = await bowline.api("GET", "/profile");
    return name === "Harbour Lending" && redirectUrl.startsWith("https://{site}");
  });
});

scenario("portal settings: the preview shows a whole phone, and a computer with the hosted card", async (s) => {
  const { admin } = await withPortal(s);
  await admin.goes("/settings/link", "Link");
  const preview = admin.page.frameLocator("iframe");
  await preview.getByRole("heading", { name: /Share your records/ }).waitFor();
  const size = () => admin.page.locator("iframe").evaluate((frame) => `${frame.clientWidth} ${frame.clientHeight}`);
  assert.equal(await size(), "390 844");
  const fits = () => admin.page.evaluate(() => document.querySelector("iframe").getBoundingClientRect().bottom <= document.querySelector(".stage").getBoundingClientRect().bottom + 1);
  assert.ok(await fits());
  await admin.page.getByRole("radio", { name: "Computer" }).check();
  const card = preview.locator(".card").first();
  await until("the card of hosted pages", async () => (await card.evaluate((one) => one.clientWidth)) === 460);
  await admin.shows("link-computer-card");
  await admin.page.getByRole("radio", { name: "Phone" }).check();
  // Words of a consent are scrolled to, and what is off says so.
  await admin.page.locator("summary", { hasText: "Consent: Accounting" }).click();
  await admin.field("Message (optional)").or(admin.field("Message")).first().fill("May we look at your books?");
  await preview.getByText("May we look at your books?").waitFor();
  const labels = () => admin.page.getByLabel("Screen").locator("option").allInnerTexts();
  assert.ok((await labels()).includes("Landing page (switched off)") && (await labels()).includes("Choose a bank"));
  await turn(admin, "Banking");
  await until("the bank to be off", async () => (await labels()).includes("Choose a bank (switched off)"));
  await preview.getByRole("heading", { name: /Share your records/ }).waitFor();
  await admin.shows("link-phone");

  // On a phone, with longer words.
  await admin.button("Language: EN").click();
  await admin.page.getByText("Français (Canada)").click();
  await admin.button("Anciens réglages").waitFor();
  await admin.page.setViewportSize({ width: 390, height: 844 });
  await admin.shows("link-french");
  await admin.page.getByRole("tab", { name: "Aperçu" }).click();
  await admin.page.locator(".stagebar").waitFor();
  const lines = () => admin.page.evaluate(() => [...document.querySelectorAll(".stagebar .segments")].map((one) => new Set([...one.querySelectorAll("label")].map((label) => Math.round(label.getBoundingClientRect().top))).size).join());
  assert.equal(await lines(), "1,1");
  assert.equal(await admin.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
  await admin.shows("link-preview-french");
  await admin.button("Anciens réglages").click();
  await admin.dialog("Anciens réglages").getByText("Rien n’a encore été modifié").waitFor();
  await admin.shows("link-former-french");
});

scenario("portal settings: the sandbox asks for no credentials", async (s) => {
  const { admin } = await withPortal(s);
  await admin.goes("/settings/integrations", "Integrations");
  await admin.link(/^Accounting Sandbox/).click();
  await admin.page.getByText("Nothing to register").waitFor();
  assert.equal(await admin.page.getByLabel(/client id/i).count(), 0);
  await admin.button("Start test").waitFor();
});
