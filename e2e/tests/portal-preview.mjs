// The preview of settings: the real SDK in a frame of the Portal's origin, on a draft that
// nobody has saved. It follows the draft, keeps the screen, and leaves nothing behind.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pictures } from "../harness/browser.mjs";
import { scenario } from "../harness/scenario.mjs";
import { until } from "../harness/until.mjs";

/** Rows of what a visit by a customer would leave. */
async function rows(bowline) {
  const counts = {};
  for (const table of ["companies", "connections", "consents", "events", "authorizations", "handovers", "funnel", "visits", "integration_requests"]) {
    counts[table] = Number((await bowline.query(`SELECT count(*) AS n FROM ${table}`))[0].n);
  }
  return counts;
}

/** A page of the same origin that frames a preview, as the Portal does. */
class Editor {
  constructor(s, bowline, page) {
    Object.assign(this, { bowline, page });
  }

  static async open(s, bowline, draft) {
    const { page } = await s.customer({ viewport: { width: 900, height: 900 }, ...draft.browser });
    const editor = new Editor(s, bowline, page);
    await editor.keep(draft.settings);
    await page.route(`${bowline.url}/portal/editor`, (route) => route.fulfill({
      contentType: "text/html",
      body: `<!doctype html><title>Editor</title><script>window.told=[];addEventListener("message",(m)=>told.push(m.data))</script>
        <iframe title="Preview" src="${editor.kept.url}" style="width:460px;height:840px;border:0"></iframe>`,
    }));
    await page.goto(`${bowline.url}/portal/editor`);
    editor.frame = page.frameLocator("iframe");
    return editor;
  }

  /** Keeps the draft, in the place of the one before. */
  async keep(settings) {
    this.kept = await this.bowline.api("POST", "/settings/preview", { ...settings, ...(this.kept && { id: this.kept.id }) });
  }

  /** Tells the frame something. */
  say(message) {
    return this.page.evaluate((m) => document.querySelector("iframe").contentWindow.postMessage(m, location.origin), message);
  }

  /** The screen that the frame said last that it shows. */
  shown(screen) {
    return until(`the screen ${screen}`, async () => (await this.page.evaluate(() => window.told.at(-1)?.screen)) === screen);
  }

  async picture(name) {
    await mkdir(pictures, { recursive: true });
    await this.page.screenshot({ path: join(pictures, `preview-${name}.png`) });
  }
}

scenario("portal preview: the draft, screen by screen", async (s) => {
  const bowline = await s.bowline();
  const before = await rows(bowline);
  const link = { landing: { enabled: true, title: "Welcome to the draft", companyLogo: true }, manageConnections: { enabled: true } };
  const editor = await Editor.open(s, bowline, { settings: { link, branding: { primaryColor: "#7a1f5c" }, profile: { name: "Draft & Sons" } } });
  const { frame } = editor;
  await frame.getByText("Welcome to the draft").waitFor();
  await editor.shown("landing");
  await editor.picture("landing");

  // It changes under the eyes of whoever writes.
  link.landing.title = "Welcome again";
  await editor.keep({ link, branding: { primaryColor: "#7a1f5c" }, profile: { name: "Draft & Sons" } });
  await editor.say({ type: "bowline:draft" });
  await frame.getByText("Welcome again").waitFor();

  // All the way, as a customer would go.
  await frame.getByRole("button", { name: "Next" }).click();
  await editor.shown("main");
  await frame.getByRole("button", { name: /accounting/i }).first().click();
  await editor.shown("picker.accounting");
  await frame.getByRole("radio", { name: "Accounting Sandbox" }).click();
  await editor.shown("consent.accounting");
  await editor.picture("consent");

  // A change keeps the screen that somebody is on.
  link.sourceTypes = { accounting: { consent: { message: "May we look at **your books**?", purpose: { body: "To lend you money." } } } };
  await editor.keep({ link, profile: { name: "Draft & Sons" } });
  await editor.say({ type: "bowline:draft" });
  await frame.getByText("May we look at").waitFor();
  await editor.shown("consent.accounting");
  await frame.getByRole("button", { name: /agree/i }).click();
  await editor.shown("success");
  await frame.getByText("Sample Company Ltd").first().waitFor();
  await editor.picture("success");
  assert.equal(editor.page.context().pages().length, 1, "a tab was opened");

  // And where an editor wants to be.
  await editor.keep({ link: { exitMessage: "Leaving so soon?" }, screen: "exit" });
  await editor.say({ type: "bowline:begin", exit: true });
  await frame.getByText("Leaving so soon?").waitFor();
  await editor.picture("exit");
  await editor.keep({ link, screen: "manage", colorScheme: "dark" });
  await editor.say({ type: "bowline:begin" });
  await editor.shown("manage");
  await editor.picture("manage-dark");
  assert.deepEqual(await rows(bowline), before);
  assert.equal((await bowline.api("GET", "/settings/link")).landing.enabled, false);
});

scenario("portal preview: pictures, and no other origin", async (s) => {
  const bowline = await s.bowline();
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 60"><script>document.title = "ran"</script><rect width="300" height="60" rx="12" fill="#0b5"/></svg>`;
  const answer = await fetch(`${bowline.url}/api/settings/branding/logo`, {
    method: "PUT", body: svg, headers: { authorization: `Basic ${Buffer.from(bowline.apiKey).toString("base64")}`, "content-type": "image/svg+xml" },
  });
  const logo = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(logo));
  const editor = await Editor.open(s, bowline, { settings: { link: { navigationBar: true, landing: { enabled: true, companyLogo: true } } } });
  const picture = editor.frame.locator(`img[src="${logo.url}"]`).first();
  await picture.waitFor();
  await until("the logo to be drawn", () => picture.evaluate((img) => img.complete && img.naturalWidth === 300));
  await editor.picture("logo");
  // On its own it is a document, and runs nothing.
  await editor.page.goto(logo.url);
  assert.notEqual(await editor.page.title(), "ran");

  // A page of another origin may not frame it.
  const { page } = await s.customer();
  await page.route("http://elsewhere.test/", (route) => route.fulfill({ contentType: "text/html", body: `<iframe src="${editor.kept.url}"></iframe>` }));
  const refused = page.waitForEvent("requestfailed", (request) => request.url().includes("/portal/preview/")).catch(() => undefined);
  await page.goto("http://elsewhere.test/");
  await Promise.race([refused, page.waitForTimeout(2000)]);
  assert.equal(await page.frameLocator("iframe").locator("#link").count(), 0, "another origin frames the preview");
});
