// The side navigation: which pages there are to go to, in which groups.

import type { IconName } from "./icons.ts";
import { routes } from "./routes.ts";
import type { Action } from "./session.ts";
import type { shellWords } from "./words/index.ts";

type Text = keyof typeof shellWords["en-US"]["nav"];

export interface NavItem {
  /** Its text in words/, and the path. */
  text: Text;
  path: string;
  icon: IconName;
}

export interface NavGroup {
  heading?: Text;
  items: NavItem[];
}

const groups: NavGroup[] = [
  { items: [
    { text: "home", path: "/", icon: "home" },
    { text: "companies", path: "/companies", icon: "company" },
  ] },
  { heading: "monitor", items: [
    { text: "authFlow", path: "/monitor/auth-flow", icon: "chart" },
    { text: "webhooks", path: "/monitor/webhooks", icon: "webhook" },
  ] },
  { heading: "authFlowSettings", items: [
    { text: "link", path: "/settings/link", icon: "link" },
    { text: "branding", path: "/settings/branding", icon: "brush" },
    { text: "redirects", path: "/settings/redirects", icon: "route" },
    { text: "origins", path: "/settings/origins", icon: "globe" },
    { text: "integrations", path: "/settings/integrations", icon: "plug" },
  ] },
  { heading: "organization", items: [
    { text: "users", path: "/settings/users", icon: "users" },
    { text: "signIn", path: "/settings/sign-in", icon: "lock" },
    { text: "instances", path: "/settings/instances", icon: "layers" },
    { text: "access", path: "/settings/access", icon: "shield" },
  ] },
  { heading: "developers", items: [
    { text: "keys", path: "/developers/keys", icon: "key" },
    { text: "quickStart", path: "/developers/quick-start", icon: "bolt" },
    { text: "reference", path: "/developers/reference", icon: "book" },
    { text: "events", path: "/developers/events", icon: "list" },
    { text: "requests", path: "/developers/requests", icon: "log" },
    { text: "deprecations", path: "/developers/deprecations", icon: "clock" },
  ] },
];

/** What somebody may go to; a group of which nothing is left is left out. */
export function navigation(may: (action: Action) => boolean): NavGroup[] {
  const open = ({ path }: NavItem): boolean => {
    const route = routes.find((one) => one.path === path || one.path.startsWith(`${path}/:`));
    return route !== undefined && (!route.action || may(route.action));
  };
  return groups.map((group) => ({ ...group, items: group.items.filter(open) })).filter(({ items }) => items.length);
}

/** Whether a path is at an item or below it. */
export const isAt = (item: string, path: string): boolean => item === path || (item !== "/" && path.startsWith(`${item}/`));
