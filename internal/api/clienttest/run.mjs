// Runs every operation of the Platform API that Bowline serves through a client
// library that other people publish. Exits with 1 on the first answer that the
// library does not accept, except for the one that it cannot accept from
// anybody: deleting an API key, because the published contract declares an
// error body for that 204.
//
// Environment: BOWLINE_API_URL (base URL), BOWLINE_API_KEY, and PROVIDER_TOKEN,
// an access token that the provider behind the accounting sandbox accepts.

import assert from "node:assert/strict";
import { CodatPlatform } from "@codat/platform";

const { BOWLINE_API_URL: serverURL, BOWLINE_API_KEY: key, PROVIDER_TOKEN: accessToken } = process.env;
assert.ok(serverURL && key && accessToken, "BOWLINE_API_URL, BOWLINE_API_KEY and PROVIDER_TOKEN must be set");

const clientFor = (secret) =>
  new CodatPlatform({
    serverURL,
    authHeader: "Basic " + Buffer.from(secret).toString("base64"),
    retryConfig: { strategy: "none" },
  });
const client = clientFor(key);

let count = 0;
async function step(name, run) {
  try {
    const result = await run();
    count += 1;
    return result;
  } catch (error) {
    console.error(`${name} failed:`, error);
    process.exit(1);
  }
}

// refused wants an error that the library could read as the contract's envelope.
async function refused(name, status, run) {
  try {
    await run();
  } catch (error) {
    if (error.statusCode === status && /^[0-9a-f]{32}$/.test(error.data$?.correlationId ?? JSON.parse(error.body).correlationId)) {
      count += 1;
      return;
    }
    console.error(`${name}: want status ${status}:`, error);
    process.exit(1);
  }
  console.error(`${name}: want status ${status}, got a success`);
  process.exit(1);
}

// Companies
const company = await step("create company", () =>
  client.companies.create({ name: "Harbour Bakery", description: "Bread", tags: { region: "emea" } }));
assert.equal(company.name, "Harbour Bakery");
const companyId = company.id;
assert.equal((await step("get company", () => client.companies.get({ companyId }))).tags.region, "emea");
const listed = await step("list companies", () =>
  client.companies.list({ query: "name~harbour && dataConnections.status!=Linked", tags: "region = emea", orderBy: "-created", page: 1, pageSize: 10 }));
assert.equal(listed.totalResults, 1);
await step("list companies without parameters", () => client.companies.list({}));
await step("replace company", () =>
  client.companies.replace({ companyId, companyRequestBody: { name: "Hill Cafe", tags: { tier: "free" } } }));
const updated = await step("update company", () =>
  client.companies.update({ companyId, companyUpdateRequest: { description: "Coffee" } }));
assert.deepEqual([updated.name, updated.description, updated.tags.tier], ["Hill Cafe", "Coffee", "free"]);
await step("add product", () => client.companies.addProduct({ companyId, productIdentifier: "lending" }));
await refused("refresh product", 400, () =>
  client.companies.refreshProductData({ companyId, productIdentifier: "lending", requestBody: { dataTypes: ["invoices"] } }));
await step("remove product", () => client.companies.removeProduct({ companyId, productIdentifier: "lending" }));
const token = await step("get access token", () => client.companies.getAccessToken({ companyId }));
assert.equal(token.expiresIn, 86400);
await refused("get unknown company", 404, () => client.companies.get({ companyId: "5d0c7a0e-2f5b-4c1e-9a51-6b1f0c7d2e44" }));
await refused("malformed query", 400, () => client.companies.list({ query: "shoeSize=4" }));
await refused("unknown key", 401, () => clientFor("no-such-key-no-such-key").companies.get({ companyId }));

// Connections
const connection = await step("create connection", () =>
  client.connections.create({ companyId, requestBody: { platformKey: "mqjo" } }));
const connectionId = connection.id;
assert.equal(connection.status, "PendingAuth");
await step("get connection", () => client.connections.get({ companyId, connectionId }));
const authorized = await step("update authorization", () =>
  client.connections.updateAuthorization({ companyId, connectionId, requestBody: { accessToken, expiresIn: "3600" } }));
assert.equal(authorized.status, "Linked");
const connections = await step("list connections", () => client.connections.list({ companyId, query: "status=linked", orderBy: "created" }));
assert.equal(connections.totalResults, 1);
assert.equal((await step("get linked company", () => client.companies.get({ companyId }))).dataConnections.length, 1);
const unlinked = await step("unlink connection", () =>
  client.connections.unlink({ companyId, connectionId, updateConnectionStatus: { status: "Unlinked" } }));
assert.equal(unlinked.status, "Unlinked");
await step("delete connection", () => client.connections.delete({ companyId, connectionId }));
await refused("get deleted connection", 404, () => client.connections.get({ companyId, connectionId }));

// Tokens and origins
await step("get access token (old)", () => client.connectionManagement.get({ companyId }));
const allowedOrigins = ["https://app.example.com"];
assert.deepEqual((await step("set CORS settings", () => client.cors.set({ allowedOrigins }))).allowedOrigins, allowedOrigins);
assert.deepEqual((await step("get CORS settings", () => client.cors.get())).allowedOrigins, allowedOrigins);
assert.deepEqual((await step("set CORS settings (settings)", () => client.settings.set({ allowedOrigins }))).allowedOrigins, allowedOrigins);
assert.deepEqual((await step("get CORS settings (settings)", () => client.settings.get())).allowedOrigins, allowedOrigins);

// Integrations
const integrations = await step("list integrations", () => client.integrations.list({ query: "sourceType=Accounting&&enabled=true&&name~Sandbox" }));
assert.equal(integrations.results[0].key, "mqjo");
await step("get integration", () => client.integrations.get({ platformKey: "mqjo" }));
assert.ok((await step("get branding", () => client.integrations.getBranding({ platformKey: "mqjo" }))).logo.full.image.src);

// Profile
const profile = await step("get profile", () => client.settings.getProfile());
const renamed = await step("update profile", () =>
  client.settings.updateProfile({ ...profile, name: "Lender", redirectUrl: "https://lender.example/{companyId}?s={statusCode}" }));
assert.equal(renamed.name, "Lender");

// API keys. The library reports an error after the deletion has succeeded; that
// it has shows in the list.
const made = await step("create API key", () => client.settings.createApiKey({ name: "second" }));
assert.match(made.apiKey, /^bwl_/);
await step("use the new key", () => clientFor(made.apiKey).companies.get({ companyId }));
let known = (await step("list API keys", () => client.settings.listApiKeys())).results;
assert.ok(known.some((k) => k.id === made.id && k.name === "second"));
await client.settings.deleteApiKey({ apiKeyId: made.id }).then(
  () => {},
  (error) => assert.equal(error.statusCode, 204, String(error)),
);
count += 1;
known = (await step("list API keys after deletion", () => client.settings.listApiKeys())).results;
assert.ok(!known.some((k) => k.id === made.id));
await refused("use the deleted key", 401, () => clientFor(made.apiKey).companies.get({ companyId }));

// Webhook consumers
const consumer = await step("create consumer", () =>
  client.webhooks.createConsumer({ url: "https://hooks.example/in", eventTypes: ["connection.connected"], companyTags: ["region:emea"] }));
assert.equal((await step("list consumers", () => client.webhooks.listConsumers())).results.length, 1);
await step("delete consumer", () => client.webhooks.deleteConsumer({ webhookId: consumer.id }));

await step("delete company", () => client.companies.delete({ companyId }));
await refused("get deleted company", 404, () => client.companies.get({ companyId }));
console.log(`${count} calls as published`);
