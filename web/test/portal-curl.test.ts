// The command that the Portal makes of a delivery: a shell reads it as it is meant,
// whatever is in the request.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { blank, curl } from "../portal/src/pages/monitor/webhooks/curl.ts";

/** The words that a shell would hand to curl. */
const wordsOf = (command: string): string[] => execFileSync("sh", ["-c", `curl() { printf '%s\\0' "$@"; }\n${command}`], { encoding: "utf8" }).split("\0").slice(0, -1);

test("a delivery as a curl command", () => {
  const body = `{"name":"L'Île \\"$(touch /tmp/x)\\" \`id\` \\\\ %s","lines":"a\nb"}`;
  const command = curl({
    method: "PUT", url: "https://hooks.example/a'b/[1]", body, bodyLength: body.length,
    headers: [{ name: "webhook-id", value: "msg_1" }, { name: "content-length", value: "9" }, { name: "authorization", hidden: true }, { name: "x-odd", value: "'; exit 1 #" }],
  });
  assert.deepEqual(wordsOf(command), [
    "--globoff", "-X", "PUT", "https://hooks.example/a'b/[1]", "-H", "webhook-id: msg_1", "-H", `authorization: ${blank}`, "-H", "x-odd: '; exit 1 #", "--data-raw", body,
  ]);
  assert.deepEqual(wordsOf(curl({ method: "POST", url: "https://a.example/", body: "{}", bodyLength: 2, headers: [] })), ["-X", "POST", "https://a.example/", "--data-raw", "{}"]);
});
