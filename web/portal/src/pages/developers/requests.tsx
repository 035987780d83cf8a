import type { VNode } from "preact";
import { exactTime, number, useWords } from "../../i18n.ts";
import { Banner, Button, CopyButton, DescriptionList, Drawer, EmptyState, PageHeader, Pill, RadioGroup, Select, Table, TextField } from "../../kit/index.ts";
import { useList, useLoad, useSettled } from "../../load.ts";
import { setQuery, usePlace } from "../../router.ts";
import { adopt } from "../../adopt.ts";
import { useEffect, useState } from "preact/hooks";
import css from "./developers.css?text";
import { words } from "./words.ts";

adopt(css);

interface Request {
  at: string;
  correlationId: string;
  area: string;
  method: string;
  path: string;
  status: number;
  durationMs: number;
  caller?: { kind: string; id: string; name?: string };
  errorCode?: string;
  message?: string;
  leftOut?: number;
}

interface About {
  keptDays: number;
  sampled: boolean;
  readsPer10Seconds: number;
}

const tone = (status: number) => (status >= 500 ? "bad" : status >= 400 ? "warn" : "good");

function Details({ of, onClose }: { of: Request; onClose: () => void }): VNode {
  const t = useWords(words);
  const { caller } = of;
  return (
    <Drawer open title={`${of.method} ${of.path}`} onClose={onClose}>
      <DescriptionList items={[
        { term: t.correlation, value: <span class="row"><code>{of.correlationId}</code><CopyButton value={of.correlationId} what={t.number} /></span> },
        { term: t.when, value: exactTime(of.at) },
        { term: t.area, value: t.areas[of.area] ?? of.area },
        { term: t.request, value: <code>{of.method} {of.path}</code> },
        { term: t.answer, value: <Pill tone={tone(of.status)}>{String(of.status)}</Pill> },
        { term: t.took, value: t.ms(number(of.durationMs, { maximumFractionDigits: 1 })) },
        { term: t.caller, value: caller ? <span>{t.callers[caller.kind] ?? caller.kind}{t.colon}{caller.kind === "company" ? <a href={`/portal/companies/${caller.id}`}>{caller.name ?? caller.id}</a> : caller.name ?? t.gone}</span> : t.nobody },
        ...(of.errorCode ? [{ term: t.code, value: <code>{of.errorCode}</code> }] : []),
        ...(of.message ? [{ term: t.message, value: of.message }] : []),
        ...(of.leftOut ? [{ term: "…", value: t.leftOut(number(of.leftOut)) }] : []),
      ]} />
    </Drawer>
  );
}

export default function RequestsPage(): VNode {
  const t = useWords(words);
  const { query } = usePlace();
  const asked = { correlationId: query.get("correlationId") ?? "", status: query.get("status") ?? "all", path: query.get("path") ?? "", of: query.get("of") ?? "api" };
  const [text, setText] = useState({ correlationId: asked.correlationId, path: asked.path });
  const settled = useSettled(text, 250);
  useEffect(() => setQuery({ correlationId: settled.correlationId.trim() || null, path: settled.path.trim() || null }), [settled]);
  // A number is looked for everywhere; otherwise what the Portal itself asks would hide the rest.
  const begin = asked.path || (asked.correlationId || asked.of === "all" ? undefined : asked.of === "api" ? "/api/" : "/link/");
  const filter = { correlationId: asked.correlationId || undefined, status: asked.status, path: begin };
  const list = useList<Request>("/requests", filter, { spoken: true });
  const { data: about } = useLoad<About>("/requests", { limit: 1 });
  const [shown, setShown] = useState<Request>();
  const filtered = asked.correlationId || asked.path || asked.status !== "all";
  const clear = (): void => {
    setText({ correlationId: "", path: "" });
    setQuery({ correlationId: null, path: null, status: null });
  };
  return (
    <>
      <PageHeader title={t.requestsTitle} description={about ? t.requestsText(about.keptDays) : <span class="to-come">{t.requestsText(7)}</span>} />
      <RadioGroup label={t.area} variant="segments" value={asked.of} onChange={(of) => setQuery({ of: of === "api" ? null : of })} options={[{ value: "api", label: t.areas.api! }, { value: "link", label: t.areas.link! }, { value: "all", label: t.everything }]} />
      <div class="columns">
        <TextField label={t.number} value={text.correlationId} onInput={(correlationId) => setText({ ...text, correlationId })} help={t.numberHelp} icon="search" error={list.error?.problem("correlationId")} mono />
        <TextField label={t.pathBegins} value={text.path} onInput={(path) => setText({ ...text, path })} placeholder="/api/companies" mono />
        <Select label={t.statusFilter} value={asked.status} onChange={(status) => setQuery({ status: status === "all" ? null : status })} options={[
          { value: "all", label: t.statusAll }, { value: "failed", label: t.statusFailed }, { value: "4xx", label: t.status4 }, { value: "5xx", label: t.status5 },
        ]} />
      </div>
      {about?.sampled && <Banner tone="neutral">{t.sampled(number(about.readsPer10Seconds))}</Banner>}
      <Table
        label={t.requestsTitle} rows={list.rows} rowKey={(one) => `${one.correlationId} ${one.at}`} loading={list.loading} error={list.error} onRetry={list.reload}
        more={list.more} onMore={list.loadMore} rowName={(one) => `${one.method} ${one.path}`} rowMenu={(one) => [{ label: t.details, icon: "list", onSelect: () => setShown(one) }]}
        columns={[
          { id: "request", header: t.request, cell: (one) => <button type="button" class="asking mono small" onClick={() => setShown(one)}>{one.method} {one.path}</button> },
          { id: "status", header: t.answer, cell: ({ status }) => <Pill tone={tone(status)}>{String(status)}</Pill>, width: "100px" },
          { id: "caller", header: t.caller, cell: ({ caller }) => (caller ? caller.name ?? t.callers[caller.kind] ?? caller.kind : t.nobody), width: "170px" },
          { id: "took", header: t.took, cell: ({ durationMs }) => <span class="numeric nowrap">{t.ms(number(durationMs, { maximumFractionDigits: 1 }))}</span>, align: "end", width: "100px" },
          { id: "when", header: t.when, cell: ({ at }) => <span class="numeric nowrap">{exactTime(at)}</span>, align: "end", width: "220px" },
        ]}
        empty={filtered
          ? <EmptyState icon="search" title={t.noneFound} actions={<Button onClick={clear}>{t.clear}</Button>}>{t.noneFoundText}</EmptyState>
          : <EmptyState icon="log" title={t.noRequests}>{t.noRequestsText}</EmptyState>}
      />
      {shown && <Details of={shown} onClose={() => setShown(undefined)} />}
    </>
  );
}
