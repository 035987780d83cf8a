import type { VNode } from "preact";
import { dateTime, useWords } from "../../i18n.ts";
import { EmptyState, Table } from "../../kit/index.ts";
import { useList } from "../../load.ts";
import { actorName, words } from "./words.ts";

interface Line {
  id: string;
  at: string;
  kind: string;
  connectionId?: string;
  platformName?: string;
  trigger?: string;
  reason?: string;
  consentKind?: string;
  actor?: string;
  actorName?: string;
}

/** Everything that has happened around a company, the latest first. */
export function Activity({ id }: { id: string }): VNode {
  const t = useWords(words);
  const list = useList<Line>(`/companies/${id}/activity`, undefined, { spoken: true });
  const what = (line: Line): string => {
    if (line.kind === "consent") return line.consentKind === "additional" ? t.consentAdditional : t.consentGiven;
    return t.activityKinds[line.kind] ?? (line.trigger === "note" && line.reason ? line.reason : t.steps[line.trigger ?? "note"]) ?? line.kind;
  };
  return (
    <Table
      label={t.activity} rows={list.rows} rowKey={(line) => `${line.kind} ${line.id}`} loading={list.loading} error={list.error} onRetry={list.reload} more={list.more} onMore={list.loadMore}
      columns={[
        { id: "when", header: t.when, cell: ({ at }) => <span class="dated">{dateTime(at)}</span>, width: "190px" },
        { id: "what", header: t.activity, cell: (line) => <span>{what(line)}{line.reason && line.reason !== what(line) && <span class="soft"> · {line.reason}</span>}</span> },
        { id: "platform", header: t.connection, cell: ({ platformName }) => platformName ?? "—", width: "190px" },
        { id: "who", header: t.who, cell: ({ actor, actorName: name }) => <span class="capital">{actorName(t, actor, name) || "—"}</span>, width: "180px" },
      ]}
      empty={<EmptyState icon="log" title={t.activityEmpty} />}
    />
  );
}
