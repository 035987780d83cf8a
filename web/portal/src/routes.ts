// Every page: its address, the part that draws it, and who may see it. One line a page,
// written as `{ path: "…", load: () => import("./pages/….tsx") …}`: the build reads the table
// too, so that the page around a first visit can name the part before any script asks for it.

import type { Route } from "./router.ts";

export const routes: readonly Route[] = [
  { path: "/sign-in", load: () => import("./pages/door/sign-in.tsx"), open: true },
  { path: "/setup", load: () => import("./pages/door/setup.tsx"), open: true },
  { path: "/invitation", load: () => import("./pages/door/invitation.tsx"), open: true },
  { path: "/reset", load: () => import("./pages/door/reset.tsx"), open: true },

  { path: "/account", load: () => import("./pages/account/account.tsx") },

  { path: "/settings/link/:tab?", load: () => import("./pages/settings/link/link.tsx"), action: "link.configure", stays: 2 },
  { path: "/settings/branding", load: () => import("./pages/settings/branding/branding.tsx"), action: "link.configure" },
  { path: "/settings/redirects", load: () => import("./pages/settings/redirects/redirects.tsx"), action: "link.configure" },
  { path: "/settings/origins", load: () => import("./pages/settings/redirects/origins.tsx"), action: "link.configure" },
  { path: "/settings/integrations", load: () => import("./pages/settings/integrations/integrations.tsx"), action: "settings" },
  { path: "/settings/integrations/:key", load: () => import("./pages/settings/integrations/integration.tsx"), action: "settings" },
  { path: "/settings/users/:tab?", load: () => import("./pages/settings/users.tsx"), action: "users", stays: 2 },
  { path: "/settings/sign-in", load: () => import("./pages/settings/sign-in.tsx"), action: "signIn" },
  { path: "/settings/instances", load: () => import("./pages/settings/instances.tsx"), action: "instances" },
  { path: "/settings/access", load: () => import("./pages/settings/access.tsx"), action: "settings" },

  { path: "/developers/keys", load: () => import("./pages/developers/keys.tsx"), action: "developers" },
  { path: "/companies", load: () => import("./pages/companies/companies.tsx"), action: "companies.edit" },
  { path: "/companies/:id/:tab?", load: () => import("./pages/companies/company.tsx"), action: "companies.edit", stays: 2 },
  { path: "/", load: () => import("./pages/home/home.tsx") },
  { path: "/monitor/auth-flow", load: () => import("./pages/monitor/authflow/authflow.tsx"), action: "monitor" },
  { path: "/monitor/webhooks", load: () => import("./pages/monitor/webhooks/webhooks.tsx"), action: "webhooks" },
  { path: "/monitor/webhooks/:id/:tab?", load: () => import("./pages/monitor/webhooks/webhook.tsx"), action: "webhooks", stays: 3 },
  { path: "/developers/quick-start", load: () => import("./pages/developers/quickstart.tsx"), action: "developers" },
  { path: "/developers/reference", load: () => import("./pages/developers/reference.tsx"), action: "developers" },
  { path: "/developers/events", load: () => import("./pages/developers/events.tsx"), action: "developers" },
  { path: "/developers/deprecations", load: () => import("./pages/developers/deprecations.tsx"), action: "developers" },
  { path: "/developers/requests", load: () => import("./pages/developers/requests.tsx"), action: "developers" },
];
