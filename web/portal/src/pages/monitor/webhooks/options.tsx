import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../../api.ts";
import { useWords } from "../../../i18n.ts";
import { Button, Card, Failure, toast } from "../../../kit/index.ts";
import { useUnsaved } from "../../../leave.ts";
import { useAction, useLoad } from "../../../load.ts";
import { changeOf, ConsumerFields, draftOf, rateIsBad } from "./consumerform.tsx";
import type { Consumer, EventType } from "./types.ts";
import { words } from "./words.ts";

/** Everything that can be set of a consumer, saved as one. */
export function Options({ consumer, onSaved }: { consumer: Consumer; onSaved: (consumer: Consumer) => void }): VNode {
  const t = useWords(words);
  const { data: types } = useLoad<{ results: EventType[] }>("/webhooks/eventTypes");
  const [draft, setDraft] = useState(() => draftOf(consumer));
  const dirty = JSON.stringify(draft) !== JSON.stringify(draftOf(consumer));
  useUnsaved(dirty);
  const save = useAction(async () => {
    onSaved(await api.patch<Consumer>(`/webhooks/${consumer.id}`, changeOf(draft, consumer)));
    toast(t.saved);
  });
  return (
    <form class="narrow" noValidate onSubmit={(event) => { event.preventDefault(); if (!rateIsBad(draft)) void save.run(); }}>
      <Card footer={(
        <div class="row end">
          <Button disabled={!dirty || save.busy} onClick={() => setDraft(draftOf(consumer))}>{t.discard}</Button>
          <Button type="submit" variant="primary" busy={save.busy} disabled={!dirty}>{t.save}</Button>
        </div>
      )}>
        <div class="stack">
          <Failure error={save.error} fields={["url", "eventTypes", "companyTags", "companyId", "rateLimit", "headers"]} />
          <ConsumerFields draft={draft} onChange={setDraft} types={types?.results} error={save.error} />
        </div>
      </Card>
    </form>
  );
}
