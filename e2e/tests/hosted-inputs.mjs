// What an integration's file asks of the customer before the sign-in, who it says
// has to sign in, and rows that are the provider's: all by YAML alone, with the
// sandbox as the provider.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Host } from "../harness/host.mjs";
import { scenario } from "../harness/scenario.mjs";

/** A built-in integration with more at its end: an operator's file takes its place. */
async function extended(key, more) {
  const path = fileURLToPath(new URL(`../../internal/catalog/integrations/${key}.yaml`, import.meta.url));
  return `${await readFile(path, "utf8")}\n${more}\n`;
}

const asking = `
signIn: {role: administrator, note: Ask your bookkeeper who that is.}
inputs:
  - name: region
    label: Region
    help: Where you signed up.
    options:
      - {value: eu, label: Europe, set: {market: EU-1}}
      - {value: us, label: United States, set: {market: US-1}}
  - {name: file, label: Company file, pattern: "[A-Z]{2}[0-9]{4}"}`;

async function books() {
  const file = await extended("mqjo", asking);
  return { "mqjo.yaml": file.replace("  issParameter: required", '  issParameter: required\n  authorizeParams: {market: "${input.region.market}", company_file: "${input.file}"}') };
}

/** Waits for the provider's page: our own heading speaks of signing in too. */
const atProvider = ({ page }) => page.waitForURL((url) => url.pathname.startsWith("/sandbox/"));

scenario("inputs: asked before the sign-in, wrong, then right, and again after a failure", async (s) => {
  const bowline = await s.bowline({ integrations: await books() });
  const company = await bowline.createCompany();
  const customer = await s.customer();
  const { page } = customer;
  await customer.toConsent(company.redirect);
  await page.getByText("An administrator of the Accounting Sandbox account has to sign in. Ask your bookkeeper who that is.").waitFor();
  await customer.agree();
  await customer.sees("credentials");
  await page.getByRole("heading", { name: "Before you sign in to Accounting Sandbox" }).waitFor();

  const region = page.getByRole("combobox", { name: "Region" });
  const file = page.getByLabel("Company file");
  assert.equal(await region.inputValue(), "");
  assert.deepEqual(await region.locator("option").allTextContents(), ["Choose…", "Europe", "United States"]);
  await customer.press(customer.button("Continue"));
  assert.equal(await page.getByText("Please fill this in.").count(), 2);
  assert.equal(await region.evaluate((select) => select === document.activeElement), true, "focus goes to the first that is missing");
  await page.keyboard.press("u"); // as any list of the browser's takes letters
  assert.equal(await region.inputValue(), "us");
  await file.fill("1234");
  await customer.press(customer.button("Continue"));
  await page.getByText("Please check what you entered").waitFor();
  assert.equal(await region.inputValue(), "us", "what was right stays");
  await file.fill("AB1234");
  await customer.press(customer.button("Continue"));
  await atProvider(customer);
  const asked = new URL(page.url()).searchParams;
  assert.equal(asked.get("market"), "US-1");
  assert.equal(asked.get("company_file"), "AB1234");

  await customer.press(customer.button("Go back without signing in"));
  await customer.sees("error");
  await customer.press(customer.button("Retry connection"));
  await customer.sees("credentials");
  assert.equal(await region.inputValue(), "us");
  assert.equal(await file.inputValue(), "AB1234");
  await region.selectOption("Europe");
  await customer.press(customer.button("Continue"));
  await atProvider(customer);
  assert.equal(new URL(page.url()).searchParams.get("market"), "EU-1");
  await customer.grant();
  await customer.sees("success");
  assert.equal((await bowline.connections(company.id))[0].status, "Linked");
});

scenario("inputs: a connection's own URL asks too", async (s) => {
  const bowline = await s.bowline({ integrations: await books() });
  const company = await bowline.createCompany();
  const { linkUrl } = await bowline.api("POST", `/companies/${company.id}/connections`, { platformKey: "mqjo" });
  const customer = await s.customer();
  await customer.open(linkUrl);
  await customer.sees("credentials");
  await customer.page.getByLabel("Region").selectOption("us");
  await customer.page.getByLabel("Company file").fill("AB1234");
  await customer.press(customer.button("Continue"));
  await atProvider(customer);
  assert.equal(new URL(customer.page.url()).searchParams.get("market"), "US-1");
});

scenario("inputs: in a host's page, the answers open the provider's tab", async (s) => {
  const bowline = await s.bowline({ integrations: await books() });
  const company = await bowline.createCompany();
  const host = await Host.open(s, bowline);
  const { page, customer } = host;
  await host.visit(company);
  await customer.sees("main");
  await customer.toPicker();
  await customer.pick(/Accounting Sandbox/);
  await customer.agree();
  await customer.sees("credentials");
  assert.equal(page.context().pages().length, 1, "no tab is opened before the questions");
  await page.getByLabel("Region").selectOption("us");
  await page.getByLabel("Company file").fill("AB1234");
  const there = await host.abroad(() => customer.press(customer.button("Continue")));
  assert.equal(new URL(there.page.url()).searchParams.get("company_file"), "AB1234");
  await host.grant(there);
  await customer.sees("success");
  assert.deepEqual(await host.names(), ["onConsent", "onConnectionStarted", "onConnection"]);
});

/** A provider's list of its banks. */
async function banks(s) {
  const list = { up: true, asked: 0, url: "" };
  const server = createServer((_, answer) => {
    list.asked++;
    if (!list.up) return answer.writeHead(503).end();
    answer.setHeader("content-type", "application/json");
    answer.end(JSON.stringify({ results: [
      { id: "ob-zuri", name: "Zürcher Bank" }, { id: "ob-alba", name: "Alba Bank" }, { id: "ob-bad", name: "\u202e" },
    ] }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  s.after(() => server.close());
  list.url = `http://127.0.0.1:${server.address().port}/providers`;
  return list;
}

scenario("inputs: banks of an aggregator, each a row and a source of its own", async (s) => {
  const list = await banks(s);
  const rows = await extended("qhnd", `
rows: {url: "${list.url}", items: results, id: id, name: name}`);
  const integrations = { "qhnd.yaml": rows.replace(/^oauth:$/m, 'oauth:\n  authorizeParams: {bank: "${row.id}"}') };
  const bowline = await s.bowline({ integrations });
  const company = await bowline.createCompany();
  const customer = await s.customer();
  const toBanks = async () => {
    await customer.openAnew(company.redirect);
    await customer.toPicker("Banking");
  };
  await toBanks();
  assert.deepEqual(await customer.page.getByRole("radio").evaluateAll((all) => all.map((one) => one.value)), ["qhnd/ob-alba", "qhnd/ob-zuri"]);
  assert.equal(await customer.page.getByText(/Banking Sandbox/).count(), 2, "each says through whom its data comes");
  list.up = false;
  await customer.page.getByRole("searchbox").fill("zurch");
  await customer.page.getByRole("radio").first().waitFor();
  assert.equal(await customer.page.getByRole("radio").count(), 1);
  await customer.pick(/Zürcher Bank/);
  await customer.page.getByRole("heading", { name: "Connect to Zürcher Bank" }).waitFor();
  await customer.agree();
  await atProvider(customer);
  assert.equal(new URL(customer.page.url()).searchParams.get("bank"), "ob-zuri");
  await customer.grant();
  await customer.sees("success");
  const [connection] = await bowline.connections(company.id);
  assert.equal(connection.platformName, "Zürcher Bank");
  assert.notEqual(connection.sourceId, connection.integrationId);
  await bowline.restart();
  await toBanks();
  assert.equal(list.asked, 1, "a restart takes the list from the database");
  await customer.page.getByRole("radio").first().waitFor();
  assert.equal(await customer.page.getByText("Connected").count(), 1);
});
