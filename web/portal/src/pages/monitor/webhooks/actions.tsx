import type { VNode } from "preact";
import { useRef, useState } from "preact/hooks";
import { api } from "../../../api.ts";
import { number, useWords } from "../../../i18n.ts";
import { Button, Dialog, Failure, Progress, Select, TextField, toast } from "../../../kit/index.ts";
import { useAction, useLoad } from "../../../load.ts";
import { typeOptions } from "./consumerform.tsx";
import type { Consumer, EventType, Sent } from "./types.ts";
import { words } from "./words.ts";

/** Sends a sample event to one consumer. */
export function Example({ consumer, onClose, onDone }: { consumer: Consumer; onClose: () => void; onDone: () => void }): VNode {
  const t = useWords(words);
  const { data } = useLoad<{ results: EventType[] }>("/webhooks/eventTypes");
  const [type, setType] = useState(consumer.eventTypes[0] ?? "");
  const send = useAction(async () => {
    await api.post<Sent>(`/webhooks/${consumer.id}/example`, { eventType: type });
    toast(t.exampleSent);
    onDone();
  });
  const options = typeOptions(data?.results, "");
  const listed = consumer.eventTypes.filter((one) => !options.some(({ value }) => value === one)).map((value) => ({ value, label: value }));
  return (
    <Dialog
      open title={t.exampleTitle} size="narrow" onClose={onClose} onSubmit={() => void send.run()}
      footer={<><Button onClick={onClose}>{t.cancel}</Button><Button type="submit" variant="primary" busy={send.busy}>{t.exampleSend}</Button></>}
    >
      <div class="stack">
        <p>{t.exampleText}</p>
        <Failure error={send.error} />
        <Select label={t.event} value={type} options={[...listed, ...options]} onChange={setType} />
      </div>
    </Dialog>
  );
}

/** The time that far back, in the form of a local field. */
function localTime(daysBack: number): string {
  const at = new Date(Date.now() - daysBack * 86_400_000);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** An action on many messages, which the server does in portions. */
function Many({ title, text, path, days, onClose }: { title: string; text: string; path: string; days: number; onClose: () => void }): VNode {
  const t = useWords(words);
  const [since, setSince] = useState(() => localTime(days));
  const [count, setCount] = useState<number>();
  const stopped = useRef(false);
  const send = useAction(async () => {
    let all = 0;
    let from: string | undefined = new Date(since).toISOString();
    stopped.current = false;
    setCount(0);
    while (from && !stopped.current) {
      const done: Sent = await api.post<Sent>(path, { since: from });
      setCount((all += done.messages));
      from = done.since;
    }
    toast(t.sentDone(all));
    onClose();
  });
  const bad = Number.isNaN(Date.parse(since));
  return (
    <Dialog
      open title={title} size="narrow" onClose={onClose} onSubmit={() => !bad && void send.run()} locked={send.busy}
      footer={send.busy
        ? <Button onClick={() => (stopped.current = true)}>{t.stop}</Button>
        : <><Button onClick={onClose}>{t.cancel}</Button><Button type="submit" variant="primary" disabled={bad}>{t.start}</Button></>}
    >
      <div class="stack">
        <p>{text}</p>
        <Failure error={send.error} fields={["since"]} />
        <TextField label={t.since} type="datetime-local" value={since} onInput={setSince} disabled={send.busy} error={send.error?.problem("since")} />
        {send.busy && <Progress label={t.sentSoFar(number(count ?? 0))} />}
      </div>
    </Dialog>
  );
}

export function Recover({ id, onClose }: { id: string; onClose: () => void }): VNode {
  const t = useWords(words);
  return <Many title={t.recoverTitle} text={t.recoverText} path={`/webhooks/${id}/recover`} days={1} onClose={onClose} />;
}

export function Replay({ id, onClose }: { id: string; onClose: () => void }): VNode {
  const t = useWords(words);
  return <Many title={t.replayTitle} text={t.replayText} path={`/webhooks/${id}/replay`} days={13} onClose={onClose} />;
}
