// With three servers that we did not write, one of them certified, each known to
// Bowline by the same few lines: connect, and every call that there is behind the
// browser's back. What the servers heard counts, not what Bowline says it did.

import assert from "node:assert/strict";
import { assertLinked } from "../harness/assertions.mjs";
import { leaks } from "../harness/leaks.mjs";
import { startGoProvider } from "../harness/provider-go.mjs";
import { startMockProvider } from "../harness/provider-mock.mjs";
import { startProvider } from "../harness/provider.mjs";
import { scenario } from "../harness/scenario.mjs";
import { until } from "../harness/until.mjs";

/** Signs in on the provider's pages and comes back. */
async function connect(s, { provider, bowline }) {
  const company = await bowline.createCompany();
  const customer = await s.customer();
  await customer.open(company.redirect);
  await customer.sees("main");
  await customer.choose("Accounting", "indep", /Independent Books/);
  await customer.agree();
  await provider.signIn(customer);
  await provider.agree(customer);
  await customer.sees("success");
  await assertLinked(bowline, company, { key: "oidp" });
}

/** Tries the integration out as an operator, and returns what came of it. */
async function tryOut(s, { provider, bowline }) {
  const begun = await bowline.api("POST", "/integrations/oidp/tests", {});
  const operator = await s.customer();
  await operator.open(begun.url);
  await provider.signIn(operator);
  await provider.agree(operator);
  await operator.page.getByText("The test is over; you can close this tab.").waitFor();
  const result = await bowline.api("GET", `/integrations/oidp/tests/${begun.id}`);
  assert.deepEqual(leaks(provider.secrets, { result: JSON.stringify(result) }), []);
  return result;
}

/** Every step went well, or there is none of its kind. */
function assertEveryStep({ status, steps }) {
  assert.equal(status, "done", JSON.stringify(steps));
  assert.deepEqual(steps.map(({ name, outcome }) => `${name} ${outcome}`), [
    "redirect ok", "callback ok", "exchange ok", "refresh ok",
    "organizations skipped", "company name skipped", "user ok", "revoke ok",
  ]);
  const said = (name) => steps.find((step) => step.name === name).detail;
  assert.match(said("exchange"), /^with a refresh token; the access token ends at/);
  assert.match(said("user"), /\bsub\b/);
}

/** The provider heard of all of it, in this order, and gave what was asked. */
async function assertHeard(provider, from) {
  const asked = await until("the revocation to be heard", () => {
    const since = provider.heard.slice(from);
    return since.some(({ route }) => route === "revocation") && since;
  });
  assert.deepEqual(asked.map(({ route, grant, pkce, status }) => ({ route, grant, pkce, status })), [
    { route: "token", grant: "authorization_code", pkce: true, status: 200 },
    { route: "token", grant: "refresh_token", pkce: false, status: 200 },
    { route: "userinfo", grant: "", pkce: false, status: 200 },
    { route: "revocation", grant: "", pkce: false, status: 200 },
  ]);
  const newest = provider.secrets.findLast(({ kind }) => kind === "refreshToken").value;
  assert.equal(asked.at(-1).token, newest, "the token that is in force was revoked");
  return newest;
}

/** Asks the provider itself, as whoever found the token would. */
async function assertDead(provider, token) {
  const { token_endpoint: endpoint } = await (await fetch(`${provider.issuer}/.well-known/openid-configuration`)).json();
  const { clientId, clientSecret } = provider.client;
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: token }),
  });
  assert.equal(answer.status, 400);
  assert.equal((await answer.json()).error, "invalid_grant");
}

for (const { name, start, forgets } of [
  { name: "an OpenID provider", start: startProvider, forgets: true },
  { name: "an OpenID provider in Go", start: startGoProvider, forgets: true },
  { name: "a mock server", start: startMockProvider, forgets: false }, // it renews whatever it is shown
]) {
  scenario(`independent: every call of ${name}`, async (s) => {
    const there = await s.withProvider({ start });
    await connect(s, there);
    const { provider } = there;
    const from = provider.heard.length;
    assertEveryStep(await tryOut(s, there));
    const token = await assertHeard(provider, from);
    if (forgets) await assertDead(provider, token);
  });
}

scenario("independent: a signed assertion in place of a secret", async (s) => {
  const provider = await s.provider();
  const file = `${provider.file()}  clientAuthentication: privateKeyJwt\n`;
  const bowline = await s.bowline({ integrations: { "oidp.yaml": file } });
  const privateKey = await provider.expectKey(`${bowline.url}/oauth/callback/oidp`);
  const { missing } = await bowline.api("GET", "/integrations/oidp/setup");
  assert.deepEqual(missing, ["clientId", "privateKey"]);
  const setup = await bowline.api("PUT", "/integrations/oidp/setup", {
    clients: { "": { clientId: provider.client.clientId, privateKey } }, version: 0,
  });
  assert.equal(setup.offered, true, JSON.stringify(setup));
  assert.equal(JSON.stringify(setup).includes("PRIVATE KEY"), false);
  assertEveryStep(await tryOut(s, { provider, bowline }));
  await assertHeard(provider, 0);
});
