// The pages around the journey of hosted Link: welcome, invite, addresses,
// languages, and what the fintech's settings change of all of them.

import assert from "node:assert/strict";
import { scenario } from "../harness/scenario.mjs";
import { branding, instanceOf, linkSettings, profile } from "../harness/settings.mjs";
import { until } from "../harness/until.mjs";

async function setUp(s, settings = {}) {
  const bowline = await s.bowline();
  await profile(bowline);
  await linkSettings(bowline, settings);
  return { bowline, company: await bowline.createCompany(), customer: await s.customer() };
}

scenario("pages: the welcome comes once, in the fintech's words", async (s) => {
  const { company, customer } = await setUp(s, {
    landing: { enabled: true, title: "Hello from the harbour", body: "We read **three** things." },
  });
  await customer.open(company.redirect);
  await customer.sees("landing");
  await customer.page.getByRole("heading", { name: "Hello from the harbour" }).waitFor();
  assert.equal(await customer.page.locator("strong").first().innerText(), "three");
  await customer.press(customer.button("Next"));
  await customer.sees("main");
  await customer.choose("Accounting", "acc", /Accounting Sandbox/);
  await customer.accept();
  await customer.grant();
  await customer.finish();
  await customer.sees("done");
});

scenario("pages: the invite page makes a company and begins its journey", async (s) => {
  const { bowline, customer } = await setUp(s, { invite: { title: "Join the harbour", body: "What are you called?" } });
  const address = `${bowline.url}/link/invite/${await instanceOf(bowline)}`;
  await customer.open(address);
  await customer.sees("invite");
  await customer.page.getByRole("heading", { name: "Join the harbour" }).waitFor();
  const name = customer.page.getByLabel("Name of your company");
  await customer.press(customer.button("Next"));
  await customer.page.getByText("Please fill this in.").waitFor();
  assert.equal(await name.evaluate((input) => input === document.activeElement), true, "the focus is where something is missing");
  await name.fill("Bakery <b>1</b>");
  await customer.press(customer.button("Next"));
  await customer.page.getByText(/Use letters, digits, spaces/).waitFor();
  await name.fill("Björn’s Bakery & Co. 2");
  await customer.button("Next").dblclick();
  await customer.sees("main");
  await customer.choose("Accounting", "acc", /Accounting Sandbox/);
  await customer.accept();
  await customer.grant();
  await customer.finish();
  await customer.sees("done");
  const { results } = await bowline.api("GET", "/companies");
  const [made, ...more] = results.filter((one) => one.name !== "Harbour Bakery");
  assert.equal(more.length, 0, "pressing twice makes one company");
  assert.match(made.name, /^Bj.?rn's Bakery & Co\. 2$/);
  assert.deepEqual(await bowline.events(made.id), ["company.created", "connection.created", "connection.connected"]);
  await customer.open(address); // each visit begins another
  await customer.sees("invite");
});

scenario("pages: no invite where links are good for one browser only", async (s) => {
  const { bowline, customer } = await setUp(s, { oneTimeLinks: true });
  await customer.open(`${bowline.url}/link/invite/${await instanceOf(bowline)}`);
  await customer.sees("expired");
  assert.equal(await customer.button(/./).count(), 0);
});

scenario("pages: every form of address leads to the same page", async (s) => {
  const { bowline, company, customer } = await setUp(s);
  const { id, linkUrl } = await bowline.api("POST", `/companies/${company.id}/connections`, { platformKey: "mqjo" });
  await customer.open(`${bowline.url}/link/harbour-lending/company/${company.id}`);
  await customer.sees("main");
  const moved = {
    [`/${company.id}/link?a=b%20c`]: `${company.redirect}?a=b%20c`,
    [`/company/${company.id}?a=1`]: `${company.redirect}?a=1`,
    [`/harbour-lending/company/${company.id}`]: `${bowline.url}/link/harbour-lending/company/${company.id}`,
    [`/companies/${company.id}/connections/${id}/start?x=1`]: `${linkUrl}?x=1`,
    [`/link/start/${company.id}/${id}`]: linkUrl,
  };
  for (const [old, today] of Object.entries(moved)) {
    const answer = await fetch(bowline.url + old, { redirect: "manual" });
    assert.equal(answer.status, 301, old);
    assert.equal(new URL(answer.headers.get("location"), bowline.url).href, today, old);
  }
  await customer.open(`${bowline.url}/company/${company.id}`);
  await customer.sees("main");
});

scenario("pages: nobody can put them into a frame", async (s) => {
  const { bowline, company, customer } = await setUp(s);
  const { linkUrl } = await bowline.api("POST", `/companies/${company.id}/connections`, { platformKey: "mqjo" });
  const invite = `${bowline.url}/link/invite/${await instanceOf(bowline)}`;
  for (const address of [company.redirect, linkUrl, invite, `${bowline.url}/link/go`, `${bowline.url}/link/closed`, `${bowline.url}/link/nowhere`]) {
    const { headers } = await fetch(address, { redirect: "manual" });
    assert.equal(headers.get("x-frame-options"), "DENY", address);
    assert.match(headers.get("content-security-policy"), /frame-ancestors 'none'/, address);
  }
  const { page } = customer;
  await page.route("http://host.example/", (route) => route.fulfill({ contentType: "text/html", body: `<iframe src="${company.redirect}"></iframe>` }));
  await page.goto("http://host.example/");
  const [, frame] = page.frames();
  await until("Chromium to say that it may not", async () => /refused to connect|blocked/i.test(await frame.locator("body").innerText()));
});

scenario("pages: French from one screen to the next, and in the record of the consent", async (s) => {
  const { bowline, company, customer } = await setUp(s, { locales: ["en-US", "fr-CA"] });
  const { page } = customer;
  const english = /(?<!\p{L})(Connect|Back|Next|Required|Search|your|Continue|Complete|Secured)(?!\p{L})/u;
  const french = async (name) => {
    const text = await page.locator(".bowline").evaluate((card) => [card.innerText, ...[...card.querySelectorAll("[aria-label],[placeholder],[title]")]
      .flatMap((one) => [one.ariaLabel, one.placeholder, one.title])].join("\n"));
    const said = text.replaceAll(/Accounting Sandbox|Harbour \w+|Guided Sandbox|Desktop Sandbox|Sandbox/g, "");
    assert.deepEqual(said.match(english), null, `${name}: ${said}`);
    assert.equal(await page.evaluate(() => document.documentElement.lang), "fr-CA", name);
  };
  await customer.open(company.redirect);
  await customer.sees("main");
  await customer.press(customer.button(/^Language/));
  await page.getByRole("menuitemradio", { name: /Français/ }).click();
  await page.getByRole("heading", { name: /^Partagez vos données/ }).waitFor();
  await french("main");
  await customer.press(page.locator("[data-key=connect-Accounting]"));
  await customer.sees("picker");
  await french("picker");
  await customer.pick(/Accounting Sandbox/);
  await french("consent");
  await customer.press(page.locator("[data-key=accept]"));
  await customer.seesSignIn();
  await customer.signIn();
  await customer.press(customer.button("Deny"));
  await customer.sees("error");
  await french("error");
  await customer.press(page.locator("[data-key=retry]"));
  await customer.seesSignIn();
  await customer.grant();
  await customer.sees("success");
  await french("success");
  await customer.press(page.locator("[data-key=continue]"));
  await customer.sees("main");
  await customer.press(page.locator("[data-key=finish]"));
  await customer.sees("done");
  await french("done");
  const [consent] = await bowline.query("SELECT locale, text FROM consents");
  assert.equal(consent.locale, "fr-CA");
  assert.match(consent.text, /Accounting Sandbox/);
  assert.doesNotMatch(consent.text, english);
});

scenario("pages: the browser's language where the fintech offers it", async (s) => {
  const { company } = await setUp(s, { locales: ["en-GB", "de-DE", "fr-FR", "es-ES", "nl-NL", "it-IT", "pt-PT"] });
  const headings = {
    "de-AT": /^Teilen|^Geben/, "fr-BE": /^Partagez/, "es-MX": /^Compart/, "nl-BE": /^Deel/, "it-CH": /^Condivid/, "pt-BR": /^Partilhe/, "sv-SE": /^Share/,
  };
  for (const [locale, heading] of Object.entries(headings)) {
    const customer = await s.customer({ locale });
    await customer.open(company.redirect);
    await customer.sees("main");
    const text = await customer.page.getByRole("heading", { level: 1 }).innerText();
    assert.match(text, heading, `${locale}: ${text}`);
  }
});

scenario("pages: one language offered is one without a choice", async (s) => {
  const { company, customer } = await setUp(s, { locales: ["fr-CA"] });
  await customer.open(company.redirect);
  await customer.page.getByRole("heading", { name: /^Partagez/ }).waitFor();
  assert.equal(await customer.page.locator("[data-key=language]").count(), 0);
});

scenario("pages: what the settings change", async (s) => {
  const { bowline, company, customer } = await setUp(s);
  const { page } = customer;
  const bar = () => page.locator(".top.bar").count();
  const background = () => page.locator(".card").evaluate((card) => getComputedStyle(card).backgroundColor);
  await customer.open(company.redirect);
  await page.getByText("Secured by Bowline").waitFor();
  assert.equal(await bar(), 0);
  const light = await background();

  await linkSettings(bowline, {
    securedBy: false, navigationBar: true, supportText: "Ask *Kim* on 555 0100.", securityUrl: "https://harbour.example/security",
    showSandboxIntegrations: true, handOver: false, sourceTypes: { accounting: { enabled: true, optional: true }, banking: { enabled: false } },
  });
  await branding(bowline, { primaryColor: "#7a1fa2", secondaryColor: "#102030", colorScheme: "dark" });
  await page.reload();
  await customer.sees("main");
  assert.equal(await page.getByText("Secured by Bowline").count(), 0);
  assert.equal(await bar(), 1);
  assert.equal(await page.locator(".top.bar").evaluate((one) => getComputedStyle(one).backgroundColor), "rgb(16, 32, 48)");
  assert.notEqual(await background(), light, "dark although the device is not");
  assert.equal(await customer.button(/Banking/).count(), 0);
  await customer.button("Complete").waitFor(); // nothing is required any more
  await customer.toPicker();
  assert.equal(await customer.button("Someone else has the sign-in").count(), 0);
  await customer.pick(/Accounting Sandbox/);
  await page.getByText("Ask Kim on 555 0100.").waitFor();
  assert.equal(await page.getByRole("link", { name: /How Harbour Lending protects your data/ }).getAttribute("href"), "https://harbour.example/security");

  await customer.open(`${company.redirect}?link.showSandboxIntegrations=false`);
  assert.equal(await page.getByText("Accounting Sandbox").count(), 0);
  await customer.open(`${company.redirect}?link.showSandboxIntegrations=true`);
  await customer.toConsent(`${company.redirect}?link.showSandboxIntegrations=true`);
});

scenario("pages: software that is not listed", async (s) => {
  const { bowline, company, customer } = await setUp(s);
  const { page } = customer;
  await customer.open(company.redirect);
  await customer.toPicker();
  await page.getByRole("searchbox").fill("ledger 2000");
  await page.getByText("No match for “ledger 2000”").waitFor();
  await customer.press(customer.button("My software is not listed"));
  await customer.sees("notListed");
  await customer.press(customer.button("Send"));
  await page.getByText("Please fill this in.").waitFor();
  await page.getByLabel("Name of your software").fill("Ledger 2000");
  await customer.button("Send").dblclick();
  await page.getByText("Thank you, noted").waitFor();
  const rows = await bowline.query("SELECT source_type, name FROM integration_requests");
  assert.deepEqual(rows, [{ source_type: "Accounting", name: "Ledger 2000" }]);
  await customer.press(customer.button("Back to the list"));
  await customer.sees("main");
  await customer.choose("Accounting", "acc", /Accounting Sandbox/);
});
