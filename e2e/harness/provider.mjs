// The independent provider from the tests' side: start it, tell Bowline of it
// in YAML, sign in on its pages, and know its secrets.

import { fork } from "node:child_process";
import { once } from "node:events";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("provider-process.mjs", import.meta.url));

const integration = (issuer) => `key: oidp
name: Independent Books
sourceType: Accounting
logo:
  monogram: In
  color: "#334e8a"
dataTypes: [Invoices and bills]
oauth:
  issuer: ${issuer}
  clientId: \${env.OIDP_CLIENT_ID}
  clientSecret: \${env.OIDP_CLIENT_SECRET}
  scopes: [openid, offline_access]
  issParameter: required
  authorizeParams:
    prompt: consent
`;

class IndependentProvider {
  /** All that it has handed out or was sent: { kind, value }. */
  secrets = [];
  exchanges = 0;
  refusals = 0;
  #child;
  #client = { clientId: "bowline-e2e", clientSecret: `secret-${randomBytes(24).toString("hex")}` };
  #asked = 0;

  constructor(child, issuer) {
    this.#child = child;
    this.issuer = issuer;
    this.secrets.push({ kind: "client secret", value: this.#client.clientSecret });
    child.on("message", (message) => {
      if (message.exchanged) this.exchanges++;
      if (message.refused) this.refusals++;
      for (const [kind, value] of Object.entries(message.secrets ?? {})) if (value) this.secrets.push({ kind, value });
    });
  }

  /** What Bowline is told of it: a file, and the environment that the file names. */
  configuration() {
    return {
      integrations: { "oidp.yaml": integration(this.issuer) },
      env: { OIDP_CLIENT_ID: this.#client.clientId, OIDP_CLIENT_SECRET: this.#client.clientSecret },
    };
  }

  /** Registers Bowline with the address that it sends people back to. */
  expect(redirectUri) {
    return this.#tell({ configure: { issuer: this.issuer, redirectUri, ...this.#client } });
  }

  /** Takes the token endpoint down, or up again. */
  breakTokens(broken) {
    return this.#tell({ broken });
  }

  async #tell(message) {
    const id = ++this.#asked;
    const answered = new Promise((resolve) => {
      const listen = ({ done }) => {
        if (done !== id) return;
        this.#child.off("message", listen);
        resolve();
      };
      this.#child.on("message", listen);
    });
    this.#child.send({ ...message, id });
    await answered;
  }

  /** Signs in on the provider's own page. */
  async signIn(customer) {
    const { page } = customer;
    await page.waitForURL((url) => url.origin === this.issuer);
    await page.getByPlaceholder("Enter any login").fill("harbour-bakery");
    await page.getByPlaceholder("and password").fill("anything");
    await customer.button("Sign-in").click();
    await customer.button("Continue").waitFor();
  }

  async stop() {
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
    await exited;
  }
}

/** Starts one on a port of its own. */
export async function startProvider() {
  const child = fork(program, { stdio: ["ignore", "ignore", "pipe", "ipc"] });
  // Its advice on production settings is not news; why it ended would be.
  let said = "";
  child.stderr.on("data", (text) => (said += text));
  child.once("exit", (code) => code && console.error(`the independent provider ended with ${code}:\n${said}`));
  const [{ ready }] = await once(child, "message");
  return new IndependentProvider(child, ready);
}
