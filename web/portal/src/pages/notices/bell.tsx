// What waits for somebody here, behind a bell: worked out by the server of what is so now,
// for their role. Opening it is reading it.

import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { adopt } from "../../adopt.ts";
import { api } from "../../api.ts";
import { date, day, number, relative, useWords } from "../../i18n.ts";
import type { IconName } from "../../icons.ts";
import { EmptyState, Failure, Icon, IconButton, Popover, Skeleton } from "../../kit/index.ts";
import { useLoad, type Loaded } from "../../load.ts";
import { words } from "./words.ts";
import css from "./notices.css?text";
import { useMay } from "../../session.ts";

adopt(css);

type Kind = keyof typeof words["en-US"]["says"];

interface Notice {
  id: string;
  kind: Kind;
  severity: "bad" | "warn" | "info";
  since?: string;
  due?: string;
  subject?: string;
  name?: string;
  count?: number;
  more?: boolean;
  unread: boolean;
}

interface Notices {
  results: Notice[];
  unread: number;
}

const shapes: Record<Notice["severity"], IconName> = { bad: "stop", warn: "alert", info: "clock" };

/** Where one does something about it. */
function placeOf({ kind, subject = "" }: Notice): string {
  switch (kind) {
    case "consumer.disabled": case "consumer.failing": return `/monitor/webhooks/${subject}`;
    case "certificate.expired": case "certificate.expiring": return `/monitor/webhooks/${subject}/security`;
    case "integration.incomplete": return `/settings/integrations/${subject}`;
    case "connections.deauthorized": return "/companies?status=Deauthorized";
    case "deprecation": return "/developers/deprecations";
    default: return "/developers/keys";
  }
}

/** A URL without what stands before and behind the host and the path. */
const shown = (name: string): string => name.replace(/^https?:\/\//, "").replace(/[?#].*$/, "").replace(/\/$/, "");

const rarely = 300_000;
const fresh = 30_000;

/**
 * Asks again when somebody comes back to the window, and now and then while they work in it. Asking
 * keeps their session alive, so a window that is left alone does not ask.
 */
function useRefreshed(reload: () => void): void {
  useEffect(() => {
    let asked = Date.now();
    let active = false;
    const ask = (age: number): void => {
      if (document.visibilityState !== "visible" || Date.now() - asked < age) return;
      asked = Date.now();
      active = false;
      reload();
    };
    const back = (): void => ask(fresh);
    const works = (): void => {
      active = true;
    };
    const timer = setInterval(() => active && ask(rarely), rarely / 5);
    addEventListener("focus", back);
    document.addEventListener("visibilitychange", back);
    addEventListener("pointerdown", works, true);
    addEventListener("keydown", works, true);
    return () => {
      clearInterval(timer);
      removeEventListener("focus", back);
      document.removeEventListener("visibilitychange", back);
      removeEventListener("pointerdown", works, true);
      removeEventListener("keydown", works, true);
    };
  }, [reload]);
}

/** The bell of the top bar; `open`: it was asked for before it was there. */
export default function Bell({ open }: { open: boolean }): VNode {
  const t = useWords(words);
  const notices = useLoad<Notices>("/notices", undefined, { spoken: true, quiet: true });
  useRefreshed(notices.reload);
  const unread = notices.data?.unread ?? 0;
  return (
    <Popover
      label={t.title} align="end" class="notices" defaultOpen={open}
      trigger={(props) => (
        <span class="bell">
          <IconButton icon="bell" label={unread ? `${t.title}, ${t.fresh(unread)}` : t.title} rest={{ ...props }} />
          {unread > 0 && <span class="count" aria-hidden="true">{unread > 9 ? "9+" : number(unread)}</span>}
        </span>
      )}
    >
      {(close) => <Panel notices={notices} close={close} />}
    </Popover>
  );
}

function Panel({ notices, close }: { notices: Loaded<Notices>; close: () => void }): VNode {
  const t = useWords(words);
  const may = useMay();
  const { data, error } = notices;
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const asked = useRef(false);
  useEffect(() => {
    if (!asked.current && data) notices.reload();
    asked.current = true;
  }, []);
  useEffect(() => {
    const ids = data?.results.filter(({ unread }) => unread).map(({ id }) => id) ?? [];
    if (!ids.length) return;
    setSeen((before) => new Set([...before, ...ids]));
    notices.set((now) => now && { unread: 0, results: now.results.map((one) => ({ ...one, unread: false })) });
    api.post("/notices/seen", { ids }).catch(() => {
      // They are new once more when they are asked for next.
    });
  }, [data]);
  return (
    <>
      <h2>{t.title}</h2>
      {data?.results.length === 0 && <EmptyState icon="bell" title={t.none}>{may("developers") ? t.noneDev : t.noneOthers}</EmptyState>}
      {data && data.results.length > 0 && (
        <ul>
          {data.results.map((one) => <li key={one.id}><Row of={one} isNew={seen.has(one.id)} close={close} /></li>)}
        </ul>
      )}
      {!data && (error ? <div class="failed"><Failure error={error} onRetry={notices.reload} /></div> : <div class="waiting"><Skeleton height={120} /></div>)}
    </>
  );
}

function Row({ of, isNew, close }: { of: Notice; isNew: boolean; close: () => void }): VNode {
  const t = useWords(words);
  const { kind, severity, since, due, count = 0, more = false } = of;
  const name = shown(of.name ?? "");
  const { title, text } = t.says[kind] as { title: string | ((...of: unknown[]) => string); text: string | ((name: string) => string) };
  const when = due ? `${kind === "deprecation" ? day(due) : date(due)}, ${relative(due)}` : since && (kind === "connections.deauthorized" ? t.latest(since) : t.since(since));
  return (
    <a class={severity} href={`/portal${placeOf(of)}`} onClick={close}>
      <Icon name={shapes[severity]} />
      <div>
        <div class="head"><strong>{typeof title === "string" ? title : kind === "connections.deauthorized" ? title(count, more) : title(name)}</strong>{isNew && <span class="new">{t.isNew}</span>}</div>
        <p>{typeof text === "string" ? text : text(name)}</p>
        {when && <p>{when}</p>}
      </div>
    </a>
  );
}
