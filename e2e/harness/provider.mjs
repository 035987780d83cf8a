// An independent provider from the tests' side, whichever it is: what Bowline is
// told of it, and what it has heard and handed out. startProvider starts the
// OpenID provider; the others are in provider-go.mjs and provider-mock.mjs.

import { fork } from "node:child_process";
import { once } from "node:events";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("provider-process.mjs", import.meta.url));

/** The name of its integration. */
export const platformName = "Independent Books";

export class IndependentProvider {
  /** All that it has handed out or was sent: { kind, value }. */
  secrets = [];
  /** What Bowline has asked it: { route, grant, token, pkce, status }. */
  heard = [];
  exchanges = 0;
  refusals = 0;
  client = { clientId: "bowline-e2e", clientSecret: `secret-${randomBytes(24).toString("hex")}` };
  /** Lines of YAML about what this one wants besides. */
  wants = "";

  constructor(issuer) {
    this.issuer = issuer;
    this.secrets.push({ kind: "client secret", value: this.client.clientSecret });
  }

  /** Notes what it says of itself. */
  note(message) {
    if (message.exchanged) this.exchanges++;
    if (message.refused) this.refusals++;
    if (message.heard) this.heard.push(message.heard);
    for (const [kind, value] of Object.entries(message.secrets ?? {})) if (value) this.secrets.push({ kind, value });
  }

  /** What Bowline is told of it: a file, and the environment that the file names. */
  configuration() {
    return {
      integrations: {
        "oidp.yaml": `${this.file()}  clientId: \${env.OIDP_CLIENT_ID}\n  clientSecret: \${env.OIDP_CLIENT_SECRET}\n`,
      },
      env: { OIDP_CLIENT_ID: this.client.clientId, OIDP_CLIENT_SECRET: this.client.clientSecret },
    };
  }

  /** The file without the client. */
  file() {
    return `key: oidp
name: ${platformName}
sourceType: Accounting
logo: {monogram: In, color: "#334e8a"}
dataTypes: [Invoices and bills]
oauth:
  issuer: ${this.issuer}
  scopes: [openid, offline_access]
${this.wants}`;
  }
}

class OpenIDProvider extends IndependentProvider {
  // It gives a refresh token only to those who make people agree.
  wants = "  issParameter: required\n  authorizeParams: {prompt: consent}\n";
  #child;
  #asked = 0;

  constructor(child, issuer) {
    super(issuer);
    this.#child = child;
    child.on("message", (message) => this.note(message));
  }

  /** Registers Bowline with the address that it sends people back to. */
  expect(redirectUri) {
    return this.#tell({ configure: { issuer: this.issuer, redirectUri, ...this.client } });
  }

  /** Registers Bowline by a key in place of a secret, and returns that key in PEM. */
  async expectKey(redirectUri) {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const { clientId } = this.client;
    await this.#tell({ configure: { issuer: this.issuer, redirectUri, clientId, publicKey: publicKey.export({ format: "jwk" }) } });
    return privateKey.export({ format: "pem", type: "pkcs8" });
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

  /** Agrees, on the page after. */
  async agree(customer) {
    await customer.button("Continue").click();
  }

  async stop() {
    const exited = once(this.#child, "exit");
    this.#child.disconnect();
    await exited;
  }
}

/** Starts the OpenID provider on a port of its own. */
export async function startProvider() {
  const child = fork(program, { stdio: ["ignore", "ignore", "pipe", "ipc"] });
  // Its advice on production settings is not news; why it ended would be.
  let said = "";
  child.stderr.on("data", (text) => (said += text));
  child.once("exit", (code) => code && console.error(`the independent provider ended with ${code}:\n${said}`));
  const [{ ready }] = await once(child, "message");
  return new OpenIDProvider(child, ready);
}
