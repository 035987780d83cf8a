import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../../api.ts";
import { dateTime, relative, useWords } from "../../../i18n.ts";
import { Button, CodeBlock, CopyButton, DescriptionList, Drawer, Failure, Pill, Skeleton, toast } from "../../../kit/index.ts";
import { useAction, useLoad } from "../../../load.ts";
import { AttemptView } from "./attempt.tsx";
import { tones, type Attempt, type Message } from "./types.ts";
import { words } from "./words.ts";

/** The event itself, asked for when somebody wants to see it. */
function EventView({ message, open }: { message: string; open: boolean }): VNode {
  const t = useWords(words);
  const [asked, setAsked] = useState(open);
  const event = useLoad<unknown>(asked ? `/webhooks/messages/${message}/event` : null);
  return (
    <details class="event" open={open} onToggle={(toggled) => toggled.currentTarget.open && setAsked(true)}>
      <summary>{t.event}</summary>
      <div class="stack tight">
        <p class="soft small">{t.eventHelp}</p>
        <Failure error={event.error} onRetry={event.reload} />
        {event.data !== undefined ? <CodeBlock label={t.event} code={JSON.stringify(event.data, null, 2)} wrap /> : !event.error && <Skeleton height={160} />}
      </div>
    </details>
  );
}

/** One message with its attempts: what was sent, and what was answered. */
export function MessageDrawer({ id, onClose, onResent }: { id: string; onClose: () => void; onResent: () => void }): VNode {
  const t = useWords(words);
  const message = useLoad<Message>(`/webhooks/messages/${id}/details`);
  const attempts = useLoad<{ results: Attempt[] }>(`/webhooks/messages/${id}/attempts`, { pageSize: 100 }, { spoken: true });
  const resend = useAction(async () => {
    await api.post(`/webhooks/messages/${id}/resend`);
    toast(t.resent);
    onResent();
    message.reload();
    attempts.reload();
  });
  const one = message.data;
  return (
    <Drawer
      open title={one?.eventType ?? t.messageTitle} onClose={onClose} size="wide" class="message"
      footer={<><Button icon="refresh" busy={attempts.loading && !!attempts.data} onClick={() => { message.reload(); attempts.reload(); }}>{t.refresh}</Button><Button variant="primary" busy={resend.busy} onClick={() => void resend.run()}>{t.resend}</Button></>}
    >
      <div class="stack wide">
        <Failure error={message.error ?? resend.error} />
        {one ? (
          <DescriptionList items={[
            { term: t.status, value: <span class="row"><Pill tone={tones[one.status]}>{t.statusNames[one.status]}</Pill>{one.nextAttempt && <span class="soft">{t.nextAt(relative(one.nextAttempt))}</span>}</span> },
            { term: t.happened, value: dateTime(one.generatedDate) },
            { term: t.messageId, value: <span class="row"><code>{one.id}</code><CopyButton value={one.id} what={t.messageId} /></span> },
            { term: t.eventId, value: <span class="row"><code>{one.eventId}</code><CopyButton value={one.eventId} what={t.eventId} /></span> },
            ...(one.companyId ? [{ term: t.companyId, value: one.companyName ? <a href={`/portal/companies/${one.companyId}`}>{one.companyName}</a> : <code>{one.companyId}</code> }] : []),
          ]} />
        ) : !message.error && <Skeleton lines={5} />}
        <section class="stack tight">
          <h3>{t.attempts}</h3>
          <Failure error={attempts.error} onRetry={attempts.reload} />
          {attempts.data ? (attempts.data.results.length ? <ul class="stack">{attempts.data.results.map((attempt, at) => <AttemptView key={attempt.id} attempt={attempt} message={id} first={at === 0} />)}</ul> : <p class="soft">{t.noAttempts}</p>) : !attempts.error && <Skeleton lines={3} />}
        </section>
        {attempts.data && <EventView message={id} open={!attempts.data.results.length} />}
      </div>
    </Drawer>
  );
}
