import assert from "node:assert/strict";
import { test } from "node:test";
import { highlight, search } from "../link/src/search.ts";

const tile = (key: string, name: string, provider?: string) => ({ key, name, logoUrl: "", sandbox: false, provider });
const tiles = [tile("a", "Comptabilité Café"), tile("b", "QuickTally", "OpenPipe"), tile("c", "Œuvre & Straße"), tile("d", "Ångström Books")];
const keys = (query: string) => search(tiles, query).map((match) => match.tile.key).join("");

test("search is blind to case and accents, over name and supplier", () => {
  const expected: Record<string, string> = {
    "": "abcd", "  ": "abcd", "CAFE": "a", "café": "a", "compta": "a", "openp": "b", "oeuvre": "c", "STRASSE": "c",
    "angstrom": "d", "ÅNG": "d", " tally ": "b", "zzz": "", "(": "", ".*": "", "&": "c",
  };
  for (const [query, found] of Object.entries(expected)) assert.equal(keys(query), found, query);
});

test("highlights are cut from the text as written", () => {
  const show = (text: string, query: string) => highlight(text, query)?.map((piece) => (piece.hit ? `[${piece.text}]` : piece.text)).join("");
  assert.equal(show("Comptabilité Café", "CAFE"), "Comptabilité [Café]");
  assert.equal(show("Œuvre", "oeu"), "[Œu]vre");
  assert.equal(show("Straße", "ss"), "Stra[ß]e");
  assert.equal(show("Cafe\u0301s", "cafe"), "[Cafe\u0301]s");
  assert.equal(show("🏦 Bank", "bank"), "🏦 [Bank]");
  assert.equal(show("Bank", ""), "Bank");
  assert.equal(show("Bank", "x"), undefined);
});
