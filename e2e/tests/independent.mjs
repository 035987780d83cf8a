// With an OpenID provider that we did not write, known to Bowline by a YAML file
// and nothing else. It lives on another site than Bowline, insists on PKCE, and
// ends a grant whose code comes twice.

import assert from "node:assert/strict";
import { assertLinked } from "../harness/assertions.mjs";
import { engines } from "../harness/bowline.mjs";
import { scenario } from "../harness/scenario.mjs";

for (const engine of engines) {
  scenario(`independent: connect, and come back a second time (${engine})`, async (s) => {
    const { provider, bowline } = await s.withProvider({ engine });
    const company = await bowline.createCompany();
    const customer = await s.customer();
    await customer.toIndependent(company.redirect);
    const asked = new URL(customer.requests.find((url) => url.startsWith(`${provider.issuer}/auth?`))).searchParams;
    assert.equal(asked.get("code_challenge_method"), "S256");
    assert.equal(asked.get("redirect_uri"), `${bowline.url}/oauth/callback/oidp`);
    await provider.signIn(customer);
    await customer.button("Continue").click();
    await customer.sees("success");
    const connection = await assertLinked(bowline, company, { key: "oidp" });
    assert.deepEqual(provider.secrets.map(({ kind }) => kind).sort(),
      ["accessToken", "client secret", "code", "idToken", "refreshToken", "verifier"]);

    const [callback] = customer.callbacks();
    await customer.open(callback);
    await customer.sees("success");
    assert.equal(provider.exchanges, 1, "the code was exchanged once");
    assert.equal(provider.refusals, 0, "no second exchange was tried");
    assert.equal((await assertLinked(bowline, company, { key: "oidp" })).id, connection.id);
    assert.deepEqual(await bowline.events(company.id), ["company.created", "connection.created", "connection.connected"]);
    assert.equal(customer.page.url().includes("code="), false, "no code stays in the address bar");
  });

  scenario(`independent: stop at its pages, then connect (${engine})`, async (s) => {
    const { provider, bowline } = await s.withProvider({ engine });
    const company = await bowline.createCompany();
    const customer = await s.customer();
    await customer.toIndependent(company.redirect);
    await customer.page.getByRole("link", { name: /cancel/i }).click();
    await customer.sees("error");
    await customer.page.getByText("You chose not to connect").waitFor();
    await customer.press(customer.button("Retry connection"));
    await provider.signIn(customer);
    await customer.button("Continue").click();
    await customer.sees("success");
    await assertLinked(bowline, company, { key: "oidp" });
  });
}
