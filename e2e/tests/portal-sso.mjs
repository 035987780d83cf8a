// Staff sign in at an OpenID provider that we did not write: code flow with PKCE,
// groups that give roles, a test before passwords go, and what happens when a
// group is taken away.

import assert from "node:assert/strict";
import { engines } from "../harness/bowline.mjs";
import { scenario } from "../harness/scenario.mjs";
import { Colleague, SignInService } from "../harness/sso.mjs";

const password = "thunder mystic island 7";

for (const engine of engines) {
  scenario(`single sign-on at an independent service (${engine})`, async (s) => {
    const service = await s.provider(() => SignInService.start());
    const bowline = await s.bowline({
      engine,
      env: { BOWLINE_BOOTSTRAP_ADMIN_EMAIL: "ada@example.com", BOWLINE_BOOTSTRAP_ADMIN_PASSWORD: password },
    });
    await service.expect(`${bowline.url}/portal/sso/callback`);
    const ada = new Colleague(bowline);
    assert.equal((await ada.json("POST", "/portal/session", { email: "ada@example.com", password })).status, 200);
    const sso = {
      issuer: service.issuer, ...service.client, label: "Example login", groupsClaim: "groups", scopes: ["groups"],
      mapping: [{ group: "admins", role: "administrator", instanceId: null }, { group: "support", role: "onboarding", instanceId: null }],
    };
    assert.equal((await ada.json("PUT", "/portal/api/settings/signIn", { password: true, message: "", sso })).status, 200);
    const shut = { password: false, message: "", sso: { ...sso, clientSecret: undefined } };
    assert.equal((await ada.json("PUT", "/portal/api/settings/signIn", shut)).status, 409, "passwords stay until a test succeeded");

    // Bob: a group gives a role, and takes it back.
    await service.says({ bob: { groups: ["support"] } });
    const bob = new Colleague(bowline);
    assert.equal(await bob.signOn("bob"), "/portal/companies");
    const session = await bob.json("GET", "/portal/session");
    assert.equal(session.body.user.email, "bob@example.com");
    assert.deepEqual(session.body.instances.map(({ role }) => role), ["onboarding"]);
    assert.equal((await bob.json("GET", "/portal/api/users")).status, 403);
    assert.equal((await bob.json("POST", "/portal/api/companies", { name: "Harbour Bakery" })).body.createdByUserName, "bob from there");
    await service.says({ bob: { groups: ["support", "admins"] } });
    await bob.signOn("bob");
    assert.equal((await bob.json("GET", "/portal/api/users")).status, 200, "the highest group wins");
    await service.says({ bob: { groups: ["nobody"] } });
    assert.equal(await bob.signOn("bob"), "/portal/sign-in?sso=noAccess");
    assert.equal((await bob.json("GET", "/portal/session")).status, 401, "the session from before has ended");

    // Somebody whose address is Ada's, which nobody vouches for.
    await service.says({ mallory: { email: "ada@example.com", email_verified: false, groups: ["admins"] } });
    const mallory = new Colleague(bowline);
    assert.equal(await mallory.signOn("mallory"), "/portal/sign-in?sso=unverified");
    // Nor does such an address make somebody new, who would wait there for an invitation of its owner.
    await service.says({ eve: { email: "director@example.com", email_verified: false, groups: ["admins"] } });
    assert.equal(await new Colleague(bowline).signOn("eve"), "/portal/sign-in?sso=unverified");

    // The test, then no passwords any more.
    await service.says({ ada: { groups: ["admins"] } });
    const test = await ada.json("POST", "/portal/api/settings/signIn/test");
    assert.equal(await ada.signOn("ada", test.body.url), "/portal/settings/sign-in?tested=1");
    const { tested } = (await ada.json("GET", "/portal/api/settings/signIn")).body;
    assert.equal(tested.ok, true, tested.problem);
    assert.equal((await ada.json("PUT", "/portal/api/settings/signIn", shut)).status, 200);
    assert.equal((await ada.json("GET", "/portal/session")).status, 401, "a session by password ends with passwords");
    const late = new Colleague(bowline);
    assert.equal((await late.json("POST", "/portal/session", { email: "ada@example.com", password })).status, 403);
    assert.equal(await late.signOn("ada"), "/portal/companies");
    assert.equal((await late.json("GET", "/portal/session")).body.user.email, "ada@example.com", "the verified address is hers");
    const said = bowline.stdout + bowline.stderr;
    for (const secret of [service.client.clientSecret, password]) assert.ok(!said.includes(secret), "a secret is logged");
  });
}
