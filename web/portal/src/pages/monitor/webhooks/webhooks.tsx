import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { adopt } from "../../../adopt.ts";
import { api } from "../../../api.ts";
import { date, dateTime, useWords } from "../../../i18n.ts";
import { Button, CopyField, Dialog, EmptyState, Failure, PageHeader, Pill, Table, Tooltip } from "../../../kit/index.ts";
import { useAction, useLoad } from "../../../load.ts";
import { navigate } from "../../../router.ts";
import { changeOf, ConsumerFields, emptyDraft, type ConsumerDraft } from "./consumerform.tsx";
import { shortUrl, type Consumer, type EventType } from "./types.ts";
import css from "./webhooks.css?text";
import { words } from "./words.ts";

adopt(css);

/** Whether a consumer gets its messages, as a status. */
export function ConsumerStatus({ consumer }: { consumer: Consumer }): VNode {
  const t = useWords(words);
  if (consumer.disabled) return consumer.disabledReason ? <Tooltip text={consumer.disabledReason}><Pill tone="bad">{t.switchedOff}</Pill></Tooltip> : <Pill>{t.off}</Pill>;
  return consumer.failingSince ? <Tooltip text={t.failingSince(dateTime(consumer.failingSince))}><Pill tone="warn">{t.failing}</Pill></Tooltip> : <Pill tone="good">{t.active}</Pill>;
}

function Create({ onClose }: { onClose: () => void }): VNode {
  const t = useWords(words);
  const { data: types } = useLoad<{ results: EventType[] }>("/webhooks/eventTypes");
  const [draft, setDraft] = useState<ConsumerDraft>(emptyDraft);
  const [made, setMade] = useState<Consumer>();
  const create = useAction(async () => {
    const { url, eventTypes } = changeOf(draft);
    setMade(await api.post<Consumer>("/webhooks", { url, eventTypes }));
  });
  const open = (): void => void navigate(`/monitor/webhooks/${made!.id}`);
  if (made) {
    return (
      <Dialog open title={t.createdTitle} onClose={open} footer={<Button variant="primary" onClick={open}>{t.goOn}</Button>}>
        <CopyField label={t.secret} value={made.signingSecret ?? ""} help={t.secretOnce} />
      </Dialog>
    );
  }
  return (
    <Dialog
      open title={t.add} onClose={onClose} onSubmit={() => void create.run()}
      footer={<><Button onClick={onClose}>{t.cancel}</Button><Button type="submit" variant="primary" busy={create.busy}>{t.create}</Button></>}
    >
      <div class="stack">
        <Failure error={create.error} fields={["url", "eventTypes"]} />
        <ConsumerFields draft={draft} onChange={setDraft} types={types?.results} error={create.error} brief />
      </div>
    </Dialog>
  );
}

export default function WebhooksPage(): VNode {
  const t = useWords(words);
  const list = useLoad<{ results: Consumer[] }>("/webhooks", undefined, { spoken: true });
  const [adding, setAdding] = useState(false);
  const add = <Button variant="primary" icon="add" onClick={() => setAdding(true)}>{t.add}</Button>;
  const rows = list.data?.results;
  return (
    <>
      <PageHeader title={t.title} description={t.description} actions={rows?.length === 0 ? undefined : add} />
      <Table
        label={t.title} rows={rows} rowKey={({ id }) => id} error={list.error} onRetry={list.reload} loading={list.loading} skeletonRows={3}
        rowHref={({ id }) => `/portal/monitor/webhooks/${id}`} rowName={({ url }) => shortUrl(url)}
        foot={rows?.length ? t.count(rows.length) : undefined}
        columns={[
          { id: "url", header: t.endpoint, cell: ({ url }) => <span class="mono clamp" title={url}>{shortUrl(url)}</span>, width: "42%" },
          { id: "status", header: t.status, cell: (one) => <ConsumerStatus consumer={one} />, width: "150px" },
          { id: "events", header: t.events, cell: ({ eventTypes }) => (
            <span class="types-cell">{eventTypes.slice(0, 2).map((type) => <Pill key={type} icon={null}>{type}</Pill>)}
              {eventTypes.length > 2 && <Tooltip text={eventTypes.slice(2).join(", ")}><Pill icon={null}>+{eventTypes.length - 2}</Pill></Tooltip>}</span>
          ) },
          { id: "created", header: t.created, cell: ({ created }) => date(created), width: "120px", align: "end" },
        ]}
        empty={<EmptyState icon="webhook" title={t.emptyTitle} actions={add}>{t.emptyText}</EmptyState>}
      />
      {adding && <Create onClose={() => setAdding(false)} />}
    </>
  );
}
