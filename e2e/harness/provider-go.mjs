// An OpenID provider written in Go by others, from the tests' side.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { IndependentProvider } from "./provider.mjs";
import { zitadel } from "./tools.mjs";

class GoProvider extends IndependentProvider {
  #child;

  constructor(child, lines, issuer) {
    super(issuer);
    this.#child = child;
    lines.on("line", (line) => this.note(JSON.parse(line)));
    this.lines = lines;
  }

  async expect(redirectUri) {
    const registered = once(this.lines, "line");
    this.#child.stdin.write(`${JSON.stringify({ redirectUri, ...this.client })}\n`);
    await registered;
  }

  /** Signs in on the example's page, which asks no more than that. */
  async signIn(customer) {
    const { page } = customer;
    await page.waitForURL((url) => url.origin === this.issuer);
    await page.getByLabel("Username:").fill("test-user2");
    await page.getByLabel("Password:").fill("verysecure");
    await customer.button("Login").click();
  }

  async agree() {}

  async stop() {
    const exited = once(this.#child, "exit");
    this.#child.stdin.end();
    await exited;
  }
}

/** Starts it on a port of its own. */
export async function startGoProvider() {
  const child = spawn(zitadel, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const [line] = await once(lines, "line");
  return new GoProvider(child, lines, JSON.parse(line).issuer);
}
