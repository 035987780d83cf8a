import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { post } from "../link/src/transport.ts";
import { fresh, view } from "../link/gallery/views.ts";

interface Answer { status: number; body: string; headers?: Record<string, string> }

/** Posts one action to a server that gives this answer; what came back and what was asked. */
async function ask(answer: Answer) {
  const asked: { request?: IncomingMessage; body: string } = { body: "" };
  const server = createServer((request, response) => {
    asked.request = request;
    request.on("data", (part) => (asked.body += part));
    request.on("end", () => response.writeHead(answer.status, answer.headers).end(answer.body));
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    return { reply: await post(origin, "id/1")({ flow: "f", action: "choose", integrationKey: "mqjo" }), asked };
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
  const rows: [Answer, object][] = [
    [{ status: 401, body: envelope }, { kind: "expired" }],
    [{ status: 410, body: "" }, { kind: "expired" }],
    [{ status: 404, body: envelope }, { kind: "missing" }],
    [{ status: 400, body: envelope }, { kind: "stale" }],
    [{ status: 409, body: envelope }, { kind: "stale" }],
    [{ status: 429, body: envelope }, { kind: "failed", offline: false, correlationId: "abc" }],
    [{ status: 500, body: envelope }, { kind: "failed", offline: false, correlationId: "abc" }],
    [{ status: 503, body: "<html>" }, { kind: "failed", offline: false, correlationId: undefined }],
    [{ status: 200, body: "<html>" }, { kind: "failed", offline: false, correlationId: undefined }],
    [{ status: 200, body: "{}" }, { kind: "failed", offline: false, correlationId: undefined }],
    [{ status: 302, body: "", headers: { Location: "/elsewhere" } }, { kind: "failed", offline: false }],
  ];
  for (const [answer, expected] of rows) {
    assert.deepEqual((await ask(answer)).reply, expected, `${answer.status} ${answer.body}`);
  }
});

test("no server at all is a failure, not an exception", async () => {
  const reply = await post("http://127.0.0.1:1", "id")({ flow: "f", action: "finish" });
  assert.equal(reply.kind, "failed");
});
