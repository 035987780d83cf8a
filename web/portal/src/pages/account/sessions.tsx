import type { VNode } from "preact";
import type { ApiError } from "../../api.ts";
import { dateTime, relative, useWords } from "../../i18n.ts";
import { Button, Pill, Table } from "../../kit/index.ts";
import { words } from "./words.ts";

export interface StaffSession {
  id: string;
  created: string;
  lastSeen: string;
  device: string;
  external: boolean;
  current: boolean;
}

/** Where somebody is signed in. */
export function SessionTable({ sessions, loading, error, retry, onEnd }: { sessions: StaffSession[] | undefined; loading: boolean; error: ApiError | undefined; retry: () => void; onEnd?: (one: StaffSession) => void }): VNode {
  const t = useWords(words);
  return (
    <Table<StaffSession>
      label={t.sessions} rows={sessions} loading={loading} error={error} onRetry={retry} rowKey={({ id }) => id} skeletonRows={2}
      columns={[
        { id: "device", header: t.device, cell: (one) => <span class="row">{t.deviceName(one.device)}{one.current && <Pill tone="good">{t.this}</Pill>}{one.external && <Pill icon={null}>{t.bySso}</Pill>}</span> },
        { id: "created", header: t.signedIn, cell: (one) => <span class="numeric">{dateTime(one.created)}</span> },
        { id: "seen", header: t.lastSeen, cell: (one) => relative(one.lastSeen) },
        ...(onEnd ? [{ id: "end", header: t.end, hideHeader: true, align: "end" as const, cell: (one: StaffSession) => !one.current && <Button size="small" onClick={() => onEnd(one)}>{t.end}</Button> }] : []),
      ]}
    />
  );
}
