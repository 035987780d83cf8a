// Each option of link.md 2.3 as a table: option, value, what is visible and what is
// not. The texts of 2.5 have a table of their own (embedded-texts.mjs).

import assert from "node:assert/strict";
import { callbacks, Host } from "../harness/host.mjs";
import { Findings, read } from "../harness/host-screen.mjs";
import { scenario } from "../harness/scenario.mjs";

const on = (more) => ({ optional: false, enableIntegrations: true, ...more });
const accounting = (more) => ({ sourceTypes: { accounting: on(more) } });
const plain = (value) => value === "0px";
const framed = { border: "1px", radius: (value) => parseFloat(value) > 8 };
const unframed = { border: plain, radius: plain, shadow: "none" };
const types = (...wanted) => (cards) => JSON.stringify(cards.map(({ name }) => name)) === JSON.stringify(wanted);

/** `at` is the screen to look at; picker and consent are those of the first card. */
const rows = [
  { option: "none", value: {}, at: "main", want: { ...framed, close: true, cards: types("Accounting", "Commerce", "Banking") } },

  { option: "hideBorder", value: { hideBorder: true }, at: "main", want: { ...unframed, close: true } },
  { option: "hideBorder, false", value: { hideBorder: false }, at: "main", want: { ...framed, close: true } },
  { option: "nonModal", value: { nonModal: true }, at: "main", want: { ...unframed, close: (x) => !x } },
  { option: "nonModal, false", value: { nonModal: false }, at: "main", want: { ...framed, close: true } },
  { option: "hideBorder over nonModal", value: { nonModal: true, hideBorder: false }, at: "main", want: { ...framed, close: (x) => !x } },

  { option: "theme", value: { theme: { colors: { primary: "#b3125f" } } }, at: "main", want: { solid: "rgb(179, 18, 95)" } },
  { option: "theme, three digits", value: { theme: { colors: { primary: "#903" } } }, at: "main", want: { solid: "rgb(153, 0, 51)" } },
  { option: "theme, no colour", value: { theme: { colors: { primary: "red; background: url(//x)" } } }, at: "main", want: { solid: "unset" } },
  { option: "theme, none", value: { theme: {} }, at: "main", want: { solid: "unset" } },

  { option: "showLandingPage", value: { showLandingPage: true }, at: "landing", want: { button: "Next", cards: [] } },
  { option: "showLandingPage, false over the setting", settings: (set) => (set.landing.enabled = true), value: { showLandingPage: false }, at: "main", want: { cards: types("Accounting", "Commerce", "Banking") } },
  { option: "showLandingPage, unset", settings: (set) => (set.landing.enabled = true), value: {}, at: "landing", want: { button: "Next" } },

  { option: "showSandboxIntegrations, false over the setting", value: { showSandboxIntegrations: false }, at: "main", want: { cards: [], title: "Nothing to connect just yet" } },
  { option: "showSandboxIntegrations over the setting", settings: (set) => (set.showSandboxIntegrations = false), value: { showSandboxIntegrations: true }, at: "main", want: { cards: types("Accounting", "Commerce", "Banking") } },

  { option: "sourceTypes: none", value: { sourceTypes: {} }, at: "main", want: { cards: [], title: "Nothing to connect just yet" } },
  { option: "sourceTypes: what is not listed is not shown", value: { sourceTypes: { commerce: on(), banking: on() } }, at: "main", want: { cards: types("Commerce", "Banking") } },
  { option: "sourceTypes: optional", value: { sourceTypes: { accounting: on({ optional: true }), banking: on() } }, at: "main", want: { "cards.0.pill": "Optional", "cards.1.pill": "Required", buttons: (all) => !all.includes("Complete") } },
  { option: "sourceTypes: all optional", value: { sourceTypes: { accounting: on({ optional: true }), banking: on({ optional: true }) } }, at: "main", want: { button: "Complete" } },
  { option: "enableIntegrations, false", value: { sourceTypes: { accounting: on({ enableIntegrations: false }), banking: on(), commerce: on() } }, at: "main", want: { cards: types("Commerce", "Banking") } },
  { option: "sourceTypes over the setting", settings: (set) => (set.sourceTypes.banking.enabled = false), value: { sourceTypes: { banking: on(), commerce: on() } }, at: "main", want: { cards: types("Commerce", "Banking") } },
  { option: "sourceTypes, unset", settings: (set) => (set.sourceTypes.banking.enabled = false), value: {}, at: "main", want: { cards: types("Accounting", "Commerce") } },
  { option: "businessDocuments and enableFileUpload", value: { sourceTypes: { accounting: on({ enableFileUpload: true }), banking: on(), businessDocuments: { optional: true, enableFileUpload: true } } }, at: "main", want: { cards: types("Accounting", "Banking") } },
  { option: "one type", value: accounting(), at: "picker", want: { rows: (all) => all.length === 3 } },

  { option: "allowedIntegrations", value: accounting({ allowedIntegrations: ["gtrn", "mqjo"] }), at: "picker", want: { rows: (all) => all.length === 2 && all.some((row) => /^Accounting Sandbox/.test(row)) && all.some((row) => /^Guided Sandbox/.test(row)) } },
  { option: "allowedIntegrations with keys that do not exist, or are of another type", value: accounting({ allowedIntegrations: ["mqjo", "zzzz", "qhnd"] }), at: "picker", want: { rows: (all) => all.length === 1 && /^Accounting Sandbox/.test(all[0]) } },
  { option: "allowedIntegrations, empty", value: { sourceTypes: { accounting: on({ allowedIntegrations: [] }), banking: on(), commerce: on() } }, at: "main", want: { cards: types("Commerce", "Banking") } },
  { option: "allowedIntegrations, empty and alone", value: accounting({ allowedIntegrations: [] }), at: "main", want: { cards: [], title: "Nothing to connect just yet" } },

  { option: "dataTypes", value: accounting({ allowedIntegrations: ["mqjo"], dataTypes: ["**Sales** of the year", "[Terms](https://example.com/t)"] }), at: "consent", want: { "sections.platformData.items": ["Sales of the year", "Terms (opens in a new tab)"], links: (all) => all.some(({ href }) => href === "https://example.com/t"), "sections.platformData.html": /<strong>Sales/ } },
  { option: "dataTypes, empty", value: accounting({ allowedIntegrations: ["mqjo"], dataTypes: [] }), at: "consent", want: { "sections.platformData": undefined } },
  { option: "dataTypes, unset", value: accounting({ allowedIntegrations: ["mqjo"] }), at: "consent", want: { "sections.platformData.items": (all) => all.includes("Invoices and bills") } },
  { option: "dataTypes over the setting", settings: (set) => (set.sourceTypes.accounting.consent.dataTypes = ["Of the setting"]), value: accounting({ allowedIntegrations: ["mqjo"], dataTypes: ["Of the option"] }), at: "consent", want: { "sections.platformData.items": ["Of the option"] } },
  { option: "dataTypes of the setting", settings: (set) => (set.sourceTypes.accounting.consent.dataTypes = ["Of the setting"]), value: accounting({ allowedIntegrations: ["mqjo"] }), at: "consent", want: { "sections.platformData.items": ["Of the setting"] } },
];

/** Walks from the first screen to the one that is wanted. */
export async function walk(host, at) {
  const { customer } = host;
  if (at !== "consent") return customer.sees(at);
  await host.next();
  await customer.sees("consent");
}

scenario("embedded options: what each does, as a table", async (s) => {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const host = await Host.open(s, bowline);
  const initial = JSON.stringify(await bowline.api("GET", "/settings/link"));
  await host.visitBare();
  const findings = new Findings();
  let stored = initial;
  let unset;
  for (const { option, value, at, want, settings = () => {} } of rows) {
    const wanted = JSON.parse(initial);
    settings(wanted);
    if (JSON.stringify(wanted) !== stored) await bowline.api("PUT", "/settings/link", wanted);
    stored = JSON.stringify(wanted);
    await host.embed(company, { options: value });
    await walk(host, at);
    const screen = await read(host);
    unset ??= screen.solid;
    findings.check(option, { ...screen, solid: screen.solid === unset ? "unset" : screen.solid }, want);
    await host.remove();
  }
  findings.assertNone();
  await host.assertClean();
  assert.deepEqual((await host.told()).filter(({ name }) => name === "onError"), [], "no option is an error");
});

scenario("embedded options: enableAdditionalConsent", async (s) => {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const { id } = await bowline.api("POST", `/companies/${company.id}/connections`, { platformKey: "wvtc" });
  await bowline.api("PUT", `/companies/${company.id}/connections/${id}/authorization`, { store: "harbour-lane", key: "shop_demo2468" });
  const host = await Host.open(s, bowline);
  await host.visitBare();
  await host.page.waitForFunction((now) => Date.now() >= now, (Math.floor(Date.now() / 1000) + 1) * 1000);
  const findings = new Findings();
  const card = (pill, button) => ({ cards: (all) => {
    const shop = all.find(({ name }) => name === "Commerce");
    return shop.pill === pill && shop.buttons.join() === button;
  } });
  for (const [options, want] of [
    [{ enableAdditionalConsent: true }, card("Ready to share", "Share data Commerce")],
    [{ enableAdditionalConsent: false }, card("Connected", "Add another Commerce")],
    [{}, card("Connected", "Add another Commerce")],
  ]) {
    await host.embed(company, { options });
    await walk(host, "main");
    findings.check(JSON.stringify(options), await read(host), want);
    await host.remove();
  }
  findings.assertNone();
});

scenario("embedded options: what is unknown or deprecated is warned of once", async (s) => {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const host = await Host.open(s, bowline);
  await host.visit(company, {
    callbacks,
    options: {
      ...accounting({ allowedIntegrations: ["mqjo"], favourite: "mqjo" }),
      nonModal: true, skin: "dark", theme: { colors: { primary: "purple", tertiary: "#fff" } }, nonce: "bm9uY2U",
      text: {
        "main.footer": "x", "accounting.consents.communication": "never shown", "accounting.fileUpload.subtitle": "later",
        "accounting.dataAccess.consent": "Old terms", "accounting.consents.headers.purpose": "h".repeat(51),
        "accounting.consents.purpose": "Because.",
      },
    },
  });
  await walk(host, "consent");
  const screen = await read(host);
  assert.equal(screen.sections.purpose.header, `${"h".repeat(49)}…`, "cut at 50 characters");
  assert.equal(screen.terms, "Old terms");
  assert.doesNotMatch(screen.text, /never shown/);
  await host.at("[data-key=back]").click();
  await host.customer.sees("picker");
  const warnings = host.warnings();
  const about = (what) => warnings.filter((text) => text.includes(what));
  for (const what of ["nonModal", '"skin"', "theme.colors.primary", '"tertiary"', '"favourite"', '"main.footer"', "accounting.dataAccess.consent", "is cut"]) {
    assert.equal(about(what).length, 1, `one warning about ${what}: ${JSON.stringify(warnings)}`);
  }
  assert.equal(warnings.length, 8, JSON.stringify(warnings));
});

scenario("embedded options: they are read once, at mount", async (s) => {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const host = await Host.open(s, bowline);
  await host.visit(company, { options: { ...accounting({ allowedIntegrations: ["mqjo"] }), text: { companyName: "As mounted" } } });
  await host.customer.sees("picker");
  await host.page.evaluate(() => {
    window.props.link.options.text.companyName = "Changed later";
    window.props.link.options = { text: { companyName: "Replaced later" } };
  });
  await walk(host, "consent");
  const { text } = await read(host);
  assert.match(text, /As mounted/);
  assert.doesNotMatch(text, /later/);
});
