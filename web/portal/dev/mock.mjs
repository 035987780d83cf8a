// A backend in memory for working on pages and for the gallery's tests: it answers as the
// contract of the API says, with a few made-up people. It checks nothing that a page must
// not check either, and it is never shipped. Other parts add routes with `mock.route`.

import { randomUUID } from "node:crypto";

const day = 86_400_000;
const ago = (milliseconds) => new Date(Date.now() - milliseconds).toISOString();

const everything = [
  "self", "companies.edit", "companies.delete", "connections.add", "connections.end", "products.edit", "data.view", "monitor", "webhooks",
  "link.configure", "settings", "developers", "users", "signIn", "instances",
];
const actions = {
  onboarding: ["self", "companies.edit", "connections.add", "monitor"],
  advisor: ["self", "companies.edit", "connections.add", "data.view", "monitor"],
  analyst: ["self", "companies.edit", "companies.delete", "connections.add", "products.edit", "data.view", "monitor"],
  developer: everything.filter((one) => !["users", "signIn", "instances"].includes(one)),
  administrator: everything,
};

const person = (name, role, more = {}) => ({
  id: randomUUID(), name, email: `${name.split(" ")[0].toLowerCase()}@example.com`, role, status: "Active", external: false, lastSignIn: ago(3 * 3_600_000), created: ago(90 * day), ...more,
});

/** A refusal in the API's envelope. */
export class Refusal extends Error {
  constructor(status, message, items = [], headers = {}) {
    super(message);
    Object.assign(this, { status, items, headers });
  }
}

export class Mock {
  #routes = [];
  signedIn = false;
  setUp = false;
  /** Milliseconds that each answer takes. */
  delay = 0;
  requests = [];

  constructor({ role = "administrator" } = {}) {
    this.me = person("Ada Lindqvist", role);
    this.users = [
      this.me, person("Bram de Vries", "developer", { lastSignIn: ago(2 * day) }), person("Chloé Tremblay-Beauchamp", "onboarding", { lastSignIn: ago(20 * 60_000) }),
      person("Dmitri Novak", "analyst", { status: "Disabled", lastSignIn: ago(60 * day) }), person("Esi Owusu", "advisor", { status: "Invited", lastSignIn: null }),
      person("Farid Haddad", "developer", { external: true, lastSignIn: ago(day) }),
    ];
    this.instances = [
      { id: randomUUID(), name: "Harbour Finance", kind: "live", companies: 1284, created: ago(200 * day) },
      { id: randomUUID(), name: "Harbour Finance sandbox", kind: "test", companies: 12, created: ago(190 * day) },
    ];
    this.preferences = {};
    this.locale = "";
    this.sessions = [
      { id: randomUUID(), current: true, device: "Chrome on macOS", address: "203.0.113.7", created: ago(2 * 3_600_000), lastSeen: ago(0), expires: ago(-6 * day) },
      { id: randomUUID(), current: false, device: "Safari on iPhone", address: "198.51.100.23", created: ago(3 * day), lastSeen: ago(5 * 3_600_000), expires: ago(-4 * day) },
    ];
    this.signInSettings = { password: true, message: "", sso: null, callbackUrl: "https://bowline.example/portal/sso/callback" };
    this.keys = [
      { id: randomUUID(), name: "Loan engine", prefix: "bwl_7fQ2", permissions: ["credentials"], createdDate: ago(80 * day), createdBy: "Ada Lindqvist", lastUsed: ago(40_000), expires: null },
      { id: randomUUID(), name: "Nightly export", prefix: "bwl_c81k", permissions: ["export", "proxy"], createdDate: ago(300 * day), createdBy: "Bram de Vries", lastUsed: ago(40 * day), expires: ago(3 * day) },
      { id: randomUUID(), name: "Staging", prefix: "bwl_x0Pe", permissions: [], createdDate: ago(5 * day), createdBy: "Bram de Vries", lastUsed: null, expires: ago(-9 * day) },
    ];
    this.access = { credentials: true, proxy: true, export: false };
    const operation = (one, instead) => ({ operation: one, instead });
    const ending = { announced: "2026-11-22T00:00:00Z", effective: "2027-11-22T00:00:00Z", optedIn: false };
    this.deprecations = [
      { id: "rules", title: "Alert rules", change: "Rules of before webhook consumers can no longer be created or read. Nothing has ever been sent for them: create a webhook consumer for the events that you want to be told of.", ...ending, docsUrl: "https://bowline.example/docs/api#create-rule", operations: [operation("POST /rules", "POST /webhooks"), operation("GET /rules/{ruleId}", "GET /webhooks/{webhookId}")] },
    ];
    this.notices = [
      { id: "a1", kind: "key.expiring", severity: "warn", since: ago(5 * day), due: ago(-9 * day), subject: this.keys[2].id, name: "Staging", unread: true },
      { id: "a2", kind: "deprecation", severity: "info", since: ending.announced, due: ending.effective, subject: "rules", name: "Alert rules", unread: false },
    ];
    this.#people();
    this.#waiting();
  }

  /** Adds a route: "GET /portal/api/users/:id". The handler gets {params, query, body, headers} and returns what is sent as JSON. */
  route(pattern, handler) {
    const [method, path] = pattern.split(" ");
    const names = [];
    const expression = new RegExp(`^${path.replace(/:(\w+)/g, (_, name) => { names.push(name); return "([^/]+)"; })}$`);
    this.#routes.unshift({ method, expression, names, handler });
  }

  get session() {
    const { id, name, email, external, role } = this.me;
    return {
      user: { id, name, email, external }, locale: this.locale, signIn: this.#signIn(), setUp: this.setUp,
      instances: this.instances.map((one) => ({ id: one.id, name: one.name, kind: one.kind, role, actions: actions[role] })),
    };
  }

  #signIn() {
    const { password, message, sso } = this.signInSettings;
    return { password, message, sso: sso && { label: sso.label } };
  }

  #find(list, id) {
    const found = list.find((one) => one.id === id);
    if (!found) throw new Refusal(404, "not found");
    return found;
  }

  #waiting() {
    const on = this.route.bind(this);
    on("GET /portal/api/notices", () => ({ results: this.notices, unread: this.notices.filter(({ unread }) => unread).length }));
    on("POST /portal/api/notices/seen", ({ body }) => { this.notices = this.notices.map((one) => ({ ...one, unread: one.unread && !body.ids.includes(one.id) })); });
    on("GET /portal/api/deprecations", () => ({ results: this.deprecations }));
    on("PUT /portal/api/deprecations/:id", ({ params, body }) => Object.assign(this.#find(this.deprecations, params.id), body));
  }

  #people() {
    const { route } = this;
    const on = route.bind(this);
    on("GET /portal/session", () => {
      if (!this.signedIn) throw new Refusal(401, "Sign in first.", [], {});
      return this.session;
    });
    on("POST /portal/session", ({ body }) => {
      if (body.password === "wrong") throw new Refusal(401, "The email or the password is not right.");
      if (body.password === "flood") throw new Refusal(429, "Too many attempts. Try again later.", [], { "Retry-After": "30" });
      this.signedIn = true;
      return this.session;
    });
    on("DELETE /portal/session", () => { this.signedIn = false; });
    on("POST /portal/setup", ({ body }) => {
      if (body.token === "dead") throw new Refusal(410, "This link has been used.");
      Object.assign(this.me, { name: body.name, email: body.email });
      this.setUp = false;
      this.signedIn = true;
      return this.session;
    });
    on("POST /portal/invitation", ({ body }) => {
      if (body.token === "dead") throw new Refusal(410, "This invitation has expired.");
      return { email: "esi@example.com", name: "Esi Owusu", instance: "Harbour Finance", role: "advisor" };
    });
    for (const path of ["invitation/accept", "password-reset"]) {
      on(`POST /portal/${path}`, ({ body }) => {
        if (body.token === "dead") throw new Refusal(410, "This link has expired.");
        this.signedIn = true;
        return this.session;
      });
    }
    on("GET /portal/api/me", () => ({ ...this.session.user, hasPassword: !this.me.external, ...this.atService, locale: this.locale, preferences: this.preferences, role: this.me.role }));
    on("PATCH /portal/api/me", ({ body }) => {
      if (body.preferences) this.preferences = body.preferences;
      if (body.locale !== undefined) this.locale = body.locale;
      if (body.name) this.me.name = body.name;
      return { ...this.session.user, locale: this.locale, preferences: this.preferences };
    });
    on("POST /portal/api/me/password", ({ body }) => {
      if (body.current === "wrong") throw new Refusal(400, "The current password is not right.", [{ itemId: "current", message: "This is not your current password." }]);
    });
    on("GET /portal/api/me/sessions", () => ({ results: this.sessions }));
    on("DELETE /portal/api/me/sessions", () => { this.sessions = this.sessions.filter(({ current }) => current); });
    on("DELETE /portal/api/me/sessions/:id", ({ params }) => { this.sessions = this.sessions.filter((one) => one.id !== params.id); });
    on("GET /portal/api/users", () => ({ results: this.users }));
    const link = () => ({ url: `https://bowline.example/portal/invitation#${randomUUID()}`, expires: ago(-7 * day) });
    on("POST /portal/api/users", ({ body }) => {
      if (this.users.some(({ email }) => email === body.email)) throw new Refusal(409, "Somebody with this email is here already.");
      const made = person(body.name, body.role, { email: body.email, status: "Invited", lastSignIn: null, created: ago(0) });
      this.users = [...this.users, made];
      const { url, expires } = link();
      return { ...made, invitationUrl: url, expires };
    });
    on("PATCH /portal/api/users/:id", ({ params, body }) => {
      const found = this.#find(this.users, params.id);
      if (found === this.me && (body.role || body.disabled)) throw new Refusal(409, "The last administrator can be neither demoted nor disabled.");
      const { disabled, ...rest } = body;
      return Object.assign(found, rest, disabled === undefined ? {} : { status: disabled ? "Disabled" : "Active" });
    });
    on("DELETE /portal/api/users/:id", ({ params }) => {
      if (params.id === this.me.id) throw new Refusal(409, "The last administrator cannot be removed.");
      this.users = this.users.filter((one) => one.id !== params.id);
    });
    on("POST /portal/api/users/:id/resetLink", link);
    on("POST /portal/api/users/:id/invitation", link);
    on("GET /portal/api/users/history", () => ({ results: [
      { id: "3", at: new Date().toISOString(), actor: `user:${this.me.id}`, actorName: this.me.name, what: "user.role", subject: "2", subjectName: "Bram de Wit", detail: "analyst → developer" },
      { id: "2", at: new Date().toISOString(), actor: `user:${this.me.id}`, actorName: this.me.name, what: "key.created", subject: "9", detail: "bwl_a1b2 Loan engine" },
      { id: "1", at: new Date().toISOString(), actor: "system", what: "user.groups", subject: "2", subjectName: "Bram de Wit", detail: "analyst" },
    ] }));
    on("GET /portal/api/settings/companies", () => ({ ownedOnly: this.ownedOnly ?? false }));
    on("PUT /portal/api/settings/companies", ({ body }) => ({ ownedOnly: (this.ownedOnly = body.ownedOnly) }));
    on("GET /portal/api/users/:id/sessions", ({ params }) => ({ results: params.id === this.me.id ? this.sessions : this.sessions.slice(1) }));
    on("DELETE /portal/api/users/:id/sessions", () => undefined);
    on("GET /portal/api/settings/signIn", () => this.signInSettings);
    on("PUT /portal/api/settings/signIn", ({ body }) => (this.signInSettings = { ...this.signInSettings, tested: undefined, ...body, sso: body.sso ? { ...body.sso, hasSecret: Boolean(body.sso.clientSecret) } : null }));
    on("POST /portal/api/settings/signIn/test", () => ({ url: "/portal/settings/sign-in?tested=1" }));
    on("GET /portal/api/instances", () => ({ results: this.instances.map((one) => ({ ...one, role: this.me.role })) }));
    on("POST /portal/api/instances", ({ body }) => {
      const made = { id: randomUUID(), name: body.name, kind: body.kind, companies: 0, created: ago(0) };
      this.instances = [...this.instances, made];
      return made;
    });
    on("PATCH /portal/api/instances/:id", ({ params, body }) => Object.assign(this.#find(this.instances, params.id), body));
    on("GET /portal/api/apiKeys", () => ({ results: this.keys }));
    on("POST /portal/api/apiKeys", ({ body }) => {
      const made = { id: randomUUID(), prefix: "bwl_9rTz", createdDate: ago(0), createdBy: this.me.name, lastUsed: null, expires: null, permissions: [], ...body };
      this.keys = [...this.keys, made];
      return { ...made, apiKey: "bwl_9rTzk3Jd82mQx7Lw0PsV5yHn4cAaBfGe" };
    });
    on("PATCH /portal/api/apiKeys/:id", ({ params, body }) => Object.assign(this.#find(this.keys, params.id), body));
    on("DELETE /portal/api/apiKeys/:id", ({ params }) => { this.keys = this.keys.filter((one) => one.id !== params.id); });
    on("GET /portal/api/settings/access", () => this.access);
    on("PUT /portal/api/settings/access", ({ body }) => (this.access = body));
    on("GET /portal/api/directory", ({ query }) => {
      const all = ["Harbour Bakery", "Harbor Lights Café", "North Pier Fishing", "Tremblay et fils"].map((name) => ({ id: randomUUID(), name, status: "Linked" }));
      const results = all.filter(({ name }) => name.toLowerCase().includes((query.get("q") ?? "").toLowerCase()));
      return { results, next: null, total: results.length, totalIsExact: true };
    });
  }

  /** Answers a request of node:http. */
  async answer(request, response) {
    const url = new URL(request.url, "http://portal");
    const text = await new Promise((resolve) => {
      const parts = [];
      request.on("data", (part) => parts.push(part)).on("end", () => resolve(Buffer.concat(parts)));
    });
    if (this.delay) await new Promise((resolve) => setTimeout(resolve, this.delay));
    const send = (status, body, headers = {}) => response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(body === undefined ? "" : JSON.stringify(body));
    const json = /json/.test(request.headers["content-type"] ?? "");
    const body = text.length ? (json ? JSON.parse(text.toString()) : text) : undefined;
    this.requests.push({ method: request.method, path: url.pathname + url.search, body, instance: request.headers["bowline-instance"] });
    for (const { method, expression, names, handler } of this.#routes) {
      const found = method === request.method && expression.exec(url.pathname);
      if (!found) continue;
      const params = Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(found[at + 1])]));
      try {
        if (url.pathname.startsWith("/portal/api/") && !this.signedIn) throw new Refusal(401, "Sign in first.");
        const made = await handler({ params, query: url.searchParams, body, headers: request.headers });
        return send(made === undefined ? 204 : 200, made);
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        const { status, message, items, headers } = refusal;
        const atDoor = status === 401 && url.pathname === "/portal/session" ? { signIn: this.#signIn(), setUp: this.setUp } : {};
        return send(status, { statusCode: status, service: "Bowline", error: message, correlationId: randomUUID(), ...(items.length && { validation: { errors: items } }), ...atDoor }, headers);
      }
    }
    send(404, { statusCode: 404, error: "not found", correlationId: randomUUID() });
  }
}
