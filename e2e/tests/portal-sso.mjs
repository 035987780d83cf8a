// Staff sign in at an OpenID provider that we did not write: code flow with PKCE,
// groups that give roles, a test before passwords go, and what happens when a
// group is taken away.

import assert from "node:assert/strict";
import { engines } from "../harness/bowline.mjs";
import { ada, colleague, somebody, withPortal } from "../harness/portal.mjs";
import { scenario } from "../harness/scenario.mjs";
import { Colleague, SignInService } from "../harness/sso.mjs";
import { until } from "../harness/until.mjs";

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

scenario("somebody links the sign-in service to their account, and nobody takes a colleague's", async (s) => {
  const service = await s.provider(() => SignInService.start());
  const { bowline, admin } = await withPortal(s);
  await service.expect(`${bowline.url}/portal/sso/callback`);
  await service.says({ robin: { email: "robin@elsewhere.example", email_verified: false }, robert: { email: ada.email } });
  const sso = { issuer: service.issuer, ...service.client, label: "Harbour ID", groupsClaim: "groups", scopes: [], mapping: [] };
  const dev = await colleague(s, admin, "developer");
  await dev.goes("/account", "Your account");
  assert.equal(await dev.page.getByRole("heading", { name: "Sign-in service" }).count(), 0, "there is none yet");
  await admin.does("PUT", "/settings/signIn", { password: true, message: "", sso });

  /** Signs in on the service's own page. */
  const at = async (person, login) => {
    const { page } = person;
    await page.locator("input[name=login]").fill(login);
    await page.locator("input[name=password]").fill("anything");
    await page.locator("[type=submit]").first().click();
    await page.locator("input[name=login]").waitFor({ state: "detached" }); // the next page has a button of the same kind
    await page.locator("form [type=submit]").first().click(); // the consent
  };
  const links = async (person, login, password = person.password) => {
    await person.button("Link my account").click();
    await person.dialog("Link Harbour ID?").getByLabel("Current password", { exact: true }).fill(password);
    await person.button("Continue").click();
    if (login) await at(person, login);
  };
  await dev.goes("/account", "Your account");
  await dev.button("Link my account").click();
  await dev.assertAccessible("linking the sign-in service");
  await dev.shows("account-link");
  await dev.page.keyboard.press("Escape");
  await links(dev, "", "not the one at all");
  await dev.dialog().getByText("The current password is not right.").waitFor();
  await dev.page.keyboard.press("Escape");
  await dev.dialog("Discard what you typed?").getByRole("button", { name: "Discard", exact: true }).click();
  await links(dev, "robert"); // whose address is the administrator's
  await dev.page.getByText(/belongs to somebody else here/).waitFor();
  await until("the address without what came back", () => !dev.page.url().includes("sso="));
  await links(dev, "robin"); // in the browser in which the session of robert is still open there
  await dev.page.getByText("Harbour ID is linked to your account. You are robin@elsewhere.example there.").waitFor();
  await dev.assertAccessible("linked");
  await dev.shows("account-linked");
  assert.equal(await dev.button("Link my account").count(), 0);

  // They come in by it, whatever its address is, and by their password as before.
  const again = await somebody(s, bowline, { email: dev.email, password: dev.password });
  await again.open("/sign-in");
  await again.link("Sign in with Harbour ID").click();
  await at(again, "robin");
  await again.button(/^Account: Developer Person/).waitFor();
  const byPassword = await somebody(s, bowline, { email: dev.email, password: dev.password });
  await byPassword.open("/sign-in");
  await byPassword.signsIn();
  await byPassword.button(/^Account: Developer Person/).waitFor();
  const { results } = await admin.does("GET", "/users/history?kind=people");
  const lines = results.filter(({ what, subject }) => what === "user.linked" && subject === dev.id);
  assert.deepEqual(lines.map(({ detail }) => detail), [`${service.issuer} (robin@elsewhere.example)`]);

  // They let it go again, with the password that is their way in from then on.
  const unlinks = async (password) => {
    const asked = dev.dialog("Unlink Harbour ID?");
    await asked.getByLabel("Current password", { exact: true }).fill(password);
    await asked.getByRole("button", { name: "Unlink", exact: true }).click();
  };
  await dev.button("Unlink").click();
  await dev.assertAccessible("unlinking the sign-in service");
  await dev.shows("account-unlink");
  await unlinks("not the one at all");
  await dev.dialog().getByText("The current password is not right.").waitFor();
  await unlinks(dev.password);
  await dev.told("Harbour ID is not linked to your account any more.");
  await dev.button("Link my account").waitFor();
  await again.open("/");
  await again.button("Sign in").waitFor();
});
