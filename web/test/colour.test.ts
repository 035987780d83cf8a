import assert from "node:assert/strict";
import { test } from "node:test";
import { brandProperties, contrast, labelOn, parseHex, surfaces } from "../ui/src/colour.ts";
import table from "./contrast.json" with { type: "json" };

test("hex colours are read and everything else is refused", () => {
  assert.deepEqual(parseHex("#0af"), [0, 170, 255]);
  assert.deepEqual(parseHex(" #00AAFF "), [0, 170, 255]);
  for (const bad of [undefined, "", "red", "#12", "#12345", "#1234567", "url(x)", "#ggg", "#000;x:y", "rgb(0 0 0)"]) {
    assert.equal(parseHex(bad), undefined);
    assert.deepEqual(brandProperties(bad, bad), {});
  }
});

test("contrast agrees with the known extremes", () => {
  assert.equal(Math.round(contrast([0, 0, 0], [255, 255, 255])), 21);
  assert.equal(contrast([9, 9, 9], [9, 9, 9]), 1);
});

test("every brand colour gives a readable label, ink and rim in both themes", () => {
  for (let r = 0; r <= 255; r += 15) {
    for (let g = 0; g <= 255; g += 15) {
      for (let b = 0; b <= 255; b += 15) {
        const brand = "#" + [r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("");
        const made = brandProperties(brand);
        const rgb = (name: string) => parseHex(made[name])!;
        assert.ok(contrast(rgb("--brand"), rgb("--brand-label")) >= 4.5, `label on ${brand}`);
        for (const theme of ["light", "dark"] as const) {
          const surface = parseHex(surfaces[theme])!;
          assert.ok(contrast(rgb(`--brand-ink-${theme}`), surface) >= 5.4, `ink ${theme} ${brand}`);
          assert.ok(contrast(rgb(`--brand-rim-${theme}`), surface) >= 2.95, `rim ${theme} ${brand}`);
        }
      }
    }
  }
});

test("black or white reads on every colour, and the navigation bar gets it", () => {
  for (let grey = 0; grey <= 0xffffff; grey += 0x0a0b0d) {
    const colour = `#${grey.toString(16).padStart(6, "0")}`;
    const made = brandProperties(undefined, colour);
    assert.deepEqual(Object.keys(made), ["--bar", "--bar-label"]);
    assert.ok(contrast(parseHex(made["--bar"])!, parseHex(made["--bar-label"])!) >= 4.5, colour);
    assert.equal(made["--bar-label"], labelOn(parseHex(colour)!));
  }
});

test("the server judges colours alike", () => {
  for (const { colour, onWhite, label } of table) {
    const rgb = parseHex(colour)!;
    assert.equal(Math.floor(contrast(rgb, [255, 255, 255]) * 100 + 1e-9) / 100, onWhite, colour);
    assert.equal(labelOn(rgb), label, colour);
  }
});
