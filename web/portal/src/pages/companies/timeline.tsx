import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { dateTime, number, relative, useWords } from "../../i18n.ts";
import { DescriptionList, Drawer, EmptyState, Failure, Icon, Pill, Select, Skeleton } from "../../kit/index.ts";
import { useLoad } from "../../load.ts";
import { tones, type Company, type Connection, type Named } from "./types.ts";
import { actorName, words } from "./words.ts";

interface Entry {
  id: string;
  at: string;
  type: string;
  trigger?: string;
  to?: string;
  reason?: string;
  actor: string;
  actorName?: string;
  consent?: { kind: string };
  access?: { permission: string; requests: number; failed: number };
}

const looks: Record<string, { icon: "ok" | "stop" | "alert" | "clock" | "minus" | "check"; tone: string }> = {
  create: { icon: "clock", tone: "info" }, link: { icon: "ok", tone: "good" }, fail: { icon: "alert", tone: "bad" },
  unlink: { icon: "minus", tone: "bad" }, revoke: { icon: "stop", tone: "bad" }, note: { icon: "clock", tone: "neutral" },
};

function Step({ of }: { of: Entry }): VNode {
  const t = useWords(words);
  const look = of.consent ? { icon: "check" as const, tone: "good" } : looks[of.trigger ?? "note"] ?? looks.note!;
  const title = of.consent ? (of.consent.kind === "additional" ? t.consentAdditional : t.consentGiven)
    : of.access ? t.accessed(`${number(of.access.requests)} × ${t.accessNames[of.access.permission] ?? of.access.permission}`)
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

/** What has become of a connection, step by step, the oldest first (link.md 5.9). */
export function Timeline({ company, connections, first, onClose }: { company: Named; connections: Connection[]; first: string; onClose: () => void }): VNode {
  const t = useWords(words);
  const [id, setId] = useState(first);
  const one = connections.find((connection) => connection.id === id);
  const { data, error, reload } = useLoad<{ results: Entry[] }>(`/companies/${company.id}/connections/${id}/timeline`, { pageSize: 500 }, { spoken: true });
  const of = useLoad<Company>(`/companies/${company.id}`).data;
  const steps = data && [...data.results].sort((a, b) => a.at.localeCompare(b.at) || a.id.localeCompare(b.id));
  return (
    <Drawer open title={t.timeline} onClose={onClose}>
      <div class="stack wide">
        <Select label={t.timelineOf} value={id} onChange={setId} options={connections.map((connection) => ({ value: connection.id, label: `${connection.platformName} (${t.statusNames[connection.status]})` }))} />
        {one && <div class="row"><Pill tone={tones[one.status]}>{t.statusNames[one.status]}</Pill><span class="soft small">{t.lastSyncIs(one.lastSync ? relative(one.lastSync) : "—")}</span></div>}
        <Failure error={error} onRetry={reload} />
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
