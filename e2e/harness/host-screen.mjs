// What a screen of Link shows, read as a person would: for tables of options.

import assert from "node:assert/strict";

/** Reads the screen that is shown; every closed section is opened first. */
export async function read(host) {
  await host.page.evaluate(() => {
    for (const one of document.querySelector("#link > *").shadowRoot.querySelectorAll(".section button[aria-expanded=false]")) one.click();
  });
  await host.at(".section button[aria-expanded=false]").waitFor({ state: "detached" });
  return host.page.evaluate(() => {
    const root = document.querySelector("#link > *").shadowRoot;
    const text = (one) => one?.innerText.replace(/\s+/g, " ").trim();
    const all = (selector, from = root) => [...from.querySelectorAll(selector)];
    const shown = (one) => one && one.getBoundingClientRect().width > 2;
    const card = getComputedStyle(root.querySelector(".card"));
    const solid = root.querySelector(".button.solid");
    const title = root.querySelector("h1");
    return {
      title: shown(title) ? text(title) : undefined,
      titleHtml: title?.innerHTML,
      subtitle: text(root.querySelector(".intro .lead")),
      text: text(root.querySelector(".card")),
      button: text(root.querySelector(".foot .button.solid .label")),
      buttons: all("button .label").map(text),
      close: shown(root.querySelector("[data-key=close]")),
      links: all("a").map(({ href, target, rel, innerText }) => ({ href, target, rel, text: innerText.replace(/\s+/g, " ").trim() })),
      cards: all("li.type").map((one) => ({
        name: text(one.querySelector("h2")), pill: text(one.querySelector(".pill")), buttons: all("button", one).map((b) => text(b)),
      })),
      rows: all(".rows label .names").map(text),
      sections: Object.fromEntries(all(".section").map((one) => {
        const body = one.querySelector(".section-body");
        return [body.id.replace("section-", ""), { header: text(one.querySelector("h2")), body: text(body), html: body.innerHTML, items: all("li", body).map(text) }];
      })),
      items: all(".items li").map(text),
      terms: text(root.querySelector(".terms")),
      client: text(root.querySelector(".client > span:last-child")),
      border: card.borderTopWidth, shadow: card.boxShadow, radius: card.borderTopLeftRadius,
      solid: solid && getComputedStyle(solid).backgroundColor,
    };
  });
}

/** The value at a path such as "sections.purpose.header". */
const at = (screen, path) => path.split(".").reduce((value, name) => value?.[name], screen);

/**
 * What differs from a row's expectations, each `path: wanted`: a text or a list is
 * equal, an expression matches, undefined is absent, a function approves.
 */
export function differences(screen, want) {
  const wrong = [];
  for (const [path, wanted] of Object.entries(want)) {
    const value = at(screen, path);
    const right = typeof wanted === "function" ? wanted(value)
      : wanted instanceof RegExp ? wanted.test(value ?? "")
      : JSON.stringify(wanted) === JSON.stringify(value);
    if (!right) wrong.push(`${path} is ${JSON.stringify(value)?.slice(0, 300)}, wanted ${wanted instanceof RegExp || typeof wanted === "function" ? wanted : JSON.stringify(wanted)}`);
  }
  return wrong;
}

/** Collects what is wrong over a table, so that one run tells all of it. */
export class Findings {
  #found = {};
  rows = 0;

  check(name, screen, want) {
    this.rows++;
    const wrong = differences(screen, want);
    if (wrong.length) this.#found[name] = wrong;
  }

  assertNone() {
    assert.ok(this.rows > 0);
    assert.deepEqual(this.#found, {});
  }
}
