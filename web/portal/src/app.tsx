// The whole: finds the page for the address, keeps the old one until the new one is there,
// and decides what stands around it: the shell, or nothing for those who are at the door.

import { Component, type ComponentChildren, type ComponentType, type VNode } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useCell } from "./cell.ts";
import { Ended } from "./ended.tsx";
import { useWords } from "./i18n.ts";
import { Button } from "./kit/button.tsx";
import { ConfirmHost } from "./kit/confirm.tsx";
import { EmptyState, useTitle } from "./kit/page.tsx";
import { ToastHost } from "./kit/toast.tsx";
import { DoorFrame } from "./door.tsx";
import { match, navigate, place, takeUp, usePlace, type PageProps, type Route } from "./router.ts";
import { routes } from "./routes.ts";
import { findSession, instanceId, session, useInstance, useMay } from "./session.ts";
import { Shell } from "./shell.tsx";
import { shellWords } from "./words/index.ts";

interface Found {
  route: Route;
  params: Record<string, string>;
}

function find(path: string): Found | undefined {
  for (const route of routes) {
    const params = match(route.path, path);
    if (params) return { route, params };
  }
  return undefined;
}

/** What identifies a page while its address changes: the part of the path that it does not stay for. */
const keyOf = (route: Route, path: string): string =>
  route.stays === undefined ? path : path.split("/").slice(0, route.stays + 1).join("/");

const loaded = new Map<Route, ComponentType<PageProps>>();

interface Shown {
  route: Route;
  page: ComponentType<PageProps> | null;
}

/** The route to draw: the last one whose part has arrived. */
function usePage(wanted: Route | undefined): { shown: Shown | undefined; waiting: boolean; failed: boolean; retry: () => void } {
  const [, redraw] = useState({});
  const [failed, setFailed] = useState<Route>();
  const last = useRef<Shown | undefined>(undefined);
  if (wanted && loaded.has(wanted)) last.current = { route: wanted, page: loaded.get(wanted)! };
  const fetchPart = (): void => {
    if (!wanted || loaded.has(wanted)) return;
    setFailed(undefined);
    wanted.load().then((part) => {
      loaded.set(wanted, part.default);
      redraw({});
    }, () => setFailed(wanted));
  };
  useEffect(fetchPart, [wanted]);
  return {
    shown: wanted ? last.current : undefined, waiting: wanted !== undefined && !loaded.has(wanted) && failed !== wanted,
    failed: wanted !== undefined && failed === wanted, retry: fetchPart,
  };
}

export function App(): VNode {
  const now = useCell(session);
  return (
    <>
      {now.state === "asking" ? <div class="under-way" /> : now.state === "failed" ? <Unreachable /> : <Placed />}
      <Ended />
      <ConfirmHost />
      <ToastHost />
    </>
  );
}

/** Where somebody came from when they were sent to the door; only addresses of ours. */
export function wayBack(query: URLSearchParams): string {
  const to = query.get("to") ?? "/";
  return to.startsWith("/") && !to.startsWith("//") && !to.startsWith("/\\") && find(to.split(/[?#]/)[0]!)?.route.open !== true ? to : "/";
}

function Placed(): VNode | null {
  const now = useCell(session);
  const { path, query, visit } = usePlace();
  const found = find(path);
  const atDoor = found?.route.open ?? false;
  const inside = now.state === "in";
  // Signing in, and its opposite, lead on from here; every other page may be opened by its address.
  useEffect(() => {
    if (!inside && !atDoor) {
      const from = path + (query.size ? `?${query}` : "");
      void navigate(now.state === "out" && now.setUp ? "/setup" : from === "/" ? "/sign-in" : `/sign-in?to=${encodeURIComponent(from)}`, { replace: true, force: true });
    } else if (inside && (path === "/sign-in" || path === "/setup")) void navigate(wayBack(query), { replace: true, force: true });
    else if (inside && path === "/" && !found) void navigate(routes.find((route) => !route.open)!.path, { replace: true, force: true });
  }, [inside, atDoor, path]);
  const drawn = usePage(!inside && !atDoor ? undefined : found?.route);
  // The old page stays until the new one is there; its heading is not the one to go to.
  useFocusOnVisit(visit, !drawn.waiting);

  const params = found && drawn.shown?.route === found.route ? found.params : undefined;
  const kept = useRef<{ params: Record<string, string>; key: string }>({ params: {}, key: "" });
  if (params && found) kept.current = { params, key: keyOf(found.route, path) };
  const Page = drawn.shown?.page;
  const page = Page && <Boundary key={kept.current.key}><Page params={kept.current.params} /></Boundary>;
  const wait = drawn.waiting && <div class="under-way" />;
  if (!inside || atDoor) {
    if (!atDoor) return null;
    return <>{wait}<DoorFrame>{drawn.failed ? <PartMissing retry={drawn.retry} /> : page}</DoorFrame></>;
  }
  return <>{wait}<Inside found={found} failed={drawn.failed} retry={drawn.retry}>{page}</Inside></>;
}

function Inside({ found, failed, retry, children }: { found: Found | undefined; failed: boolean; retry: () => void; children: ComponentChildren }): VNode {
  const t = useWords(shellWords);
  const instance = useInstance();
  const chosen = useCell(instanceId);
  const may = useMay();
  let inside = children;
  if (!instance) inside = <Notice icon="lock" title={t.noInstanceTitle}>{t.noInstance}</Notice>;
  else if (!found) inside = <Notice icon="question" title={t.notFoundTitle} home>{t.notFound}</Notice>;
  else if (found.route.action && !may(found.route.action)) inside = <Notice icon="lock" title={t.forbiddenTitle} home>{t.forbidden(t.roles[instance.role])}</Notice>;
  else if (failed) inside = <PartMissing retry={retry} />;
  // Another instance is another everything: no page keeps what it held.
  return <Shell><div class="page" key={instance?.id ?? chosen}>{inside}</div></Shell>;
}

/** After a navigation focus goes to the page's heading, so that those who listen hear where they are; after Back the page is where it was left. */
function useFocusOnVisit(visit: number, ready: boolean): void {
  const last = useRef(visit);
  const taking = useRef<() => void>(undefined);
  useLayoutEffect(() => {
    if (last.current === visit || !ready) return;
    last.current = visit;
    const heading = document.querySelector<HTMLElement>("main h1");
    if (heading && !heading.hasAttribute("tabindex")) heading.tabIndex = -1;
    (heading ?? document.querySelector<HTMLElement>("main"))?.focus({ preventScroll: true });
    taking.current?.();
    const { returned } = place.get();
    taking.current = returned === undefined ? undefined : takeUp(returned);
  }, [visit, ready]);
}

function Notice({ icon, title, home, children }: { icon: "lock" | "question"; title: string; home?: boolean; children: ComponentChildren }): VNode {
  const t = useWords(shellWords);
  useTitle(title);
  return (
    <>
      <h1 class="unseen" tabIndex={-1}>{title}</h1>
      <EmptyState icon={icon} title={title} actions={home && <Button href="/portal/">{t.toHome}</Button>}>{children}</EmptyState>
    </>
  );
}

function PartMissing({ retry }: { retry: () => void }): VNode {
  const t = useWords(shellWords);
  return (
    <EmptyState icon="offline" title={t.partTitle} actions={<><Button onClick={retry}>{t.retry}</Button><Button variant="primary" onClick={() => location.reload()}>{t.reload}</Button></>}>
      {t.part}
    </EmptyState>
  );
}

function Unreachable(): VNode {
  const t = useWords(shellWords);
  const now = useCell(session);
  useTitle(t.failedTitle);
  return (
    <DoorFrame>
      <h1 class="unseen">{t.failedTitle}</h1>
      <EmptyState icon="offline" title={t.failedTitle} actions={<Button variant="primary" icon="refresh" onClick={() => void findSession()}>{t.retry}</Button>}>
        {now.state === "failed" && now.error.message}
      </EmptyState>
    </DoorFrame>
  );
}

/** Keeps one broken page from taking the rest with it. */
class Boundary extends Component<{ children: ComponentChildren }, { broken: boolean }> {
  override state = { broken: false };

  static override getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override componentDidCatch(thrown: unknown): void {
    console.error(thrown);
  }

  override render(): ComponentChildren {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}

function Broken(): VNode {
  const t = useWords(shellWords);
  return (
    <>
      <h1 class="unseen">{t.brokenTitle}</h1>
      <EmptyState icon="alert" title={t.brokenTitle} actions={<Button variant="primary" icon="refresh" onClick={() => location.reload()}>{t.reload}</Button>}>{t.broken}</EmptyState>
    </>
  );
}
