// Each text key of link.md 2.5 as a table: key, value, what is visible where. All keys
// of a screen are shown at once and read one by one.

import assert from "node:assert/strict";
import { Host, only } from "../harness/host.mjs";
import { Findings, read } from "../harness/host-screen.mjs";
import { scenario } from "../harness/scenario.mjs";

const kinds = [
  { kind: "accounting", key: "mqjo", platform: "Accounting Sandbox", other: "Link a different accounting platform" },
  { kind: "banking", key: "qhnd", platform: "Banking Sandbox", other: "Link a different bank" },
  { kind: "commerce", key: "aiwb", platform: "Commerce Sandbox", other: "Link a different commerce platform" },
];

/** A link opens beside the page, and the page it opens gets no hold of ours. */
const opens = (address) => (links) => links.some(({ href, target, rel }) => href === address && target === "_blank" && rel.includes("noopener"));

/** The texts of a consent screen. `{platform}` in what is wanted stands for the platform's name. */
const consents = [
  { key: "consents.title", value: "**Join** {platformName} with {companyName} {else}", want: { title: "Join {platform} with Shown Ltd {else}", titleHtml: /<strong>Join<\/strong>/ } },
  { key: "consents.subtitle", value: "About {platformName}<br/>and {companyName}, [help](https://example.com/help)", want: { subtitle: "About {platform} and Shown Ltd, help (opens in a new tab)", links: opens("https://example.com/help") } },
  { key: "consents.termsAndConditions", value: "*Our* terms {companyName}", want: { terms: "Our terms {companyName}" } },
  { key: "consents.purpose", value: "- For {companyName}\n- at {platformName}", want: { "sections.purpose.items": ["For Shown Ltd", "at {platform}"] } },
  { key: "consents.access", value: "| Who | {companyName} |\n|---|---|\n| a | b |", want: { "sections.access.html": /<table/, "sections.access.body": /Shown Ltd/ } },
  { key: "consents.accountInformation", value: "Account of {platformName} <script>alert(1)</script>", want: { "sections.accountInformation.body": "Account of {platform} <script>alert(1)</script>" } },
  { key: "consents.retention", value: "Kept by {companyName}", want: { "sections.retention.body": "Kept by Shown Ltd" } },
  { key: "consents.nextButton", value: "**Yes** {companyName}", want: { button: "**Yes** {companyName}" } },
  { key: "consents.headers.purpose", value: "*Why* {companyName} <b>", want: { "sections.purpose.header": "*Why* {companyName} <b>" } },
  { key: "consents.headers.access", value: "How", want: { "sections.access.header": "How" } },
  { key: "consents.headers.accountInformation", value: "Which", want: { "sections.accountInformation.header": "Which" } },
  { key: "consents.headers.platformData", value: "What", want: { "sections.platformData.header": "What" } },
  { key: "consents.headers.retention", value: "h".repeat(50), want: { "sections.retention.header": "h".repeat(50) } },
];

/** The same keys with an empty text: hidden, but for headers and labels, which are the product's. */
const emptied = [
  { key: "consents.title", want: { title: (text) => !text } },
  { key: "consents.subtitle", want: { subtitle: undefined } },
  { key: "consents.termsAndConditions", want: { terms: undefined } },
  { key: "consents.purpose", want: { "sections.purpose": undefined } },
  { key: "consents.nextButton", want: { button: "Agree and continue" } },
  { key: "consents.headers.access", want: { "sections.access.header": "Access" } },
  { key: "consents.headers.accountInformation", want: { "sections.accountInformation.header": "Account information" } },
  { key: "consents.headers.platformData", want: { "sections.platformData.header": "Platform data" } },
  { key: "consents.headers.retention", want: { "sections.retention.header": "Retention" } },
];
/** Sections that must be there for their headers to be seen. */
const sections = { "consents.access": "a", "consents.accountInformation": "b", "consents.retention": "c" };

/** Nothing is said: the product's own words. */
const unset = {
  title: "Connect to {platform}", subtitle: /^Shown Ltd asks to see part of your {platform} account/, terms: /^By continuing you allow Shown Ltd/,
  button: "Agree and continue", "sections.purpose": undefined, "sections.access": undefined, "sections.accountInformation": undefined,
  "sections.retention": undefined, "sections.platformData.header": "Platform data",
};

/** Deprecated keys: alone, and beside the new one, which wins. */
const aliases = [
  { key: "dataAccess.consent", value: "Old terms", beside: "consents.termsAndConditions", want: { terms: "Old terms" }, wins: { terms: "New" } },
  { key: "dataAccess.nextButton", value: "Old button", beside: "consents.nextButton", want: { button: "Old button" }, wins: { button: "New" } },
  { key: "consents.accountInfo", value: "Old account", beside: "consents.accountInformation", want: { "sections.accountInformation.body": "Old account" }, wins: { "sections.accountInformation.body": "New" } },
  { key: "dataAccess.dataTypes", value: ["Old list"], want: { "sections.platformData.items": ["Old list"] }, wins: { "sections.platformData.items": ["New"] } },
];

const shares = [
  { key: "additionalConsents.title", value: "**Once** more {companyName}", want: { title: "Once more {companyName}" } },
  { key: "additionalConsents.subtitle", value: "See [why](https://example.com/why)", want: { subtitle: "See why (opens in a new tab)", links: opens("https://example.com/why") } },
  { key: "additionalConsents.termsAndConditions", value: "More *terms*", want: { terms: "More terms" } },
  { key: "additionalConsents.nextButton", value: "**Do** it", want: { button: "**Do** it" } },
];
const shareAliases = [
  { key: "dataAccess.additionalConsent.title", value: "Old title", want: { title: "Old title" } },
  { key: "dataAccess.additionalConsent.subtitle", value: "Old subtitle", want: { subtitle: "Old subtitle" } },
  { key: "consents.termsAndConditions", value: "Terms of the consent", want: { terms: "Terms of the consent" } },
];

const named = (want, platform) => Object.fromEntries(Object.entries(want).map(([path, wanted]) => {
  const fill = (text) => text.replaceAll("{platform}", platform);
  if (typeof wanted === "string") return [path, fill(wanted)];
  if (Array.isArray(wanted)) return [path, wanted.map(fill)];
  if (wanted instanceof RegExp) return [path, new RegExp(fill(wanted.source))];
  return [path, wanted];
}));

/** The rows of a table as the text option for one kind. */
const texts = (kind, rows, value = (row) => row.value) => ({
  companyName: "Shown Ltd", ...Object.fromEntries(rows.map((row) => [`${kind}.${row.key}`, value(row)])),
});

async function start(s) {
  const bowline = await s.bowline();
  const company = await bowline.createCompany();
  const host = await Host.open(s, bowline);
  await host.visitBare();
  return { bowline, company, host, findings: new Findings() };
}

/** Shows the consent screen of a kind with these texts, and reads it. */
async function consentOf(host, company, { kind, key }, text, more = {}) {
  const options = only(kind, key);
  Object.assign(options.sourceTypes[kind], more);
  await host.embed(company, { options: { ...options, text } });
  await host.next();
  await host.customer.sees("consent");
  const screen = await read(host);
  await host.remove();
  return screen;
}

scenario("embedded texts: the consent screen, as a table", async (s) => {
  const { company, host, findings } = await start(s);
  for (const one of kinds) {
    const { kind, platform } = one;
    const check = (name, screen, want) => findings.check(`${kind}: ${name}`, screen, named(want, platform));
    let screen = await consentOf(host, company, one, texts(kind, consents));
    for (const { key, want } of consents) check(key, screen, want);
    check("no Markdown becomes script", screen, { text: /<script>alert/ });

    screen = await consentOf(host, company, one, { ...texts(kind, emptied, () => ""), ...texts(kind, Object.entries(sections).map(([key, value]) => ({ key, value }))) });
    for (const { key, want } of emptied) check(`${key}, empty`, screen, want);

    check("unset", await consentOf(host, company, one, { companyName: "Shown Ltd" }), unset);

    screen = await consentOf(host, company, one, texts(kind, aliases));
    for (const { key, want } of aliases) check(`${key}, deprecated`, screen, want);

    const both = { ...texts(kind, aliases), ...texts(kind, aliases.filter((row) => row.beside).map(({ beside }) => ({ key: beside, value: "New" }))) };
    screen = await consentOf(host, company, one, both, { dataTypes: ["New"] });
    for (const { key, wins } of aliases) check(`${key}, beside the new one`, screen, wins);

    screen = await consentOf(host, company, one, { [`${kind}.dataTypes`]: ["Oldest list"] });
    check("dataTypes, deprecated", screen, { "sections.platformData.items": ["Oldest list"] });
  }
  findings.assertNone();
});

scenario("embedded texts: over the settings, which count where nothing is said", async (s) => {
  const { bowline, company, host, findings } = await start(s);
  const settings = await bowline.api("GET", "/settings/link");
  const section = (name) => ({ header: `${name} of the setting`, body: `Body of ${name}` });
  Object.assign(settings.sourceTypes.accounting.consent, {
    terms: "Terms of the setting", termsUrl: "https://example.com/terms",
    purpose: section("Purpose"), access: section("Access"), accountInformation: section("Account"), retention: section("Retention"),
  });
  await bowline.api("PUT", "/settings/link", settings);
  const [one] = kinds;
  findings.check("unset", await consentOf(host, company, one, {}), {
    "sections.purpose.header": "Purpose of the setting", "sections.purpose.body": "Body of Purpose",
    "sections.retention.body": "Body of Retention", terms: /^Terms of the setting/,
    links: (all) => all.some(({ href }) => href === "https://example.com/terms"),
  });
  const text = { "accounting.consents.purpose": "Of the option", "accounting.consents.access": "", "accounting.consents.headers.retention": "Short" };
  findings.check("set", await consentOf(host, company, one, text), {
    "sections.purpose.body": "Of the option", "sections.access": undefined, "sections.accountInformation.body": "Body of Account",
    "sections.retention.header": "Short",
  });
  findings.assertNone();
});

scenario("embedded texts: the list of types and the landing page, as a table", async (s) => {
  const { company, host, findings } = await start(s);
  const rows = [
    { at: "main", name: "unset", text: {}, want: { title: /^Share your records with /, subtitle: /Harbour Bakery/ } },
    { at: "main", name: "companyName", text: { companyName: "Shown *Ltd*" }, want: { title: "Share your records with Shown *Ltd*", client: "Shown *Ltd*" } },
    { at: "main", name: "companyName, empty", text: { companyName: "" }, want: { client: (text) => !!text } },
    { at: "main", name: "main.title", text: { "main.title": "**All** your [books](https://example.com/b)" }, want: { title: "All your books (opens in a new tab)", titleHtml: /<strong>All/, links: opens("https://example.com/b") } },
    { at: "main", name: "main.subtitle", text: { "main.subtitle": "One<br/>two\n\n- three" }, want: { subtitle: "One two three" } },
    { at: "main", name: "main.title, empty", text: { "main.title": "" }, want: { title: undefined } },
    { at: "main", name: "main.subtitle, empty", text: { "main.subtitle": "" }, want: { subtitle: undefined } },
    { at: "landing", name: "landing, unset", text: {}, want: { title: /^Connect your software to /, subtitle: /It takes a few minutes/, button: "Next" } },
    { at: "landing", name: "landing.title", text: { "landing.title": "*Hello* there" }, want: { title: "Hello there", titleHtml: /<em>Hello/ } },
    { at: "landing", name: "landing.subtitle", text: { "landing.subtitle": "Read [this](https://example.com/r)" }, want: { subtitle: "Read this (opens in a new tab)", links: opens("https://example.com/r") } },
    { at: "landing", name: "landing.subtitle, empty", text: { "landing.subtitle": "" }, want: { subtitle: undefined } },
    { at: "landing", name: "landing.nextButton", text: { "landing.nextButton": "**Let's** go" }, want: { button: "**Let's** go" } },
    { at: "landing", name: "landing.nextButton, empty", text: { "landing.nextButton": "" }, want: { button: "Next" } },
  ];
  for (const { at, name, text, want } of rows) {
    await host.embed(company, { options: { text, showLandingPage: at === "landing" } });
    await host.customer.sees(at);
    findings.check(name, await read(host), want);
    await host.remove();
  }
  findings.assertNone();
  await host.embed(company, { options: { showLandingPage: true } });
  await host.customer.sees("landing");
  await host.customer.button("Next").click();
  await host.customer.sees("main");
});

scenario("embedded texts: additional consent, as a table", async (s) => {
  const { company, host, findings } = await start(s);
  for (const { kind, key } of kinds) {
    await host.embed(company, { options: only(kind, key) });
    // Once something is connected, the list comes first.
    if (kind !== "accounting") await host.openType(kind[0].toUpperCase() + kind.slice(1));
    await host.grant(await host.toProvider());
    await host.customer.sees("success");
    await host.remove();
  }
  await host.page.waitForFunction((now) => Date.now() >= now, (Math.floor(Date.now() / 1000) + 1) * 1000);
  for (const { kind, key, platform, other } of kinds) {
    for (const [rows, label] of [[shares, ""], [shareAliases, ", deprecated or fallen back to"]]) {
      await host.embed(company, { options: { ...only(kind, key), enableAdditionalConsent: true, text: texts(kind, rows) } });
      await host.customer.sees("main");
      await host.customer.button(/^Share data/).click();
      await host.customer.sees("share");
      const screen = await read(host);
      for (const { key: name, want } of rows) findings.check(`${kind}: ${name}${label}`, screen, want);
      findings.check(`${kind}: the rest`, screen, { buttons: (all) => all.includes(other), text: new RegExp(platform), items: (all) => all.length > 2 });
      await host.remove();
    }
  }
  findings.assertNone();
  assert.ok(findings.rows > 20);
});
