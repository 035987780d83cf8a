// Settings, Monitor and Developers in the Portal as each role (link.md 5.5): who may do it
// finds the page and can use it; everybody else sees no way there, is told so at the address,
// and is refused by the server whatever the page hides.

import assert from "node:assert/strict";
import { colleague, roles, withPortal } from "../harness/portal.mjs";
import { scenario } from "../harness/scenario.mjs";

const all = roles;
const builders = ["developer", "administrator"];

/** Pages: where, their title, who may, what is on them, and what the server is asked behind them: [method, path, body]. */
const pages = [
  { path: "/settings/link", title: "Link", may: builders, has: "What customers connect", calls: [["PUT", "/settings/link", {}], ["POST", "/settings/preview", {}], ["GET", "/settings/history?kind=link"]] },
  { path: "/settings/link/onboarding", title: "Link", may: builders, has: "The journey", calls: [] },
  { path: "/settings/link/client", title: "Link", may: builders, has: "Help and safety", calls: [] },
  { path: "/settings/branding", title: "Branding", may: builders, has: "Primary color", calls: [["PUT", "/settings/branding", { primaryColor: "#000000" }], ["DELETE", "/settings/branding/logo"], ["PUT", "/profile", { name: "Mine" }]] },
  { path: "/settings/redirects", title: "Redirects", may: builders, has: "Allowed redirect URLs", calls: [["POST", "/settings/redirects/preview", { redirectUrl: "https://a.example" }]] },
  { path: "/settings/origins", title: "Allowed origins", may: builders, has: "No page may embed Link yet", calls: [["GET", "/corsSettings"], ["POST", "/corsSettings", { allowedOrigins: ["https://mine.example"] }]] },
  { path: "/settings/integrations", title: "Integrations", may: builders, has: "Accounting Sandbox", calls: [["GET", "/settings/integrations"], ["PUT", "/integrations/order", { sourceType: "Accounting", keys: [] }], ["POST", "/integrations/mqjo/tests", {}]] },
  { path: "/settings/integrations/gbol", title: "Xero", may: builders, has: "Register your app", calls: [["GET", "/integrations/gbol/setup"], ["GET", "/integrations/gbol/guide"], ["PUT", "/integrations/gbol/setup", { enabled: false }], ["DELETE", "/integrations/gbol/setup"]] },
  { path: "/monitor/auth-flow", title: "Auth flow", may: all, has: "No figures yet", calls: [["GET", "/monitor/authFlow"], ["GET", "/monitor/authFlow.csv"]] },
  { path: "/monitor/webhooks", title: "Webhooks", may: builders, has: "Add endpoint", calls: [["GET", "/webhooks"], ["POST", "/webhooks", { url: "https://mine.example", eventTypes: ["company.created"] }], ["GET", "/webhooks/eventTypes"]] },
  { path: "/monitor/webhooks/{consumer}", title: "hooks.example/in", may: builders, has: "Attempts in the last 7 days", calls: [["GET", "/webhooks/{consumer}"], ["PATCH", "/webhooks/{consumer}", { disabled: true }], ["GET", "/webhooks/{consumer}/messages"], ["POST", "/webhooks/{consumer}/example", { eventType: "company.created" }], ["GET", "/webhooks/{consumer}/activity"], ["DELETE", "/webhooks/{consumer}"]] },
  { path: "/monitor/webhooks/{consumer}/options", title: "hooks.example/in", may: builders, has: "Headers of your own", calls: [] },
  { path: "/monitor/webhooks/{consumer}/security", title: "hooks.example/in", may: builders, has: "Signing secret", calls: [["GET", "/webhooks/{consumer}/secret"], ["POST", "/webhooks/{consumer}/secret", {}]] },
  { path: "/monitor/webhooks/{consumer}/transformation", title: "hooks.example/in", may: builders, has: "Run it on every message", calls: [["PUT", "/webhooks/{consumer}/transformation", { source: "", enabled: false }]] },
  { path: "/monitor/webhooks/{consumer}/history", title: "hooks.example/in", may: builders, has: "Added", calls: [["GET", "/webhooks/{consumer}/history"]] },
  { path: "/developers/quick-start", title: "Quick start", may: builders, has: "Create an API key", calls: [] },
  { path: "/developers/reference", title: "API reference", may: builders, has: "List companies", calls: [] },
  { path: "/developers/events", title: "Event catalog", may: builders, has: "company.created", calls: [] },
  { path: "/developers/deprecations", title: "Deprecations", may: builders, has: "Parts of the API that are going to end", calls: [["GET", "/deprecations"]] },
  { path: "/developers/requests", title: "Request log", may: builders, has: "Platform API", calls: [["GET", "/requests"]] },
];

/** What somebody who may do it does, beyond reading: [page, how, what then is so]. */
const tasks = {
  developer: async (staff) => {
    await staff.goes("/settings/link", "Link");
    await staff.page.getByRole("switch", { name: "Commerce" }).click();
    await staff.button("Save").click();
    await staff.told("Saved.");
    assert.equal((await staff.does("GET", "/settings/link")).sourceTypes.commerce.enabled, false);
  },
  administrator: async (staff) => {
    await staff.goes("/settings/origins", "Allowed origins");
    await staff.field("Origin").fill("https://app.harbour.example");
    await staff.button("Add origin").click();
    await staff.row("https://app.harbour.example").waitFor();
    assert.deepEqual((await staff.does("GET", "/corsSettings")).allowedOrigins, ["https://app.harbour.example"]);
  },
};

/** The links of the side navigation, as addresses below /portal. */
const menu = (staff) => staff.page.locator("nav a[href^='/portal']").evaluateAll((links) => links.map((link) => link.getAttribute("href").slice("/portal".length)));

for (const role of roles) {
  scenario(`portal roles, settings: ${role}`, async (s) => {
    const { bowline, admin } = await withPortal(s);
    const consumer = (await bowline.api("POST", "/webhooks", { url: "https://hooks.example/in", eventTypes: ["company.created"] })).id;
    const staff = role === "administrator" ? admin : await colleague(s, admin, role);
    const at = (text) => text.replace("{consumer}", consumer);
    await staff.goes("/", /./);
    const offered = await menu(staff);
    let refused = 0;
    for (const { path, title, may, has, calls } of pages) {
      const item = `/${path.split("/").slice(1, 3).join("/")}`;
      assert.equal(offered.includes(item), may.includes(role), `${role}: ${item} in the menu`);
      if (may.includes(role)) {
        await staff.goes(at(path), title);
        await staff.page.getByText(has).first().waitFor();
        await staff.assertAccessible(`${role}: ${path}`);
        continue;
      }
      await staff.open(at(path));
      await staff.page.getByText(/not for your role/i).first().waitFor();
      assert.equal(await staff.page.getByText(has).count(), 0, `${role} sees ${has} at ${path}`);
      if (!refused++) await staff.assertAccessible(`${role}: refused`);
      for (const [method, to, body] of calls) {
        const { status, body: said } = await staff.calls(method, at(to), body);
        assert.equal(status, 403, `${role}: ${method} ${to}`);
        assert.match(said.error, /^Your role .* cannot .*\.$/, `${role}: ${method} ${to}`);
      }
    }
    await tasks[role]?.(staff);
    assert.equal((await bowline.api("GET", `/webhooks/${consumer}`)).url, "https://hooks.example/in");
  });
}
