// After journeys that went well and badly, no secret is anywhere in clear: not
// in the database, not in a log, not in the output.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { engines } from "../harness/bowline.mjs";
import { leaks } from "../harness/leaks.mjs";
import { scenario } from "../harness/scenario.mjs";

for (const engine of engines) {
  scenario(`secrets: nothing in clear after journeys (${engine})`, async (s) => {
    const { provider, bowline } = await s.withProvider({ engine });
    const company = await bowline.createCompany();
    const key = await bowline.api("POST", "/apiKeys", { name: "Second" });
    await bowline.api("GET", `/companies/${company.id}/accessToken`).then(({ accessToken }) => provider.secrets.push({ kind: "company token", value: accessToken }));
    const customer = await s.customer();

    await provider.breakTokens(true);
    await customer.toIndependent(company.redirect);
    await provider.signIn(customer);
    await customer.button("Continue").click();
    await customer.sees("error");
    await provider.breakTokens(false);
    await customer.press(customer.button("Retry connection"));
    await customer.button("Continue").click();
    await customer.sees("success");
    await customer.finish();
    await customer.sees("done");

    const states = customer.answers().filter(({ kind }) => kind === "state");
    const cookies = (await customer.page.context().cookies(bowline.url)).map(({ name, value }) => ({ kind: `cookie ${name}`, value }));
    const secrets = [
      ...provider.secrets, ...states, ...cookies,
      { kind: "bootstrap API key", value: bowline.apiKey }, { kind: "API key", value: key.apiKey },
    ];
    const kinds = new Set(secrets.map(({ kind }) => kind));
    for (const kind of ["accessToken", "refreshToken", "idToken", "code", "verifier", "client secret", "state"]) {
      assert.ok(kinds.has(kind), `the test knows no ${kind}`);
    }
    assert.equal(states.length, 2);

    const running = await bowline.everythingStored(); // the write-ahead log is there only now
    await bowline.stop();
    const places = { ...prefixed("running ", running), ...(engine === "sqlite" && prefixed("stopped ", await bowline.everythingStored())), stdout: bowline.stdout, stderr: bowline.stderr };
    assert.ok(Buffer.concat(Object.values(running)).includes("Harbour Bakery"), "the scan sees what is stored in clear");
    assert.match(bowline.stderr, /level=DEBUG/, "the scan sees the most talkative log");
    assert.deepEqual(leaks(secrets, places), []);
    assert.equal(leaks([{ kind: "a value that is there", value: company.id }], { log: bowline.stderr }).length, 1, "the scan finds what is there");
  });
}

scenario("secrets: the first start shows its key once, and keeps only a hash", async (s) => {
  const bowline = await s.bowline({ env: { BOWLINE_BOOTSTRAP_API_KEY: "" } });
  const [, key] = /API key\s+(\S+)/.exec(bowline.stdout);
  bowline.apiKey = key;
  await bowline.createCompany();
  const shown = bowline.stdout;
  await bowline.restart();
  assert.ok(bowline.stdout.startsWith(shown));
  const later = bowline.stdout.slice(shown.length);
  const links = [...bowline.stdout.matchAll(/\/portal\/setup#(\S+)/g)].map(([, token]) => token);
  assert.equal(new Set(links).size, 2, "each start makes a set-up link of its own while nobody is an administrator");
  assert.match(later, /^\s*Nobody is an administrator of the Portal yet\.[^#]+#\S+[^#]+$/, "and says nothing else");

  const answer = await fetch(`${bowline.url}/portal/setup`, {
    method: "POST", headers: { "Content-Type": "application/json", Origin: bowline.url },
    body: JSON.stringify({ token: links.at(-1), name: "Ada", email: "ada@harbour.example", password: "seven-quiet-lanterns-9" }),
  });
  assert.equal(answer.status, 200);
  const said = bowline.stdout;
  await bowline.restart();
  assert.equal(bowline.stdout, said, "with an administrator a start says nothing more");
  await bowline.createCompany();
  assert.equal(bowline.stdout.split(key).length - 1, 1);
  assert.deepEqual(leaks([{ kind: "API key", value: key }, ...links.map((value) => ({ kind: "set-up link", value })), { kind: "password", value: "seven-quiet-lanterns-9" }], { ...(await bowline.everythingStored()), stderr: bowline.stderr }), []);

  // The command to paste, pasted: it prints the Link URL of a new company.
  const [command] = /curl (?:.*\\\n)*.*/.exec(bowline.stdout);
  const { stdout } = await promisify(execFile)("sh", ["-c", command]);
  assert.match(stdout.trim(), new RegExp(`^${bowline.url}/link/company/[0-9a-f-]{36}$`));
});

function prefixed(prefix, places) {
  return Object.fromEntries(Object.entries(places).map(([name, bytes]) => [prefix + name, bytes]));
}
