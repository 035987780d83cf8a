import type { VNode } from "preact";
import { dateTime, useWords } from "../../../i18n.ts";
import { EmptyState, Table } from "../../../kit/index.ts";
import { useLoad } from "../../../load.ts";
import { actorName, words } from "./words.ts";

interface Change {
  id: string;
  at: string;
  what: string;
  reason?: string;
  actor: string;
  actorName?: string;
}

/** Who has changed a consumer, and when. */
export function History({ id }: { id: string }): VNode {
  const t = useWords(words);
  const { data, error, reload } = useLoad<{ results: Change[] }>(`/webhooks/${id}/history`);
  return (
    <Table
      label={t.history} rows={data?.results} rowKey={(one) => one.id} error={error} onRetry={reload} skeletonRows={4}
      columns={[
        { id: "when", header: t.when, cell: ({ at }) => <span class="nowrap">{dateTime(at)}</span>, width: "190px" },
        { id: "what", header: t.what, cell: ({ what, reason }) => <>{t.whatNames[what] ?? what}{reason && <span class="soft"> · {reason}</span>}</> },
        { id: "who", header: t.who, cell: ({ actor, actorName: name }) => name || actorName(t, actor), width: "200px" },
      ]}
      empty={<EmptyState icon="log" title={t.historyEmpty} />}
    />
  );
}
