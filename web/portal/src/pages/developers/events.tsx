import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { useWords } from "../../i18n.ts";
import { Card, CodeBlock, EmptyState, Failure, PageHeader, Pill, Skeleton, Tabs, TextField } from "../../kit/index.ts";
import { useLoad } from "../../load.ts";
import { setQuery, usePlace } from "../../router.ts";
import { adopt } from "../../adopt.ts";
import css from "./developers.css?text";
import { words } from "./words.ts";

adopt(css);

interface EventType {
  eventType: string;
  description: string;
  recorded: boolean;
  schema: Record<string, unknown>;
  sample: Record<string, unknown>;
}

function EventView({ of }: { of: EventType }): VNode {
  const t = useWords(words);
  const [tab, setTab] = useState("sample");
  return (
    <Card title={<code>{of.eventType}</code>} description={of.description} actions={<Pill tone={of.recorded ? "good" : "neutral"}>{of.recorded ? t.recorded : t.notRecorded}</Pill>}>
      <Tabs label={of.eventType} tabs={[{ id: "sample", label: t.exampleTab }, { id: "schema", label: t.schemaTab }]} selected={tab} onSelect={setTab}>
        <CodeBlock label={tab === "sample" ? t.exampleTab : t.schemaTab} code={JSON.stringify(tab === "sample" ? of.sample : of.schema, null, 2)} />
      </Tabs>
    </Card>
  );
}

export default function EventsPage(): VNode {
  const t = useWords(words);
  const { query } = usePlace();
  const [text, setText] = useState("");
  const { data, error, reload } = useLoad<{ results: EventType[] }>("/webhooks/eventTypes", undefined, { spoken: true });
  const sought = text.trim().toLowerCase();
  const found = data?.results.filter(({ eventType, description }) => `${eventType} ${description}`.toLowerCase().includes(sought));
  const shown = found?.find(({ eventType }) => eventType === query.get("type")) ?? found?.[0];
  return (
    <>
      <PageHeader title={t.eventsTitle} description={t.eventsText} />
      <Failure error={error} onRetry={reload} />
      {(data || !error) && <div class="catalogue">
        <div class="stack tight">
          <TextField label={t.findEvent} hideLabel type="search" icon="search" value={text} onInput={setText} placeholder={t.findEvent} />
          <nav class="names" aria-label={t.eventsTitle}>
            {found?.map(({ eventType, recorded }) => (
              <a key={eventType} class={recorded ? "mono" : "mono unsent"} href={`/portal/developers/events?type=${encodeURIComponent(eventType)}`} aria-current={eventType === shown?.eventType ? "true" : undefined}
                onClick={(event) => { event.preventDefault(); setQuery({ type: eventType }); }}>{eventType}</a>
            ))}
          </nav>
          {!data && !error && <Skeleton lines={12} />}
        </div>
        {shown ? <EventView key={shown.eventType} of={shown} /> : data ? <EmptyState icon="search" title={t.noEvent}>{t.noEventText}</EmptyState> : <Skeleton height={420} />}
      </div>}
    </>
  );
}
