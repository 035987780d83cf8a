// Who did what to whom (Users > History), narrowed down.

import assert from "node:assert/strict";
import { withPortal } from "../harness/portal.mjs";
import { scenario } from "../harness/scenario.mjs";

scenario("the history of people is narrowed down by kind, in the address and page after page", async (s) => {
  const { admin } = await withPortal(s);
  const made = await admin.does("POST", "/apiKeys", { name: "CI" });
  await admin.does("DELETE", `/apiKeys/${made.id}`);
  await admin.does("POST", "/users", { name: "Grace Okoro", email: "grace@harbour.example", role: "analyst" });
  await admin.goes("/settings/users/history", "Users");
  await admin.row("Person added").waitFor();
  const kind = (name) => admin.page.getByRole("radio", { name, exact: true });
  await kind("API keys").check();
  await admin.row("Person added").waitFor({ state: "detached" });
  assert.deepEqual(await admin.page.locator("tbody td:nth-child(3)").allInnerTexts(), ["API key deleted", "API key created"]);
  assert.match(admin.page.url(), /history\?kind=keys$/);
  await admin.assertAccessible("history of keys");
  await admin.shows("users-history-keys");
  await admin.page.reload();
  await admin.row("API key deleted").waitFor();
  assert.ok(await kind("API keys").isChecked());
  assert.equal(await admin.row("Person added").count(), 0);
  await kind("Settings").check();
  await admin.page.getByText("Nothing of this kind has happened yet").waitFor();
  await admin.button("Show everything").click();
  await admin.row("Person added").waitFor();
  assert.match(admin.page.url(), /history$/);

  // A page of a kind is full of that kind.
  for (let n = 0; n < 101; n++) await admin.does("PATCH", "/me", { name: `Ada ${n}` });
  await kind("Sign-ins").check();
  await admin.row("Signed in").waitFor();
  await kind("People").check();
  await admin.row("Name changed").first().waitFor();
  await admin.settles();
  assert.equal(await admin.page.locator("tbody tr").count(), 100);
  await admin.page.locator(".tablefoot").scrollIntoViewIfNeeded(); // the rest follows by itself
  await admin.row("Person added").waitFor();
  assert.equal(await admin.row("API key").count(), 0);
});
