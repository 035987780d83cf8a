import assert from "node:assert/strict";
import { test } from "node:test";
import { plain } from "../ui/src/plain.ts";
import { InlineText, parse, parseInline, RichText, safeHref } from "../ui/src/richtext.tsx";

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
  // Markup
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg onload=alert(1)>",
  "<svg><script>alert(1)</script></svg>",
  "<math href=javascript:alert(1)>x",
  "<iframe srcdoc='<script>alert(1)</script>'>",
  "<a href=javascript:alert(1)>x</a>",
  "<br onmouseover=alert(1)>",
  "<br/onclick=alert(1)>",
  "<br style=color:red />",
  "<BR><sCrIpT>",
  "<!-- --><style>*{display:none}</style>",
  "<![CDATA[<script>]]>",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "&#60;img src=x onerror=alert(1)&#62;",
  "<template><b>x",
  "**<b onclick=alert(1)>x</b>**",
  // Schemes
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](java\tscript:alert(1))",
  "[x](\u0001javascript:alert(1))",
  "[x](&#106;avascript:alert(1))",
  "[x](&#x6A&#x61;vascript:alert(1))",
  "[x](javascript&colon;alert(1))",
  "[x](%6Aavascript:alert(1))",
  "[x](\\javascript:alert(1))",
  "[x](data:text/html;base64,PHNjcmlwdD4=)",
  "[x](vbscript:msgbox)",
  "[x](file:///etc/passwd)",
  "[x](blob:https://a.example/1)",
  "[x](view-source:https://a.example)",
  "[x](mailto:a@b.example)",
  "[x](ftp://x)",
  // Addresses that are not what they look like
  "[x](http://plain.example)",
  "[x](//evil.example)",
  "[x](\\\\evil.example)",
  "[x](/relative)",
  "[x](?query)",
  "[x](https:evil.example)",
  "[x](https:/evil.example)",
  "[x](https:\\\\evil.example)",
  "[x](https://good.example\\@evil.example)",
  "[x](https://user:pass@evil.example)",
  "[x](https://good.example@evil.example)",
  "[x](https://a\" onmouseover=\"alert(1))",
  "[x](https://a\"onmouseover=alert`1`)",
  "[x](https://a'><script>alert`1`</script>)",
  "[x](https://a onclick=alert(1))",
  "[x](https://a\nonclick=alert(1))",
  "[x](https://a\u2028b)",
  "[x](https://a\u0000b)",
  "[x](<https://a.example> \"title\")",
  "[x](https://a.example \"onclick\")",
  "[x](https://)",
  "[x](https://[::1)",
  "[](https://empty.example)",
  // Nesting
  "**[x](javascript:alert(1))**",
  "*[x](javascript:alert(1))*",
  "[<b>x</b>](javascript:alert(1))",
  "[a [b](javascript:alert(1))](javascript:alert(2))",
  "[a](https://a.example)](javascript:alert(1))",
  "[![x](javascript:alert(1))](javascript:alert(2))",
  "[**[x](javascript:a)**](javascript:b)",
  // Other Markdown that is no part of the subset
  "![x](https://image.example/x.png)",
  "![x](https://image.example/x.png)<style>*{}</style>",
  "<https://auto.example>",
  "<javascript:alert(1)>",
  "[x]: javascript:alert(1)\n[x]",
  "[x][y]\n\n[y]: javascript:alert(1)",
  "```html\n<script>alert(1)</script>\n```",
  "# <script>",
  "> <img src=x>",
  // Blocks
  "- <iframe src=javascript:alert(1)>\n- [x](ftp://x)",
  "| <script> | [x](javascript:a) |\n|---|---|\n| <img src=x onerror=a> | x |",
  "| a |\n|:-:|\n| b | c | d |",
  "|\n|-|\n|||||",
  "1. **[x](data:,x)**",
  // Direction and invisible letters
  "[\u202egpj.exe](javascript:alert(1))",
  "\u202e\u2066[x](https://a.example)\u2069",
  "[x](java\u200bscript:alert(1))",
  // Property names
  "[constructor](__proto__)",
  "__proto__",
  "{client} ${1} {{x}}",
];

const allowed: Record<string, string[]> = {
  div: ["class", "children"], p: ["children"], br: [], table: ["children"], thead: ["children"], tbody: ["children"],
  tr: ["children"], th: ["children"], td: ["children"], em: ["children"], ul: ["children"], ol: ["children"], li: ["children"],
  strong: ["children"], span: ["class", "children"], a: ["href", "target", "rel", "children"],
};

/** Checks a drawing against the list of what may come out, and gives its text. */
function judge(attack: string, drawn: unknown): string {
  let text = "";
  walk(drawn, (one) => {
    if (typeof one === "string") {
      text += one;
      return;
    }
    const name = String(one.type);
    assert.ok(Object.hasOwn(allowed, name), `${attack} drew <${name}>`);
    for (const [attribute, value] of Object.entries(one.props ?? {})) {
      assert.ok(allowed[name]!.includes(attribute), `${attack} drew ${attribute}`);
      if (attribute === "class") assert.match(String(value), /^(rich|vh)$/);
    }
    if (name !== "a") return;
    const { href, target, rel } = one.props!;
    const url = new URL(String(href));
    assert.deepEqual([url.protocol, url.username, url.password, target, rel], ["https:", "", "", "_blank", "noopener noreferrer"], attack);
    assert.match(String(href), /^https:\/\/[^@\s"<>`\\]+$/, attack);
  });
  assert.doesNotMatch(text, /[\u202a-\u202e\u2066-\u2069]/, attack);
  return text;
}

test("attack strings become text and nothing else", () => {
  // What the subset reads as marks and rules may go; letters may not.
  const letters = (text: string) => text.replace(/\(new tab\)|<br ?\/?>|https:[^\s)]*|[^\p{L}]/giu, "");
  for (const attack of [...attacks, attacks.join("\n\n"), attacks.join(" "), attacks.map((one) => `**${one}**`).join("\n")]) {
    const block = judge(attack, RichText({ text: attack, newTab: "new tab" }));
    const line = judge(attack, InlineText({ text: attack, newTab: "new tab" }));
    if (attack.startsWith("|") || attack.includes("\n")) continue;
    for (const drawn of [block, line]) assert.equal(letters(drawn), letters(attack), attack);
  }
});

test("what is called plain draws the same without the parser", () => {
  for (const text of [...attacks, "Hello", "It’s 3 < 4", "a-b", "- a", "1. a", "1 a", "a | b", "*", "\\", "", "Rosa & Co. (Ltd)"]) {
    if (!plain(text)) continue;
    assert.equal(judge(text, RichText({ text, newTab: "" })), text.trim());
    assert.equal(judge(text, InlineText({ text, newTab: "" })), text);
  }
  assert.ok(plain("Share your books with us, in two minutes!"));
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

const text = (value: string) => ({ kind: "text", text: value });
const link = (label: string, href: string) => ({ kind: "link", parts: [text(label)], href });

test("paragraphs, breaks, lists, bold, italic and links", () => {
  assert.deepEqual(parse("One **two**\nthree<br/>*four* _five_\r\n\r\n- a\n* b\n1. c\n2) [d](https://d.example)"), [
    { kind: "paragraph", parts: [
      text("One "), { kind: "bold", parts: [text("two")] }, { kind: "break" },
      text("three"), { kind: "break" }, { kind: "italic", parts: [text("four")] }, text(" "), { kind: "italic", parts: [text("five")] },
    ] },
    { kind: "list", ordered: false, items: [[text("a")], [text("b")]] },
    { kind: "list", ordered: true, items: [[text("c")], [link("d", "https://d.example/")]] },
  ]);
});

test("tables, with and without outer bars, as wide as their head", () => {
  const head = [[text("a")], [text("b")]];
  assert.deepEqual(parse("| a | b |\n|---|:-:|\n| 1 | **2** | 3 |\n| 4\nend"), [
    { kind: "table", head, rows: [[[text("1")], [{ kind: "bold", parts: [text("2")] }]], [[text("4")], []]] },
    { kind: "paragraph", parts: [text("end")] },
  ]);
  assert.deepEqual(parse("a | b\n-|-\nx \\| y | z"), [{ kind: "table", head, rows: [[[text("x | y")], [text("z")]]] }]);
  assert.equal(parse("a | b\nc | d")[0]!.kind, "paragraph", "a bar alone makes no table");
  assert.equal(parse("| a | b |\n|---|")[0]!.kind, "paragraph", "a rule of another width makes no table");
});

test("a backslash takes a mark's meaning away", () => {
  assert.deepEqual(parseInline("\\*a\\* \\[b\\](https://b.example) \\\\ \\n"), [text("*a* [b](https://b.example) \\ \\n")]);
});

test("marks without a partner stay as typed", () => {
  for (const text of ["**", "****", "a ** b", "[", "[a](", "[a]", "2 * 3 * 4", "a_b_c", "5*3 and 4*2", "* a *", "__a__", "<br>x<b>".slice(4), "[a](https://x"]) {
    assert.deepEqual(parseInline(text), [{ kind: "text", text }]);
  }
});

test("marks within marks", () => {
  assert.deepEqual(parseInline("see [1] **[a](https://a.example)**"), [
    text("see [1] "), { kind: "bold", parts: [link("a", "https://a.example/")] },
  ]);
  assert.deepEqual(parseInline("**a *b* c**"), [{ kind: "bold", parts: [text("a "), { kind: "italic", parts: [text("b")] }, text(" c")] }]);
  assert.deepEqual(parseInline("[**a**](https://a.example)"), [
    { kind: "link", parts: [{ kind: "bold", parts: [text("a")] }], href: "https://a.example/" },
  ]);
});

test("hostile lengths cost linear time", () => {
  const sizes = [
    "[", "**", "](", "[a](", "**[", "*", "[x](https://", "_a", "*a ", " *", "\\", "<br", "<br/>", "| ", "|-", "|\n|-\n", "a|b\n",
    "- a\n", "*a* ", "[a](https://a.example) ", "\n", " \n", "1", "**a*",
  ];
  for (const unit of sizes) {
    let took = Infinity;
    for (let tries = 0; tries < 5 && took >= 1500; tries++) { // a busy machine may stop one of them
      const began = performance.now();
      parse(unit.repeat(20_000));
      took = Math.min(took, performance.now() - began);
    }
    assert.ok(took < 1500, `${unit} took ${took} ms`);
  }
});
