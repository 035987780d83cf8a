// The Portal's parts that need no page: patterns of addresses, QR symbols.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { here } from "../portal/src/here.ts";
import { curve } from "../portal/src/kit/curve.ts";
import { encode } from "../portal/src/kit/qrcode.ts";
import { elsewhere, match } from "../portal/src/match.ts";
import { everyWeek, mondayOf } from "../portal/src/pages/monitor/authflow/weeks.ts";
import { problemOf } from "../portal/src/problems.ts";

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
    ["/companies/:id", "/companies/a%20b", { id: "a b" }],
    // A part stays one part: /users/:id must not become /users/1/sessions.
    ["/companies/:id", "/companies/a%2Fb", undefined],
    ["/companies/:id", "/companies/a%2fb", undefined],
    ["/companies/:id", "/companies/a%5Cb", undefined],
    ["/companies/:id", "/companies/%E0%A4%A", undefined],
  ] as const) assert.deepEqual(match(pattern, path), want, `${pattern} ${path}`);
});

test("another instance opens at the same page, or at the list of what only the first one has", () => {
  const routes = ["/", "/companies", "/companies/:id/:tab?", "/settings/link/:tab?", "/settings/integrations/:key", "/monitor/webhooks/:id/:tab?"].map((path) => ({ path }));
  for (const [from, query, want] of [
    ["/", "", "/"],
    ["/companies", "q=caf%C3%A9&status=Linked", "/companies?q=caf%C3%A9&status=Linked"],
    ["/companies", "owner=0199a4f2-77aa-7c1d-9e2b-1c2d3e4f5a6b&sort=name", "/companies?sort=name"],
    ["/companies/0199a4f2-77aa-7c1d-9e2b-1c2d3e4f5a6b", "", "/companies"],
    ["/companies/1/activity", "sort=name", "/companies"],
    ["/monitor/webhooks/1/messages", "", "/monitor/webhooks"],
    ["/settings/link/onboarding", "", "/settings/link/onboarding"],
    ["/settings/integrations/gbol", "", "/settings/integrations/gbol"],
    ["/no/such/page", "", "/no/such/page"],
  ] as const) assert.equal(elsewhere(routes, from, new URLSearchParams(query)), want, `${from}?${query}`);
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

test("addresses of this server are taken as the page reaches it", () => {
  const hash = "0a".repeat(32);
  for (const [address, want] of [
    ["https://link.lender.example/link/logos/gbol.svg", "/link/logos/gbol.svg"],
    [`http://127.0.0.1:8080/assets/brand/${hash}.png`, `/assets/brand/${hash}.png`],
    ["https://link.lender.example/portal/preview/1?exit#token", "/portal/preview/1?exit#token"],
    ["https://cdn.example/logo.svg", "https://cdn.example/logo.svg"],
    ["https://cdn.example/x/link/logos/gbol.svg", "https://cdn.example/x/link/logos/gbol.svg"],
    ["", ""],
    ["nowhere", "nowhere"],
  ]) assert.equal(here(address!), want);
});

test("what was wrong is found by its field, and need not name it there", () => {
  const problems = [
    { itemId: "url", message: "url must be https." },
    { itemId: "sourceTypes.banking.consent.dataTypes[2]", message: "sourceTypes.banking.consent.dataTypes[2] must not be empty." },
    { itemId: "pem", message: "The certificate has expired." },
  ];
  assert.equal(problemOf(problems, "url"), "Must be https.");
  assert.equal(problemOf(problems, "sourceTypes.banking.consent.dataTypes"), "Must not be empty.");
  assert.equal(problemOf(problems, "pem"), "The certificate has expired.");
  assert.equal(problemOf(problems, "companyTags"), undefined);
});

test("weeks follow each other without a hole, over the end of a year", () => {
  assert.equal(mondayOf("2026-W01").slice(0, 10), "2025-12-29");
  assert.equal(mondayOf("2026-W53").slice(0, 10), "2026-12-28");
  const weeks = everyWeek([{ week: "2027-W02" }, { week: "2026-W52" }]);
  assert.deepEqual(weeks.map(({ monday, week }) => [monday.slice(0, 10), week?.week]), [
    ["2026-12-21", "2026-W52"], ["2026-12-28", undefined], ["2027-01-04", undefined], ["2027-01-11", "2027-W02"],
  ]);
  assert.deepEqual(everyWeek([]), []);
});

test("a curve goes through its points and never beyond them", () => {
  for (const values of [[0, 1, 1, 0, 1], [50, 52, 100, 100, 0, 3], [7], [1, 9], [0, 0, 100, 0, 0]]) {
    const spots = values.map((y, x) => ({ x: x * 10, y }));
    const path = curve(spots);
    const pieces = path.slice(1).split("C").map((piece) => piece.trim().split(/ /).map(Number));
    assert.equal(pieces.length, spots.length, path);
    pieces.forEach((piece, at) => {
      const { x, y } = spots[at]!;
      assert.deepEqual(piece.slice(-2), [x, y], path);
      if (!at) return;
      const [low, high] = [Math.min(y, values[at - 1]!), Math.max(y, values[at - 1]!)];
      for (const control of [piece[1]!, piece[3]!]) assert.ok(control >= low - 0.1 && control <= high + 0.1, `${path} leaves ${low} to ${high}`);
    });
  }
});
