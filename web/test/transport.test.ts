import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { post, type PostOptions } from "../link/src/transport.ts";
import { fresh, view } from "../link/gallery/views.ts";

interface Answer { status: number; body: string; headers?: Record<string, string> }

/** Posts one action to a server that gives this answer; what came back and what was asked. */
async function ask(answer: Answer, embedded?: PostOptions["embedded"]) {
  const asked: { request?: IncomingMessage; body: string } = { body: "" };
  const server = createServer((request, response) => {
    asked.request = request;
    request.on("data", (part) => (asked.body += part));
    request.on("end", () => response.writeHead(answer.status, answer.headers).end(answer.body));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return { reply: await post({ origin, embedded })({ flow: "f", action: "choose", integrationKey: "mqjo" }, "/link/companies/id%2F1/journey"), asked, origin };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test("the action goes to the company's journey as JSON", async () => {
  const shown = view("main", { main: fresh });
  const { reply, asked } = await ask({ status: 200, body: JSON.stringify(shown) });
  assert.equal(asked.request!.method, "POST");
  assert.equal(asked.request!.url, "/link/companies/id%2F1/journey");
  assert.equal(asked.request!.headers["content-type"], "application/json");
  assert.deepEqual(JSON.parse(asked.body), { flow: "f", action: "choose", integrationKey: "mqjo" });
  assert.deepEqual(reply, { kind: "view", view: JSON.parse(JSON.stringify(shown)) });
});

test("each answer is reduced to what a screen can do about it", async () => {
  const envelope = JSON.stringify({ statusCode: 500, error: "x", correlationId: "abc" });
  const rows: [Answer, string, string?][] = [
    [{ status: 204, body: "" }, "nothing"],
    [{ status: 401, body: envelope }, "expired"],
    [{ status: 410, body: "" }, "expired"],
    [{ status: 404, body: envelope }, "missing"],
    [{ status: 400, body: envelope }, "stale"],
    [{ status: 403, body: envelope }, "stale", "refused"],
    [{ status: 409, body: envelope }, "stale"],
    [{ status: 429, body: envelope }, "failed"],
    [{ status: 500, body: envelope }, "failed"],
    [{ status: 503, body: "<html>" }, "failed"],
    [{ status: 200, body: "<html>" }, "failed"],
    [{ status: 200, body: "{}" }, "failed"],
    [{ status: 302, body: "", headers: { Location: "/elsewhere" } }, "failed"],
  ];
  for (const [answer, hosted, embedded = hosted] of rows) {
    const { reply } = await ask(answer);
    assert.equal(reply.kind, hosted, `${answer.status} ${answer.body}`);
    if (answer.body === envelope) assert.deepEqual(reply, { kind: hosted, status: answer.status, message: "x", correlationId: "abc" });
    assert.equal((await ask(answer, { token: "t", options: {} })).reply.kind, embedded);
  }
});

test("an embedding sends its token and its options, and its addresses come back whole", async () => {
  const shown = view("handoff", { handoff: { integration: { key: "k", name: "n", sandbox: true, logoUrl: "/logos/k.svg" }, url: "/link/handoff?ticket=x", mode: "tab", canHandOver: false } });
  const { reply, asked, origin } = await ask({ status: 200, body: JSON.stringify(shown) }, { token: "secret", options: { hideBorder: true } });
  assert.equal(asked.request!.headers.authorization, "Bearer secret");
  assert.deepEqual(JSON.parse(asked.body).options, { hideBorder: true });
  assert.ok(reply.kind === "view");
  assert.equal(reply.view.handoff!.url, `${origin}/link/handoff?ticket=x`);
  assert.equal(reply.view.handoff!.integration.logoUrl, `${origin}/logos/k.svg`);
  assert.equal(reply.view.post, shown.post, "a path that is posted to stays one");
});

test("nothing is posted to another origin, whatever the path says", async () => {
  for (const path of ["https://evil.example/x", "//evil.example/x", "http://"]) {
    const reply = await post({ origin: "http://127.0.0.1:1", embedded: { token: "t", options: {} } })({}, path);
    assert.equal(reply.kind, "failed");
  }
});

test("no server at all is a failure, not an exception", async () => {
  const reply = await post({ origin: "http://127.0.0.1:1" })({ flow: "f", action: "finish" }, "/x");
  assert.equal(reply.kind, "failed");
});
