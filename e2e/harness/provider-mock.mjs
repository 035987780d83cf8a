// A mock server for OAuth 2.0 that nobody of Bowline wrote. It signs everybody
// in at once, and checks the verifier of whoever sent a challenge.

import { text } from "node:stream/consumers";
import { OAuth2Server } from "oauth2-mock-server";
import { IndependentProvider } from "./provider.mjs";

class MockProvider extends IndependentProvider {
  #server;

  constructor(server) {
    super(server.issuer.url);
    this.#server = server;
    const { service } = server;
    service.on("beforeResponse", ({ body, statusCode }, { body: form }) => this.note({
      heard: { route: "token", grant: form.grant_type, token: "", pkce: Boolean(form.code_verifier), status: statusCode },
      secrets: {
        code: form.code, verifier: form.code_verifier,
        accessToken: body.access_token, refreshToken: body.refresh_token, idToken: body.id_token,
      },
    }));
    service.on("beforeUserinfo", (answer) => {
      Object.assign(answer.body, this.knows);
      this.note({ heard: { route: "userinfo", grant: "", token: "", pkce: false, status: answer.statusCode } });
    });
    // It answers a revocation without reading it.
    service.on("beforeRevoke", async ({ statusCode: status }, request) => {
      const token = new URLSearchParams(await text(request)).get("token");
      this.note({ heard: { route: "revocation", grant: "", token, pkce: false, status } });
    });
  }

  /** What it tells of whoever signed in, besides who that is. */
  knows = {};

  /** It sends people back wherever they say. */
  async expect() {}
  async signIn() {}
  async agree() {}

  stop() {
    return this.#server.stop();
  }
}

/** Starts it on a port of its own. */
export async function startMockProvider() {
  const server = new OAuth2Server();
  await server.issuer.keys.generate("RS256"); // the only kind that its discovery document names
  await server.start(0, "localhost");
  return new MockProvider(server);
}
