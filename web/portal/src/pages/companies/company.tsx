import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { adopt } from "../../adopt.ts";
import { dateTime, relative, useWords } from "../../i18n.ts";
import { Button, Card, CopyButton, DescriptionList, EmptyState, Failure, Menu, PageHeader, Pill, Skeleton, TabLinks, TextField } from "../../kit/index.ts";
import { useList, useLoad, useSettled } from "../../load.ts";
import { navigate, setQuery, usePlace, type PageProps } from "../../router.ts";
import { useMay } from "../../session.ts";
import { Activity } from "./activity.tsx";
import { Columns } from "./columns.tsx";
import css from "./companies.css?text";
import { EditCompany } from "./companyform.tsx";
import { ConnectionList } from "./connectionlist.tsx";
import { Consents } from "./consents.tsx";
import { Directory, NoneFits } from "./directory.tsx";
import { removeCompany } from "./endings.tsx";
import { RequestData } from "./share.tsx";
import { productNames, type Company, type Named, type Row } from "./types.ts";
import { words } from "./words.ts";

adopt(css);

function Summary({ of, onRequest, reload }: { of: Company; onRequest: () => void; reload: () => void }): VNode {
  const t = useWords(words);
  const people = useLoad<{ results: Named[] }>("/owners").data?.results ?? [];
  const connections = of.dataConnections ?? [];
  const pending = connections.filter(({ status }) => status === "PendingAuth");
  const others = connections.filter(({ status }) => status !== "PendingAuth");
  return (
    <>
      {connections.length === 0 && (
        <Card><EmptyState icon="link" title={t.noConnections} actions={<Button variant="primary" icon="link" onClick={onRequest}>{t.requestData}</Button>}>{t.noConnectionsText}</EmptyState></Card>
      )}
      {others.length > 0 && <Card title={t.connections}><ConnectionList company={of} connections={others} all={connections} onChanged={reload} /></Card>}
      {pending.length > 0 && <Card title={t.pendingTitle}><ConnectionList company={of} connections={pending} all={connections} onChanged={reload} /></Card>}
      <Card title={t.about}>
        <DescriptionList items={[
          { term: t.id, value: <span class="row keep"><code class="truncate">{of.id}</code><CopyButton value={of.id} what={t.copyId} /></span> },
          ...(of.description ? [{ term: t.description, value: of.description }] : []),
          ...(of.referenceParentCompany ? [{ term: t.parent, value: <a href={`/portal/companies/${of.referenceParentCompany.id}`}>{of.referenceParentCompany.name}</a> }] : []),
          { term: t.created, value: dateTime(of.created) },
          { term: t.createdBy, value: of.createdByUserName || t.byApi },
          { term: t.lastSync, value: of.lastSync ? relative(of.lastSync) : "—" },
          { term: t.owners, value: (of.ownerUserIds ?? []).map((id) => people.find((one) => one.id === id)?.name ?? id).join(", ") || t.none },
          { term: t.tags, value: Object.keys(of.tags ?? {}).length ? <span class="row tag-list">{Object.entries(of.tags!).map(([key, value]) => <a key={key} title={`${key}:${value}`} href={`/portal/companies?tag=${encodeURIComponent(`${key}:${value}`)}`}><Pill icon={null}>{key}:{value}</Pill></a>)}</span> : t.none },
          { term: t.products, value: productNames(of.products) || t.none },
        ]} />
      </Card>
    </>
  );
}

function Subsidiaries({ of }: { of: Company }): VNode {
  const t = useWords(words);
  const { query } = usePlace();
  const sort = query.get("sort") ?? "name";
  const [text, setText] = useState("");
  const sought = useSettled(text, 180).trim();
  const list = useList<Row>("/directory", { parent: of.id, sort, q: sought || undefined });
  return (
    <>
      <div class="finding few" role="search">
        <TextField label={t.searchLabel} type="search" icon="search" value={text} onInput={setText} placeholder={t.searchHint} />
        <Columns />
      </div>
      <Directory
        list={list} sought={sought} sort={sort} onSort={(next) => setQuery({ sort: next })} onChanged={list.reload}
        empty={sought ? <NoneFits onClear={() => setText("")} /> : <EmptyState icon="company" title={t.subsidiariesEmpty}>{t.subsidiariesEmptyText}</EmptyState>}
      />
    </>
  );
}

const tabs = ["summary", "connections", "subsidiaries", "consents", "activity"] as const;

export default function CompanyPage({ params }: PageProps): VNode {
  const t = useWords(words);
  const may = useMay();
  const { id = "" } = params;
  const tab = tabs.find((one) => one === params.tab) ?? "summary";
  const { data: of, error, reload } = useLoad<Company>(`/companies/${id}`);
  const [dialog, setDialog] = useState<"edit" | "request" | null>(null);
  const remove = async (): Promise<void> => {
    if (await removeCompany({ id, name: of!.name })) await navigate("/companies", { replace: true });
  };
  const at = (one: string): string => `/portal/companies/${id}${one === "summary" ? "" : `/${one}`}`;
  const parent = of?.referenceParentCompany;
  const connections = of?.dataConnections ?? [];
  return (
    <>
      <PageHeader
        title={of?.name ?? t.company} description={of?.description && <span class="clamp">{of.description}</span>} back={parent?.id ? { href: `/portal/companies/${parent.id}`, label: parent.name ?? t.back } : { href: "/portal/companies", label: t.back }}
        actions={of && (
          <>
            <Button icon="edit" onClick={() => setDialog("edit")}>{t.edit}</Button>
            <Button variant="primary" icon="link" onClick={() => setDialog("request")}>{t.requestData}</Button>
            {may("companies.delete") && (
              <Menu label={of.name} align="end" trigger={(p) => <Button icon="more" rest={{ ...p, "aria-label": t.more(of.name) }} />} items={[{ label: t.deleteAction, icon: "bin", danger: true, onSelect: () => void remove() }]} />
            )}
          </>
        )}
      >
        <TabLinks label={t.tabs} current={tab} tabs={[
          { id: "summary", label: t.summary, href: at("summary") },
          { id: "connections", label: t.connections, href: at("connections"), count: of ? connections.length : undefined },
          ...(of?.referenceSubsidiaryCompanies.length ? [{ id: "subsidiaries", label: t.subsidiaries, href: at("subsidiaries"), count: of.referenceSubsidiaryCompanies.length }] : []),
          { id: "consents", label: t.consents, href: at("consents") },
          { id: "activity", label: t.activity, href: at("activity") },
        ]} />
      </PageHeader>
      {error?.status === 404 ? <EmptyState icon="company" title={t.lost} actions={<Button href="/portal/companies">{t.back}</Button>} /> : <Failure error={error} onRetry={reload} />}
      {!of && !error && <Skeleton height={360} />}
      {of && tab === "summary" && <Summary of={of} onRequest={() => setDialog("request")} reload={reload} />}
      {of && tab === "connections" && (
        <Card>{connections.length ? <ConnectionList company={of} connections={connections} onChanged={reload} />
          : <EmptyState icon="link" title={t.noConnections} actions={<Button variant="primary" icon="link" onClick={() => setDialog("request")}>{t.requestData}</Button>}>{t.noConnectionsText}</EmptyState>}</Card>
      )}
      {of && tab === "subsidiaries" && <Subsidiaries of={of} />}
      {of && tab === "consents" && <Consents id={id} />}
      {of && tab === "activity" && <Activity id={id} />}
      {dialog === "edit" && <EditCompany id={id} onClose={() => setDialog(null)} onSaved={reload} />}
      {dialog === "request" && of && <RequestData company={of} onClose={() => setDialog(null)} />}
    </>
  );
}
