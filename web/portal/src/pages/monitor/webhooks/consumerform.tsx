import type { VNode } from "preact";
import { api, type ApiError } from "../../../api.ts";
import { useWords } from "../../../i18n.ts";
import { Button, Combobox, Field, IconButton, TextArea, TextField, type Option } from "../../../kit/index.ts";
import { useLoad } from "../../../load.ts";
import type { Consumer, EventType } from "./types.ts";
import { words } from "./words.ts";

/** A header as it is typed. `kept`: its value is with the server, which never tells it. */
export interface HeaderDraft {
  name: string;
  value: string;
  kept: boolean;
}

/** What can be set of a consumer, as it is typed. */
export interface ConsumerDraft {
  url: string;
  eventTypes: Option[];
  companyTags: string;
  companyId: string;
  rateLimit: string;
  headers: HeaderDraft[];
}

export const emptyDraft: ConsumerDraft = { url: "", eventTypes: [], companyTags: "", companyId: "", rateLimit: "", headers: [] };

/** What is stored, to be changed. */
export function draftOf(consumer: Consumer): ConsumerDraft {
  return {
    url: consumer.url,
    eventTypes: consumer.eventTypes.map((value) => ({ value, label: value })),
    companyTags: (consumer.companyTags ?? []).join("\n"),
    companyId: consumer.companyId ?? "",
    rateLimit: consumer.rateLimit ? String(consumer.rateLimit) : "",
    headers: (consumer.headerNames ?? []).map((name) => ({ name, value: "", kept: true })),
  };
}

const lines = (text: string): string[] => text.split("\n").map((line) => line.trim()).filter(Boolean);

/** Whether a draft can be sent: what only a person can have meant. */
export const rateIsBad = (draft: ConsumerDraft): boolean => !/^\d*$/.test(draft.rateLimit.trim());

/** The body of a change; what was there and is gone from the headers is removed by null. */
export function changeOf(draft: ConsumerDraft, was?: Consumer): Record<string, unknown> {
  const headers: Record<string, string | null> = {};
  for (const name of was?.headerNames ?? []) {
    if (!draft.headers.some((one) => one.name.toLowerCase() === name.toLowerCase())) headers[name] = null;
  }
  for (const { name, value, kept } of draft.headers) {
    if (name.trim() && !kept) headers[name.trim()] = value;
  }
  return {
    url: draft.url.trim(), eventTypes: draft.eventTypes.map(({ value }) => value), companyTags: lines(draft.companyTags),
    companyId: draft.companyId.trim(), rateLimit: Number(draft.rateLimit || 0), headers, ...(was && { version: was.version }),
  };
}

/** The options of the event picker, from the catalogue. */
export function typeOptions(types: EventType[] | undefined, never: string): Option[] {
  return (types ?? []).filter(({ eventType }) => !eventType.includes("{"))
    .map(({ eventType, recorded }) => ({ value: eventType, label: eventType, ...(!recorded && { note: never }) }));
}

/** Companies by a part of their name or id. */
export async function companiesLike(text: string): Promise<Option[]> {
  const { results } = await api.get<{ results: { id: string; name: string }[] }>("/directory", { query: { q: text, limit: 8 } });
  return results.map(({ id, name }) => ({ value: id, label: name }));
}

/** The fields of a consumer, for a new one and for one that is there. */
export function ConsumerFields({ draft, onChange, types, error, brief }: {
  draft: ConsumerDraft;
  onChange: (draft: ConsumerDraft) => void;
  types: EventType[] | undefined;
  error?: ApiError | undefined;
  /** Only what a new one needs. */
  brief?: boolean;
}): VNode {
  const t = useWords(words);
  const put = (change: Partial<ConsumerDraft>): void => onChange({ ...draft, ...change });
  // Without a name, as of a company that is gone, its id is shown.
  const { data: company } = useLoad<{ name: string }>(draft.companyId && !brief ? `/companies/${draft.companyId}` : null);
  const putHeader = (at: number, change: Partial<HeaderDraft>): void =>
    put({ headers: draft.headers.map((one, index) => (index === at ? { ...one, ...change } : one)) });
  return (
    <>
      <TextField label={t.url} type="url" value={draft.url} onInput={(url) => put({ url })} help={t.urlHelp} error={error?.problem("url")} placeholder="https://" mono required />
      <Combobox label={t.types} multiple value={draft.eventTypes} onChange={(eventTypes) => put({ eventTypes })} options={typeOptions(types, t.notRecorded)} help={t.typesHelp} error={error?.problem("eventTypes")} required />
      {!brief && (
        <>
          <TextArea label={t.tags} value={draft.companyTags} onInput={(companyTags) => put({ companyTags })} help={t.tagsHelp} error={error?.problem("companyTags")} rows={2} mono optional />
          <Combobox
            label={t.company} value={draft.companyId ? { value: draft.companyId, label: company?.name ?? draft.companyId } : null} search={companiesLike}
            onChange={(one) => put({ companyId: one?.value ?? "" })} help={t.companyHelp} error={error?.problem("companyId")} placeholder={t.companyAll} optional
          />
          <TextField label={t.rate} value={draft.rateLimit} onInput={(rateLimit) => put({ rateLimit })} help={t.rateHelp} error={rateIsBad(draft) ? t.rateBad : error?.problem("rateLimit")} inputmode="numeric" optional />
          <Field label={t.headers} help={t.headersHelp} error={error?.problem("headers")}>
            {(control) => (
              <div class="stack tight" id={control.id} role="group" aria-label={t.headers} aria-describedby={control["aria-describedby"]}>
                {draft.headers.map((header, at) => (
                  <div class="header-row" key={at}>
                    <TextField label={t.headerName} hideLabel value={header.name} onInput={(name) => putHeader(at, { name })} placeholder={t.headerName} readonly={header.kept} mono />
                    <TextField label={t.headerValue} hideLabel value={header.value} onInput={(value) => putHeader(at, { value, kept: false })} placeholder={header.kept ? t.headerKept : t.headerValue} autocomplete="off" mono />
                    <IconButton icon="bin" label={t.headerRemove(header.name)} onClick={() => put({ headers: draft.headers.filter((_, index) => index !== at) })} />
                  </div>
                ))}
                <div><Button size="small" icon="add" onClick={() => put({ headers: [...draft.headers, { name: "", value: "", kept: false }] })}>{t.headerAdd}</Button></div>
              </div>
            )}
          </Field>
        </>
      )}
    </>
  );
}
