// The fintech's staff, played in browsers: a Bowline with its first administrator, people of
// every role, and what they do in the Portal. Finds everything as a person does: by its role
// and its words.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openPage, violations } from "./browser.mjs";
import { root } from "./tools.mjs";
import { until } from "./until.mjs";

export const roles = ["onboarding", "advisor", "analyst", "developer", "administrator"];

/** The first administrator of every Bowline here, by its configuration. */
export const ada = { name: "Ada Lindqvist", email: "ada@harbour.example", password: "seven-quiet-lanterns-9" };

const bootstrap = { BOWLINE_BOOTSTRAP_ADMIN_EMAIL: ada.email, BOWLINE_BOOTSTRAP_ADMIN_PASSWORD: ada.password };

/** Where pictures go that are to be looked at: with BOWLINE_E2E_PICTURES=1. */
const gallery = join(root, "test-results/portal-e2e");

/** A person with a browser of their own. */
export class Staff {
  constructor(page, bowline, person) {
    Object.assign(this, { page, bowline, ...person });
  }

  /** Opens an address below /portal. */
  open(path) {
    return this.page.goto(`${this.bowline.url}/portal${path}`);
  }

  /** Waits for a page by its heading. */
  async sees(title) {
    await this.page.getByRole("heading", { level: 1, name: title }).waitFor();
  }

  /** Opens a page and waits until it has what it shows. */
  async goes(path, title) {
    await this.open(path);
    await this.sees(title);
    await this.settles();
  }

  /** Waits until nothing is under way. */
  async settles() {
    await this.page.locator(".under-way").waitFor({ state: "detached" });
    await this.page.waitForFunction(() => !document.querySelector("main .skeleton, dialog[open] .skeleton, [aria-busy=true]"));
  }

  /** Signs in with the password, wherever the sign-in leads. */
  async signsIn(password = this.password) {
    await this.field("Work email").fill(this.email);
    await this.field("Password").fill(password);
    await this.button("Sign in").click();
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: typeof name === "string" });
  }

  link(name) {
    return this.page.getByRole("link", { name, exact: typeof name === "string" });
  }

  field(label) {
    return this.page.getByLabel(label, { exact: typeof label === "string" });
  }

  /** The row of a table, or its card, that has a text. */
  row(text) {
    return this.page.getByRole("row").filter({ hasText: text });
  }

  /** The dialog, drawer or question of that title. */
  dialog(name) {
    return this.page.locator("dialog[open]").filter({ has: this.page.getByRole("heading", { name }) });
  }

  /** Chooses from the menu of a row. */
  async chooses(row, item) {
    await this.row(row).getByRole("button", { name: /^Actions for/ }).click();
    await this.page.getByRole("menuitem", { name: item, exact: typeof item === "string" }).click();
  }

  /** Waits for the message at the edge of the window. */
  async told(text) {
    await this.page.locator(".toast").filter({ hasText: text }).waitFor();
  }

  /** Waits until no such message is left there: the next one is another. */
  async forgets(text) {
    await this.page.locator(".toast").filter({ hasText: text }).waitFor({ state: "detached" });
  }

  /** Nothing is wrong for those who use other means than eyes and mouse. */
  async assertAccessible(what) {
    assert.deepEqual(await violations(this.page), [], what);
  }

  /** A picture of what is shown, light and dark, where pictures are wanted. */
  async shows(name) {
    if (!process.env.BOWLINE_E2E_PICTURES) return;
    await mkdir(gallery, { recursive: true });
    const { width } = this.page.viewportSize();
    for (const colorScheme of ["light", "dark"]) {
      await this.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await this.page.screenshot({ path: join(gallery, `${name}-${width}-${colorScheme}.png`) });
    }
    await this.page.emulateMedia({ colorScheme: null, reducedMotion: "reduce" });
  }

  /** Calls the API as the page does, past what the page hides. Returns the status and the body. */
  calls(method, path, body) {
    return this.page.evaluate(async ([method, path, body]) => {
      const headers = body ? { "Content-Type": "application/json" } : {};
      // Who works in several instances has to say which, as the page does.
      const chosen = sessionStorage.getItem("bowline.instance") ?? localStorage.getItem("bowline.instance");
      const { instances = [] } = await (await fetch("/portal/session")).json();
      const instance = instances.find(({ id }) => id === chosen) ?? instances[0];
      if (instance) headers["Bowline-Instance"] = instance.id;
      const answer = await fetch(`/portal/api${path}`, { method, headers, body: body ? JSON.stringify(body) : undefined });
      const text = await answer.text();
      return { status: answer.status, body: text ? JSON.parse(text) : undefined };
    }, [method, path, body]);
  }

  /** The same where nothing else than success will do. */
  async does(method, path, body) {
    const { status, body: got } = await this.calls(method, path, body);
    assert.ok(status < 300, `${method} ${path} answered ${status}: ${JSON.stringify(got)}`);
    return got;
  }
}

/** Somebody at a browser that knows nothing yet. */
export async function somebody(s, bowline, person = {}, options) {
  const { page, close } = await openPage(options);
  s.after(close);
  return new Staff(page, bowline, person);
}

/** A Bowline with an administrator, who is signed in: { bowline, admin }. */
export async function withPortal(s, { env, ...options } = {}, browserOptions) {
  const bowline = await s.bowline({ ...options, env: { ...bootstrap, ...env } });
  const admin = await somebody(s, bowline, ada, browserOptions);
  await admin.open("/sign-in");
  await admin.signsIn();
  await admin.button(/^Account/).waitFor();
  return { bowline, admin };
}

/** Somebody of a role, invited and signed in, without clicks: for tests of something else. */
export async function colleague(s, admin, role, options) {
  const { bowline } = admin;
  const person = { name: `${role[0].toUpperCase()}${role.slice(1)} Person`, email: `${role}@harbour.example`, password: "copper-kettle-morning-4", role };
  const invited = await admin.does("POST", "/users", { name: person.name, email: person.email, role });
  const staff = await somebody(s, bowline, person, options);
  await staff.open("/sign-in");
  const status = await staff.page.evaluate(async ([token, name, password]) => {
    const answer = await fetch("/portal/invitation/accept", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token, name, password }) });
    return answer.status;
  }, [new URL(invited.invitationUrl).hash.slice(1), person.name, person.password]);
  assert.equal(status, 200);
  staff.id = invited.id;
  await staff.open("/");
  await staff.button(/^Account/).waitFor();
  return staff;
}

/** The set-up link that a start has printed. */
export async function setUpLink(bowline) {
  const [link] = await until("the set-up link", () => /https?:\S+\/portal\/setup#\S+/.exec(bowline.stdout + bowline.stderr));
  return link.replace(/^https?:\/\/[^/]+/, bowline.url);
}
