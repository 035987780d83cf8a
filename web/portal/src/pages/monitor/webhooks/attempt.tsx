import type { ComponentChildren, VNode } from "preact";
import { useId, useState } from "preact/hooks";
import { exactTime, number, useWords } from "../../../i18n.ts";
import { CodeBlock, CopyButton, Failure, Icon, Pill, Skeleton } from "../../../kit/index.ts";
import { useLoad } from "../../../load.ts";
import { curl } from "./curl.ts";
import type { Attempt, AttemptDetails, Header, SentRequest } from "./types.ts";
import { words } from "./words.ts";

/** JSON with lines, and anything else as it is. */
export const pretty = (text: string): string => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
};

/** How much of an answer's body is kept, but for a character that was cut in two. */
const answerKept = 4096 - 3;

const bytes = (text: string): number => new TextEncoder().encode(text).length;

function Headers({ list }: { list: Header[] }): VNode {
  const t = useWords(words);
  return (
    <dl class="headers mono small">
      {list.map(({ name, value, hidden }) => <div key={name}><dt>{name}:</dt> <dd>{hidden ? <span class="hidden-value">{t.hidden}</span> : value}</dd></div>)}
    </dl>
  );
}

function Half({ title, aside, children }: { title: string; aside?: ComponentChildren; children: ComponentChildren }): VNode {
  return (
    <section class="half stack tight">
      <div class="row between"><h4>{title}</h4>{aside}</div>
      {children}
    </section>
  );
}

function RequestHalf({ request, unrecorded }: { request: SentRequest | undefined; unrecorded: boolean }): VNode {
  const t = useWords(words);
  if (!request) return <Half title={t.request}><p class="soft">{unrecorded ? t.requestUnknown : t.requestNone}</p></Half>;
  const fillIn = request.headers.some(({ hidden }) => hidden);
  return (
    <Half title={t.request} aside={<span class="row">{request.transformed && <Pill tone="info" icon={null}>{t.transformed}</Pill>}{!request.bodyCut && <CopyButton value={curl(request)} what={t.curl} text={t.curl} size="small" />}</span>}>
      <p class="mono small line"><strong>{request.method}</strong> {request.url}</p>
      <Headers list={request.headers} />
      {request.doubtful && <p class="soft small">{t.doubtful}</p>}
      <CodeBlock label={t.requestBody} code={request.bodyCut ? request.body : pretty(request.body)} taken={request.body} plain={request.bodyCut ?? false} wrap />
      {request.bodyCut && <p class="soft small">{t.bodyCut(number(bytes(request.body)), number(request.bodyLength))}</p>}
      {fillIn && !request.bodyCut && <p class="soft small">{t.curlHelp}</p>}
    </Half>
  );
}

function AnswerHalf({ response }: { response: AttemptDetails["response"] }): VNode {
  const t = useWords(words);
  if (!response) return <Half title={t.response}><p class="soft">{t.responseNone}</p></Half>;
  return (
    <Half title={t.response}>
      <p class="mono small line"><strong>{response.statusCode}</strong></p>
      {response.headers.length > 0 && <Headers list={response.headers} />}
      {response.body ? <CodeBlock label={t.responseBody} code={pretty(response.body)} taken={response.body} plain wrap /> : <p class="soft small">{t.noResponse}</p>}
      {response.body && bytes(response.body) >= answerKept && <p class="soft small">{t.responseCut}</p>}
    </Half>
  );
}

function Exchange({ message, id }: { message: string; id: string }): VNode {
  const t = useWords(words);
  const { data, error, reload } = useLoad<AttemptDetails>(`/webhooks/messages/${message}/attempts/${id}`, undefined, { spoken: true });
  if (!data) return error ? <Failure error={error} onRetry={reload} /> : <Skeleton height={160} />;
  if (!data.request && !data.response && !data.unrecorded) return <p class="soft">{t.requestNone}</p>;
  return (
    <div class="exchange">
      <RequestHalf request={data.request} unrecorded={data.unrecorded ?? false} />
      <AnswerHalf response={data.response} />
    </div>
  );
}

/** Why an attempt failed or sent nothing, in a sentence; empty where it went well. */
function useReason({ success, statusCode, error }: Attempt): string {
  const t = useWords(words);
  if (error) return error;
  if (success) return statusCode ? "" : t.cancelledText;
  if (!statusCode) return "";
  return statusCode >= 300 && statusCode < 400 ? t.redirected(statusCode) : t.refused(statusCode);
}

/** One attempt: how it went, and opened what was sent and answered. */
export function AttemptView({ attempt, message, first }: { attempt: Attempt; message: string; first: boolean }): VNode {
  const t = useWords(words);
  const id = useId();
  const [open, setOpen] = useState(first);
  const reason = useReason(attempt);
  const cancelled = attempt.success && !attempt.statusCode;
  return (
    <li class="attempt stack tight">
      <button type="button" class="attempt-head" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <Icon name="down" />
        <Pill tone={cancelled ? "neutral" : attempt.success ? "good" : "bad"}>{cancelled ? t.cancelled : attempt.statusCode ? String(attempt.statusCode) : t.noAnswer}</Pill>
        <span class="soft small">{t.kinds[attempt.kind]}</span>
        <span class="soft small numeric when">{exactTime(attempt.at)} · {t.took(number(attempt.milliseconds, { maximumFractionDigits: 1 }))}</span>
      </button>
      {reason && <p class="reason">{reason}</p>}
      <div id={id} hidden={!open}>{open && <Exchange message={message} id={attempt.id} />}</div>
    </li>
  );
}
