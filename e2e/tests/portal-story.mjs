// What the Portal is for, word for word: a company is made and found, its link is copied and
// leads to a connection; one that was begun and left is found pending and finished by a link
// of its own; and somebody who was invited names their business and connects.

import assert from "node:assert/strict";
import { engines } from "../harness/bowline.mjs";
import { copied } from "../harness/clipboard.mjs";
import { withPortal } from "../harness/portal.mjs";
import { scenario } from "../harness/scenario.mjs";
import { until } from "../harness/until.mjs";

/** Takes what a button copies, as it is pasted elsewhere. */
async function copies(staff, dialog) {
  await staff.page.context().grantPermissions(["clipboard-write"]);
  await Promise.all([
    dialog.getByRole("button", { name: "Copied", exact: true }).waitFor(), // which it says for two seconds only
    dialog.getByRole("button", { name: "Copy", exact: true }).click(),
  ]);
  return copied(staff.page);
}

/** Looks for a company, as one does who knows a piece of its name. */
async function finds(staff, piece, name) {
  await staff.goes("/companies", "Companies");
  await staff.field("Find companies").fill(piece);
  await staff.row(name).waitFor();
  await until("the others to be gone", async () => (await staff.page.getByRole("row").count()) === 2);
}

for (const engine of engines) {
  scenario(`portal story: create, find, request data, connect, pending, invite (${engine})`, async (s) => {
    const { bowline, admin } = await withPortal(s, { engine });
    await bowline.createCompany("Tidewater Books");

    // Create a company in the Portal, ...
    await admin.goes("/companies", "Companies");
    await admin.button("New company").click();
    await admin.field("Name").fill("Harbour Bakery");
    await admin.button("Create company").click();
    await admin.dialog("Harbour Bakery is ready").getByRole("button", { name: "Close", exact: true }).last().click();
    // ... find it, Request data, copy the Link URL, ...
    await finds(admin, "bour ba", "Harbour Bakery");
    await admin.row("Harbour Bakery").getByText("No connections", { exact: true }).waitFor();
    await admin.row("Harbour Bakery").getByRole("button", { name: "Request data" }).click();
    const link = await copies(admin, admin.dialog("Request data from Harbour Bakery"));
    // ... connect.
    const baker = await s.customer();
    await baker.toSandbox(link);
    await baker.grant();
    await baker.finish();
    await baker.sees("done");
    await finds(admin, "bour ba", "Harbour Bakery");
    await admin.row("Harbour Bakery").getByText("Linked", { exact: true }).waitFor();
    assert.equal(await admin.row("Harbour Bakery").getByRole("button", { name: "Request data" }).count(), 0);

    // Start a connection and leave, ...
    const [{ id: books }] = (await bowline.api("GET", "/companies?query=name%3DTidewater%20Books")).results;
    const bookseller = await s.customer();
    await bookseller.toSandbox((await bowline.api("GET", `/companies/${books}`)).redirect);
    await bookseller.page.goto("about:blank");
    // ... find it pending, copy that connection's own URL, ...
    await admin.goes("/companies?status=Pending", "Companies");
    await admin.row("Tidewater Books").getByText("Pending", { exact: true }).waitFor();
    await admin.row("Tidewater Books").getByRole("button", { name: /^Connections of Tidewater Books/ }).click();
    const panel = admin.dialog("Connections of Tidewater Books");
    await panel.getByRole("button", { name: "Copy link" }).click();
    const own = await copies(admin, admin.dialog("Request data from Tidewater Books"));
    const [{ id: begun }] = await bowline.connections(books);
    assert.match(own, new RegExp(begun));
    // ... finish it.
    await bookseller.openAnew(own);
    await bookseller.seesSignIn();
    await bookseller.grant();
    await bookseller.sees("success");
    const [finished, ...more] = await bowline.connections(books);
    assert.deepEqual([finished.id, finished.status, more.length], [begun, "Linked", 0]);
    await finds(admin, "tidewater", "Tidewater Books");
    await admin.row("Tidewater Books").getByText("Linked", { exact: true }).waitFor();

    // Invite company, give a name, connect.
    await admin.button("Invite company").click();
    const invitation = await copies(admin, admin.dialog("Invite a company"));
    const invited = await s.customer();
    await invited.open(invitation);
    await invited.page.getByRole("textbox").fill("Kite and Anchor");
    await invited.page.keyboard.press("Enter");
    await invited.sees("main");
    await invited.choose("Accounting", "acc", /Accounting Sandbox/);
    await invited.accept();
    await invited.grant();
    await invited.finish();
    await finds(admin, "kite", "Kite and Anchor");
    await admin.row("Kite and Anchor").getByText("Linked", { exact: true }).waitFor();
  });
}
