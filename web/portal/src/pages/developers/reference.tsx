import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { adopt } from "../../adopt.ts";
import { ApiError } from "../../api.ts";
import { useWords } from "../../i18n.ts";
import { Button, Card, EmptyState, Failure, PageHeader, Table, TextField } from "../../kit/index.ts";
import css from "./developers.css?text";
import { words } from "./words.ts";

adopt(css);

interface Operation {
  id: string;
  method: string;
  path: string;
  summary: string;
  group: string;
}

interface Document {
  paths: Record<string, Record<string, { operationId?: string; summary?: string; tags?: string[] }>>;
}

const methods = ["get", "post", "put", "patch", "delete"];

/** The operations of the public document, which needs no session. */
async function operations(): Promise<Operation[]> {
  const answer = await fetch("/docs/api/openapi.json");
  if (!answer.ok) throw new ApiError(answer.status, "");
  const { paths } = (await answer.json()) as Document;
  return Object.entries(paths).flatMap(([path, item]) => methods.flatMap((method) => {
    const one = item[method];
    return one ? [{ id: one.operationId ?? "", method: method.toUpperCase(), path, summary: one.summary ?? "", group: one.tags?.[0] ?? "" }] : [];
  }));
}

export default function ReferencePage(): VNode {
  const t = useWords(words);
  const [all, setAll] = useState<Operation[]>();
  const [error, setError] = useState<ApiError>();
  const [text, setText] = useState("");
  const load = (): void => {
    setError(undefined);
    operations().then(setAll, (thrown) => setError(thrown instanceof ApiError ? thrown : new ApiError(0, String(thrown))));
  };
  useEffect(load, []);
  const sought = text.trim().toLowerCase();
  const found = all?.filter(({ path, summary, method, id }) => `${method} ${path} ${summary} ${id}`.toLowerCase().includes(sought));
  const groups = [...new Set((found ?? []).map(({ group }) => group))];
  return (
    <>
      <PageHeader title={t.referenceTitle} description={t.referenceText} actions={(
        <><Button href="/docs/api/openapi.json" icon="download">{t.document}</Button><Button href="/docs/api" variant="primary" icon="book">{t.full}</Button></>
      )} />
      <div class="narrow"><TextField label={t.search} hideLabel type="search" icon="search" value={text} onInput={setText} placeholder={t.search} /></div>
      <Failure error={error} onRetry={load} />
      {found?.length === 0 && <EmptyState icon="search" title={t.noOperation}>{t.noOperationText}</EmptyState>}
      {(all ? groups : [""]).map((group) => (
        <Card key={group} title={group || undefined} flush>
          <Table
            label={group || t.referenceTitle} rows={found?.filter((one) => one.group === group)} rowKey={({ id }) => id} skeletonRows={10}
            columns={[
              { id: "summary", header: t.operation, cell: ({ summary, id }) => <a href={`/docs/api#${id}`}>{summary}</a>, width: "34%" },
              { id: "path", header: t.path, cell: ({ method, path }) => <span class="mono small"><span class="verb">{method}</span> {path}</span> },
            ]}
          />
        </Card>
      ))}
    </>
  );
}
