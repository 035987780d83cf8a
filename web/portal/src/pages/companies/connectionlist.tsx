import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { date, dateTime, relative, useWords } from "../../i18n.ts";
import { Banner, Button, CopyButton, Drawer, Failure, Menu, Pill, Skeleton } from "../../kit/index.ts";
import { useLoad } from "../../load.ts";
import { useMay } from "../../session.ts";
import { CheckResult, useCheck } from "./check.tsx";
import { deleteConnection, unlinkConnection } from "./endings.tsx";
import { FamilyPlatforms } from "./family.tsx";
import { RequestData } from "./share.tsx";
import { Timeline } from "./timeline.tsx";
import { standing, tones, type Connection, type Named, type Row } from "./types.ts";
import { words } from "./words.ts";

/** One connection, with what can be done with it. */
function Entry({ company, one, onShare, onTimeline, onChanged }: {
  company: Named;
  one: Connection;
  onShare: () => void;
  onTimeline: () => void;
  onChanged: () => void;
}): VNode {
  const t = useWords(words);
  const may = useMay();
  const check = useCheck(company, one, onChanged);
  const after = (done: Promise<boolean>): void => void done.then((yes) => yes && onChanged());
  const errors = standing(one);
  // One button in two roles: it keeps the focus when what it does changes.
  const go = one.status === "Linked"
    ? may("connections.add") && { icon: "refresh" as const, text: t.check, label: t.checkOf(one.platformName), onClick: check.run }
    : { icon: "link" as const, text: t.copyLink, label: undefined, onClick: onShare };
  return (
    <li>
      <img src={`/link/logos/${one.integrationKey}.svg`} alt="" width={32} height={32} />
      <div class="stack tight">
        <div class="row">
          <strong>{one.platformName}</strong>
          <Pill tone={tones[one.status]}>{t.statusNames[one.status]}</Pill>
          {errors.length > 0 && <Pill tone="warn">{t.errors(errors.length)}</Pill>}
        </div>
        <div class="soft small row">
          <span>{t.types[one.sourceType] ?? one.sourceType}</span><span>·</span>
          <span>{t.began} {date(one.created)}</span>
          {one.lastSync && <><span>·</span><span title={dateTime(one.lastSync)}>{t.lastSync} {relative(one.lastSync)}</span></>}
        </div>
        <div class="row keep small mono soft"><span class="truncate">{one.id}</span><CopyButton value={one.id} what={t.id} /></div>
        {/* What a check has just told is not told twice. */}
        {check.check?.result !== "deauthorized" && errors.slice(0, 1).map(({ errorMessage, statusText }) => <Banner key={statusText} tone="warn" title={statusText}>{errorMessage}</Banner>)}
        <CheckResult of={check} />
        {(one.status === "Deauthorized" || one.status === "Unlinked") && <p class="small soft">{t.reconnectHint}</p>}
      </div>
      {go && <div class="go"><Button size="small" icon={go.icon} busy={check.busy} onClick={go.onClick} rest={{ "aria-label": go.label }}>{go.text}</Button></div>}
      <div class="acts">
        <Menu
          label={one.platformName} align="end" trigger={(p) => <Button size="small" variant="quiet" icon="more" rest={{ ...p, "aria-label": `${one.platformName}: ${t.manage}` }} />}
          items={[
            { label: t.viewTimeline, icon: "clock", onSelect: onTimeline },
            { label: t.copyLink, icon: "link", onSelect: onShare },
            ...(may("connections.end") ? [
              "-" as const,
              ...(one.status === "Linked" ? [{ label: t.unlink, icon: "leave" as const, danger: true, onSelect: () => after(unlinkConnection(company.id, one)) }] : []),
              { label: t.deleteConnection, icon: "bin" as const, danger: true, onSelect: () => after(deleteConnection(company.id, one)) },
            ] : []),
          ]}
        />
      </div>
    </li>
  );
}

/** The connections of a company. */
export function ConnectionList({ company, connections, all = connections, onChanged }: {
  company: Named;
  connections: Connection[];
  /** Those of the company that are listed elsewhere, too: what a timeline can be switched to. */
  all?: Connection[];
  onChanged: () => void;
}): VNode {
  const [sharing, setSharing] = useState<Connection>();
  const [timeline, setTimeline] = useState<string>();
  return (
    <>
      <ul class="connection-list">
        {connections.map((one) => <Entry key={one.id} company={company} one={one} onShare={() => setSharing(one)} onTimeline={() => setTimeline(one.id)} onChanged={onChanged} />)}
      </ul>
      {sharing && <RequestData company={company} connection={{ id: sharing.id, name: sharing.platformName }} onClose={() => setSharing(undefined)} />}
      {timeline && <Timeline company={company} connections={all} first={timeline} onClose={() => setTimeline(undefined)} />}
    </>
  );
}

/** The connections of one of the table's companies, beside the table. */
export function ConnectionsPanel({ company, onClose, onChanged }: { company: Row; onClose: () => void; onChanged: () => void }): VNode {
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
      {company.subsidiaries > 0 && <FamilyPlatforms of={company} />}
    </Drawer>
  );
}
