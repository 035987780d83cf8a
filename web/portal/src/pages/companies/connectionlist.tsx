import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { date, relative, useWords } from "../../i18n.ts";
import { Banner, Button, CopyButton, Drawer, Failure, Menu, Pill, Skeleton } from "../../kit/index.ts";
import { useLoad } from "../../load.ts";
import { useMay } from "../../session.ts";
import { deleteConnection, unlinkConnection } from "./endings.tsx";
import { RequestData } from "./share.tsx";
import { Timeline } from "./timeline.tsx";
import { standing, tones, type Connection, type Named } from "./types.ts";
import { words } from "./words.ts";

/** The connections of a company, each with what can be done with it. */
export function ConnectionList({ company, connections, onChanged }: { company: Named; connections: Connection[]; onChanged: () => void }): VNode {
  const t = useWords(words);
  const may = useMay();
  const [sharing, setSharing] = useState<Connection>();
  const [timeline, setTimeline] = useState<string>();
  const after = (done: Promise<boolean>): void => void done.then((yes) => yes && onChanged());
  return (
    <>
      <ul class="connection-list">
        {connections.map((one) => (
          <li key={one.id}>
            <img src={`/link/logos/${one.integrationKey}.svg`} alt="" width={32} height={32} />
            <div class="stack tight">
              <div class="row">
                <strong>{one.platformName}</strong>
                <Pill tone={tones[one.status]}>{t.statusNames[one.status]}</Pill>
                {standing(one).length > 0 && <Pill tone="warn">{t.errors(standing(one).length)}</Pill>}
              </div>
              <div class="soft small row">
                <span>{t.types[one.sourceType] ?? one.sourceType}</span><span>·</span>
                <span>{t.began} {date(one.created)}</span>
                {one.lastSync && <><span>·</span><span>{t.lastSync} {relative(one.lastSync)}</span></>}
              </div>
              <div class="row keep small mono soft"><span class="truncate">{one.id}</span><CopyButton value={one.id} what={t.id} /></div>
              {standing(one).slice(0, 1).map(({ errorMessage, statusText }) => <Banner key={statusText} tone="warn" title={statusText}>{errorMessage}</Banner>)}
              {(one.status === "Deauthorized" || one.status === "Unlinked") && <p class="small soft">{t.reconnectHint}</p>}
            </div>
            {one.status !== "Linked" && <div class="go"><Button size="small" icon="link" onClick={() => setSharing(one)}>{t.copyLink}</Button></div>}
            <div class="acts">
              <Menu
                label={one.platformName} align="end" trigger={(p) => <Button size="small" variant="quiet" icon="more" rest={{ ...p, "aria-label": `${one.platformName}: ${t.manage}` }} />}
                items={[
                  { label: t.viewTimeline, icon: "clock", onSelect: () => setTimeline(one.id) },
                  { label: t.copyLink, icon: "link", onSelect: () => setSharing(one) },
                  ...(may("connections.end") ? [
                    "-" as const,
                    ...(one.status === "Linked" ? [{ label: t.unlink, icon: "leave" as const, danger: true, onSelect: () => after(unlinkConnection(company.id, one)) }] : []),
                    { label: t.deleteConnection, icon: "bin" as const, danger: true, onSelect: () => after(deleteConnection(company.id, one)) },
                  ] : []),
                ]}
              />
            </div>
          </li>
        ))}
      </ul>
      {sharing && <RequestData company={company} connection={{ id: sharing.id, name: sharing.platformName }} onClose={() => setSharing(undefined)} />}
      {timeline && <Timeline company={company} connections={connections} first={timeline} onClose={() => setTimeline(undefined)} />}
    </>
  );
}

/** The connections of one of the table's companies, beside the table. */
export function ConnectionsPanel({ company, onClose, onChanged }: { company: Named; onClose: () => void; onChanged: () => void }): VNode {
  const t = useWords(words);
  const { data, error, reload } = useLoad<{ results: Connection[] }>(`/companies/${company.id}/connections`, { pageSize: 100 }, { spoken: true });
  const changed = (): void => {
    reload();
    onChanged();
  };
  return (
    <Drawer
      open title={t.panelTitle(company.name)} onClose={onClose}
      footer={<Button variant="primary" href={`/portal/companies/${company.id}/connections`}>{t.manage}</Button>}
    >
      <Failure error={error} onRetry={reload} />
      {data ? (data.results.length ? <ConnectionList company={company} connections={data.results} onChanged={changed} /> : <p class="soft">{t.panelEmpty}</p>) : !error && <Skeleton height={200} />}
    </Drawer>
  );
}
