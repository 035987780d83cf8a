import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api } from "../../../api.ts";
import { number, useWords } from "../../../i18n.ts";
import { Banner, Button, Card, CodeBlock, Failure, Icon, Pill, Progress } from "../../../kit/index.ts";
import { useAction } from "../../../load.ts";
import type { Hop, Trial as Result } from "./types.ts";
import { words } from "./words.ts";

/** How often results are asked for while somebody signs in. */
const every = 1500;

const headersText = (list: Hop["requestHeaders"]): string => (list ?? []).map(({ name, value }) => `${name}: ${value}`).join("\n");

function HopView({ of, n }: { of: Hop; n: number }): VNode {
  const t = useWords(words);
  const sent = [headersText(of.requestHeaders), of.requestBody].filter(Boolean).join("\n\n");
  const got = [headersText(of.responseHeaders), of.responseBody].filter(Boolean).join("\n\n");
  const request = <code>{of.method} {of.url}</code>;
  // What the browser did is not answered to us.
  if (of.kind) return <div class="hop"><div class="request"><Pill tone="neutral" icon="globe">{t.inBrowser}</Pill>{request}</div></div>;
  return (
    <details class="hop">
      <summary class="request">
        <Icon name="right" />
        <Pill tone={!of.status || of.status >= 400 ? "bad" : "good"}>{of.status ? String(of.status) : t.noAnswer}</Pill>
        {request}<span class="soft small nowrap">{number(of.milliseconds, { maximumFractionDigits: 0 })} ms</span>
      </summary>
      <div class="columns">
        {sent && <div class="stack tight"><h4>{t.sent}</h4><CodeBlock label={`${t.hop(n)}, ${t.sent}`} code={sent} plain wrap /></div>}
        <div class="stack tight"><h4>{t.got}</h4>{got ? <CodeBlock label={`${t.hop(n)}, ${t.got}`} code={got} plain wrap /> : <p class="soft">{of.error ?? t.noAnswer}</p>}</div>
      </div>
    </details>
  );
}

/** Goes the whole way with the provider and shows every request of it. */
export function Trial({ integration }: { integration: string }): VNode {
  const t = useWords(words);
  const [id, setId] = useState<string>();
  const [url, setUrl] = useState<string>();
  const [result, setResult] = useState<Result>();
  const start = useAction(async () => {
    setResult(undefined);
    const made = await api.post<{ id: string; url?: string }>(`/integrations/${integration}/tests`, {});
    setUrl(made.url);
    setId(made.id);
  });
  const waiting = id !== undefined && (!result || result.status === "waiting");
  useEffect(() => {
    if (!id || !waiting) return;
    const stop = new AbortController();
    let timer = 0;
    const look = (): void => {
      api.get<Result>(`/integrations/${integration}/tests/${id}`, { signal: stop.signal })
        .then((now) => !stop.signal.aborted && setResult(now), () => undefined)
        .finally(() => { if (!stop.signal.aborted) timer = window.setTimeout(look, every); });
    };
    look();
    return () => { stop.abort(); clearTimeout(timer); };
  }, [id, waiting]);
  return (
    <Card title={t.test} description={t.testText} actions={<Button icon="play" busy={start.busy} onClick={() => void start.run()}>{id ? t.again : t.start}</Button>}>
      {(id || start.error) ? (
        <div class="stack">
          <Failure error={start.error} />
          {waiting && url && (
            <Banner tone="info" title={t.waiting} actions={<Button variant="primary" href={url} rest={{ target: "_blank", rel: "noopener" }}>{t.open}</Button>}>{t.openText}</Banner>
          )}
          {waiting && <Progress label={t.waiting} />}
          {result?.status === "done" && <Banner tone="good">{t.done}</Banner>}
          {result?.status === "failed" && <Banner tone="bad">{t.failed}</Banner>}
          {(result?.steps?.length ?? 0) > 0 && (
            <section class="stack tight"><h3>{t.steps}</h3>
              <ul class="step-list">{result!.steps!.map(({ name, outcome, detail }, at) => (
                <li key={at}><span><Pill tone={outcome === "ok" ? "good" : outcome === "failed" ? "bad" : "neutral"}>{t.outcomes[outcome] ?? outcome}</Pill></span><span><strong>{t.stepNames[name] ?? name}</strong>{detail && <span class="soft"> · {detail}</span>}</span></li>
              ))}</ul>
            </section>
          )}
          {(result?.hops?.length ?? 0) > 0 && (
            <section class="stack tight"><h3>{t.hops}</h3>
              <div class="stack">{result!.hops!.map((hop, at) => <HopView key={at} of={hop} n={at + 1} />)}</div>
              {result!.dropped ? <p class="soft small">{t.dropped(result!.dropped)}</p> : null}
            </section>
          )}
        </div>
      ) : undefined}
    </Card>
  );
}
