import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { dateTime, number, useWords } from "../../i18n.ts";
import { Banner, DescriptionList, Drawer, EmptyState, Failure, Icon, Pill, Select, Skeleton } from "../../kit/index.ts";
import { useLoad } from "../../load.ts";
import { tones, type Company, type Connection, type Named } from "./types.ts";
import { actorName, words } from "./words.ts";

interface Entry {
  id: string;
  at: string;
  type: string;
  trigger?: string;
  from?: string;
  to?: string;
  reason?: string;
  actor: string;
  actorName?: string;
  consent?: { kind: string };
  access?: { permission: string; requests: number; failed: number; until: string };
}

const looks: Record<string, { icon: "ok" | "stop" | "alert" | "clock" | "minus" | "check"; tone: string }> = {
  create: { icon: "clock", tone: "info" }, link: { icon: "ok", tone: "good" }, fail: { icon: "alert", tone: "bad" },
  unlink: { icon: "minus", tone: "bad" }, revoke: { icon: "stop", tone: "bad" }, note: { icon: "clock", tone: "neutral" },
};

/** Where a connection stood that comes back. */
const ended = ["Unlinked", "Deauthorized"];

function Step({ of }: { of: Entry }): VNode {
  const t = useWords(words);
  const look = of.consent ? { icon: "check" as const, tone: "good" } : looks[of.trigger ?? "note"] ?? looks.note!;
  const title = of.consent ? (of.consent.kind === "additional" ? t.consentAdditional : t.consentGiven)
    : of.access ? t.accessed(`${number(of.access.requests)} × ${t.accessNames[of.access.permission] ?? of.access.permission}`)
    : of.trigger === "link" && ended.includes(of.from ?? "") ? t.reconnected
    : of.trigger === "note" && of.reason ? of.reason : t.steps[of.trigger ?? "note"] ?? of.trigger;
  return (
    <li>
      <span class={look.tone}><Icon name={look.icon} /></span>
      <div>
        <strong>{title}</strong>
        <div class="soft small">{dateTime(of.at)} · {t.by(actorName(t, of.actor, of.actorName))}</div>
        {of.reason && of.reason !== title && <p class="small">{of.reason}</p>}
      </div>
    </li>
  );
}

/** When something was last exchanged over a connection; to move it elsewhere is no use of it. */
function lastUse(connection: Connection, steps: readonly Entry[]): string | undefined {
  const uses = steps.flatMap(({ access }) => (access && access.requests > access.failed && access.permission !== "export" ? [access.until] : []));
  return [...uses, ...(connection.lastSync ? [connection.lastSync] : [])].sort((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
}

/** How many steps are read. */
const most = 500;

/** What has become of a connection, step by step, the oldest first (link.md 5.9). */
export function Timeline({ company, connections, first, onClose }: { company: Named; connections: Connection[]; first: string; onClose: () => void }): VNode {
  const t = useWords(words);
  const [id, setId] = useState(first);
  const one = connections.find((connection) => connection.id === id);
  const { data, error, reload } = useLoad<{ results: Entry[] }>(`/companies/${company.id}/connections/${id}/timeline`, { pageSize: most }, { spoken: true });
  const of = useLoad<Company>(`/companies/${company.id}`).data;
  // Its beginning is missing where the record is younger than the connection.
  const partial = data && one && data.results.length > 0 && data.results.length < most && !data.results.some(({ trigger }) => trigger === "create");
  const used = data && one && lastUse(one, data.results);
  const steps = data && [...data.results].sort((a, b) => a.at.localeCompare(b.at) || a.id.localeCompare(b.id));
  return (
    <Drawer open title={t.timeline} onClose={onClose}>
      <div class="stack wide">
        <Select label={t.timelineOf} value={id} onChange={setId} options={connections.map((connection) => ({ value: connection.id, label: `${connection.platformName} (${t.statusNames[connection.status]})` }))} />
        {one && <div class="row"><Pill tone={tones[one.status]}>{t.statusNames[one.status]}</Pill><span class="soft small">{t.lastSyncIs(used ? dateTime(used) : "—")}</span></div>}
        <Failure error={error} onRetry={reload} />
        {partial && <Banner tone="info" title={t.timelinePartTitle}>{t.timelinePart(dateTime(steps![0]!.at))} {t.began} {dateTime(one.created)}.</Banner>}
        {steps ? (steps.length ? <ol class="timeline">{steps.map((step) => <Step key={step.id} of={step} />)}</ol>
          : <EmptyState icon="clock" title={t.timelineNone}>{t.timelineNoneText}{one && <> {t.began} {dateTime(one.created)}.</>}</EmptyState>) : !error && <Skeleton height={240} />}
        {of && (
          <DescriptionList items={[
            { term: t.company, value: of.name }, { term: t.created, value: dateTime(of.created) }, { term: t.createdBy, value: of.createdByUserName || t.byApi },
          ]} />
        )}
      </div>
    </Drawer>
  );
}
