import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, ApiError, tagOf } from "../../../api.ts";
import { useWords } from "../../../i18n.ts";
import { Button, EmptyState, Failure, IconButton, PageHeader, Table, TextField, toast } from "../../../kit/index.ts";
import { useAction, useLoad } from "../../../load.ts";
import { words } from "./words.ts";

interface Origins {
  allowedOrigins: string[] | null;
}

/** The pages that may embed Link. Each change holds at once and can be undone. */
export default function OriginsPage(): VNode {
  const t = useWords(words);
  const { data, error, reload, set } = useLoad<Origins>("/corsSettings");
  const [typed, setTyped] = useState("");
  const [wrong, setWrong] = useState(false);
  const list = data?.allowedOrigins ?? [];
  // One origin at a time, in the list as it is by then: others add and remove theirs.
  const put = async (origin: string, there: boolean): Promise<void> => {
    for (let tries = 4, now = data; ; tries--) {
      const others = (now?.allowedOrigins ?? []).filter((one) => one !== origin);
      try {
        return set(await api.post<Origins>("/corsSettings", { allowedOrigins: there ? [...others, origin] : others }, { match: tagOf(now) }));
      } catch (thrown) {
        if (!(thrown instanceof ApiError) || thrown.status !== 412 || !tries) throw thrown;
        now = await api.get<Origins>("/corsSettings");
      }
    }
  };
  const change = useAction(async (origin: string, there: boolean) => {
    await put(origin, there);
    toast({ text: there ? t.added(origin) : t.removed(origin), undo: () => put(origin, !there) });
  });
  const add = async (): Promise<void> => {
    let origin: string;
    try {
      ({ origin } = new URL(typed.trim()));
    } catch {
      return setWrong(true);
    }
    if (origin === "null" || !/^https?:/.test(origin)) return setWrong(true);
    await change.run(origin, true);
    setTyped("");
  };
  return (
    <>
      <PageHeader title={t.originsTitle} description={t.originsText} />
      <Failure error={change.error} fields={["allowedOrigins"]} />
      <form class="row narrow" noValidate onSubmit={(event) => { event.preventDefault(); if (typed.trim()) void add(); }}>
        <TextField class="grow" label={t.origin} type="url" value={typed} onInput={(text) => { setTyped(text); setWrong(false); }} help={t.originHelp} placeholder="https://" error={wrong ? t.invalid : change.error?.problem("allowedOrigins")} mono />
        <Button type="submit" variant="primary" icon="add" busy={change.busy} disabled={!typed.trim()}>{t.add}</Button>
      </form>
      <div class="narrow">
        <Table
          label={t.originsTitle} rows={data && list.map((origin) => ({ origin }))} rowKey={({ origin }) => origin} error={error} onRetry={reload} skeletonRows={3} narrow="scroll"
          columns={[
            { id: "origin", header: t.origin, cell: ({ origin }) => <span class="mono">{origin}</span> },
            { id: "remove", header: t.remove(""), hideHeader: true, align: "end", width: "60px", cell: ({ origin }) => <IconButton icon="bin" label={t.remove(origin)} onClick={() => void change.run(origin, false)} /> },
          ]}
          empty={<EmptyState icon="globe" title={t.emptyTitle}>{t.emptyText}</EmptyState>}
        />
      </div>
    </>
  );
}
