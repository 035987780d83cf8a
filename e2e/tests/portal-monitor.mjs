// What the Portal shows of what happened (link.md 5.7, section 8): the funnel, webhooks, the
// request log; and the quick start, whose every line is run as it stands on the page.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { colleague, withPortal } from "../harness/portal.mjs";
import { scenario } from "../harness/scenario.mjs";
import { Sink } from "../harness/sink.mjs";
import { until } from "../harness/until.mjs";

const run = promisify(execFile);

scenario("portal monitor: the funnel counts what a customer did, and can be taken away", async (s) => {
  const { bowline, admin } = await withPortal(s);
  await admin.goes("/monitor/auth-flow", "Auth flow");
  await admin.page.getByText("No figures yet").waitFor();
  await admin.assertAccessible("empty funnel");
  const company = await bowline.createCompany();
  await bowline.createCompany("Tidewater Books");
  const customer = await s.customer();
  await customer.toSandbox(company.redirect);
  await customer.grant();
  await customer.finish();

  const analyst = await colleague(s, admin, "analyst");
  await analyst.goes("/monitor/auth-flow", "Auth flow");
  const card = analyst.page.locator(".card").filter({ has: analyst.page.getByRole("heading", { name: "Accounting" }) });
  await until("the journey in the funnel", async () => {
    await analyst.page.reload();
    await analyst.settles();
    return (await card.locator(".funnel .figure").allInnerTexts().catch(() => [])).join() === "1,1,1";
  });
  await card.getByText("100%").first().waitFor();
  await card.getByRole("row", { name: /Accounting Sandbox/ }).first().waitFor();
  await analyst.button("About Started").first().click();
  await analyst.page.getByText(/gave consent to connect/).first().waitFor();
  await analyst.page.keyboard.press("Escape");
  await analyst.assertAccessible("funnel");
  await analyst.shows("funnel");
  const [download] = await Promise.all([analyst.page.waitForEvent("download"), analyst.button("Export CSV").click()]);
  assert.match(download.suggestedFilename(), /^auth-flow-.*\.csv$/);
  assert.match(await readFile(await download.path(), "utf8"), /Accounting/);
  await analyst.field("Show").selectOption({ label: "Phone" });
  await until("the filter in the address", () => analyst.page.url().includes("device=phone"));
  await until("nothing by phone", async () => !(await card.locator(".funnel .figure").allInnerTexts()).includes("1"));
  // One at a time, by the page and by an address that asks for two.
  await analyst.field("Show").selectOption({ label: "Accounting Sandbox" });
  await until("the other filter alone", () => /integration=/.test(analyst.page.url()) && !analyst.page.url().includes("device="));
  await analyst.goes("/monitor/auth-flow?device=desktop&locale=en-US", "Auth flow");
  await card.getByText("100%").first().waitFor();
  assert.equal(await analyst.page.locator(".banner.bad").count(), 0);
});

scenario("portal monitor: a webhook from its first message to its end", async (s) => {
  const { bowline, admin } = await withPortal(s, { env: { BOWLINE_INSECURE_CONSUMERS: "true" } });
  const dev = await colleague(s, admin, "developer");
  const company = await bowline.createCompany("Tidewater Books");
  const sink = await Sink.open();
  s.after(() => sink.close());
  const short = sink.url.replace("http://", "");
  await dev.goes("/monitor/webhooks", "Webhooks");
  await dev.page.getByText("Nobody is told yet").waitFor();
  await dev.button("Add endpoint").first().click();
  await dev.field("Address").fill("nowhere");
  await dev.page.getByRole("combobox", { name: "Events" }).fill("company.cre");
  await dev.page.getByRole("option", { name: /company\.created/ }).click();
  await dev.page.keyboard.press("Tab"); // the list closes
  const form = dev.dialog("Add endpoint");
  await form.getByRole("button", { name: "Add endpoint" }).click();
  await form.locator(".field").filter({ hasText: "Address" }).locator(".error").getByText("Must be an absolute https URL").waitFor();
  assert.equal(await form.locator(".banner.bad").count(), 0, "told twice");
  await until("the focus in the field", () => dev.field("Address").evaluate((field) => field === document.activeElement));
  await dev.field("Address").fill(sink.url);
  await dev.assertAccessible("add endpoint");
  await form.getByRole("button", { name: "Add endpoint" }).click();
  await dev.dialog("The endpoint was added").waitFor();
  sink.secret = await dev.field("Signing secret").inputValue();
  assert.match(sink.secret, /^whsec_/);
  await dev.button("Go to the endpoint").click();
  await dev.sees(short);

  // An example, and its attempts.
  await dev.button("Send an example").first().click();
  await dev.button("Send example").click();
  await sink.received(1);
  assert.deepEqual(sink.refused, []);
  await until("the message as delivered", async () => {
    await dev.page.reload();
    await dev.settles();
    return dev.row("company.created").getByText("Delivered").isVisible();
  });
  await dev.assertAccessible("messages");
  await dev.shows("webhook");
  await dev.row("company.created").getByRole("button", { name: "company.created", exact: true }).click();
  const drawer = dev.dialog("company.created");
  await drawer.getByText("204").first().waitFor();
  // What was sent, as it arrived, beside what was answered.
  await drawer.getByRole("region", { name: "Body of the request" }).getByText(/"eventType"/).waitFor();
  await drawer.getByText("POST", { exact: true }).waitFor();
  const told = await drawer.locator(".headers > div").evaluateAll((list) => Object.fromEntries(list.map((one) => one.textContent.split(/: (.*)/s).slice(0, 2))));
  const { host, "accept-encoding": _, ...came } = sink.requests[0].headers;
  assert.deepEqual(told, came);
  await drawer.getByText("The answer had no body.").waitFor();
  await drawer.getByRole("button", { name: "Copy as curl" }).waitFor();
  await dev.assertAccessible("message");
  await dev.shows("webhook-message");
  await drawer.getByRole("button", { name: "Send again" }).click();
  await dev.told("on its way again");
  await sink.received(2);
  assert.equal(sink.requests[1].id, sink.requests[0].id, "the same message");
  await dev.page.keyboard.press("Escape");

  // Whose it is, and those of one company alone.
  const { id: lantern } = await bowline.createCompany("Lantern Foods");
  await sink.received(3);
  await until("its message", async () => {
    await dev.page.reload();
    await dev.settles();
    return dev.row("Lantern Foods").isVisible();
  });
  assert.equal(await dev.page.getByRole("link", { name: "Lantern Foods" }).getAttribute("href"), `/portal/companies/${lantern}`);
  assert.equal(await dev.row("company.created").count(), 2);
  await dev.page.getByRole("combobox", { name: "Company", exact: true }).fill("Lantern");
  await dev.page.getByRole("option", { name: "Lantern Foods" }).click();
  await until("its messages alone", async () => await dev.row("company.created").count() === 1);
  await dev.assertAccessible("messages of a company");
  await dev.shows("webhook-company");

  // Headers of one's own, and another secret.
  await dev.link("Options").click();
  await dev.button("Add header").click();
  await dev.field("Header").fill("X-Harbour");
  await dev.field("Value").fill("lantern");
  await dev.page.getByRole("combobox", { name: /^Only one company/ }).fill("Tidew");
  await dev.page.getByRole("option", { name: "Tidewater Books" }).click();
  await dev.assertAccessible("options");
  await dev.button("Save").click();
  await dev.told("Saved.");
  assert.equal((await bowline.api("GET", "/webhooks")).results[0].companyId, company.id);
  await dev.page.getByPlaceholder("Value is kept").waitFor();
  await dev.link("Security").click();
  await dev.button("Replace secret").click();
  await dev.dialog("Replace the signing secret?").getByRole("button", { name: "Replace secret" }).click();
  await dev.told("The secret was replaced");
  const next = await dev.field("Signing secret").inputValue();
  assert.notEqual(next, sink.secret);
  sink.secret = next;
  await dev.assertAccessible("security");

  // A script that is wrong says where; a right one shows what it does.
  await dev.link("Transformation").click();
  await dev.field("Script").fill("function handler(webhook) {\n  return webhook;\n}}\n");
  await dev.button("Run on the sample").click();
  await dev.page.getByText("The script failed in line 3").waitFor();
  await dev.page.locator(".editor .numbers .bad").getByText("3").waitFor();
  await dev.assertAccessible("transformation");
  await dev.field("Script").fill("function handler(webhook) {\n  webhook.payload.greeting = \"ahoy\";\n  return webhook;\n}\n");
  await dev.button("Run on the sample").click();
  await dev.page.getByText(/"greeting": "ahoy"|"ahoy"/).first().waitFor();
  await dev.shows("webhook-script");
  await dev.page.getByRole("switch", { name: "Run it on every message" }).click();
  await dev.forgets("Saved.");
  await dev.button("Save").click();
  await dev.told("Saved.");
  await dev.button("Send an example").click();
  await dev.button("Send example").click();
  const [, , , last] = await sink.received(4);
  assert.equal(last.headers["x-harbour"], "lantern");
  assert.equal(JSON.parse(last.body).greeting, "ahoy");
  assert.deepEqual(sink.refused, []);

  // Off, on again by Undo, and gone.
  const more = async (item) => {
    await dev.button("More").click();
    await dev.page.getByRole("menuitem", { name: item }).click();
  };
  await more("Switch off");
  await dev.page.getByText("Deliveries are off.").waitFor();
  await dev.button("Undo").last().click();
  await dev.page.getByText("Deliveries are off.").waitFor({ state: "detached" });
  await dev.link("History").click();
  await dev.row("Secret replaced").getByText(dev.name, { exact: true }).waitFor();
  await dev.assertAccessible("history");
  await more("Delete endpoint");
  await dev.dialog(`Delete ${short}?`).getByRole("button", { name: "Delete endpoint" }).click();
  await dev.page.getByText("Nobody is told yet").waitFor();
});

/** How to run the text of a snippet. */
const runners = {
  curl: (code) => ["bash", ["-c", code]],
  JavaScript: (code) => ["node", ["--input-type=module", "-e", code]],
  Python: (code) => ["python3", ["-c", code]],
  Go: async (code, folder) => ["go", ["run", await put(folder, "main.go", code)]],
  Java: async (code, folder) => ["java", [await put(folder, "Main.java", code)]],
};

/** Writes a file, and returns where it is. */
async function put(folder, name, text) {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** Whether the machine has what runs a language; a machine without says so. */
async function has(program) {
  const known = await run(program, [program === "go" ? "version" : "--version"]).then(() => true, () => false);
  if (!known) console.error(`WITHOUT ${program}: its quick start is not run.`);
  return known;
}

scenario("portal developers: the quick start runs as it stands, and the log finds what failed", async (s) => {
  const { bowline, admin } = await withPortal(s);
  const dev = await colleague(s, admin, "developer");
  await dev.goes("/developers/quick-start", "Quick start");
  await dev.assertAccessible("quick start");
  const env = { ...process.env, API_KEY: bowline.apiKey };
  const folder = await mkdtemp(join(tmpdir(), "bowline-quick-"));
  s.after(() => rm(folder, { recursive: true }));
  for (const [language, command] of Object.entries(runners)) {
    if (["Go", "Java"].includes(language) && !await has(language.toLowerCase())) continue;
    await dev.page.getByRole("tab", { name: language, exact: true }).click();
    const snippet = async (call) => command((await dev.page.getByRole("region", { name: `${language}: ${call}` }).innerText()).replaceAll("COMPANY_ID", company), folder);
    const out = async (call) => (await run(...await snippet(call), { env })).stdout;
    let company = "";
    [, company] = /["']?\bid["']?: ?["']([0-9a-f-]{36})["']/.exec(await out("POST /companies")) ?? [];
    assert.ok(company, `${language} made no company`);
    assert.match(await out("GET /companies/COMPANY_ID/accessToken"), /accessToken/, language);
    assert.match(await out("GET /companies/COMPANY_ID/connections"), /results/, language);
    assert.equal((await bowline.api("GET", `/companies/${company}`)).name, "Harbour Bakery");
  }
  // The script that the page embeds is there, and exports what it takes from it.
  const html = await dev.page.getByRole("region", { name: "HTML" }).innerText();
  const sdk = await fetch(/from "(.*)"/.exec(html)[1]);
  assert.equal(sdk.status, 200);
  assert.match(await sdk.text(), /as Link\b|export\s*\{[^}]*\bLink\b|export class Link/);
  await dev.shows("quick-start");

  // Somebody has read a number from an error screen.
  const refused = await fetch(`${bowline.url}/api/companies/00000000-0000-4000-8000-000000000000`, { headers: { Authorization: `Basic ${Buffer.from(bowline.apiKey).toString("base64")}` } });
  assert.equal(refused.status, 404);
  const { correlationId } = await refused.json();
  await until("the request in the log", async () => (await dev.does("GET", `/requests?correlationId=${correlationId}`)).results.length === 1);
  await dev.goes("/developers/requests", "Request log");
  await dev.assertAccessible("request log");
  await dev.field("Number (correlation id)").fill(correlationId);
  await until("that one alone", async () => (await dev.page.locator(".asking").allInnerTexts()).length === 1);
  await dev.row("/api/companies/00000000").getByText("404").waitFor();
  await dev.page.locator(".asking").click();
  await dev.dialog().getByText(correlationId).waitFor();
  await dev.dialog().getByText(/not found|no company/i).first().waitFor();
  await dev.assertAccessible("request");
  await dev.shows("request");
  await dev.page.keyboard.press("Escape");
  await dev.field("Number (correlation id)").fill("no-such-number");
  await dev.page.getByText("Nothing fits").waitFor();

  // The catalogue and the reference.
  await dev.goes("/developers/events", "Event catalog");
  await dev.field("Find an event").fill("connection.connected");
  await dev.page.getByText(/"eventType"/).first().waitFor();
  await dev.page.getByRole("tab", { name: "JSON Schema" }).click();
  await dev.page.getByText(/"\$schema"|"properties"/).first().waitFor();
  await dev.assertAccessible("events");
  await dev.goes("/developers/reference", "API reference");
  await dev.field("Find an operation").fill("access token");
  await dev.row("/companies/{companyId}/accessToken").first().waitFor();
  await dev.assertAccessible("reference");
});
