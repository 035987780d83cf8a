// An OpenID provider that nobody of Bowline wrote, in a process of its own. It
// tells its parent every secret that it hands out or receives, so that a test
// can look for them where they must not be.

import { createServer } from "node:http";
import Provider from "oidc-provider";

let handle;
let broken = false;
const server = createServer((request, response) => {
  if (broken && request.url.startsWith("/token")) return void overhear(request, response);
  handle(request, response);
});
server.listen(0, "localhost", () => process.send({ ready: `http://localhost:${server.address().port}` }));

/** A token endpoint that is down, but has seen what was sent to it. */
async function overhear(request, response) {
  let body = "";
  for await (const part of request) body += part;
  const form = new URLSearchParams(body);
  process.send({ secrets: { code: form.get("code"), verifier: form.get("code_verifier") } });
  response.writeHead(503).end();
}

function configure({ issuer, clientId, clientSecret, publicKey, redirectUri }) {
  // Without a secret the client signs who it is.
  const proof = publicKey ? { token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [publicKey] } } : { client_secret: clientSecret };
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, ...proof, redirect_uris: [redirectUri], grant_types: ["authorization_code", "refresh_token"] }],
    pkce: { required: () => true },
    features: { revocation: { enabled: true } },
    scopes: ["openid", "offline_access"],
    cookies: { keys: ["a key for the cookies of a test"] },
  });
  provider.on("grant.success", ({ oidc, body }) => process.send({
    exchanged: true,
    secrets: {
      code: oidc.params.code, verifier: oidc.params.code_verifier,
      accessToken: body.access_token, refreshToken: body.refresh_token, idToken: body.id_token,
    },
  }));
  provider.on("grant.error", () => process.send({ refused: true }));
  provider.use(async (ctx, next) => {
    await next();
    const route = ctx.oidc?.route;
    if (!["token", "revocation", "userinfo"].includes(route)) return;
    const params = ctx.oidc.params ?? {};
    process.send({ heard: { route, grant: params.grant_type ?? "", token: params.token ?? "", pkce: Boolean(params.code_verifier), status: ctx.status } });
  });
  handle = provider.callback();
}

process.on("message", (message) => {
  if (message.configure) configure(message.configure);
  if ("broken" in message) broken = message.broken;
  process.send({ done: message.id });
});
process.on("disconnect", () => process.exit());
