import type { VNode } from "preact";
import { api } from "../../../api.ts";
import { dateTime, exactTime, number, relative, useWords } from "../../../i18n.ts";
import { Button, CodeBlock, CopyButton, DescriptionList, Drawer, Failure, Pill, Skeleton, toast } from "../../../kit/index.ts";
import { useAction, useLoad } from "../../../load.ts";
import { tones, type Attempt, type Message } from "./types.ts";
import { words } from "./words.ts";

const pretty = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

function AttemptView({ attempt }: { attempt: Attempt }): VNode {
  const t = useWords(words);
  return (
    <li class="attempt stack tight">
      <div class="row between">
        <span class="row">
          <Pill tone={attempt.success ? "good" : "bad"}>{attempt.statusCode ? String(attempt.statusCode) : t.noAnswer}</Pill>
          <span class="soft small">{t.kinds[attempt.kind]}</span>
        </span>
        <span class="soft small numeric">{exactTime(attempt.at)} · {t.took(number(attempt.milliseconds, { maximumFractionDigits: 1 }))}</span>
      </div>
      <div class="mono small soft truncate" title={attempt.url}>{attempt.url}</div>
      {attempt.error && <p>{attempt.error}</p>}
      {attempt.responseBody ? <CodeBlock label={t.response} code={pretty(attempt.responseBody)} plain wrap /> : attempt.statusCode ? <p class="soft small">{t.noResponse}</p> : null}
    </li>
  );
}

/** One message with what was sent and all attempts to. */
export function MessageDrawer({ id, onClose, onResent }: { id: string; onClose: () => void; onResent: () => void }): VNode {
  const t = useWords(words);
  const message = useLoad<Message>(`/webhooks/messages/${id}/details`);
  const attempts = useLoad<{ results: Attempt[] }>(`/webhooks/messages/${id}/attempts`, { pageSize: 100 });
  const event = useLoad<unknown>(`/webhooks/messages/${id}/event`);
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
      open title={one?.eventType ?? t.messageTitle} onClose={onClose} size="wide"
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
            ...(one.companyId ? [{ term: t.companyId, value: <a href={`/portal/companies/${one.companyId}`}><code>{one.companyId}</code></a> }] : []),
          ]} />
        ) : !message.error && <Skeleton lines={5} />}
        <section class="stack tight">
          <h3>{t.attempts}</h3>
          <Failure error={attempts.error} onRetry={attempts.reload} />
          {attempts.data ? (attempts.data.results.length ? <ul class="stack">{attempts.data.results.map((attempt) => <AttemptView key={attempt.id} attempt={attempt} />)}</ul> : <p class="soft">{t.noAttempts}</p>) : !attempts.error && <Skeleton lines={3} />}
        </section>
        <section class="stack tight">
          <h3>{t.request}</h3>
          <p class="soft small">{t.requestHelp}</p>
          <Failure error={event.error} onRetry={event.reload} />
          {event.data !== undefined ? <CodeBlock label={t.request} code={JSON.stringify(event.data, null, 2)} /> : !event.error && <Skeleton height={160} />}
        </section>
      </div>
    </Drawer>
  );
}
