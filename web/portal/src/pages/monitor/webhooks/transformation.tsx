import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import { api } from "../../../api.ts";
import { useWords } from "../../../i18n.ts";
import { Banner, Button, Card, CodeBlock, confirm, Failure, Field, Select, Skeleton, Switch, toast } from "../../../kit/index.ts";
import { useUnsaved } from "../../../leave.ts";
import { useAction, useLoad } from "../../../load.ts";
import { typeOptions } from "./consumerform.tsx";
import type { Consumer, EventType } from "./types.ts";
import { words } from "./words.ts";

interface Stored {
  source: string;
  enabled: boolean;
  version: number;
}

interface Result {
  cancel: boolean;
  method?: string;
  url?: string;
  payload?: unknown;
  error?: { kind: string; message: string; line?: number; column?: number };
  milliseconds: number;
}

/** A field for code: numbers beside its lines, two spaces for the Tab key until Escape was pressed. */
function Editor({ value, onInput, wrong, id, describedBy }: { value: string; onInput: (value: string) => void; wrong?: number | undefined; id: string; describedBy?: string | undefined }): VNode {
  const numbers = useRef<HTMLDivElement>(null);
  const leaving = useRef(false);
  const key = (event: KeyboardEvent): void => {
    if (event.key === "Escape") leaving.current = true;
    if (event.key !== "Tab" || event.shiftKey || leaving.current) return;
    event.preventDefault();
    const area = event.currentTarget as HTMLTextAreaElement;
    area.setRangeText("  ", area.selectionStart, area.selectionEnd, "end");
    onInput(area.value);
  };
  return (
    <div class="editor">
      <div class="numbers" aria-hidden="true" ref={numbers}>
        {value.split("\n").map((_, at) => <div key={at} class={at + 1 === wrong ? "bad" : ""}>{at + 1}</div>)}
      </div>
      <textarea
        id={id} aria-describedby={describedBy} value={value} rows={14} spellcheck={false} autocomplete="off" autocapitalize="off" wrap="off"
        onInput={(event) => onInput(event.currentTarget.value)} onKeyDown={key} onFocus={() => (leaving.current = false)}
        onScroll={(event) => numbers.current && (numbers.current.scrollTop = event.currentTarget.scrollTop)}
      />
    </div>
  );
}

function TryOut({ consumer, source, onWrong }: { consumer: Consumer; source: string; onWrong: (line?: number) => void }): VNode {
  const t = useWords(words);
  const { data } = useLoad<{ results: EventType[] }>("/webhooks/eventTypes");
  const [type, setType] = useState(consumer.eventTypes[0] ?? "");
  const [result, setResult] = useState<Result>();
  const run = useAction(async () => {
    const got = await api.post<Result>(`/webhooks/${consumer.id}/transformation/test`, { source, eventType: type });
    onWrong(got.error?.line);
    setResult(got);
  });
  const options = typeOptions(data?.results, "");
  const sample = data?.results.find(({ eventType }) => eventType === type)?.sample;
  return (
    <Card title={t.tryOut} actions={<Button icon="play" busy={run.busy} onClick={() => void run.run()}>{t.tryRun}</Button>}>
      <div class="stack">
        <Failure error={run.error} />
        <div class="narrow"><Select label={t.tryType} value={type} options={options.length ? options : [{ value: type, label: type }]} onChange={setType} /></div>
        {result?.error && <Banner tone="bad" title={result.error.line ? t.tryError(result.error.line) : t.tryErrorPlain}>{result.error.message}</Banner>}
        {result?.cancel && <Banner tone="neutral">{t.tryCancelled}</Banner>}
        <div class="columns">
          <div class="stack tight"><h3>{t.tryBefore}</h3>{sample ? <CodeBlock label={t.tryBefore} code={JSON.stringify(sample, null, 2)} /> : <Skeleton height={200} />}</div>
          <div class="stack tight">
            <h3>{t.tryAfter}</h3>
            {result?.payload !== undefined
              ? <><p class="mono small">{result.method} {result.url}</p><CodeBlock label={t.tryAfter} code={JSON.stringify(result.payload, null, 2)} /></>
              : <p class="soft">{t.trySame}</p>}
          </div>
        </div>
      </div>
    </Card>
  );
}

function Script({ consumer, stored, onChanged }: { consumer: Consumer; stored: Stored; onChanged: () => void }): VNode {
  const t = useWords(words);
  const was = stored.source || t.template;
  const [source, setSource] = useState(was);
  const [enabled, setEnabled] = useState(stored.enabled);
  const [wrong, setWrong] = useState<number>();
  const dirty = source !== was || enabled !== stored.enabled;
  useUnsaved(dirty);
  const save = useAction(async () => {
    await api.put(`/webhooks/${consumer.id}/transformation`, { source, enabled, version: stored.version });
    toast(t.saved);
    onChanged();
  });
  const remove = (): void => void confirm({
    title: t.transformRemoveTitle, body: t.transformRemoveBody, action: t.transformRemove, danger: true,
    perform: async () => {
      await api.delete(`/webhooks/${consumer.id}/transformation`);
      toast(t.transformRemoved);
      onChanged();
    },
  });
  return (
    <div class="stack">
      <Card title={t.transformation} description={t.transformText} footer={(
        <div class="row between">
          <span>{stored.source && <Button variant="quiet" icon="bin" onClick={remove}>{t.transformRemove}</Button>}</span>
          <Button variant="primary" busy={save.busy} disabled={!dirty} onClick={() => void save.run()}>{t.save}</Button>
        </div>
      )}>
        <div class="stack">
          <Failure error={save.error} fields={["source"]} />
          <Field label={t.code} help={t.codeHelp} error={save.error?.problem("source")}>
            {(control) => <Editor id={control.id} describedBy={control["aria-describedby"]} value={source} wrong={wrong} onInput={(text) => { setSource(text); setWrong(undefined); }} />}
          </Field>
          <Switch label={t.transformOn} help={t.transformOnHelp} checked={enabled} onChange={setEnabled} />
        </div>
      </Card>
      <TryOut consumer={consumer} source={source} onWrong={setWrong} />
    </div>
  );
}

/** The script of a consumer, with a place to try it. */
export function Transformation({ consumer, onChanged }: { consumer: Consumer; onChanged: () => void }): VNode {
  const { data, error, reload } = useLoad<Stored>(`/webhooks/${consumer.id}/transformation`);
  const changed = (): void => {
    reload();
    onChanged();
  };
  if (error) return <Failure error={error} onRetry={reload} />;
  return data ? <Script key={`${data.version} ${data.source}`} consumer={consumer} stored={data} onChanged={changed} /> : <Skeleton height={480} />;
}
