// What stands around every page: top bar, navigation, and the content between them.

import type { ComponentChildren, ComponentType, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useCell } from "./cell.ts";
import { Find } from "./find.tsx";
import { localeNames, locale, locales, useWords } from "./i18n.ts";
import { Banner } from "./kit/banner.tsx";
import { Button, IconButton } from "./kit/button.tsx";
import { Dialog, Drawer } from "./kit/dialog.tsx";
import { Icon } from "./kit/icon.tsx";
import { Menu, type MenuEntry } from "./kit/menu.tsx";
import { Avatar, DescriptionList, Kbd } from "./kit/page.tsx";
import { isAt, navigation } from "./nav.ts";
import { elsewhere } from "./match.ts";
import { leaving, navigate, place, usePlace } from "./router.ts";
import { routes } from "./routes.ts";
import { chooseInstance, chooseLocale, chooseTheme, session, signOut, useInstance, useMay, useUser } from "./session.ts";
import { theme, themes } from "./theme.ts";
import { shellWords } from "./words/index.ts";

export function Shell({ children }: { children: ComponentChildren }): VNode {
  const t = useWords(shellWords);
  const [navOpen, setNavOpen] = useState(false);
  const { visit } = usePlace();
  useEffect(() => setNavOpen(false), [visit]);
  return (
    <>
      <a class="skip" href="#content">{t.skip}</a>
      <TopBar openNav={() => setNavOpen(true)} />
      <div class="frame">
        <div class="side"><Navigation /></div>
        <main id="content" tabIndex={-1}>
          <Offline />
          {children}
        </main>
      </div>
      <Drawer open={navOpen} side="left" title={t.navigation} onClose={() => setNavOpen(false)}><Navigation /></Drawer>
    </>
  );
}

function TopBar({ openNav }: { openNav: () => void }): VNode {
  const t = useWords(shellWords);
  const instance = useInstance();
  return (
    <header class={`topbar ${instance?.kind === "test" ? "test" : ""}`}>
      <IconButton class="only-narrow" icon="menu" label={t.openNavigation} onClick={openNav} />
      <a class="mark" href="/portal/" aria-label={t.product}><Icon name="knot" /><span>{t.product}</span></a>
      <Switcher />
      <div class="gap" />
      <Find />
      {instance && <Notices key={instance.id} />}
      <Help />
      <Language />
      <AccountMenu />
    </header>
  );
}

/** Which instance is worked in; one that is for testing says so loudly. */
function Switcher(): VNode | null {
  const t = useWords(shellWords);
  const now = useCell(session);
  const instance = useInstance();
  const may = useMay();
  if (now.state !== "in" || !instance) return null;
  const kind = instance.kind === "test" ? t.test : t.live;
  const items: MenuEntry[] = [
    { heading: t.instances },
    ...now.instances.map((one) => ({
      label: one.name, note: `${one.kind === "test" ? t.test : t.live} · ${t.roles[one.role]}`, checked: one.id === instance.id,
      onSelect: () => void choose(one.id, instance.id),
    })),
    ...(may("instances") ? ["-" as const, { label: t.manageInstances, icon: "layers" as const, href: "/portal/settings/instances" }] : []),
  ];
  return (
    <Menu
      label={t.instances} items={items}
      trigger={(props) => (
        <button type="button" class="switcher" {...props}>
          <span class="unseen">{t.switchInstance}</span><span class={`kind ${instance.kind}`}>{kind}</span> <span class="truncate">{instance.name}</span><Icon name="down" />
        </button>
      )}
    />
  );
}

async function choose(id: string, now: string): Promise<void> {
  if (id === now || !(await leaving.may())) return;
  const { path, query } = place.get();
  const to = elsewhere(routes, path, query);
  chooseInstance(id);
  await navigate(to, { force: true, replace: to.split("?")[0] === path });
}

function Navigation(): VNode {
  const t = useWords(shellWords);
  const { path } = usePlace();
  const may = useMay();
  const nav = useRef<HTMLElement>(null);
  useEffect(() => nav.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest" }), [path]);
  return (
    <nav class="nav" ref={nav} aria-label={t.navigation}>
      {navigation(may).map((group) => (
        <div key={group.heading ?? ""}>
          {group.heading && <h2>{t.nav[group.heading]}</h2>}
          <ul>
            {group.items.map((item) => (
              <li key={item.path}>
                <a href={`/portal${item.path}`} aria-current={isAt(item.path, path) ? "page" : undefined}><Icon name={item.icon} /><span>{t.nav[item.text]}</span></a>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

/** The bell comes as a part of its own, for which nothing waits. Its place is kept. */
function Notices(): VNode {
  const t = useWords(shellWords);
  const [Bell, setBell] = useState<ComponentType<{ open: boolean }>>();
  const [wanted, setWanted] = useState(false);
  const fetchPart = (): void => {
    import("./pages/notices/bell.tsx").then((part) => setBell(() => part.default), () => {
      // Out of reach: a click asks again.
    });
  };
  useEffect(fetchPart, []);
  if (Bell) return <Bell open={wanted} />;
  const ask = (): void => {
    setWanted(true);
    fetchPart();
  };
  return <IconButton icon="bell" label={t.notifications} onClick={ask} />;
}

function Help(): VNode {
  const t = useWords(shellWords);
  const [keys, setKeys] = useState(false);
  return (
    <>
      <Menu
        label={t.help} align="end"
        items={[
          { label: t.helpItems.docs, icon: "book", href: "/docs/api" },
          { label: t.helpItems.openapi, icon: "code", href: "/docs/api/openapi.json" },
          "-",
          { label: t.helpItems.keys, icon: "bolt", onSelect: () => setKeys(true) },
        ]}
        trigger={(props) => <IconButton class="only-wide" icon="question" label={t.help} rest={{ ...props }} />}
      />
      <Dialog open={keys} size="narrow" title={t.helpItems.keys} onClose={() => setKeys(false)} light>
        <DescriptionList items={[
          { term: t.shortcuts.search, value: <><Kbd>Ctrl</Kbd> <Kbd>K</Kbd></> },
          { term: t.shortcuts.close, value: <Kbd>Esc</Kbd> },
          { term: t.shortcuts.move, value: <><Kbd>↑</Kbd> <Kbd>↓</Kbd> <Kbd>Home</Kbd> <Kbd>End</Kbd></> },
        ]} />
      </Dialog>
    </>
  );
}

function Language(): VNode {
  const t = useWords(shellWords);
  const now = useCell(locale);
  return (
    <Menu
      label={t.language} align="end"
      items={locales.map((one) => ({ label: localeNames[one], checked: one === now, onSelect: () => chooseLocale(one) }))}
      trigger={(props) => (
        <Button class="only-wide" variant="quiet" icon="globe" rest={{ ...props }}><span class="unseen">{`${t.language}: `}</span>{now === "en-US" ? "EN" : "FR"}</Button>
      )}
    />
  );
}

function AccountMenu(): VNode {
  const t = useWords(shellWords);
  const user = useUser();
  const instance = useInstance();
  const look = useCell(theme);
  const now = useCell(locale);
  return (
    <Menu
      label={t.accountMenu(user.name)} align="end"
      items={[
        { heading: `${user.name}${instance ? ` · ${t.roles[instance.role]}` : ""}` },
        { label: t.account, note: user.email, icon: "person", href: "/portal/account" },
        "-",
        { heading: t.theme },
        ...themes.map((one) => ({ label: t.themes[one], checked: one === look, onSelect: () => chooseTheme(one) })),
        "-",
        { heading: t.language },
        ...locales.map((one) => ({ label: localeNames[one], checked: one === now, onSelect: () => chooseLocale(one) })),
        "-",
        { label: t.helpItems.docs, icon: "book", href: "/docs/api" },
        { label: t.signOut, icon: "leave", onSelect: () => void leave() },
      ]}
      trigger={(props) => <button type="button" class="button quiet iconic" {...props}><Avatar name={user.name} /><span class="unseen">{t.accountMenu(user.name)}</span></button>}
    />
  );
}

async function leave(): Promise<void> {
  if (!(await leaving.may())) return;
  await signOut();
}

function Offline(): VNode | null {
  const t = useWords(shellWords);
  const [off, setOff] = useState(!navigator.onLine);
  useEffect(() => {
    const look = (): void => setOff(!navigator.onLine);
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  return off ? <div class="page"><Banner tone="warn">{t.offline}</Banner></div> : null;
}
