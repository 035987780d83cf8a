// A sign-in service for staff that nobody of Bowline wrote, in a process of its
// own. Whoever signs in as bob is bob@example.com; their groups and whether it
// vouches for their address are what the parent said last.

import { createServer } from "node:http";
import Provider from "oidc-provider";

let handle;
let people = {};
const server = createServer((request, response) => handle(request, response));
server.listen(0, "localhost", () => process.send({ ready: `http://localhost:${server.address().port}` }));

function configure({ issuer, clientId, clientSecret, redirectUri }) {
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    pkce: { required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
    scopes: ["openid", "email", "profile", "groups"],
    cookies: { keys: ["a key for the cookies of a test"] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: async () => ({ sub: id, email: `${id}@example.com`, email_verified: true, name: `${id} from there`, groups: [], ...people[id] }),
    }),
  });
  handle = provider.callback();
}

process.on("message", (message) => {
  if (message.configure) configure(message.configure);
  if (message.people) people = message.people;
  process.send({ done: true });
});
process.on("disconnect", () => process.exit());
