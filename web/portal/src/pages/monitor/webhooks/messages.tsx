import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { api, ApiError } from "../../../api.ts";
import { dateTime, number, relative, useWords } from "../../../i18n.ts";
import { Button, Combobox, EmptyState, Pill, Select, Table, TextField, toast } from "../../../kit/index.ts";
import { useLoad } from "../../../load.ts";
import { setQuery, usePlace } from "../../../router.ts";
import { companiesLike } from "./consumerform.tsx";
import { MessageDrawer } from "./message.tsx";
import { tones, type EventType, type Message, type MessageStatus } from "./types.ts";
import { words } from "./words.ts";

const pageSize = 50;

interface Page {
  results: Message[];
  /** There are older ones that the list has not looked through. */
  before?: string;
}

/** A consumer's messages, the latest first, page after page: each begins behind the last one seen. */
function useMessages(id: string, query: Record<string, string>, turn: number) {
  const [rows, setRows] = useState<Message[]>();
  const [before, setBefore] = useState<string>();
  const [loading, setLoading] = useState(true);
  const [error, setError] = useState<ApiError>();
  const under = useRef<AbortController | undefined>(undefined);
  const load = async (from?: string): Promise<void> => {
    under.current?.abort();
    const { signal } = (under.current = new AbortController());
    setLoading(true);
    setError(undefined);
    try {
      const page = await api.get<Page>(`/webhooks/${id}/messages`, { query: { ...query, pageSize, before: from }, signal });
      setRows((now) => (from ? [...(now ?? []), ...page.results] : page.results));
      setBefore(page.before ?? (page.results.length === pageSize ? page.results.at(-1)?.id : undefined));
    } catch (thrown) {
      if (signal.aborted) return;
      setError(thrown instanceof ApiError ? thrown : new ApiError(500, ""));
    }
    if (!signal.aborted) setLoading(false);
  };
  useEffect(() => {
    void load();
    return () => under.current?.abort();
  }, [id, JSON.stringify(query), turn]);
  return { rows, more: before !== undefined, loading, error, loadMore: () => !loading && before && void load(before), reload: () => void load() };
}

const day = (text: string, end: boolean): string | undefined => {
  const at = new Date(`${text}T${end ? "23:59:59.999" : "00:00:00"}`);
  return text && !Number.isNaN(at.getTime()) ? at.toISOString() : undefined;
};

export function Messages({ id, turn, onExample }: { id: string; turn: number; onExample: () => void }): VNode {
  const t = useWords(words);
  const { query } = usePlace();
  const { data: types } = useLoad<{ results: EventType[] }>("/webhooks/eventTypes");
  const [again, setAgain] = useState(0);
  const asked = { status: query.get("status") ?? "", eventType: query.get("eventType") ?? "", from: query.get("from") ?? "", to: query.get("to") ?? "", companyId: query.get("companyId") ?? "" };
  const filter = Object.fromEntries(Object.entries({
    status: asked.status, eventType: asked.eventType, from: day(asked.from, false), to: day(asked.to, true), companyId: asked.companyId,
  }).filter(([, value]) => value)) as Record<string, string>;
  const list = useMessages(id, filter, turn + again);
  const { data: company } = useLoad<{ name: string }>(asked.companyId ? `/companies/${asked.companyId}` : null);
  const filtered = Object.keys(filter).length > 0;
  const shown = query.get("message");
  const resend = async (message: Message): Promise<void> => {
    try {
      await api.post(`/webhooks/messages/${message.id}/resend`);
      toast(t.resent);
      setAgain((n) => n + 1);
    } catch (thrown) {
      toast({ text: (thrown as ApiError).message, tone: "bad" });
    }
  };
  return (
    <>
      <div class="filters" role="group" aria-label={t.filters}>
        <Select label={t.status} value={asked.status} onChange={(status) => setQuery({ status: status || null })}
          options={[{ value: "", label: t.anyStatus }, ...(Object.keys(tones) as MessageStatus[]).map((value) => ({ value: value as string, label: t.statusNames[value] }))]} />
        <Select label={t.event} value={asked.eventType} onChange={(eventType) => setQuery({ eventType: eventType || null })}
          options={[{ value: "", label: t.anyType }, ...(types?.results ?? []).filter(({ eventType }) => !eventType.includes("{")).map(({ eventType }) => ({ value: eventType, label: eventType }))]} />
        <Combobox label={t.companyId} value={asked.companyId ? { value: asked.companyId, label: company?.name ?? asked.companyId } : null} search={companiesLike}
          onChange={(one) => setQuery({ companyId: one?.value ?? null })} placeholder={t.companyAll} />
        <TextField label={t.from} type="date" value={asked.from} onInput={(from) => setQuery({ from: from || null })} />
        <TextField label={t.to} type="date" value={asked.to} onInput={(to) => setQuery({ to: to || null })} />
      </div>
      <Table
        label={t.messages} rows={list.rows} rowKey={(one) => one.id} error={list.error} onRetry={list.reload} loading={list.loading}
        more={list.more} onMore={list.loadMore} chosen={(one) => one.id === shown} rowName={(one) => one.eventType}
        rowMenu={(one) => [
          { label: t.details, icon: "list", onSelect: () => setQuery({ message: one.id }) },
          { label: t.resend, icon: "refresh", onSelect: () => void resend(one) },
        ]}
        columns={[
          { id: "event", header: t.event, cell: (one) => <Button variant="quiet" size="small" onClick={() => setQuery({ message: one.id })}>{one.eventType}</Button>, width: "24%" },
          { id: "company", header: t.companyId, cell: ({ companyId, companyName }) => (companyName ? <a href={`/portal/companies/${companyId}`}>{companyName}</a> : "—"), width: "20%" },
          { id: "status", header: t.status, cell: ({ status }) => <Pill tone={tones[status]}>{t.statusNames[status]}</Pill>, width: "160px" },
          { id: "attempts", header: t.attempts, cell: ({ attempts }) => <span class="numeric">{number(attempts)}</span>, align: "end", width: "90px" },
          { id: "next", header: t.next, cell: ({ nextAttempt }) => (nextAttempt ? relative(nextAttempt) : "—"), width: "130px" },
          { id: "when", header: t.when, cell: ({ generatedDate }) => <span class="nowrap">{dateTime(generatedDate)}</span>, align: "end" },
        ]}
        empty={filtered
          ? <EmptyState icon="search" title={t.noneMatch} actions={<Button onClick={() => setQuery({ status: null, eventType: null, companyId: null, from: null, to: null })}>{t.clear}</Button>}>{t.noneMatchText}</EmptyState>
          : <EmptyState icon="webhook" title={t.noMessages} actions={<Button variant="primary" onClick={onExample}>{t.example}</Button>}>{t.noMessagesText}</EmptyState>}
      />
      {shown && <MessageDrawer key={shown} id={shown} onClose={() => setQuery({ message: null })} onResent={() => setAgain((n) => n + 1)} />}
    </>
  );
}
