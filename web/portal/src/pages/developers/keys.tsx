import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api.ts";
import { date, dateTime, relative, useWords } from "../../i18n.ts";
import { Banner, Button, confirm, Dialog, EmptyState, Failure, PageHeader, Pill, Table, TextField, toast } from "../../kit/index.ts";
import { kitWords } from "../../kit/words.ts";
import { useAction, useLoad } from "../../load.ts";
import { KeySecret, NewKey, permissions, type Permission } from "./key-forms.tsx";
import { words } from "./keys-words.ts";

export interface ApiKey {
  id: string;
  name?: string;
  prefix?: string;
  createdDate: string;
  createdBy?: string;
  /** Whoever made it may not make it any more. */
  makerGone?: boolean;
  permissions?: Permission[];
  lastUsed?: string | null;
  expires?: string | null;
}

/** As many as an instance may have (apikey.go). */
const most = 10;
const soon = 14 * 86_400_000;

export default function KeysPage(): VNode {
  const t = useWords(words);
  const list = useLoad<{ results: ApiKey[] }>("/apiKeys");
  const [open, setOpen] = useState<{ kind: "new" } | { kind: "made"; key: ApiKey & { apiKey: string } } | { kind: "rename"; key: ApiKey }>();
  const nameOf = (key: ApiKey): string => key.name || t.unnamed;
  const full = (list.data?.results.length ?? 0) >= most;
  const remove = async (key: ApiKey): Promise<void> => {
    const done = await confirm({
      title: t.removeTitle(nameOf(key)), body: t.removeBody(key.lastUsed ? relative(key.lastUsed) : t.never.toLocaleLowerCase()), action: t.removeAction, danger: true,
      perform: () => api.delete(`/apiKeys/${key.id}`),
    });
    if (!done) return;
    list.set((now) => now && { results: now.results.filter(({ id }) => id !== key.id) });
    toast(t.removed(nameOf(key)));
  };
  const end = (key: ApiKey): VNode => {
    if (!key.expires) return <span class="soft">{t.noEnd}</span>;
    const left = Date.parse(key.expires) - Date.now();
    if (left <= 0) return <Pill tone="bad">{t.expired}</Pill>;
    return left < soon ? <Pill tone="warn">{t.soon(relative(key.expires))}</Pill> : <span class="numeric">{date(key.expires)}</span>;
  };
  const add = <Button variant="primary" icon="add" disabled={full} onClick={() => setOpen({ kind: "new" })}>{t.add}</Button>;
  return (
    <>
      <PageHeader title={t.title} description={t.intro} actions={add} />
      {full && <Banner tone="warn">{t.full(most)}</Banner>}
      {list.data?.results.some(({ makerGone }) => makerGone) && <Banner tone="warn" title={t.gone}>{t.goneHelp}</Banner>}
      <Table<ApiKey>
        label={t.title} rows={list.data?.results} loading={list.loading} error={list.error} onRetry={list.reload} rowKey={({ id }) => id} rowName={nameOf} skeletonRows={3}
        foot={list.data && t.count(list.data.results.length, most)}
        empty={<EmptyState icon="key" title={t.emptyTitle} actions={add}>{t.empty}</EmptyState>}
        rowMenu={(key) => [
          { label: t.rename, icon: "edit", onSelect: () => setOpen({ kind: "rename", key }) },
          { label: t.remove, icon: "bin", danger: true, onSelect: () => void remove(key) },
        ]}
        columns={[
          { id: "name", header: t.name, cell: (key) => <strong>{nameOf(key)}</strong> },
          { id: "key", header: t.key, cell: (key) => <span class="mono nowrap">{key.prefix}…</span> },
          { id: "permissions", header: t.permissions, cell: (key) => (key.permissions?.length
            ? <span class="row">{permissions.filter((one) => key.permissions!.includes(one)).map((one) => <Pill key={one} icon={null}>{t.names[one]}</Pill>)}</span>
            : <span class="soft">{t.usual}</span>) },
          { id: "used", header: t.lastUsed, cell: (key) => (key.lastUsed ? <span title={dateTime(key.lastUsed)}>{relative(key.lastUsed)}</span> : <span class="soft">{t.never}</span>) },
          { id: "expires", header: t.expires, cell: end },
          { id: "created", header: t.created, cell: (key) => <span><span class="numeric nowrap">{date(key.createdDate)}</span>{key.createdBy && <><br /><span class="soft small">{t.by(key.createdBy)}</span></>}{key.makerGone && <><br /><Pill tone="warn">{t.gone}</Pill></>}</span> },
        ]}
      />
      {open?.kind === "new" && <NewKey onClose={() => setOpen(undefined)} onDone={(key) => {
        const { apiKey: _, ...row } = key;
        list.set((now) => now && { results: [...now.results, row] });
        setOpen({ kind: "made", key });
      }} />}
      {open?.kind === "made" && <KeySecret secret={open.key.apiKey} onClose={() => setOpen(undefined)} />}
      {open?.kind === "rename" && <Rename apiKey={open.key} name={nameOf(open.key)} onClose={() => setOpen(undefined)} onDone={(key) => {
        list.set((now) => now && { results: now.results.map((one) => (one.id === key.id ? key : one)) });
        setOpen(undefined);
        toast(t.renamed);
      }} />}
    </>
  );
}

function Rename({ apiKey, name: shown, onClose, onDone }: { apiKey: ApiKey; name: string; onClose: () => void; onDone: (key: ApiKey) => void }): VNode {
  const t = useWords(words);
  const kit = useWords(kitWords);
  const [name, setName] = useState(apiKey.name ?? "");
  const save = useAction(async () => onDone(await api.patch<ApiKey>(`/apiKeys/${apiKey.id}`, { name: name.trim() })));
  return (
    <Dialog
      open size="narrow" title={t.renameTitle(shown)} onClose={onClose} locked={save.busy} onSubmit={() => void save.run()}
      footer={<><Button onClick={onClose}>{kit.cancel}</Button><Button type="submit" variant="primary" busy={save.busy}>{t.save}</Button></>}
    >
      <div class="stack">
        <Failure error={save.error} />
        <TextField label={t.name} value={name} onInput={setName} most={50} help={t.nameHelp} />
      </div>
    </Dialog>
  );
}
