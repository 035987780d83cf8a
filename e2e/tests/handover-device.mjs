// Continue on another device: offered first where a phone would lead nowhere,
// with a short link to the very same step. The first device shows the result.

import assert from "node:assert/strict";
import { phone } from "../harness/browser.mjs";
import { scenario } from "../harness/scenario.mjs";
import { linkSettings } from "../harness/settings.mjs";

async function setUp(s, options = phone) {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const customer = await s.customer(options);
  await customer.open(company.redirect);
  await customer.toPicker();
  return { bowline, company, customer };
}

/** The address for the other device, as it is read there. */
async function shown(customer) {
  await customer.sees("device");
  return `http://${await customer.page.locator("code.address").innerText()}`;
}

scenario("device: a phone is sent to a computer for software that needs one", async (s) => {
  const { bowline, company, customer } = await setUp(s);
  const { page } = customer;
  await customer.press(page.getByRole("radio", { name: /Desktop Sandbox/ }));
  await page.getByText("Desktop Sandbox can only be connected on a computer").waitFor();
  assert.equal(await customer.button("Next").count(), 0, "there is no way on that leads nowhere");
  await customer.press(customer.button("Continue on your computer"));
  const address = await shown(customer);
  const code = new URL(address).hash;
  assert.match(code, /^#[0-9a-z]{4}-[0-9a-z]{4}$/i, "short enough to type");
  await page.getByRole("img", { name: "Point a phone camera at this code" }).waitFor();

  const computer = await s.customer();
  await computer.open(address.toUpperCase().replace(/^HTTP:\/\/(.*)#/, (all) => all.toLowerCase())); // as it is typed
  await computer.sees("picker"); // the same step
  assert.doesNotMatch(computer.page.url(), new RegExp(code.slice(1), "i"));
  await computer.pick(/Desktop Sandbox/);
  await computer.agree();
  await computer.page.getByRole("heading", { name: "Sit down at the computer with your books" }).waitFor();
  await computer.page.getByRole("checkbox").check();
  await computer.press(computer.button("Next"));
  await computer.seesSignIn();
  await computer.grant();
  await computer.sees("success");
  await customer.sees("success"); // live, on the phone
  await page.getByText("Desktop Sandbox is connected").waitFor();
  assert.deepEqual(await bowline.events(company.id), ["company.created", "connection.created", "connection.connected"]);

  const another = await s.customer();
  await another.open(address);
  await another.sees("expired");
});

scenario("device: any software may go on elsewhere, on the way to its sign-in", async (s) => {
  const { company, customer } = await setUp(s, {});
  const { page } = customer;
  await page.getByRole("radio", { name: /Guided Sandbox/ }).focus();
  await customer.press(customer.button("Continue on another device"));
  const address = await shown(customer);
  const onPhone = await s.customer(phone);
  await onPhone.open(address);
  await onPhone.sees("picker");
  await onPhone.pick(/Accounting Sandbox/);
  await onPhone.accept();
  await onPhone.grant();
  await onPhone.sees("success");
  await customer.sees("success");
  await customer.finish();
  await customer.sees("done");
  assert.ok(company);
});

scenario("device: where links are good for one browser, the other device counts too", async (s) => {
  const bowline = await s.bowline();
  await linkSettings(bowline, { oneTimeLinks: true });
  const company = await bowline.createCompany();
  const customer = await s.customer();
  await customer.open(company.redirect);
  await customer.toPicker();
  await customer.press(customer.button("Continue on another device"));
  const address = await shown(customer);
  await customer.press(customer.button("Back"));
  await customer.sees("picker"); // changed their mind; the link stays good
  const other = await s.customer(phone);
  await other.open(address);
  await other.sees("picker");
  await other.page.reload();
  await other.sees("picker");
  await other.pick(/Accounting Sandbox/);
  await other.accept();
  await other.grant();
  await other.sees("success");
  await other.page.reload();
  await other.finish();
  await other.sees("done");
  assert.equal((await bowline.connections(company.id))[0].status, "Linked");
});

scenario("device: the link outlives a killed server, and so does the page that waits", async (s) => {
  const { bowline, company, customer } = await setUp(s, {});
  await customer.press(customer.button("Continue on another device"));
  const address = await shown(customer);
  await bowline.restart();
  const other = await s.customer(phone);
  await other.open(address);
  await other.sees("picker");
  await other.pick(/Accounting Sandbox/);
  await other.accept();
  await bowline.restart();
  await other.grant();
  await other.sees("success");
  await customer.sees("success");
  assert.equal((await bowline.connections(company.id)).length, 1);
});
