// The Portal's parts that need no page: patterns of addresses, QR symbols.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { encode } from "../portal/src/kit/qrcode.ts";
import { match } from "../portal/src/match.ts";

test("addresses fit their patterns", () => {
  for (const [pattern, path, want] of [
    ["/", "/", {}],
    ["/", "/companies", undefined],
    ["/companies", "/companies", {}],
    ["/companies", "/", undefined],
    ["/companies/:id", "/companies/1", { id: "1" }],
    ["/companies/:id", "/companies", undefined],
    ["/companies/:id/:tab?", "/companies/1", { id: "1" }],
    ["/companies/:id/:tab?", "/companies/1/activity", { id: "1", tab: "activity" }],
    ["/companies/:id/:tab?", "/companies/1/activity/2", undefined],
    ["/settings/integrations/:key?", "/settings/users", undefined],
    ["/companies/:id", "/companies/a%2Fb", { id: "a/b" }],
    ["/companies/:id", "/companies/%E0%A4%A", undefined],
  ] as const) assert.deepEqual(match(pattern, path), want, `${pattern} ${path}`);
});

// The digests were taken when the symbols were equal, module by module, to those that Link's
// encoder (internal/link) makes of the same texts: versions 1, 5 and 11.
test("QR symbols are those of another encoder", () => {
  const link = "https://bowline.example/link/harbour-finance/0199a4f2-77aa-7c1d-9e2b-1c2d3e4f5a6b";
  for (const [text, size, digest] of [
    ["hello", 21, "52a7aa67e7296ede"],
    [link, 37, "47981ffa114d456f"],
    [`${link}?otp=1234567890abcdefghijkl&x=${"a".repeat(118)}`, 61, "f1002d7e8e1afe2a"],
  ] as const) {
    const symbol = encode(text)!;
    assert.equal(symbol.length, size);
    const rows = symbol.map((row) => row.map(Number).join("")).join("\n");
    assert.equal(createHash("sha256").update(rows).digest("hex").slice(0, 16), digest, text);
  }
  assert.equal(encode("x".repeat(700)), undefined);
});
