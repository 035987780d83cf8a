// Somebody who knows nothing of Bowline's code adds a provider that is not in
// the catalog: a starter file, a few edits, a client id and secret typed in, and
// customers connect. Nothing is rebuilt.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertLinked } from "../harness/assertions.mjs";
import { startMockProvider } from "../harness/provider-mock.mjs";
import { scenario } from "../harness/scenario.mjs";
import { bowline as program } from "../harness/tools.mjs";

const key = "gnat";

/** Runs the command line, and returns how it ended and all that it said. */
function run(...args) {
  return new Promise((resolve) => {
    execFile(program, args, { env: {} }, (fault, stdout, stderr) => resolve({ code: fault?.code ?? 0, said: stdout + stderr }));
  });
}

/** A directory with the starter file of the new integration, and how to edit that. */
async function starter(s, name) {
  const dir = await mkdtemp(join(tmpdir(), "bowline-stranger-"));
  s.after(() => rm(dir, { recursive: true, force: true }));
  const made = await run("catalog", "new", key, "--name", name, "--dir", dir);
  assert.equal(made.code, 0, made.said);
  const path = join(dir, `${key}.yaml`);
  const read = () => readFile(path, "utf8");
  return {
    dir, read,
    /** Replaces texts that are in the file, one after the other. */
    async edit(...changes) {
      let text = await read();
      for (const [from, to] of changes) {
        assert.ok(text.includes(from), `the file has ${from}`);
        text = text.replace(from, to);
      }
      await writeFile(path, text);
    },
    /** The lines that say something. */
    lines: async () => (await read()).split("\n").filter((line) => line.trim() && !line.trim().startsWith("#")),
    lint: () => run("catalog", "lint", dir),
  };
}

/** Checks the finished file: the linter's word, and that it is short. */
async function assertShort(file) {
  const { code, said } = await file.lint();
  assert.equal(code, 0, said);
  const lines = await file.lines();
  assert.ok(lines.length <= 20, `${lines.length} lines:\n${lines.join("\n")}`);
}

/** What the operator does in the API: read the guide, register there, type in what came of it. */
async function setUp(bowline, provider) {
  const guide = await bowline.api("GET", `/integrations/${key}/guide`);
  await provider.expect(guide.redirectUri);
  const before = await bowline.api("GET", `/integrations/${key}`);
  assert.equal(before.enabled, false, "nothing is offered that nobody has registered");
  const setup = await bowline.api("PUT", `/integrations/${key}/setup`, { clients: { "": provider.client }, version: 0 });
  assert.deepEqual([setup.offered, setup.missing], [true, []]);
  assert.equal(JSON.stringify(setup).includes(provider.client.clientSecret), false);
}

/** A customer's way to the provider. */
async function toProvider(s, bowline, name) {
  const company = await bowline.createCompany();
  const customer = await s.customer();
  await customer.open(company.redirect);
  await customer.sees("main");
  await customer.choose("Accounting", name.slice(0, 5), new RegExp(name));
  await customer.agree();
  return { company, customer };
}

/** What stands first in a customer's list. */
async function firstOffered(s, bowline) {
  const company = await bowline.createCompany("Harbour Annex");
  const customer = await s.customer();
  await customer.open(company.redirect);
  await customer.sees("main");
  await customer.toPicker();
  return customer.page.getByRole("radio").first().evaluate((radio) => radio.labels?.[0]?.textContent ?? radio.textContent);
}

scenario("stranger: a provider with discovery, from a starter file", async (s) => {
  const provider = await s.provider();
  const file = await starter(s, "Gnatbooks");
  await file.edit(
    ["authorizeUrl: FILL-IN", `issuer: ${provider.issuer}`],
    ["  tokenUrl: FILL-IN\n", ""],
    ["scopes: []", "scopes: [openid, offline_access]\n  authorizeParams: {prompt: consent}"],
  );
  await assertShort(file);
  const bowline = await s.bowline({ flags: ["--catalog-dir", file.dir] });
  await setUp(bowline, provider);
  const { company, customer } = await toProvider(s, bowline, "Gnatbooks");
  await provider.signIn(customer);
  await provider.agree(customer);
  await customer.sees("success");
  await assertLinked(bowline, company, { key, name: "Gnatbooks" });
});

scenario("stranger: a provider without discovery, and its organizations", async (s) => {
  const provider = await s.provider(startMockProvider);
  provider.knows = {
    organisations: [{ id: 7001, name: "Harbour Bakery Ltd" }, { id: 7002, name: "Harbour Cafe Ltd" }],
    account: { legalName: "Harbour Group plc" },
  };
  const file = await starter(s, "Gnatbooks");
  const unfinished = await file.lint();
  assert.equal(unfinished.code, 1);
  const text = await file.read();
  for (const member of ["authorizeUrl", "tokenUrl"]) {
    const line = text.split("\n").findIndex((l) => l.includes(`${member}: FILL-IN`)) + 1;
    assert.match(unfinished.said, new RegExp(`${key}\\.yaml:${line}:.*${member}`), "it names file, line and rule");
  }
  await file.edit(
    ["authorizeUrl: FILL-IN", `authorizeUrl: ${provider.issuer}/authorize`],
    ["tokenUrl: FILL-IN", `tokenUrl: ${provider.issuer}/token`],
    ["scopes: []", "scopes: [books.read]"],
    ["# tenants:", "tenants:"],
    ["#   url: https://api.example.com/organisations", `  url: ${provider.issuer}/userinfo`],
    ["#   items: organisations", "  items: organisations"], ["#   id: id", "  id: id"],
    ["#   name: name", `  name: name\ncompany:\n  url: ${provider.issuer}/userinfo\n  name: account.legalName`],
  );
  await assertShort(file);
  const bowline = await s.bowline({ flags: ["--catalog-dir", file.dir] });
  await setUp(bowline, provider);
  const { company, customer } = await toProvider(s, bowline, "Gnatbooks");
  await customer.chooseOrganization("Harbour Cafe Ltd");
  await customer.sees("success");
  const { id, connectionInfo } = await assertLinked(bowline, company, { key, name: "Gnatbooks", tenant: "Harbour Cafe Ltd" });
  assert.deepEqual(connectionInfo, { tenantId: "7002", tenantName: "Harbour Cafe Ltd", companyName: "Harbour Group plc" });

  // Another name, and the first place in the list: a change of the file counts
  // when Bowline is told to read it again, and nobody's visit ends.
  await file.edit([`name: "Gnatbooks"`, "name: Gnat Ledgers\norder: 0"]);
  assert.match(await bowline.reload(), /catalog reloaded/);
  assert.equal((await bowline.api("GET", `/integrations/${key}`)).name, "Gnat Ledgers");
  assert.equal((await assertLinked(bowline, company, { key, name: "Gnatbooks", tenant: "Harbour Cafe Ltd" })).id, id);
  assert.match(await firstOffered(s, bowline), /Gnat Ledgers/);

  // A fault changes nothing, and the log says where it is.
  await file.edit(["order: 0", "order: first"]);
  assert.match(await bowline.reload(), new RegExp(`stays as it was.*${key}\\.yaml:7: order must be integer`));
  assert.match(await firstOffered(s, bowline), /Gnat Ledgers/);

  // What was set up is not in the file, so it outlives a restart as well.
  await file.edit(["order: first", "order: 0"]);
  await bowline.stop();
  await bowline.start();
  assert.equal((await bowline.api("GET", `/integrations/${key}/setup`)).offered, true);
  assert.match(await firstOffered(s, bowline), /Gnat Ledgers/);
});
