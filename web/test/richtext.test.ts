import assert from "node:assert/strict";
import { test } from "node:test";
import { parse, parseInline, RichText, safeHref } from "../ui/src/richtext.tsx";

interface Drawn { type?: unknown; props?: Record<string, unknown> }

/** Every element and text of a drawn tree, components called like the renderer would. */
function walk(node: unknown, visit: (drawn: Drawn | string) => void): void {
  if (Array.isArray(node)) return node.forEach((one) => walk(one, visit));
  if (typeof node === "string") return visit(node);
  if (typeof node !== "object" || node === null) return;
  const { type, props } = node as Drawn;
  if (typeof type === "function") return walk((type as (p: unknown) => unknown)(props), visit);
  visit(node as Drawn);
  walk(props?.children, visit);
}

const attacks = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](java\tscript:alert(1))",
  "[x](\u0001javascript:alert(1))",
  "[x](data:text/html;base64,PHNjcmlwdD4=)",
  "[x](vbscript:msgbox)",
  "[x](http://plain.example)",
  "[x](//evil.example)",
  "[x](/relative)",
  "[x](https:evil.example)",
  "[x](https://user:pass@evil.example)",
  "[x](https://good.example@evil.example)",
  "[x](https://a\" onmouseover=\"alert(1))",
  "[x](https://a onclick=alert(1))",
  "[x](https://)",
  "[](https://empty.example)",
  "**[x](javascript:alert(1))**",
  "[<b>x</b>](javascript:alert(1))",
  "[a [b](javascript:alert(1))](javascript:alert(2))",
  "![x](https://image.example/x.png)<style>*{}</style>",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "- <iframe src=javascript:alert(1)>\n- [x](ftp://x)",
  "<https://auto.example>",
];

const allowed: Record<string, string[]> = {
  div: ["class", "children"], p: ["children"], br: [], ul: ["children"], ol: ["children"], li: ["children"],
  strong: ["children"], span: ["class", "children"], a: ["href", "target", "rel", "children"],
};

test("attack strings become text and nothing else", () => {
  for (const attack of attacks) {
    let text = "";
    walk(RichText({ text: attack, newTab: "new tab" }), (drawn) => {
      if (typeof drawn === "string") {
        text += drawn;
        return;
      }
      const name = String(drawn.type);
      assert.ok(Object.hasOwn(allowed, name), `${attack} drew <${name}>`);
      for (const attribute of Object.keys(drawn.props ?? {})) {
        assert.ok(allowed[name]!.includes(attribute), `${attack} drew ${attribute}`);
      }
      if (name === "a") assert.match(String(drawn.props!.href), /^https:\/\/[^@]+$/, attack);
    });
    assert.ok(text.length > 0, `${attack} vanished`);
  }
});

test("refused links are shown as typed", () => {
  assert.deepEqual(parseInline("[x](javascript:alert(1))"), [{ kind: "text", text: "[x](javascript:alert(1))" }]);
});

test("only plain https addresses are links", () => {
  assert.equal(safeHref("https://bank.example/a?b=c#d"), "https://bank.example/a?b=c#d");
  assert.equal(safeHref("HTTPS://bank.example"), "https://bank.example/");
  for (const bad of ["http://x", "https:x", " https://x", "https://x y", "https://u@x", "https://", ""]) {
    assert.equal(safeHref(bad), undefined, bad);
  }
});

test("paragraphs, breaks, lists, bold and links", () => {
  assert.deepEqual(parse("One **two**\nthree\r\n\r\n- a\n* b\n1. c\n2) [d](https://d.example)"), [
    { kind: "paragraph", lines: [
      [{ kind: "text", text: "One " }, { kind: "bold", parts: [{ kind: "text", text: "two" }] }],
      [{ kind: "text", text: "three" }],
    ] },
    { kind: "list", ordered: false, items: [[{ kind: "text", text: "a" }], [{ kind: "text", text: "b" }]] },
    { kind: "list", ordered: true, items: [
      [{ kind: "text", text: "c" }],
      [{ kind: "link", text: "d", href: "https://d.example/" }],
    ] },
  ]);
});

test("marks without a partner stay as typed", () => {
  for (const text of ["**", "****", "a ** b", "[", "[a](", "[a]", "2 * 3 * 4", "a_b_c", "[a](https://x"]) {
    assert.deepEqual(parseInline(text), [{ kind: "text", text }]);
  }
});

test("a link inside brackets and bold is found", () => {
  assert.deepEqual(parseInline("see [1] **[a](https://a.example)**"), [
    { kind: "text", text: "see [1] " },
    { kind: "bold", parts: [{ kind: "link", text: "a", href: "https://a.example/" }] },
  ]);
});

test("hostile lengths cost linear time", () => {
  const sizes = ["[", "**", "](", "[a](", "**[", "*", "[x](https://"];
  for (const unit of sizes) {
    const began = performance.now();
    parse(unit.repeat(20_000));
    assert.ok(performance.now() - began < 1500, `${unit} took ${performance.now() - began} ms`);
  }
});
