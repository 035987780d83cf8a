// Single sign-on from the tests' side: the independent service, and a person who
// goes there and back with a jar of cookies. No page of ours takes part in it, so
// that no browser is needed.

import { fork } from "node:child_process";
import { once } from "node:events";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";

export class SignInService {
  client = { clientId: "bowline-portal", clientSecret: `secret-${randomBytes(24).toString("hex")}` };
  #child;

  static async start() {
    const self = new SignInService();
    self.#child = fork(fileURLToPath(new URL("sso-process.mjs", import.meta.url)), { stdio: ["ignore", "ignore", "ignore", "ipc"] });
    const [{ ready }] = await once(self.#child, "message");
    self.issuer = ready;
    return self;
  }

  expect(redirectUri) {
    return this.#tell({ configure: { issuer: this.issuer, redirectUri, ...this.client } });
  }

  /** What it says of people from now on, by their login. */
  says(people) {
    return this.#tell({ people });
  }

  async #tell(message) {
    this.#child.send(message);
    await once(this.#child, "message");
  }

  stop() {
    this.#child.kill();
  }
}

/** Somebody of the staff, without a browser but with its cookies. */
export class Colleague {
  #jars = new Map(); // by host

  constructor(bowline) {
    this.bowline = bowline;
  }

  /** One request; redirects are not followed. */
  async go(url, init = {}) {
    const target = new URL(url, this.bowline.url);
    const jar = this.#jars.get(target.host) ?? new Map();
    this.#jars.set(target.host, jar);
    const headers = { ...init.headers, cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") };
    const answer = await fetch(target, { ...init, headers, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(";")[0].split(/=(.*)/s);
      if (value === "" || /max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  }

  async json(method, path, body) {
    const answer = await this.go(path, {
      method,
      headers: { ...(body && { "content-type": "application/json" }), origin: this.bowline.url },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : undefined };
  }

  /** Goes to the service, signs in as a login, agrees, and comes back; returns where Bowline sends the browser in the end. */
  async signOn(login, start = "/portal/sso/start?to=/portal/companies") {
    let at = new URL(start, this.bowline.url).href;
    for (let hops = 0; hops < 20; hops++) {
      let answer = await this.go(at);
      if (answer.status === 200) {
        const page = await answer.text();
        const form = /<form[^>]*action="([^"]+)"/.exec(page);
        if (!form) throw new Error(`${at} shows no form`);
        const prompt = /name="prompt" value="(\w+)"/.exec(page)[1];
        answer = await this.go(new URL(form[1], at), { method: "POST", body: new URLSearchParams({ prompt, login, password: "anything" }) });
      }
      const location = answer.headers.get("location");
      if (!location) throw new Error(`${at} answered ${answer.status}`);
      at = new URL(location, at).href;
      const { origin, pathname, search } = new URL(at);
      if (origin === this.bowline.url && !pathname.startsWith("/portal/sso/")) return pathname + search;
    }
    throw new Error("it never ends");
  }
}
