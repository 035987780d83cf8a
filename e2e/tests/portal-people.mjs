// People and access in the Portal (link.md 5.5, 5.6): the first administrator, invitations,
// roles, sessions, passwords, instances and keys, as those do it who work there.

import assert from "node:assert/strict";
import { engines } from "../harness/bowline.mjs";
import { ada, colleague, roles, setUpLink, somebody, withPortal } from "../harness/portal.mjs";
import { scenario } from "../harness/scenario.mjs";
import { until } from "../harness/until.mjs";

for (const engine of engines) {
  scenario(`the first administrator sets Bowline up by the printed link, once (${engine})`, async (s) => {
    const bowline = await s.bowline({ engine });
    const link = await setUpLink(bowline);
    const first = await somebody(s, bowline, { email: "grace@harbour.example", password: "three-green-kettles-7" });
    await first.open("/");
    await first.sees("Set up Bowline"); // without the link it says where that is
    await first.page.getByText("bowline users setup-link").waitFor();
    await first.page.goto(link);
    await first.page.reload(); // from one address to the same with another # is no new page
    await first.page.goto("about:blank");
    await first.page.goto(link);
    await first.sees("Set up Bowline");
    assert.equal(new URL(first.page.url()).hash, "", "the token stays in the address");
    await first.button("Create the administrator").click();
    await first.page.getByText("Write your name.").waitFor();
    await first.field("Your name").fill("Grace Okoro");
    await first.field("Work email").fill(first.email);
    await first.field("New password").fill("short");
    await first.page.getByText("7 more characters are needed.").waitFor();
    await first.field("New password").fill(first.password);
    await first.assertAccessible("set-up");
    await first.shows("setup");
    await first.button("Create the administrator").click();
    await first.button("Account: Grace Okoro").waitFor();
    await first.goes("/settings/users", "Users");
    await first.row("Grace Okoro").getByText("Administrator").waitFor();

    const late = await somebody(s, bowline);
    await late.page.goto(link);
    await late.page.getByText("Bowline is set up already").first().waitFor();
  });
}

scenario("signing in tells nobody whether an account exists, and leads where one was going", async (s) => {
  const { bowline } = await withPortal(s);
  const visitor = await somebody(s, bowline, ada);
  await visitor.open("/developers/keys");
  await visitor.sees("Sign in");
  await visitor.assertAccessible("sign-in");
  await visitor.shows("sign-in");
  const refused = async (email, password) => {
    await visitor.field("Work email").fill(email);
    await visitor.field("Password").fill(password);
    await visitor.button("Sign in").click();
    await visitor.page.waitForFunction(() => document.querySelector("input[name=password]").value === "");
    return visitor.page.getByRole("alert").innerText();
  };
  const wrong = await refused(ada.email, "not the password at all");
  assert.equal(await refused("nobody@harbour.example", "not the password at all"), wrong);
  await visitor.signsIn();
  await visitor.sees("API keys");
  await visitor.button(/^Account/).click();
  await visitor.page.getByRole("menuitem", { name: "Sign out" }).click();
  await visitor.sees("Sign in");
  await visitor.open("/settings/users");
  await visitor.sees("Sign in");
});

for (const engine of engines) {
  scenario(`an administrator invites, changes, disables, resets and removes somebody (${engine})`, async (s) => {
    const { bowline, admin } = await withPortal(s, { engine });
    await admin.goes("/settings/users", "Users");
    await admin.button("Invite somebody").click();
    await admin.button("Make the invitation").click();
    await admin.page.getByText("Write a name.").waitFor();
    await admin.field("Name").fill("Esi Owusu");
    await admin.field("Email").fill("esi@harbour.example");
    await admin.page.getByRole("radio", { name: "Analyst" }).check();
    await admin.assertAccessible("invite");
    await admin.shows("invite");
    await admin.button("Make the invitation").click();
    const link = await admin.field("Invitation link").inputValue();
    await admin.assertAccessible("the link");
    await admin.button("Done").click();
    await admin.row("Esi Owusu").getByText("Invited").waitFor();

    const esi = await somebody(s, bowline, { name: "Esi Owusu", email: "esi@harbour.example", password: "violet-harbour-stone-2" });
    await esi.page.goto(link);
    await esi.sees("Welcome to Bowline");
    await esi.page.getByText("as Analyst").waitFor();
    await esi.assertAccessible("invitation");
    await esi.field("New password").fill("password1234");
    await esi.button("Accept the invitation").click();
    await esi.page.getByRole("alert").getByText(/easy to guess/).waitFor();
    await esi.field("New password").fill(esi.password);
    await esi.button("Accept the invitation").click();
    await esi.button("Account: Esi Owusu").waitFor();
    const stranger = await somebody(s, bowline);
    await stranger.page.goto(link);
    await stranger.page.getByText("This link does not work any more").first().waitFor();

    await admin.page.reload();
    await admin.row("Esi Owusu").getByText("Active").waitFor();
    await admin.chooses("Esi Owusu", "Edit");
    await admin.page.getByRole("radio", { name: "Developer" }).check();
    await admin.button("Save").click();
    await admin.row("Esi Owusu").getByText("Developer").waitFor();
    await until("the role to count", async () => (await esi.calls("GET", "/apiKeys")).status === 200);
    await esi.goes("/developers/keys", "API keys");

    await admin.chooses("Esi Owusu", "Sessions");
    const drawer = admin.dialog("Sessions of Esi Owusu");
    await drawer.getByRole("row").nth(1).waitFor();
    await admin.assertAccessible("sessions");
    await drawer.getByRole("button", { name: "End all sessions" }).click();
    await admin.dialog("End all sessions of Esi Owusu?").getByRole("button", { name: "End all sessions" }).click();
    await admin.told("All their sessions have ended.");
    assert.equal((await esi.calls("GET", "/me")).status, 401);
    // She is asked again where she is, and goes on.
    await esi.link("Company access").click();
    const again = esi.dialog("Your session has ended");
    await again.getByLabel("Password", { exact: true }).fill(esi.password);
    await esi.shows("session-ended");
    await again.getByRole("button", { name: "Sign in" }).click();
    await esi.sees("Company access");
    await esi.page.getByRole("switch").first().waitFor();

    await admin.chooses("Esi Owusu", "Disable");
    await admin.dialog("Disable Esi Owusu?").getByRole("button", { name: "Disable" }).click();
    await admin.told("Esi Owusu is disabled.");
    assert.equal((await esi.calls("GET", "/me")).status, 401);
    await admin.page.locator(".toast").getByRole("button", { name: "Undo" }).click();
    await admin.row("Esi Owusu").getByText("Active").waitFor();

    await admin.chooses("Esi Owusu", "Make a reset link");
    const reset = await admin.field("Reset link").inputValue();
    await admin.button("Done").click();
    await esi.page.goto(reset);
    await esi.sees("Choose a new password");
    await esi.assertAccessible("reset");
    await esi.field("New password").fill("amber-window-river-5");
    await esi.button("Set the password and sign in").click();
    await esi.button("Account: Esi Owusu").waitFor();

    await admin.chooses("Esi Owusu", "Remove");
    await admin.assertAccessible("remove");
    await admin.shows("remove");
    await admin.dialog("Remove Esi Owusu?").getByRole("button", { name: "Remove" }).click();
    await admin.told("Esi Owusu is removed.");
    assert.equal(await admin.row("Esi Owusu").count(), 0);
    assert.notEqual((await esi.calls("GET", "/me")).status, 200);

    // The last administrator stays.
    await admin.chooses(ada.email, "Remove");
    const question = admin.dialog(new RegExp("^Remove .*\\?$"));
    await question.getByRole("button", { name: "Remove" }).click();
    await question.getByRole("alert").getByText(/last administrator/).waitFor();
  });
}

/** What each role is shown, of the pages about people and keys. */
const shown = {
  onboarding: [], advisor: [], analyst: [],
  developer: ["Company access", "API keys"],
  administrator: ["Users", "Sign-in", "Instances", "Company access", "API keys"],
};
const guarded = {
  "/settings/users": { api: "/users", title: "Users" }, "/settings/sign-in": { api: "/settings/signIn", title: "Sign-in" }, "/settings/instances": { api: "/instances", title: "Instances" },
  "/settings/access": { api: "/settings/access", title: "Company access" }, "/developers/keys": { api: "/apiKeys", title: "API keys" },
};

scenario("each role sees its pages, is told about others, and the server agrees", async (s) => {
  const { admin } = await withPortal(s);
  for (const role of roles) {
    const staff = role === "administrator" ? admin : await colleague(s, admin, role);
    await staff.goes("/account", "Your account");
    const names = await staff.page.getByRole("navigation", { name: "Navigation" }).getByRole("link").allInnerTexts();
    for (const [path, { api, title }] of Object.entries(guarded)) {
      const may = shown[role].includes(title);
      assert.equal(names.map((name) => name.trim()).includes(title), may, `${role} and the link ${title}`);
      await staff.goes(path, may ? title : "This page is not for your role");
      const { status } = await staff.calls("GET", api);
      assert.equal(status, may ? 200 : 403, `${role} and GET ${api}`);
    }
    await staff.assertAccessible(`${role}: not for this role`);
    assert.equal((await staff.calls("POST", "/users", { name: "X", email: "x@harbour.example", role: "administrator" })).status === 403, role !== "administrator", `${role} and an invitation`);
  }
});

scenario("everybody looks after their own account", async (s) => {
  const { bowline, admin } = await withPortal(s);
  const chloe = await colleague(s, admin, "onboarding");
  const { email, password } = chloe;
  const phone = await somebody(s, bowline, { email, password }, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await phone.open("/sign-in");
  await phone.signsIn();
  await phone.button(/^Account/).waitFor();

  await chloe.goes("/account", "Your account");
  await chloe.assertAccessible("account");
  await chloe.shows("account");
  await chloe.field("Name").fill("Chloé Tremblay");
  await chloe.button("Save").click();
  await chloe.button("Account: Chloé Tremblay").waitFor();

  await chloe.field("Current password").fill("not the one at all");
  await chloe.field("New password").fill("silver-orchard-clock-8");
  await chloe.button("Change password").click();
  await chloe.page.getByRole("alert").getByText("The current password is not right.").waitFor();
  await chloe.field("Current password").fill(chloe.password);
  await chloe.button("Change password").click();
  await chloe.told("Your password is changed.");
  assert.equal((await phone.calls("GET", "/me")).status, 401, "another session outlives the password");

  await phone.open("/sign-in");
  await phone.signsIn("silver-orchard-clock-8");
  await phone.button(/^Account/).waitFor();
  await phone.goes("/account", "Your account");
  await phone.assertAccessible("account on a phone");
  await phone.shows("account");
  await chloe.page.reload();
  await chloe.page.getByRole("row").filter({ hasNotText: "This one" }).getByRole("button", { name: "End session" }).click();
  await chloe.told("The session has ended.");
  assert.equal((await phone.calls("GET", "/me")).status, 401);

  // Language and appearance come along to the next browser.
  await chloe.page.getByRole("radio", { name: "Dark" }).check({ force: true });
  await until("the choice to be kept", async () => (await chloe.does("GET", "/me")).preferences.theme === "dark");
  await chloe.page.getByRole("combobox", { name: "Language" }).selectOption("fr-CA");
  await chloe.sees("Votre compte");
  await until("the page to say its language", () => chloe.page.evaluate(() => document.documentElement.lang === "fr-CA"));
  await until("the language to be kept", async () => (await chloe.does("GET", "/me")).locale === "fr-CA");
  const elsewhere = await somebody(s, bowline, { email: chloe.email, password: "silver-orchard-clock-8" });
  await elsewhere.open("/sign-in?to=/account");
  await elsewhere.signsIn();
  await elsewhere.sees("Votre compte");
  await elsewhere.page.waitForFunction(() => document.documentElement.dataset.scheme === "dark");
  await elsewhere.shows("account-french");
});

scenario("an API key is made, shown once, used, renamed and deleted", async (s) => {
  const { bowline, admin } = await withPortal(s);
  await admin.goes("/developers/keys", "API keys");
  await admin.button("New key").first().click();
  await admin.field("Name").fill("Loan engine");
  await admin.field("It expires").selectOption("30");
  await admin.page.getByRole("checkbox", { name: "send requests to providers" }).check();
  await admin.assertAccessible("new key");
  await admin.shows("new-key");
  await admin.button("Create the key").click();
  const secret = await admin.field("API key").inputValue();
  await admin.page.keyboard.press("Escape"); // does not take it away
  assert.equal(await admin.field("API key").inputValue(), secret);
  await admin.assertAccessible("the secret");
  await admin.button("I have kept it").click();
  assert.ok(!(await admin.page.content()).includes(secret), "the secret stays in the page");
  const row = admin.row("Loan engine");
  await row.getByText("proxy").waitFor();
  await row.getByText("Never").waitFor();
  const ask = () => fetch(`${bowline.url}/api/companies`, { headers: { authorization: `Basic ${Buffer.from(secret).toString("base64")}` } });
  assert.equal((await ask()).status, 200);
  await until("its use to be noted", async () => (await admin.does("GET", "/apiKeys")).results.some((key) => key.name === "Loan engine" && key.lastUsed), 90_000);
  await admin.page.reload();
  await admin.settles();
  assert.equal(await row.getByText("Never").count(), 0);
  await admin.assertAccessible("keys");
  await admin.shows("keys");

  await admin.chooses("Loan engine", "Rename");
  await admin.field("Name").fill("Loan engine 2");
  await admin.button("Save").click();
  await admin.chooses("Loan engine 2", "Delete");
  await admin.dialog("Delete Loan engine 2?").getByRole("button", { name: "Delete key" }).click();
  await admin.told("Loan engine 2 is deleted.");
  await until("the key to be refused", async () => (await ask()).status === 401);

  // A developer makes keys, and none that reach customers' data.
  const developer = await colleague(s, admin, "developer");
  await developer.goes("/developers/keys", "API keys");
  await developer.button("New key").first().click();
  assert.ok(await developer.page.getByRole("checkbox", { name: "export authorizations" }).isDisabled());
  assert.equal((await developer.calls("POST", "/apiKeys", { name: "x", permissions: ["export"] })).status, 403);
});

scenario("access of keys is closed by a developer and opened by an administrator", async (s) => {
  const { admin } = await withPortal(s);
  const developer = await colleague(s, admin, "developer");
  await admin.goes("/settings/access", "Company access");
  const proxy = (staff) => staff.page.getByRole("switch", { name: "Send requests through Bowline" });
  if (!(await proxy(admin).isChecked())) {
    await proxy(admin).click();
    await admin.told("On: Send requests through Bowline");
  }
  await developer.goes("/settings/access", "Company access");
  await developer.assertAccessible("access");
  await developer.shows("access");
  await proxy(developer).click();
  await developer.dialog("Switch off “Send requests through Bowline”?").getByRole("button", { name: "Switch off" }).click();
  await developer.told("Off: Send requests through Bowline");
  assert.ok(await proxy(developer).isDisabled());
  await admin.page.reload();
  await admin.settles();
  assert.ok(!(await proxy(admin).isChecked()));
  await proxy(admin).click();
  await admin.told("On: Send requests through Bowline");
  await admin.page.locator(".toast").getByRole("button", { name: "Undo" }).click();
  await admin.page.waitForFunction(() => document.querySelectorAll("[role=switch]:checked").length < 3);
});

scenario("instances lie side by side, and nobody mistakes the one for testing", async (s) => {
  const { admin } = await withPortal(s);
  await colleague(s, admin, "analyst");
  await admin.goes("/settings/instances", "Instances");
  await admin.button("New instance").click();
  await admin.field("Name").fill("Harbour sandbox");
  await admin.page.getByRole("radio", { name: "Test" }).check();
  await admin.assertAccessible("new instance");
  await admin.button("Create").click();
  await admin.told("Harbour sandbox is ready.");
  await admin.chooses("Harbour sandbox", "Rename");
  await admin.field("Name").fill("Harbour trials");
  await admin.button("Save").click();
  await admin.row("Harbour trials").waitFor();
  await admin.assertAccessible("instances");
  await admin.button(/^Instance:/).click();
  await admin.page.getByRole("menuitemradio", { name: /Harbour trials/ }).click();
  await admin.page.locator(".topbar.test").waitFor();
  await admin.assertAccessible("a test instance");
  await admin.shows("test-instance");
  await admin.goes("/settings/users", "Users");
  await admin.row(ada.email).waitFor();
  assert.equal(await admin.row("Analyst Person").count(), 0, "people of one instance are in another");
  await admin.button(/^Instance:/).click();
  await admin.page.getByRole("menuitemradio").first().click();
  await admin.row("Analyst Person").waitFor();
});

scenario("sign-in is changed where all see it, and never so that nobody can come in", async (s) => {
  const { bowline, admin } = await withPortal(s);
  await admin.goes("/settings/sign-in", "Sign-in");
  const message = admin.field(/^Message on the sign-in page/);
  await message.fill("x".repeat(251));
  await admin.page.getByText(/1 characters? too many/).waitFor();
  assert.equal((await admin.calls("PUT", "/settings/signIn", { password: true, message: "x".repeat(251) })).status, 400);
  await message.fill("Ask Bram in room 4 for access.\n<b>Not</b> by mail & **not** by phone.");
  await admin.button("Save").click();
  await admin.told("Sign-in is saved.");
  const visitor = await somebody(s, bowline);
  await visitor.open("/sign-in");
  // As it was typed: no markup of any kind comes of it.
  assert.equal(await visitor.page.locator(".message").innerText(), "Ask Bram in room 4 for access.\n<b>Not</b> by mail & **not** by phone.");
  await visitor.assertAccessible("a message on the sign-in page");

  await admin.page.getByRole("switch", { name: "Email and password" }).click();
  await admin.page.getByText("One way to sign in must stay on.").waitFor();
  await admin.page.getByRole("switch", { name: "Single sign-on" }).click();
  await admin.field("Issuer").fill("https://login.harbour.example");
  await admin.field("Client ID").fill("bowline");
  await admin.button("Add a group").click();
  await admin.field("Group").fill("lending-admins");
  await admin.assertAccessible("sign-in settings");
  await admin.shows("sign-in-settings");
  await admin.button("Save").click();
  await admin.page.getByRole("alert").getByText(/test/i).waitFor(); // an untested service is no way in
  await admin.button("Discard").click();
  assert.ok(await admin.page.getByRole("switch", { name: "Email and password" }).isChecked());
});
