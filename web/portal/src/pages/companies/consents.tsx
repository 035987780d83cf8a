import type { VNode } from "preact";
import { dateTime, useWords } from "../../i18n.ts";
import { Card, CopyButton, DescriptionList, EmptyState, Failure, Pill, Skeleton } from "../../kit/index.ts";
import { useLoad } from "../../load.ts";
import { words } from "./words.ts";

interface Consent {
  id: string;
  connectionId: string;
  platformName: string;
  kind: string;
  grantedAt: string;
  locale: string;
  textVersion: string;
  text: string;
  dataTypes: string[] | null;
}

/** What was agreed to, word for word. */
export function Consents({ id }: { id: string }): VNode {
  const t = useWords(words);
  const { data, error, reload } = useLoad<{ results: Consent[] }>(`/companies/${id}/consents`);
  if (error) return <Failure error={error} onRetry={reload} />;
  if (!data) return <Skeleton height={280} />;
  if (!data.results.length) return <Card><EmptyState icon="shield" title={t.consentsEmpty}>{t.consentsEmptyText}</EmptyState></Card>;
  return (
    <>
      {data.results.map((one) => (
        <Card key={one.id} title={<span class="row">{one.platformName}<Pill icon={null}>{t.consentKinds[one.kind] ?? one.kind}</Pill></span>} description={dateTime(one.grantedAt)}>
          <div class="stack">
            <DescriptionList items={[
              { term: t.language, value: one.locale },
              ...(one.dataTypes?.length ? [{ term: t.dataTypes, value: one.dataTypes.join(", ") }] : []),
              { term: t.version, value: <span class="row"><code class="truncate">{one.textVersion.slice(0, 16)}…</code><CopyButton value={one.textVersion} what={t.version} /></span> },
            ]} />
            <details class="more"><summary>{t.agreedTo}</summary><div class="consent-text" lang={one.locale}>{one.text}</div></details>
          </div>
        </Card>
      ))}
    </>
  );
}
