// Where a visit ends: the redirects of link.md 4.4 with the tokens of 4.5, the
// status codes of 4.6 and the claims of 4.7, as the fintech's page gets them.

import assert from "node:assert/strict";
import { openFintech } from "../harness/fintech.mjs";
import { scenario } from "../harness/scenario.mjs";
import { allOptional, linkSettings, profile } from "../harness/settings.mjs";

/** A fintech with a redirect to `end` of its origin; nothing is required. */
async function withRedirect(s, end, { host = "localhost", whiteListUrls = [] } = {}) {
  const fintech = await openFintech();
  s.after(() => fintech.close());
  const { origin, port } = new URL(fintech.url);
  const bowline = await s.bowline();
  await profile(bowline, { redirectUrl: `http://${host}:${port}${end}`, whiteListUrls: whiteListUrls.map((one) => `http://${one}:${port}`) });
  await linkSettings(bowline, { sourceTypes: allOptional });
  const company = await bowline.createCompany();
  const customer = await s.customer();
  /** Waits at the fintech for what stands behind its origin. */
  const arrives = async (want) => {
    await customer.page.waitForURL((url) => url.origin === origin);
    await customer.page.getByRole("heading", { name: "Back at the fintech" }).waitFor();
    assert.equal(customer.page.url(), origin + want);
  };
  return { bowline, company, customer, arrives };
}

const template = "/{sourceType}/?s={statusCode}&m={errorMessage}";

/** Rows 2 to 6 of the examples of link.md 4.4. */
const outcomes = {
  async "success"({ customer }) {
    await customer.accept();
    await customer.grant();
    await customer.finish();
    return "/accounting/?s=200&m=";
  },
  async "cancelled"({ customer }) {
    await customer.accept();
    await customer.signIn();
    await customer.press(customer.button("Deny"));
    await leaveError(customer);
    return "/accounting/?s=403&m=User%20cancelled";
  },
  async "failure"({ customer, bowline }) {
    await customer.misbehave(bowline, { label: "Server error" });
    await customer.agree();
    await leaveError(customer);
    return "/accounting/?s=500&m=Unknown%20error%20occurred";
  },
  async "not listed"({ customer }) {
    await customer.button("Back").click();
    await customer.sees("picker");
    await customer.press(customer.button("My software is not listed"));
    await customer.sees("notListed");
    await customer.page.getByLabel("Name of your software").fill("Ledger 2000");
    await customer.press(customer.button("Send"));
    await customer.page.getByText("Thank you, noted").waitFor();
    await customer.press(customer.button("Stop here"));
    return "//?s=501&m=Not%20supported";
  },
  async "nothing done"({ customer }) {
    await customer.page.goBack();
    await customer.page.goBack();
    await customer.sees("main");
    await customer.press(customer.button("Complete"));
    return "//?s=201&m=";
  },
};

async function leaveError(customer) {
  await customer.sees("error");
  await customer.press(customer.button("Continue"));
  await customer.sees("main");
  await customer.press(customer.button("Complete"));
}

for (const [name, play] of Object.entries(outcomes)) {
  scenario(`redirects: ${name}`, async (s) => {
    const all = await withRedirect(s, template);
    await all.customer.toConsent(all.company.redirect);
    await all.arrives(await play(all));
  });
}

scenario("redirects: the fintech's own values survive the way to the provider and back", async (s) => {
  const { customer, company, arrives } = await withRedirect(s, "/{journey}/ok?c={clientType}&a={ref}&C={ClientType}&id={companyId}&p={unknown}&k={platform}&n={platformName}&o={statusText}");
  await customer.toSandbox(`${company.redirect}?journey=demo%20one&clientType=test%26more&ref=a%2Fb%20c&statusText=forged&companyId=forged`);
  await customer.grant();
  await customer.sees("success");
  await customer.page.reload();
  await customer.finish();
  await arrives(`/demo%20one/ok?c=test%26more&a=a%2Fb%20c&C=&id=${company.id}&p=&k=mqjo&n=Accounting%20Sandbox&o=`);
});

scenario("redirects: claims of the provider, for links that ask for them", async (s) => {
  const end = "/?n={openId_given_name}&e={openId_email}&v={openId_email_verified}";
  const { customer, company, arrives } = await withRedirect(s, end);
  await customer.toSandbox(`${company.redirect}?openId=true`);
  await customer.grant();
  await customer.finish();
  await arrives("/?n=Robin&e=robin.ellery%40example.com&v=true");
  const other = await s.customer();
  await other.open(company.redirect);
  await other.press(other.button("Complete"));
  await other.page.waitForURL(/localhost/);
  assert.equal(new URL(other.page.url()).search, "?n=&e=&v=", "who does not ask learns nothing");
});

scenario("redirects: a host from the link, if it is on the list", async (s) => {
  const { customer, company, arrives } = await withRedirect(s, "/ok", { host: "{site}", whiteListUrls: ["localhost"] });
  for (const query of ["", "?site=127.0.0.1", "?site=localhost.evil.example", "?site=localhost%2F@evil.example", "?Site=localhost"]) {
    const answer = await customer.page.goto(company.redirect + query);
    assert.equal(answer.status(), 400, query);
    await customer.sees("error");
    assert.equal(await customer.button(/./).count(), 0, "no button that could not work");
    assert.doesNotMatch(await customer.page.content(), /Harbour Bakery/, "nothing about the company");
  }
  await customer.open(`${company.redirect}?site=localhost`);
  await customer.sees("main");
  await customer.press(customer.button("Complete"));
  await arrives("/ok");
});

for (const [name, { deny, want }] of Object.entries({
  success: { want: "/accounting/?s=200&m=" }, cancelled: { deny: true, want: "/accounting/?s=403&m=User%20cancelled" },
})) {
  scenario(`redirects: a connection's own link leads back at once, ${name}`, async (s) => {
    const { bowline, customer, company, arrives } = await withRedirect(s, `${template}&c={connectionId}&j={journey}`);
    const { id, linkUrl } = await bowline.api("POST", `/companies/${company.id}/connections`, { platformKey: "mqjo" });
    await customer.open(`${linkUrl}?journey=direct`);
    await customer.signIn();
    await customer.press(deny ? customer.button("Deny") : customer.page.getByRole("button", { name: "Allow", exact: true }));
    await arrives(`${want}&c=${id}&j=direct`);
  });
}
